import pytest

from actions.handoff import HandoffAction
from actions.search import Search
from actions.texts import texts
from contract import HandoffReason, ReplyKind
from tests.actions.conversation import run

pytestmark = pytest.mark.anyio


def test_the_name_is_that_of_the_domain(search: Search) -> None:
    assert HandoffAction(search).name() == "action_handoff"


@pytest.mark.parametrize(
    ("intent", "text", "reason", "priority"),
    [
        ("request_human", "转人工", HandoffReason.REQUESTED, 4),
        (None, "转人工", HandoffReason.REQUESTED, 4),
        ("crisis", "活着没意思", HandoffReason.CRISIS, 1),
        ("legal_case", "昨天被公司辞退了", HandoffReason.LEGAL_CASE, 3),
        ("legal_case", "后天仲裁就满一年了", HandoffReason.URGENT_DEADLINE, 2),
        ("legal_case", "在车间手指被压断了 老板不管", HandoffReason.LEGAL_CASE, 2),
    ],
)
async def test_the_intent_gives_the_reason(
    search: Search, intent: str | None, text: str, reason: HandoffReason, priority: int
) -> None:
    outcome = await run(HandoffAction(search), text, intent=intent, failed_turns=2.0)
    reply = outcome.reply
    assert reply.kind is ReplyKind.HANDOFF
    assert reply.text == texts().handoff[reason]
    assert reply.handoff is not None
    assert (reply.handoff.reason, reply.handoff.priority) == (reason, priority)
    assert reply.handoff.summary == text
    assert outcome.failed_turns == 0
