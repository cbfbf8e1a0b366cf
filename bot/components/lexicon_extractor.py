"""Finds the services, places, occupations and employers that a message names.

The names stand in ``lexicon/<entity>.yml``; of employers, patterns find those that no list holds.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from components.employer_names import find_employers
from components.entities import add_mentions
from components.quantities.folding import fold
from components.quantities.mention import Json, Mention

_LEXICON_DIRECTORY: Final = Path(__file__).resolve().parent / "lexicon"
_AFTER_WORK: Final = ("资", "作", "伤", "龄", "时")
_ENTITIES: Final = ("service", "town", "role", "employer")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LexiconExtractor(GraphComponent, EntityExtractorMixin):
    """Looks names up; the longest one at a place wins."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``directory``: where the files of names lie; by default beside this module."""
        return {"directory": str(_LEXICON_DIRECTORY)}

    def __init__(self, config: dict[str, Any]) -> None:
        directory = Path(config["directory"])
        self._names = {
            form: (entity, value)
            for entity in _ENTITIES
            for form, value in _read(directory / f"{entity}.yml")
        }
        self._longest = max(map(len, self._names), default=0)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,  # noqa: ARG003 (Rasa's signature)
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> "LexiconExtractor":
        """The component; it learns nothing."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the names to the entities of messages."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                folded = fold(text)
                found = [*self._find_names(folded), *find_employers(folded)]
                add_mentions(message, found, self.name)
        return messages

    def _find_names(self, text: str) -> Iterator[Mention]:
        for start in range(len(text)):
            for end in range(min(len(text), start + self._longest), start, -1):
                known = self._names.get(text[start:end])
                if known is not None and _is_whole(text, start, end):
                    yield Mention(known[0], start, end, known[1])
                    break


def _read(path: Path) -> Iterator[tuple[str, Json]]:
    """Yield every written form in ``path`` with the value it stands for.

    A canonical name maps to its written forms; that of a town to ``{"district", "written"}``.
    """
    content: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name, entry in content.items():
        value: Json = name
        written = entry
        if isinstance(entry, dict):
            value = {"name": name, "district": entry["district"]}
            written = entry["written"]
        for form in (name, *written):
            yield fold(form), value


def _is_whole(text: str, start: int, end: int) -> bool:
    """Tell whether the place holds a name, not a part of a word (保洁工 of 保洁工资, sb of usb)."""
    if text[end - 1] == "工" and text.startswith(_AFTER_WORK, end):
        return False
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (
        (text[start].isascii() and before.isascii() and before.isalpha())
        or (text[end - 1].isascii() and after.isascii() and after.isalpha())
    )
