"""Finds money, lengths of time, dates, counts, grades and bare numbers in messages."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from components.entities import add_mentions
from components.quantities.quantities import find_quantities

# Asia/Shanghai; it has had no summer time since 1991. Windows brings no time zone data.
_CHINA_STANDARD_TIME: Final = timezone(timedelta(hours=8))


def today_in_china() -> date:
    """Return the day it is for the workers."""
    return datetime.now(_CHINA_STANDARD_TIME).date()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class QuantityExtractor(GraphComponent, EntityExtractorMixin):
    """Reads figures by rules; the values are JSON objects, see components.quantities."""

    def __init__(self, today: Callable[[], date] = today_in_china) -> None:
        self._today = today

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003 (Rasa's signature)
        model_storage: ModelStorage,  # noqa: ARG003
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> "QuantityExtractor":
        """The component; it learns nothing."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the figures to the entities of messages; dates are seen from today."""
        today = self._today()
        for message in messages:
            text = message.get(TEXT)
            if text:
                add_mentions(message, find_quantities(text, today), self.name)
        return messages
