"""What a follower chooses: by the number of a choice, or by tapping a line.

A line to tap is a link of the menu messages' scheme. WeChat sends its ``msgmenucontent`` in the
follower's name, with ``msgmenuid`` as ``bizmsgmenuid``, and the platform counts it as a menu
click. Source: developers.weixin.qq.com, Official Accounts, "Customer service messages" (msgmenu).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final
from urllib.parse import quote

from api.channels.wechat.form_texts import form_texts

MORE_LINE_BYTES: Final = 240
"""Room that ``more_line`` needs below a part, with the blank line between them."""
_VIEW_ID = "view-"
_PUNCTUATION = "。.!！~～,，?？ \n"


def chosen(text: str, options: Sequence[Mapping[str, str]]) -> str | None:
    """What the option says whose number or title the message is; None: it is none of them.

    ``options``: ``[{title, text}]`` in the order in which they were shown.
    """
    for option in options:
        if text.strip() == option["title"]:
            return option["text"]
    found = _number().fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if found is None:
        return None
    number = int(unicodedata.numeric(found["number"]))
    return options[number - 1]["text"] if number <= len(options) else None


def tap_line(key: str) -> str:
    """Says that the answer is being prepared, with a link to fetch it. ``key``: of the link."""
    texts = form_texts().view
    return texts.preparing.format(link=_tap(texts.preparing_label, texts.preparing_says, key))


def more_line(left: int) -> str:
    """Says how many parts are left, with a link to fetch the next one."""
    texts = form_texts().view
    return texts.more.format(left=left, link=_tap(texts.more_label, texts.more_says, "more"))


def asks_to_view(text: str, menu_id: str | None) -> bool:
    """Whether a message is a tap on one of these links, or asks for the same in words."""
    if menu_id is not None and menu_id.startswith(_VIEW_ID):
        return True
    words = unicodedata.normalize("NFKC", text).strip(f"{_PUNCTUATION}“”\"'")
    return _asks().fullmatch(words) is not None


def _tap(label: str, says: str, key: str) -> str:
    says, menu_id = quote(says, safe=""), quote(_VIEW_ID + key, safe="")
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={says}&msgmenuid={menu_id}">{label}</a>'


@cache
def _number() -> re.Pattern[str]:
    return re.compile(form_texts().choices.number)


@cache
def _asks() -> re.Pattern[str]:
    return re.compile(form_texts().view.asks)
