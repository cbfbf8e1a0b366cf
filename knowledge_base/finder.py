"""One question through the finding stages: words, sound, meaning, fusion, eligibility, ranking."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from knowledge_base.document import DocumentKind
from knowledge_base.engine import SearchEngine
from knowledge_base.index.loader import LoadedIndex
from knowledge_base.retrieval.candidates import FEATURES, Candidates
from knowledge_base.retrieval.fusion import dense_score, fuse
from knowledge_base.retrieval.sources import (
    DenseScores,
    LexicalScores,
    UnitTable,
    nothing_dense,
)
from knowledge_base.retrieval.votes import Votes, Voting
from knowledge_base.watching import Part, part

FloatVector = npt.NDArray[np.float32]
IntVector = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Finder:
    """Finds and ranks the candidates of a question in one loaded index."""

    def __init__(self, index: LoadedIndex, engine: SearchEngine) -> None:
        self._index = index
        self._engine = engine
        self._units = UnitTable(index.units, index.document_units)
        self._uncovered = np.array(
            [each.kind is DocumentKind.UNCOVERED for each in index.documents], dtype=np.bool_
        )
        self._voting = Voting(index.dense, index.unit_documents)
        self._titles = [frozenset(engine.words.tokenize(each.title)) for each in index.documents]

    def find(
        self,
        query: str,
        vector: FloatVector,
        may_answer: Flags,
        in_force: Flags,
    ) -> Candidates:
        """Return the candidates for a rewritten question, best first.

        Args:
            query: the question as the normaliser left it.
            vector: its row of the encoder, shape (dimension,); ignored without the dense stage.
            may_answer: which documents are eligible, shape (documents,).
            in_force: which may answer in some area, shape (documents,); beside the matters that
                nothing covers, only these vote.
        """
        settings, index = self._engine.settings, self._index
        with part(Part.MATCH):
            words = self._engine.words.tokenize(query) if settings.words.enabled else []
            sounds = self._engine.pinyin.tokenize(query) if settings.pinyin.enabled else []
            by_words = self._lexical("words", words)
            by_sound = self._lexical("pinyin", sounds)
            found = [
                by_words.best(settings.words.documents),
                by_sound.best(settings.pinyin.documents),
            ]
            uncovered, votes = 0.0, Votes.none()
            if settings.dense.enabled:
                nearest = index.dense.nearest(vector, settings.dense.units)
                found.append(index.unit_documents[nearest])
                uncovered = self._nearest_uncovered(vector, nearest)
                votes = self._voting.run(vector, self._voters(nearest, in_force))
        with part(Part.SCORE):
            named = np.unique(np.concatenate(found))
            documents = named[may_answer[named]]
            cosines = (
                self._units.score(index.dense, vector, documents)
                if settings.dense.enabled and len(documents)
                else nothing_dense(len(documents))
            )
            dense = dense_score(cosines, settings.fusion)
            word_coverage, sound_coverage = (
                by_words.coverage(documents),
                by_sound.coverage(documents),
            )
            fused = fuse(dense, word_coverage, sound_coverage, settings.fusion)
            features = self._features(
                query, words, documents, cosines, dense, word_coverage, sound_coverage, uncovered
            )
            candidates = Candidates(
                documents=documents,
                articles=np.array(
                    [index.documents[each].kind is DocumentKind.ARTICLE for each in documents],
                    dtype=np.bool_,
                ),
                units=cosines.units,
                bm25=by_words.scores[documents],
                pinyin=by_sound.scores[documents],
                dense=dense,
                fused=fused,
                vote=votes.of(documents),
                foreign=np.full(len(documents), votes.total(self._uncovered), dtype=np.float32),
                score=fused,
                features=features,
            )
        with part(Part.RANK):
            return self._engine.reranker.run(candidates.ranked_by(fused))

    def _voters(self, nearest: IntVector, in_force: Flags) -> IntVector:
        """Return the units that may vote, nearest first: a lapsed copy takes no vote from its
        successor, but a matter of another area still tells what a question is not about."""
        votes = in_force | self._uncovered
        return nearest[votes[self._index.unit_documents[nearest]]]

    def _nearest_uncovered(self, vector: FloatVector, nearest: IntVector) -> float:
        """Return the cosine of the nearest matter that nothing covers, or of the last unit looked
        at: such a matter is no nearer than that."""
        foreign = nearest[self._uncovered[self._index.unit_documents[nearest]]]
        looked_at = foreign[:1] if len(foreign) else nearest[-1:]
        return float(self._index.dense.cosines(vector, looked_at).max(initial=0.0))

    def _lexical(self, name: str, terms: list[str]) -> LexicalScores:
        if not terms:
            return LexicalScores.none(len(self._index.documents))
        return LexicalScores.of(self._index.lexical[name], terms)

    def _features(
        self,
        query: str,
        words: Sequence[str],
        documents: IntVector,
        cosines: DenseScores,
        dense: FloatVector,
        word_coverage: FloatVector,
        sound_coverage: FloatVector,
        uncovered: float,
    ) -> npt.NDArray[np.float32]:
        """Return the matrix of :data:`FEATURES`, shape (documents, features)."""
        distinct = list(dict.fromkeys(words))
        lexical = self._index.lexical["words"]
        weights = lexical.weights(distinct)
        total = max(float(weights.sum()), 1e-6)
        present = lexical.present(distinct, documents)
        asked = self._engine.aspects.run(query)
        question = _or(cosines.best[:, 0], dense)
        columns = {
            "question": question,
            "questions": _or(cosines.questions, dense),
            "summary": _or(cosines.best[:, 1], dense),
            "section": _or(cosines.best[:, 2], dense),
            "words": word_coverage,
            "pinyin": sound_coverage,
            "telling": present @ weights / total,
            "missing": (~present * weights).max(axis=1, initial=0.0),
            "title": np.array(
                [
                    sum(w for word, w in zip(distinct, weights, strict=True) if word in titles)
                    for titles in (self._titles[each] for each in documents)
                ],
                dtype=np.float32,
            )
            / total,
            "asked": np.array(
                [
                    bool(asked) and asked[0] in self._index.documents[each].sections
                    for each in documents
                ],
                dtype=np.float32,
            ),
            "beyond": question - np.float32(uncovered),
            "length": np.full(len(documents), math.log1p(len(query)), dtype=np.float32),
        }
        return np.column_stack([columns[name] for name in FEATURES]).astype(np.float32)


def _or(cosines: FloatVector, otherwise: FloatVector) -> FloatVector:
    """Return the cosines with ``otherwise`` where there are none."""
    return np.where(np.isnan(cosines), otherwise, cosines)
