"""The platform's error codes, as far as the simulator gives them.

Source: https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html
"""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final


class Code(IntEnum):
    """``errcode`` of an answer."""

    BUSY = -1
    OK = 0
    INVALID_CREDENTIAL = 40001
    INVALID_GRANT_TYPE = 40002
    INVALID_OPENID = 40003
    INVALID_MEDIA_ID = 40007
    INVALID_MESSAGE_TYPE = 40008
    INVALID_APP_ID = 40013
    INVALID_ACCESS_TOKEN = 40014
    INVALID_BUTTON_COUNT = 40016
    INVALID_BUTTON_NAME = 40018
    INVALID_SUB_BUTTON_COUNT = 40023
    INVALID_SUB_BUTTON_NAME = 40025
    INVALID_SECRET = 40125
    ADDRESS_NOT_ALLOWED = 40164
    MISSING_ACCESS_TOKEN = 41001
    ACCESS_TOKEN_EXPIRED = 42001
    NOT_FOLLOWING = 43004
    EMPTY_TEXT = 44004
    TOO_LONG = 45002
    DAILY_LIMIT = 45009
    TOO_FREQUENT = 45011
    OUT_OF_WINDOW = 45015
    QUOTA_USED = 45047
    INVALID_TYPING_COMMAND = 45072
    TYPING_TOO_LATE = 45080
    ALREADY_TYPING = 45081
    NO_MENU = 46003
    INVALID_JSON = 47001
    NOT_PERMITTED = 48001


MESSAGES: Final[Mapping[Code, str]] = MappingProxyType(
    {
        Code.BUSY: "system error",
        Code.OK: "ok",
        Code.INVALID_CREDENTIAL: "invalid credential, access_token is invalid or not latest",
        Code.INVALID_GRANT_TYPE: "invalid grant_type",
        Code.INVALID_OPENID: "invalid openid",
        Code.INVALID_MEDIA_ID: "invalid media_id",
        Code.INVALID_MESSAGE_TYPE: "invalid message type",
        Code.INVALID_APP_ID: "invalid appid",
        Code.INVALID_ACCESS_TOKEN: "invalid access_token",
        Code.INVALID_BUTTON_COUNT: "invalid button size",
        Code.INVALID_BUTTON_NAME: "invalid button name size",
        Code.INVALID_SUB_BUTTON_COUNT: "invalid sub button size",
        Code.INVALID_SUB_BUTTON_NAME: "invalid sub button name size",
        Code.INVALID_SECRET: "invalid appsecret",
        Code.ADDRESS_NOT_ALLOWED: "invalid ip, not in whitelist",
        Code.MISSING_ACCESS_TOKEN: "access_token missing",
        Code.ACCESS_TOKEN_EXPIRED: "access_token expired",
        Code.NOT_FOLLOWING: "require subscribe",
        Code.EMPTY_TEXT: "empty content",
        Code.TOO_LONG: "content size out of limit",
        Code.DAILY_LIMIT: "reach max api daily quota limit",
        Code.TOO_FREQUENT: "api minute-quota reach limit, must slower, retry next minute",
        Code.OUT_OF_WINDOW: "response out of time limit or subscription is canceled",
        Code.QUOTA_USED: "out of response count limit",
        Code.INVALID_TYPING_COMMAND: "command is invalid",
        Code.TYPING_TOO_LATE: "no message interaction in 30 seconds",
        Code.ALREADY_TYPING: "already in typing state",
        Code.NO_MENU: "menu no exist",
        Code.INVALID_JSON: "data format error",
        Code.NOT_PERMITTED: "api unauthorized",
    }
)


class Refused(Exception):  # noqa: N818 - the platform's word on a call, not a failure of ours
    """The platform answers a call with an error code."""

    def __init__(self, code: Code) -> None:
        super().__init__(f"{code.value} {MESSAGES[code]}")
        self.code = code
