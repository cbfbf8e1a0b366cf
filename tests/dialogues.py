"""Conversations with what each reply must be, for the running product."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

DIRECTORY = Path(__file__).parent / "data"


class DialogueTurn(BaseModel):
    """What the worker says, and what the reply must be, cite and hold.

    ``kind``: one of them; ``silence`` where the conversation is a person's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    say: str
    kind: tuple[str, ...]
    articles: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    status: str | None = None

    def faults(self, result: dict[str, Any]) -> list[str]:
        """Return what is wrong with the gateway's result of the turn."""
        messages = result["messages"]
        text = "\n".join(message["text"] for message in messages)
        kinds = {message["kind"] for message in messages} or {"silence"}
        cited = {each["article_id"] for message in messages for each in message["citations"]}
        faults = []
        if not kinds.intersection(self.kind):
            faults.append(f"kind {sorted(kinds)}, not {list(self.kind)}")
        if self.articles and not cited.intersection(self.articles):
            faults.append(f"cites {sorted(cited)}, none of {list(self.articles)}")
        faults += [f"lacks {part!r}" for part in self.contains if part not in text]
        faults += [f"holds {part!r}" for part in self.excludes if part in text]
        if self.status is not None and result["status"] != self.status:
            faults.append(f"status {result['status']}, not {self.status}")
        return faults


class Dialogue(BaseModel):
    """One conversation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    turns: tuple[DialogueTurn, ...]


def dialogues(file: str) -> list[Dialogue]:
    """Return the conversations of a file in ``tests/data``."""
    entries = yaml.safe_load((DIRECTORY / file).read_text(encoding="utf-8"))
    return [Dialogue.model_validate(entry) for entry in entries]
