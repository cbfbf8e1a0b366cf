"""``intake_form``: takes down a case for the desk, question by question, each of them optional.

The case is on the desk from the first message on, and every question of the form carries what is
known so far, so nothing is lost when the worker leaves in the middle.
"""

from typing import Any, Final

from actions import case_replies, replies
from actions.answer import Answering
from actions.calculators.reading import decimal_of
from actions.forms import INTAKE_FORM
from actions.handoffs import case_handoff, handoff, open_case
from actions.interruptions import Interruptions
from actions.memory import Case, Memory
from actions.search import Found, Search
from actions.texts import texts
from actions.triage import MANY_PRIORITY, case_reason, warnings_for
from actions.turn import Outcome, Turn
from contract import CaseFacts, HandoffReason
from knowledge_base.retrieval.decision import Decision

_FACT_OF: Final = {"employer": "employer", "money": "amount", "date": "when", "count": "people"}
"""Facts that an entity of the first message already tells."""
_SIDE_QUESTIONS = {"ask_service", "ask_aspect"}
_ESCALATES = {"crisis", "urgent_deadline"}
_SMALL_TALK = {"identity", "thank", "greet", "case_status", "abuse", "injection", "not_helpful"}
_SURE = 0.65
_NEEDS_A_PERSON = (["harassment"], ["death"], ["injury"], ["group"])
_NO_IS_A_REPLY = {"people", "evidence"}
_MORE_OF_IT = {"legal_case", "group_dispute"}
_SHORT_FACTS = {"employer", "amount", "people", "contact"}
_MANY = 10
"""People from which on a dispute is one of many (《劳动争议调解仲裁法》第七条)."""
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
        settled = await self._answering.settle(turn, by_button=True)
        if settled is not None:
            return settled
        case = turn.memory.case
        if case is None:
            return await self._open(turn)
        if turn.intent in _ESCALATES:
            return await self._escalate(turn, case)
        if turn.intent == "request_human" or turn.stops_for_a_person:
            return self._close(turn, case)
        if turn.intent == "stop":
            # The case stays on the desk, and the assistant at hand for other things.
            return Outcome(turn.memory.having(case=None), replies.chat(texts().intake.stopped))
        if _is_small_talk(turn):
            again = case_replies.question(case_handoff(case), case.asked)
            return await self._interruptions.handle(turn, again, INTAKE_FORM)
        if await self._is_side_question(turn):
            again = case_replies.question(case_handoff(case), case.asked)
            return await self._interruptions.handle(turn, again, INTAKE_FORM)
        return self._ask_next(turn, self._told(turn, case))

    async def _open(self, turn: Turn) -> Outcome:
        found = await self._search(turn.text)
        if self._may_be_a_question(turn):
            outcome = await self._answer_to(turn, found)
            if outcome is not None:
                return outcome
        reason = case_reason(turn.text)
        story = "\n".join([*turn.memory.pieces, turn.text])
        facts = CaseFacts.model_validate({**_entity_facts(turn), "what_happened": story})
        case = open_case(reason, turn, found.result, facts)
        if reason is HandoffReason.URGENT_DEADLINE:
            # No time for questions: the desk first.
            reply = handoff(reason, turn.text, found.result, facts=case.facts)
            return Outcome(turn.memory.having(case=None, failed_turns=0), reply)
        asked = _next_fact(case)
        case = case.model_copy(update={"asked": asked})
        reply = case_replies.opened(case_handoff(case), found, turn.folded, asked)
        return Outcome(_with(turn, case), reply, loop=INTAKE_FORM)

    def _may_be_a_question(self, turn: Turn) -> bool:
        """Tell whether a message is only perhaps a dispute. Where somebody was hurt, harassed or
        died, and where many are concerned, a person looks at it anyway."""
        return turn.confidence < _SURE and warnings_for(turn.folded)[:1] not in _NEEDS_A_PERSON

    async def _answer_to(self, turn: Turn, found: Found) -> Outcome | None:
        """Answer from the checked articles, by itself or as a follow-up; None where neither is
        certain."""
        if found.result.decision is Decision.ANSWER:
            return self._answering.from_found(turn, found)
        return await self._answering.as_follow_up(turn)

    async def _is_side_question(self, turn: Turn) -> bool:
        """Tell whether the worker asks something himself instead of replying."""
        if turn.intent not in _SIDE_QUESTIONS or turn.confidence < _SURE:
            return False
        if not texts().asks.search(turn.folded):
            return False
        if texts().ends_asking.search(turn.folded):
            return True
        found = await self._search(turn.text)
        return found.result.decision is Decision.ANSWER

    def _told(self, turn: Turn, case: Case) -> Case:
        """Return the case with what the message tells."""
        facts = case.facts.model_dump()
        settled = dict.fromkeys(case.settled)
        asked = case.asked
        if turn.intent == "correct":
            corrected = {
                fact: text for fact, text in _entity_facts(turn).items() if facts.get(fact)
            }
            facts.update(corrected or {"what_happened": _joined(facts, turn.text)})
        elif turn.intent in _MORE_OF_IT and asked in _SHORT_FACTS and len(turn.text) > _BARE_REPLY:
            # More of the story, or another one: no reply to the question, which is asked again.
            facts["what_happened"] = _joined(facts, turn.text)
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
            for fact, text in _entity_facts(turn).items():
                if not facts.get(fact) and asked not in ("contact", "evidence"):
                    facts[fact] = text
        urgent = _is_of_many(turn)
        return case.model_copy(
            update={
                "facts": CaseFacts(**facts),
                "settled": tuple(settled),
                "priority": min(case.priority, MANY_PRIORITY) if urgent else case.priority,
            }
        )

    def _ask_next(self, turn: Turn, case: Case) -> Outcome:
        asked = _next_fact(case)
        if asked is None:
            return self._close(turn, case)
        case = case.model_copy(update={"asked": asked})
        reply = case_replies.question(case_handoff(case), asked)
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
        reply = handoff(reason, turn.text, found.result, facts=facts)
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


def _entity_facts(turn: Turn) -> dict[str, str]:
    """Return the facts that the message's entities tell, in the worker's own words."""
    facts: dict[str, str] = {}
    for entity in turn.entities:
        fact = _FACT_OF.get(entity.entity)
        if fact == "people" and entity.get("unit") not in (None, "person"):
            continue
        if fact is not None:
            facts.setdefault(fact, turn.text[entity.start : entity.end])
    return facts


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


def _is_of_many(turn: Turn) -> bool:
    """Tell whether a reply tells of ten people or more."""
    people = [
        decimal_of(entity.get("count"))
        for entity in turn.entities
        if entity.entity == "count" and entity.get("unit") == "person"
    ]
    return any(count is not None and count >= _MANY for count in people)


def _is_skipped(turn: Turn, asked: str) -> bool:
    """Tell whether a message leaves a question out and tells nothing beside it."""
    if len(turn.text) > _BARE_REPLY:
        return False
    return turn.intent == "skip" or (turn.intent == "deny" and asked not in _NO_IS_A_REPLY)


def _consent(turn: Turn) -> bool | None:
    """Return what the worker decided; None unless it is a clear yes or no."""
    if texts().intake.refuses.search(turn.folded):
        return False
    return True if texts().intake.agrees.search(turn.folded) else None
