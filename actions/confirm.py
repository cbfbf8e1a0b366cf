"""Yes, no, stop and skip, when no form is open."""

from actions import replies
from actions.answer import Answering
from actions.calculation import has_figures
from actions.calculators.catalogue import CALCULATORS
from actions.forms import CALCULATOR_FORM
from actions.handoff import HandingOver
from actions.memory import OFFER_OF_A_PERSON
from actions.texts import texts
from actions.turn import Outcome, Turn


class Confirming:
    """Takes short words for what they answer."""

    def __init__(self, answering: Answering, handing_over: HandingOver) -> None:
        self._answering = answering
        self._handing_over = handing_over

    async def affirm(self, turn: Turn) -> Outcome:
        """Accept what was offered."""
        settled = await self._answering.settle(turn)
        if settled is not None:
            return settled
        if turn.memory.clarifying is not None:
            return await self._answering.unclarified(turn)
        if turn.memory.offer == OFFER_OF_A_PERSON:
            return await self._handing_over.requested(turn)
        if turn.memory.offer in CALCULATORS:
            return Outcome(turn.memory, loop=CALCULATOR_FORM)
        return Outcome(turn.memory.having(failed_turns=0), replies.chat(texts().talk.affirmed))

    async def deny(self, turn: Turn) -> Outcome:
        """Decline what was offered, or say that something else was meant."""
        settled = await self._answering.settle(turn)
        if settled is not None:
            return settled
        if turn.memory.clarifying is not None:
            return await self._answering.unclarified(turn)
        if has_figures(turn):
            return Outcome(turn.memory, loop=CALCULATOR_FORM)
        if turn.memory.offer is not None:
            memory = turn.memory.having(offer=None)
            return Outcome(memory, replies.chat(texts().talk.declined))
        return Outcome(turn.memory, replies.ask(texts().talk.denied))

    async def stop(self, turn: Turn) -> Outcome:
        """Leave whatever is open; a person comes where one is wanted instead."""
        if turn.stops_for_a_person:
            return await self._handing_over.requested(turn)
        memory = turn.memory.having(
            clarifying=None, offer=None, calculation=None, pieces=(), failed_turns=0
        )
        return Outcome(memory, replies.chat(texts().talk.stopped))

    async def skip(self, turn: Turn) -> Outcome:
        """The worker does not know, or does not want to say."""
        settled = await self._answering.settle(turn)
        if settled is not None:
            return settled
        if turn.memory.clarifying is not None:
            return await self._answering.unclarified(turn)
        return Outcome(turn.memory, replies.ask(texts().talk.skipped))
