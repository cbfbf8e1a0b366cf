"""What all stages of a search have in common: typed settings with a fingerprint."""

import hashlib
from typing import Self

from pydantic import BaseModel, ConfigDict


class StageSettings(BaseModel):
    """Settings of one stage. A stage that is switched off leaves the search as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True

    @property
    def fingerprint(self) -> str:
        """Name and digest of the settings: two stages with the same one do the same."""
        digest = hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:8]
        return f"{type(self).__name__}:{digest}"

    def off(self) -> Self:
        """Return the same settings with the stage switched off."""
        return self.model_copy(update={"enabled": False})
