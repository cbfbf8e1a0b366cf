from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.staff import totp

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""12345678901234567890 in Base32, as in appendix B of RFC 6238."""


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_the_rfc(seconds: int, code: str) -> None:
    step = totp.matching_step(RFC_SECRET, code, at(seconds), after=None)
    assert step == seconds // 30


@given(st.integers(10**9, 2**32), st.integers(-120, 120))
def test_a_phone_may_be_one_step_off(seconds: int, drift: int) -> None:
    shown = (seconds + drift) // 30
    code = pyotp.TOTP(RFC_SECRET).generate_otp(shown)
    found = totp.matching_step(RFC_SECRET, code, at(seconds), after=None)
    if abs(shown - seconds // 30) <= 1:
        assert found == shown
    else:
        # Steps may share a code, one time in a million; then it is that of the near one.
        assert found is None or abs(found - seconds // 30) <= 1


def test_what_is_not_newer_does_not_count_again() -> None:
    time = at(1234567890)
    step = totp.matching_step(RFC_SECRET, "005924", time, after=None)
    assert step is not None
    assert totp.matching_step(RFC_SECRET, "005924", time, after=step) is None
    assert totp.matching_step(RFC_SECRET, "005924", time, after=step - 1) == step
    before = pyotp.TOTP(RFC_SECRET).at(time - timedelta(seconds=30))
    assert totp.matching_step(RFC_SECRET, before, time, after=step) is None


def test_secrets_are_160_bits_and_never_the_same() -> None:
    secrets = {totp.new_secret() for _ in range(20)}
    assert len(secrets) == 20
    assert all(len(pyotp.TOTP(secret).byte_secret()) == 20 for secret in secrets)


def test_the_qr_code_is_an_svg_of_the_uri() -> None:
    uri = totp.enrolment_uri(RFC_SECRET, "chen.jie", "余杭工会小助手")
    parsed = pyotp.parse_uri(uri)
    assert (parsed.name, parsed.issuer) == ("chen.jie", "余杭工会小助手")
    svg = totp.qr_svg(uri)
    assert svg.startswith("<svg")
    assert RFC_SECRET not in svg
