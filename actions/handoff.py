"""Giving the conversation to a person: asked for, in danger, in haste, or out of patience."""

from actions import replies
from actions.answer import Answering
from actions.handoffs import handoff
from actions.memory import OFFER_OF_A_PERSON
from actions.search import Search
from actions.texts import texts
from actions.triage import case_reason
from actions.turn import Outcome, Turn
from contract import HandoffReason

_A_BARE_REQUEST = 12
"""Characters up to which a request for a person says nothing of the matter."""
_SAY_LITTLE = {HandoffReason.REQUESTED, HandoffReason.NEGATIVE_FEEDBACK}
_COMPLAINTS_BEFORE_A_PERSON = 2
_SURE = 0.65


class HandingOver:
    """Hands over at once, with what is known so far."""

    def __init__(self, search: Search, answering: Answering) -> None:
        self._search = search
        self._answering = answering

    async def requested(self, turn: Turn) -> Outcome:
        """Who asks for a person gets one."""
        return await self._hand_over(turn, HandoffReason.REQUESTED)

    async def crisis(self, turn: Turn) -> Outcome:
        """Danger to life outranks everything."""
        return await self._hand_over(turn, HandoffReason.CRISIS)

    async def urgent(self, turn: Turn) -> Outcome:
        """A limit lapses or somebody must sign now: no questions first.

        A short question that is only perhaps so, and that the matter talked about answers, is
        answered.
        """
        if turn.confidence < _SURE and case_reason(turn.text) is not HandoffReason.URGENT_DEADLINE:
            answered = await self._answering.as_follow_up(turn)
            if answered is not None:
                return answered
        return await self._hand_over(turn, HandoffReason.URGENT_DEADLINE)

    async def not_helpful(self, turn: Turn) -> Outcome:
        """Once: ask for other words and offer a person. Twice: the person."""
        complaints = turn.memory.complaints + 1
        if complaints >= _COMPLAINTS_BEFORE_A_PERSON:
            return await self._hand_over(turn, HandoffReason.NEGATIVE_FEEDBACK)
        memory = turn.memory.having(complaints=complaints, clarifying=None, offer=OFFER_OF_A_PERSON)
        return Outcome(memory, replies.ask(texts().talk.not_helpful))

    async def _hand_over(self, turn: Turn, reason: HandoffReason) -> Outcome:
        told = " ".join([*turn.memory.pieces, turn.text])
        matter = _with_topic(turn, told) if reason in _SAY_LITTLE else told
        found = await self._search(matter)
        memory = turn.memory.having(
            failed_turns=0,
            complaints=0,
            case=None,
            calculation=None,
            clarifying=None,
            offer=None,
            pieces=(),
        )
        marked = reason is not HandoffReason.CRISIS and turn.may_be_in_danger
        return Outcome(memory, handoff(reason, matter, found.result, may_be_in_danger=marked))


def _with_topic(turn: Turn, told: str) -> str:
    """Return what it is about: "a person, please" alone tells the desk nothing."""
    topic = turn.memory.topic
    if topic is None or len(told) > _A_BARE_REQUEST:
        return told
    return f"{topic.question} · {told}"
