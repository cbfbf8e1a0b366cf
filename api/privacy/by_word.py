"""Deletion by saying so in the chat: a request is asked back once, the second word deletes."""

import re
from enum import Enum, auto
from functools import cache

from api.privacy.texts import privacy_texts
from api.storage.models import Author, Message, MessageKind

_AT_MOST = 30
"""Characters of a message that may be such a word: longer ones tell something else."""


class Word(Enum):
    """What a message says about the worker's own data."""

    ASKS = auto()
    CONFIRMS = auto()


@cache
def _asks() -> re.Pattern[str]:
    return re.compile(privacy_texts().by_word.asks)


def word_in(text: str) -> Word | None:
    """The word that a whole message is, or None."""
    text = text.strip().rstrip("。.!！?？~")
    if text == privacy_texts().by_word.confirm.text:
        return Word.CONFIRMS
    if len(text) <= _AT_MOST and _asks().fullmatch(text.replace(" ", "")):
        return Word.ASKS
    return None


def reply_to(word: Word) -> Message:
    """What the worker is told. The caller deletes after a confirmation."""
    texts = privacy_texts()
    if word is Word.CONFIRMS:
        kept = "\n".join(f"- {each}" for each in texts.deletion.kept)
        words = f"{texts.deletion.done}\n\n{texts.deletion.kept_title}\n\n{kept}"
        return Message.of(Author.SYSTEM, MessageKind.NOTICE, words)
    buttons = [texts.by_word.confirm.model_dump(), texts.by_word.keep.model_dump()]
    return Message.of(Author.BOT, MessageKind.CHAT, texts.by_word.ask_again, quick_replies=buttons)
