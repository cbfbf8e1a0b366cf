import pytest

from api.handoff.states import TRANSITIONS, Act, IllegalTransitionError, next_status
from api.storage.models import OPEN_HANDOFF_STATES, ActorKind, HandoffState, Status


def test_every_act_has_its_row() -> None:
    assert set(TRANSITIONS) == set(Act)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("by", ActorKind)
def test_only_what_the_table_says_is_possible(act: Act, status: Status, by: ActorKind) -> None:
    row = TRANSITIONS[act]
    if by in row.by and status in row.sources:
        assert next_status(act, status, by) is row.target
    else:
        with pytest.raises(IllegalTransitionError):
            next_status(act, status, by)


def test_nothing_leaves_the_closed_state() -> None:
    assert not any(Status.CLOSED in row.sources for row in TRANSITIONS.values())


def test_the_conversation_and_its_handoff_agree() -> None:
    for act, row in TRANSITIONS.items():
        is_open = row.handoff in OPEN_HANDOFF_STATES
        if row.target is Status.WITH_STAFF:
            assert row.handoff is HandoffState.CLAIMED, act
        if row.target is Status.WAITING:
            assert row.handoff is HandoffState.WAITING, act
        if row.target is Status.CLOSED:
            assert not is_open, act


def test_only_staff_claim_release_and_resolve() -> None:
    for act in (Act.CLAIM, Act.RELEASE, Act.RESOLVE, Act.TRANSFER):
        assert TRANSITIONS[act].by == {ActorKind.STAFF}
