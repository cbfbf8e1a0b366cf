"""What the WeChat Official Account needs to keep."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.models.base import Base, new_id, now

_UNHANDLED = sql("handled_at IS NULL")


class WechatFollower(Base):
    """A follower, and the ledger of what the platform lets us send.

    ``window_*``: opened by the follower's last message. ``click_*``: opened by the last
    subscription, scan or menu click. ``*_used``: how many messages were sent since it opened.
    ``options``: the numbered choices that were shown last, ``[{title, text}]``.
    """

    __tablename__ = "wechat_followers"

    openid: Mapped[str] = mapped_column(String(64), primary_key=True)
    worker_id: Mapped[str | None] = mapped_column(ForeignKey("workers.id"), index=True)
    subscribed: Mapped[bool] = mapped_column(default=True)
    window_opened_at: Mapped[datetime | None]
    window_used: Mapped[int] = mapped_column(default=0)
    click_opened_at: Mapped[datetime | None]
    click_used: Mapped[int] = mapped_column(default=0)
    options: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)


class WechatPart(Base):
    """A text as it is shown in WeChat, at most 2,048 bytes, on its way to a follower.

    ``message_ids``: the messages that are delivered once this part is. Sent parts are deleted.
    ``lease_until``: until when the one who is sending it has it for himself.
    """

    __tablename__ = "wechat_parts"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    openid: Mapped[str] = mapped_column(String(64), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    message_ids: Mapped[list[str]] = mapped_column(JSON)
    options: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class WechatInbound(Base):
    """What the platform delivered, committed before it is acknowledged.

    ``dedupe_key``: the MsgId of a message; follower, time and event of an event. ``payload``: the
    message as it was read. ``reply``: the passive reply that was given, to be given again to a
    repeated delivery; an empty one was ``success``.
    """

    __tablename__ = "wechat_inbox"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    dedupe_key: Mapped[str] = mapped_column(String(255), unique=True)
    openid: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]]
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"))
    reply: Mapped[str | None] = mapped_column(Text)
    handled_at: Mapped[datetime | None]
    received_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index(
            "ix_wechat_inbox_unhandled",
            "received_at",
            sqlite_where=_UNHANDLED,
            postgresql_where=_UNHANDLED,
        ),
    )


class WechatToken(Base):
    """The account's access token, encrypted, shared by all gateways.

    ``lease_until``: until when one gateway alone may fetch a new one. ``forced_*``: how often a
    new one was forced on that day, which the platform limits.
    """

    __tablename__ = "wechat_tokens"

    app_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    token: Mapped[str] = mapped_column(Text, default="")
    expires_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    forced_at: Mapped[datetime | None]
    forced_on: Mapped[date | None]
    forced_count: Mapped[int] = mapped_column(default=0)
