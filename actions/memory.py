"""What the assistant keeps in mind between the messages of a conversation.

It lives in the slots of the dialogue server, one slot a field, because the tracker is the one
place that survives a restart of the action server. A slot that cannot be read (written by
another version) is forgotten; a conversation never fails over it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from rasa_sdk.events import SlotSet

from contract import CaseFacts, HandoffReason

OFFER_OF_A_PERSON = "person"
"""Value of ``Memory.offer`` by which a yes brings a person."""

SUBJECT_SEPARATOR = "、"
"""Between several subjects of one question."""

TOPICS_KEPT = 5
PIECES_KEPT = 3


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Topic(_Kept):
    """An article the conversation was about, and the question that led to it."""

    article_id: str
    title: str
    area: str | None
    question: str
    subject: str = ""
    """What the worker called it, such as 医疗互助."""


class Figure(_Kept):
    """A figure the worker gave, in the form of ``calculators.fields.to_json``."""

    value: str | dict[str, int]
    told_on: date


class Calculation(_Kept):
    """A calculation that is being filled in, or (``done``) the latest one."""

    calculator: str
    values: dict[str, str | dict[str, int]] = {}
    asked: str | None = None
    again: tuple[str, ...] = ()
    """Figures that contradicted each other and are asked for again, after the one in hand."""
    unanswered: int = 0
    """Times in a row that the question in hand brought no figure."""
    done: bool = False


class Case(_Kept):
    """A case that is being taken down. ``asked`` is the fact of the question in hand."""

    reason: HandoffReason
    category: str
    priority: int
    summary: str
    facts: CaseFacts = CaseFacts()
    settled: tuple[str, ...] = ()
    """Facts that were told or skipped; they are not asked for again."""
    asked: str | None = None


class Clarifying(_Kept):
    """A question that was answered by a question."""

    clarification: str
    question: str


class Memory(_Kept):
    """Everything that is kept; each field is a slot of the same name."""

    failed_turns: float = 0
    """Turns in a row that could not be answered."""
    complaints: float = 0
    """Times the worker said that an answer did not help, since the last one that did."""
    topics: tuple[Topic, ...] = ()
    """The latest first."""
    aspect: str | None = None
    """A question for an aspect that still waits for its subject."""
    pieces: tuple[str, ...] = ()
    """Messages that only told something, since the last answer."""
    figures: dict[str, Figure] = {}
    """By the names of the calculators' fields."""
    calculation: Calculation | None = None
    case: Case | None = None
    clarifying: Clarifying | None = None
    offer: str | None = None
    """What a yes accepts: ``OFFER_OF_A_PERSON``, or the name of a calculator."""

    @classmethod
    def of(cls, slots: Mapping[str, Any]) -> Self:
        """Read the slots."""
        kept: dict[str, Any] = {}
        for name, adapter in _FIELDS.items():
            if slots.get(name) is None:
                continue
            try:
                kept[name] = adapter.validate_python(slots[name])
            except ValidationError:
                continue
        return cls(**kept)

    def changes_since(self, before: Self) -> list[dict[str, Any]]:
        """Return the slot events that turn ``before`` into this."""
        old, new = before.model_dump(mode="json"), self.model_dump(mode="json")
        return [SlotSet(name, value) for name, value in new.items() if value != old[name]]

    def having(self, **changes: Any) -> Self:
        """Return a copy with some fields changed."""
        return self.model_copy(update=changes)

    @property
    def topic(self) -> Topic | None:
        """What the conversation is about now."""
        return self.topics[0] if self.topics else None

    def about(self, topic: Topic) -> Self:
        """Return the memory after an answer about a topic."""
        others = [each for each in self.topics if each.article_id != topic.article_id]
        return self.having(
            topics=(topic, *others)[:TOPICS_KEPT],
            aspect=None,
            failed_turns=0,
            pieces=(),
            clarifying=None,
            offer=None,
        )

    def failed(self) -> Self:
        """Return the memory after one more turn that could not be answered."""
        return self.having(failed_turns=self.failed_turns + 1, clarifying=None, offer=None)

    def with_piece(self, text: str) -> Self:
        """Return the memory after a message that only told something."""
        return self.having(pieces=(*self.pieces, text)[-PIECES_KEPT:], failed_turns=0)


_FIELDS: dict[str, TypeAdapter[Any]] = {
    name: TypeAdapter(field.annotation) for name, field in Memory.model_fields.items()
}
