"""How stored messages look in WeChat: plain texts of limited size, as few as possible.

The platform limits the content of a text message to 2,048 bytes, and how many of them may be
sent. Source: developers.weixin.qq.com, Official Accounts, "Customer service messages".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from api.channels.wechat.choices import MORE_LINE_BYTES
from api.channels.wechat.form_texts import form_texts
from api.channels.wechat.plain import escape, link, to_wechat
from api.channels.wechat.splitting import cut, size_of
from api.storage.models import Author, Message, MessageKind
from contract import Citation, QuickReply

PART_MAX_BYTES: Final = 2048
"""What the platform takes."""
COMPOSED_MAX_BYTES: Final = PART_MAX_BYTES - MORE_LINE_BYTES
"""What a part is composed to, so that the line that says how to get the rest fits below it."""
_ASKS_FOR_A_VALUE = (MessageKind.QUESTION, MessageKind.HANDOFF)
"""The bot waits for a figure or a fact, with a case also while it takes it down: there a digit is
an answer, not the number of a choice."""
_SEPARATOR = "\n\n"
_MAX_OPTIONS = 9
"""A number is one digit, so that it is told from an amount."""
_OPTION_MAX_CHARS = 40
_WORTH_FILLING = COMPOSED_MAX_BYTES // 3
"""Less room than that at the end of a part is not begun with an answer that has to be split."""


@dataclass(frozen=True, slots=True)
class Option:
    """A numbered choice: ``text`` is what it says."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One text. ``message_ids``: of the messages that are complete with it. ``options``: the
    choices that it shows, in the order of their numbers."""

    text: str
    message_ids: tuple[str, ...]
    options: tuple[Option, ...]


@dataclass(slots=True)
class _Draft:
    texts: list[str] = field(default_factory=list)
    message_ids: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    options: tuple[Option, ...] = ()

    @property
    def text(self) -> str:
        return _joined(*self.texts)

    @property
    def room(self) -> int:
        used = size_of(self.text)
        return COMPOSED_MAX_BYTES - used - (len(_SEPARATOR) if used else 0)


def compose(messages: Sequence[Message]) -> list[Part]:
    """Messages to a worker, merged in their order. A message that does not fit into one part is
    split at its sentences, its parts are numbered, and its sources stand on the last one.

    The choices of the last message that has any stand at the end: numbered, but as words where
    the bot has asked something that a number may be the answer to; not at all where somebody else
    has spoken since. A message with nothing to show is complete with the part that it would be in.
    """
    drafts = [_Draft()]
    for message in messages:
        _add(drafts, to_wechat(message.text), _sources_of(message))
        drafts[-1].message_ids.append(message.id)
    options, is_question = _options_of(messages)
    if options:
        block = _in_words(options) if is_question else _numbered(options)
        if size_of(block) > drafts[-1].room:
            drafts.append(_Draft())
        drafts[-1].texts.append(block)
        drafts[-1].options = () if is_question else options
    return [
        Part(draft.text, tuple(draft.message_ids), draft.options) for draft in drafts if draft.text
    ]


def _add(drafts: list[_Draft], body: str, sources: Sequence[str]) -> None:
    """Put one message's text behind what is there."""
    last = drafts[-1]
    new = [source for source in sources if source not in last.sources]
    if size_of(text := _joined(body, "\n".join(new))) <= last.room:
        last.texts.append(text)
        last.sources += new
        return
    tail = "\n".join(sources)
    if size_of(text := _joined(body, tail)) <= COMPOSED_MAX_BYTES:
        drafts.append(_Draft([text], sources=[*sources]))
        return
    if last.room < _WORTH_FILLING:
        drafts.append(_Draft())
    pieces = _split(body, tail, drafts[-1].room)
    for number, piece in enumerate(pieces, start=1):
        if number > 1:
            drafts.append(_Draft())
        mark = form_texts().part.format(number=number, count=len(pieces))
        drafts[-1].texts.append(mark + piece)
    drafts[-1].sources += [source for source in sources if source in pieces[-1]]


def _split(body: str, tail: str, first_bytes: int) -> list[str]:
    """Pieces of a text, with room for their numbers; the tail stays with the last sentence."""
    mark_bytes = size_of(form_texts().part.format(number=999, count=999))
    max_bytes = COMPOSED_MAX_BYTES - mark_bytes
    if size_of(tail) > max_bytes // 2:
        body, tail = _joined(body, tail), ""
    pieces, room = [], first_bytes - mark_bytes
    while size_of(last := _joined(body, tail)) > room:
        piece, body = cut(body, min(room, size_of(body) - 1))
        pieces.append(piece)
        room = max_bytes
    return [*pieces, last]


def _joined(*texts: str) -> str:
    return _SEPARATOR.join(text for text in texts if text)


def _sources_of(message: Message) -> list[str]:
    citations = (Citation.model_validate(each) for each in message.citations)
    return list(dict.fromkeys(_source(citation) for citation in citations))


def _source(citation: Citation) -> str:
    """One line: what it is, where it stands, up to when it was checked."""
    texts = form_texts().source
    title, source = (" ".join(words.split()) for words in (citation.title, citation.source))
    if not title.startswith("《"):
        title = texts.title.format(title=title)
    shown = [link(title, citation.url) if citation.url else escape(title), escape(source)]
    marks = [
        texts.as_of.format(day=citation.as_of.isoformat()) if citation.as_of else "",
        "" if citation.verified else texts.not_verified,
    ]
    checked = texts.comma.join(filter(None, marks))
    return texts.line.format(
        source=texts.comma.join(filter(None, shown)),
        checked=texts.checked.format(words=checked) if checked else "",
    )


def _options_of(messages: Sequence[Message]) -> tuple[tuple[Option, ...], bool]:
    """The choices that count now, and whether a question is open, so that a bare number has to
    remain a value. A word of anybody but the bot makes earlier choices outdated."""
    is_question = False
    for message in reversed(messages):
        if message.author is not Author.BOT:
            break
        is_question = is_question or message.kind in _ASKS_FOR_A_VALUE
        if message.quick_replies:
            replies = map(QuickReply.model_validate, message.quick_replies[:_MAX_OPTIONS])
            return tuple(Option(reply.title, reply.text) for reply in replies), is_question
    return (), is_question


def _numbered(options: Sequence[Option]) -> str:
    texts = form_texts().choices
    lines = [
        texts.line.format(number=number, title=_short(option.title))
        for number, option in enumerate(options, start=1)
    ]
    return "\n".join([texts.head, *lines])


def _in_words(options: Sequence[Option]) -> str:
    """Said by its text, not its title: nothing translates what the follower then types."""
    texts = form_texts().choices
    words = texts.comma.join(texts.word.format(text=_short(option.text)) for option in options)
    return texts.in_words.format(words=words)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return escape(
        words if len(words) <= _OPTION_MAX_CHARS else words[: _OPTION_MAX_CHARS - 1] + "…"
    )
