"""The settings of all stages of a search, in one place."""

import hashlib
from typing import Self

from pydantic import BaseModel, ConfigDict

from knowledge_base.retrieval.aspects import AspectSettings
from knowledge_base.retrieval.eligibility import EligibilitySettings
from knowledge_base.retrieval.fusion import FusionSettings
from knowledge_base.retrieval.gist import GistSettings
from knowledge_base.retrieval.normalise import NormaliseSettings
from knowledge_base.retrieval.precedence import PrecedenceSettings
from knowledge_base.retrieval.rerank import RerankSettings
from knowledge_base.retrieval.sources import DenseSettings, PinyinSettings, WordsSettings
from knowledge_base.retrieval.split import SplitSettings


class SearchSettings(BaseModel):
    """One entry per stage, in the order in which a question passes them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    normalise: NormaliseSettings = NormaliseSettings()
    gist: GistSettings = GistSettings()
    split: SplitSettings = SplitSettings()
    aspects: AspectSettings = AspectSettings()
    words: WordsSettings = WordsSettings()
    pinyin: PinyinSettings = PinyinSettings()
    dense: DenseSettings = DenseSettings()
    fusion: FusionSettings = FusionSettings()
    eligibility: EligibilitySettings = EligibilitySettings()
    rerank: RerankSettings = RerankSettings()
    precedence: PrecedenceSettings = PrecedenceSettings()

    @classmethod
    def stages(cls) -> tuple[str, ...]:
        """Return the names of the stages."""
        return tuple(cls.model_fields)

    def without(self, stage: str) -> Self:
        """Return the settings with one stage switched off.

        Raises:
            ValueError: there is no such stage.
        """
        if stage not in self.stages():
            raise ValueError(f"no stage {stage!r}; there are {', '.join(self.stages())}")
        return self.model_copy(update={stage: getattr(self, stage).off()})

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits over all stages' settings."""
        parts = "|".join(getattr(self, stage).fingerprint for stage in self.stages())
        return hashlib.sha256(parts.encode()).hexdigest()[:16]
