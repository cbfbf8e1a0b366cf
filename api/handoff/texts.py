"""The Chinese texts about hand-offs that colleagues read, from ``texts.yml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class HandoffTexts(BaseModel):
    """Everything in ``texts.yml``. ``unreachable``: the outcome after the worker has left."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unreachable: Text


@cache
def handoff_texts() -> HandoffTexts:
    """Texts of ``texts.yml``. Raises ``pydantic.ValidationError`` if one is missing."""
    path = Path(__file__).with_name("texts.yml")
    return HandoffTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
