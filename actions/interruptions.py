"""A message in the middle of a form that belongs elsewhere: dealt with, then the form goes on."""

from dataclasses import replace

from actions.forms import INTAKE_FORM
from actions.turn import Handler, Outcome, Turn
from contract import Reply

_OPENS_A_CASE = ("legal_case", "group_dispute")


class Interruptions:
    """Knows which handler each intent has outside forms; filled when the actions are built."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self._responses: dict[str, str] = {}
        self._otherwise: Handler | None = None

    def register(
        self, handlers: dict[str, Handler], responses: dict[str, str], otherwise: Handler
    ) -> None:
        """Set the handlers and the domain's responses by intent, and what handles the rest."""
        self._handlers, self._responses, self._otherwise = handlers, responses, otherwise

    async def handle(self, turn: Turn, again: Reply, form: str) -> Outcome:
        """Deal with the message; ``again`` repeats the form's question, unless a person comes."""
        if turn.intent in _OPENS_A_CASE and form != INTAKE_FORM:
            return Outcome(turn.memory.having(calculation=None), loop=INTAKE_FORM)
        response = self._responses.get(turn.intent or "")
        if response is not None:
            return Outcome(turn.memory, again, response=response, loop=form)
        handler = self._handlers.get(turn.intent or "", self._otherwise)
        if handler is None:
            raise RuntimeError("no handlers are registered")
        outcome = await handler(replace(turn, loop=None))
        if outcome.reply is None:
            return Outcome(turn.memory, again, loop=form)
        if outcome.reply.handoff is not None:
            return replace(outcome, memory=outcome.memory.having(calculation=None))
        both = outcome.reply.model_copy(
            update={
                "text": f"{outcome.reply.text}\n\n{again.text}",
                "quick_replies": again.quick_replies,
            }
        )
        return Outcome(outcome.memory.having(clarifying=None, offer=None), both, loop=form)
