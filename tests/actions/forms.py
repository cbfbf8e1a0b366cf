"""A worker who talks to the two forms; the dialogue server's part is played by the test."""

from dataclasses import dataclass, field, replace
from datetime import date

from actions.answer import Answering
from actions.assistant import RESPONSES
from actions.calculation import Calculating
from actions.calculators.catalogue import BY_INTENT
from actions.confirm import Confirming
from actions.follow_up import FollowingUp
from actions.forms import CALCULATOR_FORM, INTAKE_FORM
from actions.handoff import HandingOver
from actions.inform import Informing
from actions.intake import Intake
from actions.interruptions import Interruptions
from actions.memory import Memory
from actions.search import Search
from actions.turn import Handler, Outcome, Turn
from contract import Handoff, Reply
from tests.actions.calculators.figures import Said, entities

TODAY = date(2026, 11, 25)


@dataclass
class Handlers:
    """What handles a message: a form by its name, anything else by its intent."""

    search: Search
    forms: dict[str, Handler] = field(init=False)
    others: dict[str, Handler] = field(init=False)
    fallback: Handler = field(init=False)

    def __post_init__(self) -> None:
        answering = Answering(self.search)
        following_up = FollowingUp(self.search, answering)
        handing_over = HandingOver(self.search, answering)
        confirming = Confirming(answering, handing_over)
        interruptions = Interruptions()
        self.fallback = answering.fallback
        self.others = {
            "ask_service": answering.answer,
            "ask_aspect": following_up.aspect,
            "correct": following_up.correct,
            "inform": Informing(self.search, answering, following_up).inform,
            "affirm": confirming.affirm,
            "deny": confirming.deny,
            "stop": confirming.stop,
            "skip": confirming.skip,
            "request_human": handing_over.requested,
            "urgent_deadline": handing_over.urgent,
            "crisis": handing_over.crisis,
            "not_helpful": handing_over.not_helpful,
        }
        interruptions.register(self.others, RESPONSES, self.fallback)
        self.forms = {
            CALCULATOR_FORM: Calculating(self.search, answering, interruptions).fill,
            INTAKE_FORM: Intake(self.search, answering, interruptions).fill,
        }

    def of(self, turn: Turn) -> Handler:
        """Return the handler that the rules of the dialogue server lead to."""
        if turn.loop is not None:
            return self.forms[turn.loop]
        if turn.intent in BY_INTENT:
            return self.forms[CALCULATOR_FORM]
        if turn.intent in ("legal_case", "group_dispute"):
            return self.forms[INTAKE_FORM]
        return self.others.get(turn.intent or "", self.fallback)


@dataclass
class Talk:
    """A conversation. What is kept in mind goes through the slots after every message."""

    search: Search
    memory: Memory = field(default_factory=Memory)
    loop: str | None = None
    day: date = TODAY
    response: str | None = None
    """The response of the domain that was said before the last reply."""

    async def say(
        self,
        text: str,
        intent: str | None,
        *figures: Said,
        confidence: float = 1.0,
        may_be_in_danger: bool = False,
    ) -> Reply:
        """Return the reply to a message."""
        turn = Turn(
            text=text,
            intent=intent,
            memory=self.memory,
            confidence=confidence,
            entities=entities(text, *figures),
            loop=self.loop,
            day=self.day,
            may_be_in_danger=may_be_in_danger,
        )
        outcome = await self._handled(turn)
        self.memory = Memory.of(outcome.memory.model_dump(mode="json"))
        self.loop = outcome.loop
        self.response = outcome.response
        assert outcome.reply is not None
        return outcome.reply

    async def _handled(self, turn: Turn) -> Outcome:
        """Go on with the form that an action leaves the talking to."""
        handlers = Handlers(self.search)
        outcome = await handlers.of(turn)(turn)
        if outcome.reply is None and outcome.loop not in (None, turn.loop):
            turn = replace(turn, memory=outcome.memory, loop=outcome.loop)
            outcome = await handlers.of(turn)(turn)
        return outcome


def case_of(reply: Reply) -> Handoff:
    """Return the package for the desk that comes with a reply."""
    assert reply.handoff is not None
    return reply.handoff


def buttons(reply: Reply) -> list[str]:
    return [each.title for each in reply.quick_replies]
