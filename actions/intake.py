"""``intake_form``: takes down a case for the desk, question by question, each of them optional.

The case is on the desk from the first message on, and every question of the form carries what is
known so far, so nothing is lost when the worker leaves in the middle.
"""

from dataclasses import replace
from typing import Any

from actions import case_facts, case_replies, replies
from actions.answer import Answering
from actions.forms import INTAKE_FORM
from actions.handoffs import case_handoff, handoff, in_danger, is_marked, open_case
from actions.interruptions import Interruptions
from actions.memory import Case, Memory
from actions.search import Found, Search
from actions.texts import texts
from actions.triage import URGENT_PRIORITY, case_reason, warnings_for
from actions.turn import Outcome, Turn, fold
from contract import CaseFacts, HandoffReason, ReplyKind
from knowledge_base.retrieval.decision import Decision

_SIDE_QUESTIONS = {"ask_service", "ask_aspect"}
_ESCALATES = {"crisis", "urgent_deadline"}
_SMALL_TALK = {"identity", "thank", "greet", "case_status", "abuse", "injection", "not_helpful"}
_SURE = 0.65
_NEEDS_A_PERSON = (["harassment"], ["violence"], ["death"], ["rescue"], ["injury"], ["group"])
_NO_IS_A_REPLY = {"people", "evidence"}
_YES_IS_A_REPLY = {"when", "people", "evidence", "consent"}
"""Questions to which a yes may be a reply, at least when it is given twice."""
_MORE_OF_IT = {"legal_case", "group_dispute"}
_SHORT_FACTS = {"employer", "amount", "people", "contact"}
_BARE_REPLY = 6
"""Characters up to which "do not know" or "no" tells nothing else."""
_ANSWERS_AT_MOST = 1000


