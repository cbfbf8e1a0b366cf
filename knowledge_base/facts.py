"""The register of facts (``domain/facts.md``): which ids exist and how sure each one is."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

FACTS_FILE = Path(__file__).parent / "domain" / "facts.md"

_FACT_LINE = re.compile(r"^- (?P<id>[A-Z]{1,2}\d{2}) \[(?P<tag>[^\]]+)\] (?P<text>.+)$")


class FactTag(StrEnum):
    """Confidence of a fact, as the register defines it."""

    LAW = "法"
    SEED = "种子"
    WEB = "网"
    UNCONFIRMED = "待核"
    RULE = "规则"


@dataclass(frozen=True)
class Fact:
    """One line of the register."""

    id: str
    tag: FactTag
    text: str

    @property
    def partly_unconfirmed(self) -> bool:
        """Whether the line marks a part of itself as unconfirmed, whatever its own tag."""
        return FactTag.UNCONFIRMED in self.text


def load_facts(path: Path = FACTS_FILE) -> dict[str, Fact]:
    """Read the register.

    Raises:
        ValueError: an id stands twice, or a tag is unknown.
    """
    facts: dict[str, Fact] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        match = _FACT_LINE.match(line)
        if match is None:
            continue
        fact = Fact(match["id"], FactTag(match["tag"]), match["text"])
        if fact.id in facts:
            raise ValueError(f"{path}: fact {fact.id} stands twice")
        facts[fact.id] = fact
    return facts
