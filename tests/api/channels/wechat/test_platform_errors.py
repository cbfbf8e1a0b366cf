import pytest

from api.channels.wechat.platform_errors import PlatformError, PlatformOutcome


@pytest.mark.parametrize(
    ("errcode", "outcome"),
    [
        (45015, PlatformOutcome.OUT_OF_WINDOW),
        (45047, PlatformOutcome.QUOTA_USED),
        (45002, PlatformOutcome.TOO_LONG),
        (40164, PlatformOutcome.ADDRESS_NOT_ALLOWED),
        (40001, PlatformOutcome.TOKEN_REJECTED),
        (40014, PlatformOutcome.TOKEN_REJECTED),
        (42001, PlatformOutcome.TOKEN_REJECTED),
        (40013, PlatformOutcome.TOKEN_REJECTED),
        (40125, PlatformOutcome.TOKEN_REJECTED),
        (43004, PlatformOutcome.NOT_FOLLOWING),
        (40003, PlatformOutcome.UNKNOWN_FOLLOWER),
        (48001, PlatformOutcome.NOT_PERMITTED),
        (45080, PlatformOutcome.TYPING_REFUSED),
        (45081, PlatformOutcome.TYPING_REFUSED),
        (45009, PlatformOutcome.TOO_FREQUENT),
        (45011, PlatformOutcome.TOO_FREQUENT),
        (-1, PlatformOutcome.BUSY),
        (40007, PlatformOutcome.MEDIA_GONE),
        (47001, PlatformOutcome.REFUSED),
        (99999, PlatformOutcome.REFUSED),
    ],
)
def test_a_code_has_an_outcome(errcode: int, outcome: PlatformOutcome) -> None:
    error = PlatformError.of(errcode)
    assert (error.outcome, error.errcode) == (outcome, errcode)
    assert str(error) == f"{outcome.explanation} (errcode {errcode})"


@pytest.mark.parametrize("outcome", PlatformOutcome)
def test_every_outcome_is_explained(outcome: PlatformOutcome) -> None:
    assert str(PlatformError(outcome, None)) == outcome.explanation


def test_what_may_pass_is_temporary() -> None:
    temporary = {each for each in PlatformOutcome if PlatformError(each, None).is_temporary}
    assert temporary == {
        PlatformOutcome.BUSY,
        PlatformOutcome.TOO_FREQUENT,
        PlatformOutcome.UNREACHABLE,
        PlatformOutcome.ADDRESS_NOT_ALLOWED,
        PlatformOutcome.TOKEN_REJECTED,
    }
