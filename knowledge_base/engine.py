"""Everything of a search that does not depend on the index: loaded once, shared by its versions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from knowledge_base.encoder.encoder import Encoder
from knowledge_base.retrieval.analyser import Analyser
from knowledge_base.retrieval.aspects import AspectFinder
from knowledge_base.retrieval.candidates import FEATURES
from knowledge_base.retrieval.decision import DecisionModel, Logistic
from knowledge_base.retrieval.eligibility import Eligibility
from knowledge_base.retrieval.gist import Gist
from knowledge_base.retrieval.normalise import Normaliser
from knowledge_base.retrieval.pinyin import PinyinAnalyser
from knowledge_base.retrieval.precedence import Precedence
from knowledge_base.retrieval.rerank import RankerModel, Reranker
from knowledge_base.retrieval.romanised import PinyinReader
from knowledge_base.retrieval.settings import SearchSettings
from knowledge_base.retrieval.spelling import Speller
from knowledge_base.retrieval.split import Splitter
from knowledge_base.retrieval.tokenizer import Tokenizer


@dataclass(frozen=True)
class SearchEngine:
    """The encoder, the analysers and the stages, with their settings."""

    encoder: Encoder
    words: Tokenizer
    pinyin: PinyinAnalyser
    settings: SearchSettings
    normaliser: Normaliser
    ranker: RankerModel
    decision: DecisionModel

    @classmethod
    def load(cls, model: Path | str, settings: SearchSettings | None = None) -> Self:
        """Load the encoder and the fitted models.

        Raises:
            OSError: there is no encoder at ``model``.
            ValueError: the fitted models are of other features than this program's.
        """
        return cls.of(Encoder(model), RankerModel.load(), DecisionModel.load(), settings)

    @classmethod
    def unfitted(cls, model: Path | str, settings: SearchSettings | None = None) -> Self:
        """Load the encoder alone: enough to find candidates that the models are fitted on.

        Raises:
            OSError: there is no encoder at ``model``.
        """
        ranker = RankerModel(dict.fromkeys(FEATURES, 0.0))
        nothing = Logistic(0.0, {})
        decision = DecisionModel(nothing, nothing, answer_from=1.0, choices_from=1.0)
        return cls.of(Encoder(model), ranker, decision, settings)

    @classmethod
    def of(
        cls,
        encoder: Encoder,
        ranker: RankerModel,
        decision: DecisionModel,
        settings: SearchSettings | None = None,
    ) -> Self:
        """Put an engine together from models that are loaded already."""
        chosen = settings or SearchSettings()
        words = Tokenizer()
        normaliser = Normaliser(
            chosen.normalise,
            Speller(words.union_terms, words.knows),
            PinyinReader(words.union_terms),
        )
        return cls(encoder, words, PinyinAnalyser(), chosen, normaliser, ranker, decision)

    @property
    def analysers(self) -> Mapping[str, Analyser]:
        """The analysers an index must have been made with, by name."""
        return {"words": self.words, "pinyin": self.pinyin}

    @property
    def gist(self) -> Gist:
        return Gist(self.settings.gist, self.words.union_characters)

    @property
    def splitter(self) -> Splitter:
        return Splitter(self.settings.split)

    @property
    def aspects(self) -> AspectFinder:
        return AspectFinder(self.settings.aspects)

    @property
    def eligibility(self) -> Eligibility:
        return Eligibility(self.settings.eligibility)

    @property
    def reranker(self) -> Reranker:
        return Reranker(self.settings.rerank, self.ranker)

    @property
    def precedence(self) -> Precedence:
        return Precedence(self.settings.precedence, self.decision)

    def with_settings(self, settings: SearchSettings) -> Self:
        """Return the engine with other settings; what is loaded is shared."""
        normaliser = Normaliser(
            settings.normalise,
            Speller(self.words.union_terms, self.words.knows),
            PinyinReader(self.words.union_terms),
        )
        return replace(self, settings=settings, normaliser=normaliser)
