"""A session at the terminal, in the time zone of the federation's workers."""

from datetime import timedelta, timezone
from typing import Final, TextIO

from api.channels.wechat.simulator.screen import Shown
from api.channels.wechat.simulator.session import Entry, Who
from api.channels.wechat.simulator.texts import simulator_texts

_ZONE: Final = timezone(timedelta(hours=8))
_INDENT: Final = "  "


class Display:
    """Prints entries and remarks."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def show(self, entry: Entry) -> None:
        """One entry: who and when, then the words, with what can be tapped numbered."""
        time = entry.at.astimezone(_ZONE).strftime("%m-%d %H:%M:%S")
        words = entry.text if entry.shown is None else numbered(entry.shown)
        body = "\n".join(_INDENT + line for line in words.splitlines())
        self.say(f"{_name(entry)} {time}\n{body}\n")

    def say(self, remark: str) -> None:
        """A remark of the simulator's own."""
        print(remark, file=self._out, flush=True)


def numbered(shown: Shown) -> str:
    """The text of a message, each link with its number before it."""
    words: list[str] = []
    number = 0
    for part in shown.parts:
        if isinstance(part, str):
            words.append(part)
        else:
            number += 1
            words.append(f"[{number}] {part.text}")
    return "".join(words)


def _name(entry: Entry) -> str:
    texts = simulator_texts()
    if entry.shown is not None:
        return texts.by[entry.shown.by]
    return texts.staff if entry.who is Who.STAFF else texts.you
