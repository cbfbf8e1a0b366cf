"""One reply of the bot to the worker."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from contract.base import ContractModel
from contract.handoff import Handoff
from contract.trace import Trace


class ReplyKind(StrEnum):
    """What a reply is, so that each channel can show it in its own form."""

    ANSWER = "answer"
    CHOICES = "choices"
    QUESTION = "question"
    DECLINE = "decline"
    HANDOFF = "handoff"
    CHAT = "chat"


class Citation(ContractModel):
    """Where a statement comes from, and up to which day it was checked (None: not known)."""

    title: str
    source: str
    article_id: str
    effective_from: date | None
    as_of: date | None
    verified: bool
    url: str | None = None


class QuickReply(ContractModel):
    """A tappable suggestion: ``text`` is sent as if the worker had typed it."""

    title: str
    text: str


class Reply(ContractModel):
    """The ``custom`` payload of every bot message. ``text`` is Markdown of a small subset:
    paragraphs, lists, bold and ``##`` headings."""

    kind: ReplyKind
    text: str = Field(min_length=1)
    citations: list[Citation] = Field(default_factory=list)
    quick_replies: list[QuickReply] = Field(default_factory=list)
    handoff: Handoff | None = None
    trace: Trace | None = None
