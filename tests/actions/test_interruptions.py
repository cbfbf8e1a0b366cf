from dataclasses import replace

import pytest

from actions.forms import CALCULATOR_FORM, INTAKE_FORM
from actions.interruptions import Interruptions
from actions.memory import Calculation, Clarifying, Memory
from actions.turn import Handler, Outcome, Turn
from contract import Handoff, HandoffReason, QuickReply, Reply, ReplyKind

pytestmark = pytest.mark.anyio

AGAIN = Reply(
    kind=ReplyKind.QUESTION,
    text="接着说：多少？",
    quick_replies=[QuickReply(title="跳过", text="跳过")],
)
ANSWER = Reply(
    kind=ReplyKind.ANSWER, text="答", quick_replies=[QuickReply(title="别的", text="别的")]
)
HANDED_OVER = Reply(
    kind=ReplyKind.HANDOFF,
    text="已经转了",
    handoff=Handoff(reason=HandoffReason.REQUESTED, category="综合", priority=4, summary="转"),
)
FILLING = Memory(calculation=Calculation(calculator="overtime", asked="days"))


def turn(intent: str | None) -> Turn:
    return Turn("话", intent, FILLING, loop=CALCULATOR_FORM)


async def answers(turn: Turn) -> Outcome:
    asking = Clarifying(clarification="c", question="q")
    return Outcome(turn.memory.having(failed_turns=1, clarifying=asking, offer="heat"), ANSWER)


async def hands_over(turn: Turn) -> Outcome:
    return Outcome(turn.memory, HANDED_OVER)


async def leaves_the_talking(turn: Turn) -> Outcome:
    return Outcome(turn.memory.having(failed_turns=7), loop=CALCULATOR_FORM)


async def tells_its_loop(turn: Turn) -> Outcome:
    return Outcome(turn.memory, ANSWER.model_copy(update={"text": str(turn.loop)}))


@pytest.fixture
def interruptions() -> Interruptions:
    made = Interruptions()
    handlers: dict[str, Handler] = {
        "ask_service": answers,
        "request_human": hands_over,
        "inform": leaves_the_talking,
        "ask_aspect": tells_its_loop,
    }
    made.register(handlers, {"greet": "utter_greet"}, otherwise=answers)
    return made


@pytest.mark.parametrize("intent", ["ask_service", "something_new", None])
async def test_the_answer_comes_before_the_forms_question(
    interruptions: Interruptions, intent: str | None
) -> None:
    outcome = await interruptions.handle(turn(intent), AGAIN, CALCULATOR_FORM)
    assert outcome.reply is not None
    assert outcome.reply.text == "答\n\n接着说：多少？"
    assert outcome.reply.kind is ReplyKind.ANSWER
    assert outcome.reply.quick_replies == AGAIN.quick_replies
    assert outcome.loop == CALCULATOR_FORM


async def test_the_form_is_still_in_mind_and_nothing_else_is_asked(
    interruptions: Interruptions,
) -> None:
    outcome = await interruptions.handle(turn("ask_service"), AGAIN, CALCULATOR_FORM)
    assert outcome.memory == FILLING.having(failed_turns=1)


async def test_a_person_ends_the_form(interruptions: Interruptions) -> None:
    outcome = await interruptions.handle(turn("request_human"), AGAIN, CALCULATOR_FORM)
    assert outcome == Outcome(FILLING.having(calculation=None), HANDED_OVER)


@pytest.mark.parametrize("form", [CALCULATOR_FORM, INTAKE_FORM])
async def test_a_response_of_the_domain_comes_before_the_question(
    interruptions: Interruptions, form: str
) -> None:
    outcome = await interruptions.handle(turn("greet"), AGAIN, form)
    assert outcome == Outcome(FILLING, AGAIN, response="utter_greet", loop=form)


@pytest.mark.parametrize("intent", ["legal_case", "group_dispute"])
async def test_a_dispute_leaves_the_calculator_for_a_case(
    interruptions: Interruptions, intent: str
) -> None:
    outcome = await interruptions.handle(turn(intent), AGAIN, CALCULATOR_FORM)
    assert outcome == Outcome(FILLING.having(calculation=None), loop=INTAKE_FORM)


async def test_a_dispute_within_a_case_opens_no_other(interruptions: Interruptions) -> None:
    within = replace(turn("legal_case"), loop=INTAKE_FORM)
    outcome = await interruptions.handle(within, AGAIN, INTAKE_FORM)
    assert outcome.reply is not None
    assert outcome.loop == INTAKE_FORM


async def test_a_handler_that_leaves_the_talking_leaves_it_to_the_form(
    interruptions: Interruptions,
) -> None:
    outcome = await interruptions.handle(turn("inform"), AGAIN, CALCULATOR_FORM)
    assert outcome == Outcome(FILLING, AGAIN, loop=CALCULATOR_FORM)


async def test_handlers_see_no_form(interruptions: Interruptions) -> None:
    outcome = await interruptions.handle(turn("ask_aspect"), AGAIN, CALCULATOR_FORM)
    assert outcome.reply is not None
    assert outcome.reply.text.startswith("None\n\n")


async def test_without_handlers_there_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="no handlers"):
        await Interruptions().handle(turn("ask_service"), AGAIN, CALCULATOR_FORM)