class Intake:
    """Gives the rule and the warning that protects the worker, then asks for the facts."""

    def __init__(self, search: Search, answering: Answering, interruptions: Interruptions) -> None:
        self._search = search
        self._answering = answering
        self._interruptions = interruptions

    async def fill(self, turn: Turn) -> Outcome:
        """Take one message; the form ends with the closing line of the hand-off."""
        case = turn.memory.case
        settled = await self._answering.settle(turn, by_button=True)
        if settled is not None and settled.reply is not None and case is not None:
            again = case_replies.question(case_handoff(case), case.asked)
            return self._interruptions.then(settled, settled.reply, again, INTAKE_FORM)
        if settled is not None:
            return settled
        if case is None:
            return await self._open(turn)
        if turn.intent in _ESCALATES:
            return await self._escalate(turn, case)
        if turn.intent == "request_human" or turn.stops_for_a_person:
            return self._close(turn, case)
        if case_facts.asks_for_the_question(turn):
            return self._ask_again(turn, case)
        if turn.intent == "stop":
            # The case stays on the desk, and the assistant at hand for other things.
            return Outcome(turn.memory.having(case=None), replies.chat(texts().intake.stopped))
        if _is_small_talk(turn):
            again = case_replies.question(case_handoff(case), case.asked)
            return await self._interruptions.handle(turn, again, INTAKE_FORM)
        return await self._aside(turn, case) or self._replied(turn, case)

    def _replied(self, turn: Turn, case: Case) -> Outcome:
        """Take the reply to the question in hand; a mere yes is asked about once."""
        only_yes = case.asked != "consent" and case_facts.says_only_yes(turn)
        if only_yes and not turn.memory.failed_turns:
            again = self._ask_again(turn, case)
            return replace(again, memory=again.memory.failed())
        return self._ask_next(turn, self._told(turn, case))

    async def _open(self, turn: Turn) -> Outcome:
        found = await self._search(turn.text)
        if self._may_be_a_question(turn):
            outcome = await self._answer_to(turn, found)
            if outcome is not None:
                return outcome
        reason = case_reason(turn.text)
        story = "\n".join([*turn.memory.pieces, turn.text])
        told = {**case_facts.by_the_way(turn), **case_facts.of_entities(turn)}
        facts = CaseFacts.model_validate({**told, "what_happened": story})
        case = open_case(reason, turn, found.result, facts)
        if reason is HandoffReason.URGENT_DEADLINE:
            # No time for questions: the desk first.
            reply = handoff(
                reason,
                turn.text,
                found.result,
                facts=case.facts,
                may_be_in_danger=turn.may_be_in_danger,
            )
            return Outcome(turn.memory.having(case=None, failed_turns=0), reply)
        asked = _next_fact(case)
        case = case.model_copy(update={"asked": asked})
        reply = case_replies.opened(case_handoff(case), found, fold(story), asked)
        return Outcome(_with(turn, case), reply, loop=INTAKE_FORM)

    def _may_be_a_question(self, turn: Turn) -> bool:
        """Tell whether a message is only perhaps a dispute. Where somebody was hurt, harassed or
        died, where many are concerned, and where it also reads like a crisis, a person looks at it
        anyway."""
        if turn.may_be_in_danger:
            return False
        return turn.confidence < _SURE and warnings_for(turn.folded)[:1] not in _NEEDS_A_PERSON

    async def _answer_to(self, turn: Turn, found: Found) -> Outcome | None:
        """Answer from the checked articles, by itself or as a follow-up; None where neither is
        certain."""
        if found.result.decision is Decision.ANSWER:
            return self._answering.from_found(turn, found)
        return await self._answering.as_follow_up(turn)

    async def _aside(self, turn: Turn, case: Case) -> Outcome | None:
        """Deal with what the worker asks himself; None where he replies.

        What no article answers is for the colleague, and the open question stays open.
        """
        question = await self._side_question(turn, case)
        if question is None and not _asks_something(turn, case):
            return None
        facts = case.facts.model_dump()
        _add(facts, case_facts.beside_a_question(turn))
        if question is not None:
            outcome = await self._answered(question, _having(turn, case, facts, case.settled))
            if outcome.reply is None or outcome.reply.kind is not ReplyKind.DECLINE:
                return outcome
        facts["what_happened"] = _joined(facts, turn.text)
        return self._ask_next(turn, _having(turn, case, facts, case.settled), noted=True)

    async def _answered(self, question: Turn, case: Case) -> Outcome:
        """Answer a question; the form goes on with what was told beside it."""
        case = case.model_copy(update={"asked": _next_fact(case) or case.asked})
        question = replace(question, memory=question.memory.having(case=case))
        again = case_replies.question(case_handoff(case), case.asked)
        return await self._interruptions.handle(question, again, INTAKE_FORM)

    async def _side_question(self, turn: Turn, case: Case) -> Turn | None:
        """Return the message as the question to answer; None where it is none, or where only a
        colleague can answer it."""
        if turn.intent == "skip":
            return None
        # Each question stands alone: several of them without an answer do not end the form.
        turn = replace(turn, memory=turn.memory.having(failed_turns=0))
        found = await self._search(turn.text)
        if _is_choice(turn, found):
            return replace(turn, intent="ask_service")
        is_certain = found.result.decision is Decision.ANSWER
        asks = texts().asks.search(turn.folded) is not None
        if turn.intent in _SIDE_QUESTIONS and turn.confidence >= _SURE and asks:
            ends_asking = texts().ends_asking.search(turn.folded) is not None
            return turn if is_certain or ends_asking else None
        if is_certain and _asks_something(turn, case):
            return replace(turn, intent="ask_service")
        return None

    def _told(self, turn: Turn, case: Case) -> Case:
        """Return the case with what the message tells."""
        facts = case.facts.model_dump()
        settled = dict.fromkeys(case.settled)
        asked = case.asked
        if turn.intent == "correct":
            entities = case_facts.of_entities(turn)
            corrected = {fact: text for fact, text in entities.items() if facts.get(fact)}
            facts.update(corrected)
            if not corrected or len(turn.text) > sum(map(len, corrected.values())) + _BARE_REPLY:
                facts["what_happened"] = _joined(facts, turn.text)
        elif turn.intent in _MORE_OF_IT and asked in _SHORT_FACTS and len(turn.text) > _BARE_REPLY:
            # More of the story, or another one: no reply to the question, which is asked again.
            facts["what_happened"] = _joined(facts, turn.text)
            _add(facts, case_facts.of_entities(turn))
        elif asked == "consent":
            facts["consent"] = _consent(turn)
            settled[asked] = None
            if len(turn.text) > _BARE_REPLY:
                facts["what_happened"] = _joined(facts, turn.text)
        elif asked and _is_skipped(turn, asked):
            settled[asked] = None
        elif asked:
            facts[asked] = turn.text[:_ANSWERS_AT_MOST]
            settled[asked] = None
            if asked not in ("contact", "evidence"):
                _add(facts, case_facts.of_entities(turn))
        _add(facts, case_facts.by_the_way(turn))
        return _having(turn, case, facts, tuple(settled))

    def _ask_next(self, turn: Turn, case: Case, *, noted: bool = False) -> Outcome:
        asked = _next_fact(case)
        if asked is None:
            return self._close(turn, case)
        case = case.model_copy(update={"asked": asked})
        ask = case_replies.noted if noted else case_replies.question
        return Outcome(_with(turn, case), ask(case_handoff(case), asked), loop=INTAKE_FORM)

    def _ask_again(self, turn: Turn, case: Case) -> Outcome:
        reply = case_replies.question(case_handoff(case), case.asked)
        return Outcome(_with(turn, case), reply, loop=INTAKE_FORM)

    def _close(self, turn: Turn, case: Case) -> Outcome:
        reply = case_replies.closed(case_handoff(case))
        return Outcome(turn.memory.having(case=None, failed_turns=0), reply)

    async def _escalate(self, turn: Turn, case: Case) -> Outcome:
        """Danger or a lapsing limit ends the questions; the desk gets all that was told."""
        reason = HandoffReason.CRISIS if turn.intent == "crisis" else HandoffReason.URGENT_DEADLINE
        facts = case.facts.model_copy(
            update={"what_happened": _joined(case.facts.model_dump(), turn.text)}
        )
        found = await self._search(turn.text)
        marked = reason is not HandoffReason.CRISIS and (turn.may_be_in_danger or is_marked(case))
        reply = handoff(reason, turn.text, found.result, facts=facts, may_be_in_danger=marked)
        return Outcome(turn.memory.having(case=None, failed_turns=0), reply)


