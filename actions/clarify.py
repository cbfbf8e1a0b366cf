"""Matters whose answer depends on what the worker has not told: ask back before answering.

``clarifications.yml`` names for each the words of the particular case, the rule in one line, the
question, and what to say to each reply.
"""

import re
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from actions.turn import fold
from knowledge_base.search import Hit

CLARIFICATIONS_FILE = Path(__file__).with_name("clarifications.yml")
_HITS_LOOKED_AT = 5


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(_Entry):
    """One reply to the question. ``says`` finds it in the worker's words, ``answer`` opens the
    answer."""

    title: str
    says: re.Pattern[str]
    answer: str


class Clarification(_Entry):
    """One matter. ``when`` finds the particular case, unless ``unless`` finds the deciding fact.

    ``articles`` are those of the matter; the first one is the answer after the reply.
    ``triggers`` and ``general`` are examples that do and do not ask for it.
    """

    id: str
    articles: tuple[str, ...] = Field(min_length=1)
    when: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    rule: str
    question: str
    options: tuple[Option, ...] = Field(min_length=2, max_length=4)
    facts: tuple[str, ...] = Field(min_length=1)
    triggers: tuple[str, ...] = Field(min_length=3)
    general: tuple[str, ...] = Field(min_length=2)

    def asks_about(self, text: str) -> bool:
        """Tell whether a folded message is such a case with the deciding fact missing."""
        if not self.when.search(text):
            return False
        return self.unless is None or not self.unless.search(text)

    def option(self, text: str) -> Option | None:
        """Return the option that a folded reply speaks of; None: none, or several."""
        for option in self.options:
            if fold(option.title) == text.strip():
                return option
        found = [option for option in self.options if option.says.search(text)]
        return found[0] if len(found) == 1 else None


@cache
def clarifications() -> dict[str, Clarification]:
    """Return all matters by id.

    Raises:
        pydantic.ValidationError: the file is not in form.
    """
    entries = yaml.safe_load(CLARIFICATIONS_FILE.read_text(encoding="utf-8"))
    matters = [Clarification.model_validate(entry) for entry in entries]
    return {matter.id: matter for matter in matters}


def clarification_for(text: str, hits: list[Hit]) -> Clarification | None:
    """Return the matter of a folded question, if the search found one of its articles."""
    found = {hit.document.id for hit in hits[:_HITS_LOOKED_AT]}
    for matter in clarifications().values():
        if found.intersection(matter.articles) and matter.asks_about(text):
            return matter
    return None
