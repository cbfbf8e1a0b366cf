"""What the platform says to our calls, reduced to what matters to whoever made them.

Source of the codes: developers.weixin.qq.com, Official Accounts, "Global return codes" and the
page of each call.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class PlatformOutcome(StrEnum):
    """Why a call failed."""

    OUT_OF_WINDOW = "out_of_window"
    QUOTA_USED = "quota_used"
    TOO_LONG = "too_long"
    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    TOKEN_REJECTED = "token_rejected"  # noqa: S105 - not a token
    NOT_FOLLOWING = "not_following"
    UNKNOWN_FOLLOWER = "unknown_follower"
    NOT_PERMITTED = "not_permitted"
    TYPING_REFUSED = "typing_refused"
    TOO_FREQUENT = "too_frequent"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    TOO_LARGE = "too_large"
    MEDIA_GONE = "media_gone"
    REFUSED = "refused"

    @property
    def explanation(self) -> str:
        """For operators, without anything that belongs to the call."""
        return _EXPLANATIONS[self]


REJECTED_TOKEN: Final = frozenset({40001, 40014, 42001})
"""The access token is wrong or has expired: a new one may do."""
NO_MENU: Final = 46003
"""The account has no menu."""

_OUTCOMES: Final[Mapping[int, PlatformOutcome]] = MappingProxyType(
    {
        -1: PlatformOutcome.BUSY,
        40001: PlatformOutcome.TOKEN_REJECTED,
        40003: PlatformOutcome.UNKNOWN_FOLLOWER,
        40007: PlatformOutcome.MEDIA_GONE,
        40013: PlatformOutcome.TOKEN_REJECTED,  # the AppID
        40014: PlatformOutcome.TOKEN_REJECTED,
        40125: PlatformOutcome.TOKEN_REJECTED,  # the AppSecret
        40164: PlatformOutcome.ADDRESS_NOT_ALLOWED,
        42001: PlatformOutcome.TOKEN_REJECTED,
        43004: PlatformOutcome.NOT_FOLLOWING,
        45002: PlatformOutcome.TOO_LONG,
        45009: PlatformOutcome.TOO_FREQUENT,
        45011: PlatformOutcome.TOO_FREQUENT,
        45015: PlatformOutcome.OUT_OF_WINDOW,
        45047: PlatformOutcome.QUOTA_USED,
        45080: PlatformOutcome.TYPING_REFUSED,
        45081: PlatformOutcome.TYPING_REFUSED,
        48001: PlatformOutcome.NOT_PERMITTED,
    }
)
_TEMPORARY: Final = frozenset(
    {
        PlatformOutcome.BUSY,
        PlatformOutcome.TOO_FREQUENT,
        PlatformOutcome.UNREACHABLE,
        # An operator can put these right while the message waits.
        PlatformOutcome.ADDRESS_NOT_ALLOWED,
        PlatformOutcome.TOKEN_REJECTED,
    }
)
_EXPLANATIONS: Final[Mapping[PlatformOutcome, str]] = MappingProxyType(
    {
        PlatformOutcome.OUT_OF_WINDOW: "the follower has not been in touch for too long",
        PlatformOutcome.QUOTA_USED: "no message is left until the follower is in touch again",
        PlatformOutcome.TOO_LONG: "the text is longer than the platform takes",
        PlatformOutcome.ADDRESS_NOT_ALLOWED: (
            "this machine's public address is not on the account's allow list: add it on the"
            " platform under the basic configuration"
        ),
        PlatformOutcome.TOKEN_REJECTED: (
            "the platform gives no access token, or takes none that it gave: check"
            " UNION_WECHAT_APP_ID and UNION_WECHAT_APP_SECRET, and that no other program keeps"
            " replacing the account's token"
        ),
        PlatformOutcome.NOT_FOLLOWING: "the worker does not follow the account",
        PlatformOutcome.UNKNOWN_FOLLOWER: "the OpenID is not one of this account's",
        PlatformOutcome.NOT_PERMITTED: (
            "the account may not make this call: it needs a verified account with that permission"
        ),
        PlatformOutcome.TYPING_REFUSED: "the typing indicator is on already, or it is too late",
        PlatformOutcome.TOO_FREQUENT: "the calls of this minute or day are used up",
        PlatformOutcome.BUSY: "the platform is busy",
        PlatformOutcome.UNREACHABLE: "the platform does not answer as it should",
        PlatformOutcome.TOO_LARGE: "the file is larger than what was asked for",
        PlatformOutcome.MEDIA_GONE: "the file is not there, or not any more",
        PlatformOutcome.REFUSED: "the platform refuses the call",
    }
)


class PlatformError(Exception):
    """A call failed. ``errcode`` is the platform's own code, None where it gave none; its words
    are not kept, they can quote the call."""

    def __init__(self, outcome: PlatformOutcome, errcode: int | None) -> None:
        super().__init__(outcome, errcode)
        self.outcome = outcome
        self.errcode = errcode

    @classmethod
    def of(cls, errcode: int) -> "PlatformError":
        """The error for a code of the platform."""
        return cls(_OUTCOMES.get(errcode, PlatformOutcome.REFUSED), errcode)

    def __str__(self) -> str:
        code = "" if self.errcode is None else f" (errcode {self.errcode})"
        return f"{self.outcome.explanation}{code}"

    @property
    def is_temporary(self) -> bool:
        """Whether the same call may succeed later."""
        return self.outcome in _TEMPORARY