def _with(turn: Turn, case: Case) -> Memory:
    return turn.memory.having(
        case=case, calculation=None, clarifying=None, offer=None, pieces=(), failed_turns=0
    )


def _next_fact(case: Case) -> str | None:
    """Return the next fact to ask for: neither told nor skipped."""
    facts = case.facts.model_dump()
    return next(
        (
            fact
            for fact in texts().intake.questions
            if facts.get(fact) is None and fact not in case.settled
        ),
        None,
    )


def _add(facts: dict[str, Any], told: dict[str, str]) -> None:
    """Add what is told by the way; what was told before stays."""
    for fact, text in told.items():
        if not facts.get(fact):
            facts[fact] = text


def _having(turn: Turn, case: Case, facts: dict[str, Any], settled: tuple[str, ...]) -> Case:
    """Return the case with its facts, as urgent as the message makes it."""
    urgent = case_facts.is_of_many(turn)
    told = case.model_copy(
        update={
            "facts": CaseFacts(**facts),
            "settled": settled,
            "priority": min(case.priority, URGENT_PRIORITY) if urgent else case.priority,
        }
    )
    return in_danger(told) if turn.may_be_in_danger else told


def _joined(facts: dict[str, Any], text: str) -> str:
    before = facts.get("what_happened")
    return f"{before}\n{text}" if before else text


def _is_small_talk(turn: Turn) -> bool:
    """Tell whether a message is no part of the case. "I would rather not say" reads like a
    question for privacy and is none."""
    if turn.confidence < _SURE:
        return False
    asks = texts().asks.search(turn.folded) is not None
    return turn.intent in _SMALL_TALK or (turn.intent == "privacy" and asks)


def _asks_something(turn: Turn, case: Case) -> bool:
    """Tell whether a message clearly asks. "May my employer be left out of it?" is a refusal."""
    if case.asked == "consent" and texts().intake.refuses.search(turn.folded):
        return False
    return case_facts.asks_something(turn)


def _is_choice(turn: Turn, found: Found) -> bool:
    """Tell whether a message is one of the choices that a reply may have offered."""
    offered = [hit.document.title for hit in found.result.hits]
    return turn.text.strip() in [*offered, *(each.text for each in texts().topics)]


def _is_skipped(turn: Turn, asked: str) -> bool:
    """Tell whether a message leaves a question out and tells nothing beside it."""
    if case_facts.says_only_yes(turn) and asked not in _YES_IS_A_REPLY:
        return True
    if len(turn.text) > _BARE_REPLY:
        return False
    return turn.intent == "skip" or (turn.intent == "deny" and asked not in _NO_IS_A_REPLY)


def _consent(turn: Turn) -> bool | None:
    """Return what the worker decided; None unless it is a clear yes or no."""
    if texts().intake.refuses.search(turn.folded):
        return False
    return True if texts().intake.agrees.search(turn.folded) else None
