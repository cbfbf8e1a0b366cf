from dataclasses import replace

import pytest

from actions.forms import CALCULATOR_FORM, INTAKE_FORM
from actions.interruptions import Interruptions
from actions.memory import Calculation, Clarifying, Memory
from actions.turn import Handler, Outcome, Turn
from contract import Decision, Handoff, HandoffReason, QuickReply, Reply, ReplyKind, Trace

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
NAMED = [QuickReply(title=name, text=name) for name in ("一", "二", "三", "四")]
PERSON = QuickReply(title="都不是", text="转人工")
CHOICES = Reply(kind=ReplyKind.CHOICES, text="哪一项？", quick_replies=[*NAMED, PERSON])
LIKELY = ANSWER.model_copy(
    update={
        "quick_replies": [*NAMED[:2], PERSON],
        "trace": Trace(
            query="话",
            rewritten_query="话",
            hits=[],
            index_fingerprint="f",
            encoder="e",
            decision=Decision.CHOICES,
        ),
    }
)
ASKED_BACK = Reply(kind=ReplyKind.QUESTION, text="签了吗？", quick_replies=[*NAMED[:2], PERSON])
ASKING = Clarifying(clarification="c", question="q")
FILLING = Memory(calculation=Calculation(calculator="overtime", asked="days"))


def turn(intent: str | None) -> Turn:
    return Turn("话", intent, FILLING, loop=CALCULATOR_FORM)


async def answers(turn: Turn) -> Outcome:
    return Outcome(turn.memory.having(failed_turns=1, clarifying=ASKING, offer="heat"), ANSWER)


async def offers_choices(turn: Turn) -> Outcome:
    return Outcome(turn.memory, CHOICES)


async def answers_what_is_likely(turn: Turn) -> Outcome:
    return Outcome(turn.memory, LIKELY)


async def asks_back(turn: Turn) -> Outcome:
    return Outcome(turn.memory.having(clarifying=ASKING, offer="heat"), ASKED_BACK)


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
        "return_topic": offers_choices,
        "correct": answers_what_is_likely,
        "affirm": asks_back,
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


@pytest.mark.parametrize(
    ("intent", "offered"),
    [("return_topic", NAMED[:3]), ("correct", NAMED[:2]), ("affirm", NAMED[:2])],
)
async def test_what_is_offered_to_choose_from_stays_before_the_forms_own_buttons(
    interruptions: Interruptions, intent: str, offered: list[QuickReply]
) -> None:
    outcome = await interruptions.handle(turn(intent), AGAIN, CALCULATOR_FORM)
    assert outcome.reply is not None
    assert outcome.reply.quick_replies == [*offered, *AGAIN.quick_replies]
    assert outcome.loop == CALCULATOR_FORM


async def test_a_button_of_the_form_is_shown_once(interruptions: Interruptions) -> None:
    again = AGAIN.model_copy(update={"quick_replies": [NAMED[0], *AGAIN.quick_replies]})
    outcome = await interruptions.handle(turn("affirm"), again, CALCULATOR_FORM)
    assert outcome.reply is not None
    assert outcome.reply.quick_replies == [NAMED[1], *again.quick_replies]


@pytest.mark.parametrize(("form", "kept"), [(INTAKE_FORM, ASKING), (CALCULATOR_FORM, None)])
async def test_within_a_case_a_question_asked_back_waits_for_its_button(
    interruptions: Interruptions, form: str, kept: Clarifying | None
) -> None:
    outcome = await interruptions.handle(turn("affirm"), AGAIN, form)
    assert outcome.memory == FILLING.having(clarifying=kept)
