"""A message in the middle of a form that belongs elsewhere: dealt with, then the form goes on."""

from dataclasses import replace

from actions.forms import INTAKE_FORM
from actions.texts import texts
from actions.turn import Handler, Outcome, Turn
from contract import Decision, QuickReply, Reply, ReplyKind

_CHOICES_AT_MOST = 3
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
        return self.then(outcome, outcome.reply, again, form)

    def then(self, outcome: Outcome, reply: Reply, again: Reply, form: str) -> Outcome:
        """Say what comes of a message and go on with the form.

        What the reply offers to choose from stays above the form's own buttons, and the desk gets
        what the form knows by now. A question asked
        back waits for its button within a case only: the calculators would take any words for it.
        """
        both = reply.model_copy(
            update={
                "text": f"{reply.text}\n\n{again.text}",
                "quick_replies": [*_choices(reply, again), *again.quick_replies],
                "handoff": again.handoff,
            }
        )
        asked_back = reply.kind is ReplyKind.QUESTION and form == INTAKE_FORM
        clarifying = outcome.memory.clarifying if asked_back else None
        return Outcome(outcome.memory.having(clarifying=clarifying, offer=None), both, loop=form)


def _choices(reply: Reply, again: Reply) -> list[QuickReply]:
    """Return the buttons without which a reply makes no sense. The related matters below a plain
    answer only lead away from the form, and a person is offered by the form itself."""
    unsure = reply.trace is not None and reply.trace.decision is Decision.CHOICES
    if not unsure and reply.kind not in (ReplyKind.CHOICES, ReplyKind.QUESTION):
        return []
    of_the_form = {texts().person.text, *(each.text for each in again.quick_replies)}
    own = [each for each in reply.quick_replies if each.text not in of_the_form]
    return own[:_CHOICES_AT_MOST]
