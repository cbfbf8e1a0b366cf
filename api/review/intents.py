"""The intents of the bot, as reviewers pick them (``intents.yml``).

The bot lives in another environment and cannot be imported; a test holds the list against its
domain.
"""

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Intent(BaseModel):
    """One intent and what it means, in the reviewers' words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]
    label: Text


@cache
def intents() -> dict[str, Intent]:
    """Intents by name, in the order of the file."""
    path = Path(__file__).with_name("intents.yml")
    listed = TypeAdapter(list[Intent]).validate_python(
        yaml.safe_load(path.read_text(encoding="utf-8"))
    )
    return {intent.name: intent for intent in listed}
