"""Mentions as entities of Rasa's messages."""

from collections.abc import Iterable
from typing import Any

from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    EXTRACTOR,
)
from rasa.shared.nlu.training_data.message import Message

from components.quantities.mention import Mention, without_overlaps


def add_mentions(message: Message, mentions: Iterable[Mention], extractor: str) -> None:
    """Add mentions to a message's entities; of those that overlap, the longest stays.

    Entities of extractors that ran before take part; of equally long ones they stay.
    """
    entities = [*message.get(ENTITIES, []), *(_entity(mention, extractor) for mention in mentions)]
    message.set(ENTITIES, without_overlaps(entities, _span), add_to_output=True)


def _span(entity: dict[str, Any]) -> tuple[int, int]:
    return entity[ENTITY_ATTRIBUTE_START], entity[ENTITY_ATTRIBUTE_END]


def _entity(mention: Mention, extractor: str) -> dict[str, Any]:
    return {
        ENTITY_ATTRIBUTE_TYPE: mention.entity,
        ENTITY_ATTRIBUTE_START: mention.start,
        ENTITY_ATTRIBUTE_END: mention.end,
        ENTITY_ATTRIBUTE_VALUE: mention.value,
        EXTRACTOR: extractor,
    }
