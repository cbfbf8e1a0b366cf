"""What followers of the Official Account do: they ask, greet, tap the menu and send pictures."""

import itertools
import random
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from api.channels.wechat.menu import load_menu
from api.channels.wechat.simulator import Delivery, Follower
from api.channels.wechat.simulator.messages import Push
from tests.development_questions import development_questions

_GREETINGS: Final = ("你好", "在吗", "谢谢", "您好 我想问个事", "好的 知道了")
_BEHAVIOURS: Final = ("answer", "chat", "decline")
"""Who has a case for a person gets no more answers of the bot: that is not what is timed."""
_ASKS_FOR_A_PERSON: Final = "person"


class Kind(StrEnum):
    """What a follower does."""

    QUESTION = "question"
    GREETING = "greeting"
    CLICK = "click"
    PICTURE = "picture"


_SHARES: Final = {Kind.QUESTION: 88, Kind.GREETING: 5, Kind.CLICK: 5, Kind.PICTURE: 2}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a follower does; ``words``: what is written, or the menu's key."""

    kind: Kind
    words: str = ""

    async def by(self, follower: Follower) -> Delivery:
        """Do it; returns when the platform has its answer or has given up."""
        match self.kind:
            case Kind.PICTURE:
                return await follower.image(_PICTURE, "image/png")
            case Kind.CLICK:
                return await follower.click(self.words)
        return await follower.text(self.words)

    def push(self, follower: Follower) -> Push:
        """What the platform would deliver; of a picture there is nothing to fetch."""
        match self.kind:
            case Kind.PICTURE:
                return follower.compose.image("no-such-media", "http://127.0.0.1/")
            case Kind.CLICK:
                return follower.compose.click(self.words)
        return follower.compose.text(self.words)


def acts(seed: int) -> Iterator[Act]:
    """An endless mixture, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    asked = [question.text for each in _BEHAVIOURS for question in development_questions(each)]
    chance.shuffle(asked)
    questions = itertools.cycle(asked)
    topics = itertools.cycle(key for key in load_menu().topics() if key != _ASKS_FOR_A_PERSON)
    while True:
        (kind,) = chance.choices(list(_SHARES), list(_SHARES.values()))
        match kind:
            case Kind.QUESTION:
                yield Act(kind, next(questions))
            case Kind.GREETING:
                yield Act(kind, chance.choice(_GREETINGS))
            case Kind.CLICK:
                yield Act(kind, next(topics))
            case Kind.PICTURE:
                yield Act(kind)


def _chunk(name: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)


_PICTURE: Final = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND", b"")
)
"""One grey point."""
