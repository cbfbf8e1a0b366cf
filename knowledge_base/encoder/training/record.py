"""What the adapters came from: written beside them, so that anybody can train them again."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

RECORD_FILE = "training.json"


class TrainingRecord(BaseModel):
    """``before`` and ``after`` hold the measures of each trial without and with the adapters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: str
    settings: dict[str, Any]
    pairs: int
    pairs_held_out: int
    article_questions: int
    seconds: float
    threads: int
    versions: dict[str, str]
    before: dict[str, dict[str, float]]
    after: dict[str, dict[str, float]]

    @property
    def better(self) -> bool:
        """Tell whether no trial got worse and one got better, by MRR@10."""
        gains = [self.after[name]["MRR@10"] - self.before[name]["MRR@10"] for name in self.before]
        return min(gains) >= 0 and max(gains) > 0

    def save(self, directory: Path) -> None:
        (directory / RECORD_FILE).write_text(
            self.model_dump_json(indent=2) + "\n", encoding="utf-8"
        )
