"""The Chinese texts of the gateway, one typed loader for all of them."""

from functools import cache
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.error_codes import ErrorCode
from contract import HandoffReason, QuickReply

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Greeting(_Texts):
    """First message of a conversation."""

    text: Text
    quick_replies: list[QuickReply] = Field(min_length=1)


class QueueColumns(_Texts):
    """Headings of the hand-off queue."""

    priority: Text
    waiting: Text
    reason: Text
    category: Text
    conversation: Text
    summary: Text


class QueueTexts(_Texts):
    """Labels of the hand-off queue on the command line."""

    empty: Text
    columns: QueueColumns
    minutes: Text
    hours: Text
    days: Text
    reasons: dict[HandoffReason, Text]


class DeskTexts(_Texts):
    """Notices for the worker while a person has the conversation, or had it."""

    claimed: Text
    transferred: Text
    released: Text
    returned: Text
    resolved: Text
    cancelled: Text
    expired: Text


class WaitingTexts(_Texts):
    """Patterns of messages that the gateway itself reacts to while a worker waits."""

    cancels: Text
    asks_how_long: Text


class GatewayTexts(_Texts):
    """What the gateway itself says."""

    greeting: Greeting
    bot_unavailable: Text
    desk: DeskTexts
    waiting: WaitingTexts
    unsafe_without_bot: list[Text] = Field(min_length=1)
    degraded: Text
    handoff_why: dict[HandoffReason, Text]
    errors: dict[ErrorCode, Text]
    queue: QueueTexts

    @model_validator(mode="after")
    def _nothing_is_missing(self) -> Self:
        for name, table, keys in (
            ("errors", self.errors, set(ErrorCode)),
            ("handoff_why", self.handoff_why, set(HandoffReason)),
            ("queue.reasons", self.queue.reasons, set(HandoffReason)),
        ):
            if missing := keys - set(table):
                raise ValueError(f"{name} lacks {', '.join(sorted(missing))}")
        return self


class CrisisTexts(_Texts):
    """Patterns of the crisis guard and what it answers."""

    exceptions: list[Text] = Field(min_length=1)
    patterns: list[Text] = Field(min_length=1)
    reply: Text
    notice: Text
    takes_back: Text
    kept: Text
    category: Text


def _load(name: str) -> object:
    return yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))


@cache
def gateway_texts() -> GatewayTexts:
    """Texts of ``gateway.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    return GatewayTexts.model_validate(_load("gateway.yml"))


@cache
def crisis_texts() -> CrisisTexts:
    """Texts of ``crisis.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    return CrisisTexts.model_validate(_load("crisis.yml"))
