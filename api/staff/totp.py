"""Time-based one-time passwords (RFC 6238): SHA-1, 6 digits, steps of 30 seconds.

These are the settings that every authenticator app takes, whatever a QR code says.
"""

import hmac
from datetime import datetime

import pyotp
import segno

DIGITS = 6
STEP_S = 30
_DRIFT = 1
"""So many steps a phone's clock may be off (RFC 6238, 5.2)."""


def new_secret() -> str:
    """160 random bits in Base32, as long as the hash (RFC 4226, 4)."""
    return pyotp.random_base32()


def matching_step(secret: str, code: str, at: datetime, *, after: int | None) -> int | None:
    """The time step that the code belongs to, or None if it is wrong.

    ``after``: the step of the last code that was used; what is not newer does not count again
    (RFC 6238, 5.2). Takes as long for every code of six digits.
    """
    totp = pyotp.TOTP(secret)
    current = int(at.timestamp()) // STEP_S
    found = None
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        is_equal = hmac.compare_digest(totp.generate_otp(step), code)
        if is_equal and (after is None or step > after):
            found = step
    return found


def enrolment_uri(secret: str, username: str, issuer: str) -> str:
    """``otpauth://``, as authenticator apps read it."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def qr_svg(uri: str) -> str:
    """The QR code as an SVG element, black on white whatever is around it."""
    svg: str = segno.make(uri, error="m").svg_inline(scale=5, border=3, light="white")
    return svg
