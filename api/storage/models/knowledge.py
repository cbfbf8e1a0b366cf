"""Review of what the bot said, and the knowledge desk."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.models.base import Base, new_id, now
from api.storage.models.kinds import (
    ProposalKind,
    ProposalState,
    PublicationState,
    ReviewReason,
    ReviewState,
    RevisionState,
)


class Review(Base):
    """One answer of the bot that somebody should look at, and what was found.

    ``message_id``: the bot's message. ``probability``: of its answer, where there was one.
    ``right_article_id``, ``right_intent``: what would have been right.
    """

    __tablename__ = "reviews"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), unique=True)
    reason: Mapped[ReviewReason]
    probability: Mapped[float | None]
    state: Mapped[ReviewState] = mapped_column(default=ReviewState.OPEN)
    right_article_id: Mapped[str | None] = mapped_column(String(128))
    right_intent: Mapped[str | None] = mapped_column(String(64))
    comment: Mapped[str] = mapped_column(Text, default="")
    reviewed_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    reviewed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index(None, "state", "created_at"),)


class Proposal(Base):
    """What a reviewer made of a message. ``payload``: by kind, see ``api.review.payloads``.

    ``revision_id``: the draft that an accepted one went into. ``exported_at``: when an accepted
    one first left in a file.
    """

    __tablename__ = "proposals"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    kind: Mapped[ProposalKind]
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.OPEN)
    payload: Mapped[dict[str, Any]]
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"))
    created_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    revision_id: Mapped[str | None] = mapped_column(ForeignKey("article_revisions.id"), index=True)
    exported_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index(None, "kind", "state", "created_at"),)


class ArticleRevision(Base):
    """A version of an article as its editor wrote it: the Markdown file, whole.

    ``number`` counts from 1 for each article. ``based_on``: the number that the editor started
    from, 0 for the article that came with the program; a newer one in between is a conflict.
    ``retires``: publishing it takes the article out of service.
    """

    __tablename__ = "article_revisions"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    article_id: Mapped[str] = mapped_column(String(128))
    number: Mapped[int]
    based_on: Mapped[int] = mapped_column(default=0)
    source: Mapped[str] = mapped_column(Text)
    retires: Mapped[bool] = mapped_column(default=False)
    state: Mapped[RevisionState] = mapped_column(default=RevisionState.DRAFT)
    comment: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    submitted_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(default=now)
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        Index(None, "state", "updated_at"),
    )


class Publication(Base):
    """One attempt to put approved revisions into service: build, regression run, switch.

    ``report``: measures before and after, and the questions that broke.
    """

    __tablename__ = "publications"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    state: Mapped[PublicationState] = mapped_column(default=PublicationState.RUNNING)
    revision_ids: Mapped[list[str]] = mapped_column()
    index_version: Mapped[str | None] = mapped_column(String(64))
    report: Mapped[dict[str, Any]]
    started_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
