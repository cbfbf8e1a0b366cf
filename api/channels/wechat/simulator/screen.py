"""What a follower sees of the account."""

import asyncio
import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qs, urlsplit

PLATFORM_FAULT: Final = "该公众号提供的服务出现故障，请稍后再试"
"""The platform's own words, where the account gives no proper answer."""
_MENU_LINK: Final = ("weixin", "bizmsgmenu")
_ANCHOR: Final = re.compile(
    r"""<a\s[^>]*?href\s*=\s*(?P<quote>["'])(?P<href>.*?)(?P=quote)[^>]*>(?P<text>.*?)</a>""",
    re.DOTALL | re.IGNORECASE,
)


class By(StrEnum):
    """How something came to the screen."""

    PASSIVE = "passive"
    """As the answer to a delivery."""
    CUSTOMER_SERVICE = "customer_service"
    PLATFORM_FAULT = "platform_fault"


@dataclass(frozen=True, slots=True)
class Link:
    """Something to tap: it says ``message`` with ``menu_id``, or opens ``url``."""

    text: str
    url: str | None = None
    menu_id: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A message on the screen. ``parts``: its text, with the links in their places."""

    parts: tuple[str | Link, ...]
    by: By
    at: datetime

    @property
    def text(self) -> str:
        """As it reads."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def links(self) -> tuple[Link, ...]:
        """What can be tapped, in its order."""
        return tuple(part for part in self.parts if isinstance(part, Link))


def text_parts(text: str) -> tuple[str | Link, ...]:
    """A text message: what stands in ``<a href="…">`` can be tapped."""
    parts: list[str | Link] = []
    end = 0
    for anchor in _ANCHOR.finditer(text):
        parts += [text[end : anchor.start()], _link(anchor["text"], html.unescape(anchor["href"]))]
        end = anchor.end()
    return tuple(part for part in (*parts, text[end:]) if part)


def menu_parts(head: str, options: Iterable[tuple[str, str]], tail: str) -> tuple[str | Link, ...]:
    """A menu message. ``options``: id and text of each."""
    parts: list[str | Link] = [head] if head else []
    for menu_id, content in options:
        parts += ["\n"] if parts else []
        parts.append(Link(content, menu_id=menu_id, message=content))
    return (*parts, f"\n{tail}") if tail else tuple(parts)


def _link(text: str, href: str) -> Link:
    address = urlsplit(href)
    if (address.scheme, address.netloc) != _MENU_LINK:
        return Link(text, url=href)
    query = parse_qs(address.query)
    return Link(
        text,
        menu_id=query.get("msgmenuid", [""])[0],
        message=query.get("msgmenucontent", [text])[0],
    )


class Screen:
    """Messages in the order in which they came. ``on_show`` is told of each."""

    def __init__(self) -> None:
        self.shown: list[Shown] = []
        self.on_show: Callable[[Shown], None] | None = None
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        return len(self.shown)

    @property
    def texts(self) -> list[str]:
        """What all of them say."""
        return [shown.text for shown in self.shown]

    def add(self, shown: Shown) -> None:
        """Show a message."""
        self.shown.append(shown)
        self._changed.set()
        self._changed = asyncio.Event()
        if self.on_show is not None:
            self.on_show(shown)

    async def wait_for(
        self, fits: Callable[[Shown], bool], *, within_s: float, start: int = 0
    ) -> Shown:
        """The first fitting message from the given place on, also one that is there already.

        Raises ``TimeoutError``.
        """
        seen = start
        async with asyncio.timeout(within_s):
            while True:
                for shown in self.shown[seen:]:
                    if fits(shown):
                        return shown
                seen = max(seen, len(self.shown))
                await self._changed.wait()
