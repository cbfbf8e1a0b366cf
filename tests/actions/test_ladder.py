import pytest

from actions.ladder import next_step
from contract import ReplyKind
from knowledge_base.retrieval.decision import Decision
from tests.actions.conftest import SearchThat

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("failures", "kind"),
    [
        (1, ReplyKind.CHOICES),
        (2, ReplyKind.QUESTION),
        (3, ReplyKind.HANDOFF),
        (4, ReplyKind.HANDOFF),
    ],
)
@pytest.mark.parametrize("decision", [Decision.CHOICES, Decision.DECLINE])
async def test_each_failure_leads_one_step_on(
    search_that: SearchThat, decision: Decision, failures: int, kind: ReplyKind
) -> None:
    found = await search_that(decision)("怎么申请")
    reply = next_step("怎么申请", found.result, failures)
    assert reply.kind is kind
    assert (reply.handoff is not None) is (kind is ReplyKind.HANDOFF)
    assert reply.trace is not None
