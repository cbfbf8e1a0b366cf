"""Messages that only tell something: kept for what comes next."""

from actions import replies
from actions.answer import Answering
from actions.calculation import has_figures
from actions.calculators.calculator import Calculator
from actions.calculators.catalogue import CALCULATORS
from actions.calculators.fields import to_json
from actions.calculators.reading import read
from actions.follow_up import FollowingUp
from actions.forms import CALCULATOR_FORM, INTAKE_FORM
from actions.memory import Figure, Memory
from actions.search import Search
from actions.texts import texts
from actions.turn import Outcome, Turn

_A_GRIEVANCE = 8
"""Characters from which on a message that only tells something may be a matter of its own."""


class Informing:
    """Takes note of facts and figures that come without a question."""

    def __init__(self, search: Search, answering: Answering, following_up: FollowingUp) -> None:
        self._search = search
        self._answering = answering
        self._following_up = following_up

    async def inform(self, turn: Turn) -> Outcome:
        """Pass the figures to what is open; else keep them and ask for the question."""
        memory = turn.memory
        settled = await self._answering.settle(turn)
        if settled is not None:
            return settled
        if memory.aspect is not None and turn.subjects:
            return await self._answering.answer(turn)
        if memory.offer in CALCULATORS and figures_for(CALCULATORS[memory.offer], turn):
            return Outcome(memory, loop=CALCULATOR_FORM)
        if has_figures(turn):
            return Outcome(memory, loop=CALCULATOR_FORM)
        if memory.case is not None:
            return Outcome(memory, loop=INTAKE_FORM)
        if memory.clarifying is not None:
            return await self._answering.unclarified(turn)
        # A grievance told without a question is one all the same.
        if len(turn.text) >= _A_GRIEVANCE:
            outcome = self._answering.from_found(turn, await self._search(turn.text))
            if outcome is not None:
                return outcome
        if texts().asks.search(turn.folded):
            return await self._following_up.aspect(turn)
        kept = with_figures(turn).with_piece(turn.text)
        return Outcome(kept, replies.ask(texts().talk.noted))


def with_figures(turn: Turn) -> Memory:
    """Return the memory with every figure of the message that its words tie to a field."""
    figures = dict(turn.memory.figures)
    for calculator in CALCULATORS.values():
        lasting = {field.name for field in calculator.fields if field.lasting}
        reading = read(calculator, turn.folded, turn.entities, only_cued=True)
        for name in lasting.intersection(reading.values):
            figures[name] = Figure(value=to_json(reading.values[name]), told_on=turn.day)
    return turn.memory.having(figures=figures)


def figures_for(calculator: Calculator, turn: Turn) -> bool:
    """Tell whether a message holds figures for a calculator."""
    return bool(read(calculator, turn.folded, turn.entities).values)
