"""The entities that the dialogue server found in a message, with their typed values.

``bot/components`` writes them; the forms of the values are described in ``docs/dialogue.md``.
"""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError


class Entity(BaseModel):
    """One entity: ``text[start:end]`` of the message, and what it stands for."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    entity: str
    start: int
    end: int
    value: JsonValue

    def get(self, key: str) -> JsonValue:
        """Return a part of a structured value; None where there is none."""
        return self.value.get(key) if isinstance(self.value, dict) else None


def entities_of(message: dict[str, Any]) -> tuple[Entity, ...]:
    """Return the well-formed entities of a parsed message, in order of their place."""
    found: Iterable[Any] = message.get("entities") or ()
    entities = []
    for each in found:
        try:
            entities.append(Entity.model_validate(each))
        except ValidationError:
            continue  # another version of the dialogue server; the text is still there
    return tuple(sorted(entities, key=lambda entity: entity.start))
