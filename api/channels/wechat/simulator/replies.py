"""Passive replies, judged as the platform judges them.

Source: https://developers.weixin.qq.com/doc/offiaccount/Message_Management/
Passive_user_reply_message.html
"""

from collections.abc import Mapping
from typing import Final

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from api.channels.wechat.simulator.account import SimulatedAccount

TEXT_MAX_BYTES: Final = 2048
_ACKNOWLEDGEMENTS: Final = frozenset({b"", b"success"})
_KINDS: Final = frozenset(
    {"text", "image", "voice", "video", "music", "news", "transfer_customer_service"}
)


class InvalidReplyError(Exception):
    """What the gateway answered is no reply; the message says why."""


def is_acknowledgement(body: bytes) -> bool:
    """Whether the gateway has it and says nothing now."""
    return body in _ACKNOWLEDGEMENTS


def fields_of(body: bytes) -> dict[str, str]:
    """The top-level elements of the platform's XML. Raises ``InvalidReplyError``."""
    try:
        root = ElementTree.fromstring(body, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError):
        raise InvalidReplyError("not XML") from None
    if root.tag != "xml":
        raise InvalidReplyError(f"the root is {root.tag}")
    return {child.tag: child.text or "" for child in root}


def require_reply(fields: Mapping[str, str], account: SimulatedAccount, openid: str) -> None:
    """Raises ``InvalidReplyError`` unless the fields are a reply to this follower."""
    if fields.get("ToUserName") != openid:
        raise InvalidReplyError("ToUserName is not the follower")
    if fields.get("FromUserName") != account.user_name:
        raise InvalidReplyError("FromUserName is not the account")
    if not fields.get("CreateTime", "").isdecimal():
        raise InvalidReplyError("CreateTime is not a time")
    kind = fields.get("MsgType", "")
    if kind not in _KINDS:
        raise InvalidReplyError(f"MsgType is {kind!r}")
    if kind == "text" and not 0 < len(fields.get("Content", "").encode()) <= TEXT_MAX_BYTES:
        raise InvalidReplyError(f"Content is empty or longer than {TEXT_MAX_BYTES} bytes")
