"""Conversations with the bot, as they would have been stored at some time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ulid import ULID

from api.conversations import access
from api.storage.database import Database
from api.storage.models import (
    Author,
    Channel,
    Feedback,
    Handoff,
    Message,
    MessageKind,
    Rating,
    Status,
    new_id,
)
from contract import HandoffReason

A_SECOND = timedelta(seconds=1)


def id_at(at: datetime) -> str:
    return str(ULID.from_datetime(at))


def trace(decision: str, *hits: str, probability: float = 0.5, query: str = "问") -> dict[str, Any]:
    scores = {"bm25": 1.0, "dense": 0.5, "fused": 1.0}
    return {
        "query": query,
        "rewritten_query": query,
        "hits": [
            {
                "article_id": article,
                "revision": "1",
                "section": "",
                "scores": {**scores, "probability": probability},
            }
            for article in hits
        ],
        "index_fingerprint": "f",
        "encoder": "e",
        "decision": decision,
    }


@dataclass(frozen=True)
class Said:
    """What the bot says to one message; the defaults are a sure answer."""

    kind: MessageKind = MessageKind.ANSWER
    decision: str | None = "answer"
    hits: Sequence[str] = ("wage-arrears-what-to-do",)
    probability: float = 0.5
    text: str = "您可以这样办。"


GUESS = Said(decision="choices", probability=0.7)
DECLINE = Said(MessageKind.DECLINE, "decline", (), text="这个我还没有核对过的资料。")
CHOICES = Said(MessageKind.CHOICES, "choices", text="您想问的是哪一个？")
TOPICS = Said(MessageKind.CHOICES, "decline", text="您可以问这些。")
ASK = Said(MessageKind.QUESTION, None, text="您在单位几年了？")
CHAT = Said(MessageKind.CHAT, None, text="不客气。")


@dataclass(frozen=True)
class Talk:
    """A stored conversation: ids of the worker's messages and of the bot's replies to them."""

    id: str
    asked: list[str]
    replies: list[str]


class Talks:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def hold(
        self, at: datetime, *turns: tuple[str, Said], channel: Channel = Channel.WEB
    ) -> Talk:
        """A conversation that began at a time: a second between two messages."""
        asked, replies = [], []
        async with self._database.write() as session:
            new = await access.create_conversation(session, channel, token_hash=new_id())
            for text, said in turns:
                question = Message.of(
                    Author.WORKER,
                    MessageKind.CHAT,
                    text,
                    id=id_at(at),
                    created_at=at,
                    handled_at=at,
                )
                at += A_SECOND
                reply = Message.of(
                    Author.BOT,
                    said.kind,
                    said.text,
                    id=id_at(at),
                    created_at=at,
                    in_reply_to=question.id,
                    trace=trace(said.decision, *said.hits, probability=said.probability, query=text)
                    if said.decision
                    else None,
                )
                await access.append(session, new, [question])
                await access.append(session, new, [reply])
                at += A_SECOND
                asked.append(question.id)
                replies.append(reply.id)
            new.created_at, new.last_message_at = at, at - A_SECOND
        return Talk(new.id, asked, replies)

    async def hand_over(self, talk: Talk, reason: HandoffReason, at: datetime) -> None:
        """The last message of the worker brought a person."""
        async with self._database.write() as session:
            conversation = await access.lock_conversation(session, talk.id)
            conversation.status = Status.WAITING
            session.add(
                Handoff(
                    id=id_at(at),
                    conversation_id=talk.id,
                    message_id=talk.asked[-1],
                    reason=reason,
                    category="欠薪",
                    priority=4,
                    summary="没答上",
                    case_facts={},
                    package={"why": "没答上"},
                    created_at=at,
                )
            )

    async def feedback(self, message_id: str, at: datetime, *, helpful: bool) -> None:
        async with self._database.write() as session:
            session.add(Feedback(message_id=message_id, helpful=helpful, created_at=at))

    async def rate(self, talk: Talk, score: int, at: datetime, comment: str = "") -> None:
        async with self._database.write() as session:
            session.add(
                Rating(conversation_id=talk.id, score=score, comment=comment, created_at=at)
            )
