"""Groups questions that ask the same thing; pure computation, the same result every time.

A question is described by the characters it is written with and by the articles that the search
came up with for it, best first: nothing fits, but questions that mean the same miss by the same
articles. That brings the search's own understanding in without an encoder
(``benchmarks/clustering.py`` measures what it is worth).

Average linkage needs the distances of all pairs, so that a first step gathers what is nearly the
same around leaders; the rarer words of 20,000 questions then take the place of 3,000 at the most.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from knowledge_base.retrieval.text import fold

CUT: Final = 0.8
"""Mean cosine distance up to which groups are joined."""
HITS_WEIGHT: Final = 0.3
"""How much the articles found count beside the characters."""
_LEADERS_MAX = 3000
_NEARLY_SAME: Final = (0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
"""Similarities from which a question follows a leader, tried in turn until there are few enough."""
_BLOCK_ROWS = 250
_MARKS = re.compile(r"[\W_]+")
# What every question has, whatever it is about.
_EMPTY_WORDS = re.compile(
    "请问|一下|怎么办|怎么样|怎么|咋办|咋整|咋弄|咋|如何|什么|啥子|啥|哪里|哪儿|能不能|可不可以|可以"
    "|是不是|有没有|我们|俺们|[我俺吗呢啊吧呀伐不了的]"
)
_TELLING_CHARS = 2

Vectors = Any
"""A sparse matrix of SciPy, which has no types."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the ids of the articles found for it, best first."""

    text: str
    hits: Sequence[str] = ()


def same_words(text: str) -> str:
    """What is left of a question without marks and the words that every question has."""
    bare = _MARKS.sub("", fold(text))
    telling = _EMPTY_WORDS.sub("", bare)
    return telling if len(telling) >= _TELLING_CHARS else bare


def group(
    asked: Sequence[Asked], *, cut: float = CUT, weight: float = HITS_WEIGHT
) -> list[list[int]]:
    """The places of the questions, group by group: the largest group first, and in each the most
    typical question first. Every question is in one group, if only its own.

    Args:
        asked: the questions.
        cut: mean cosine distance up to which groups are joined.
        weight: how much the articles found count, from 0 to 1.
    """
    if not asked:
        return []
    vectors = _vectors(asked, weight)
    leaders, follows = np.unique(_gather(vectors), return_inverse=True)
    group_of = _join(_centres(vectors, follows, len(leaders)), cut)[follows]
    groups: dict[int, list[int]] = {}
    for place, number in enumerate(group_of):
        groups.setdefault(int(number), []).append(place)
    return [_typical_first(vectors, places) for places in sorted(groups.values(), key=_size)]


def _size(places: Sequence[int]) -> int:
    return -len(places)


def _typical_first(vectors: Vectors, places: list[int]) -> list[int]:
    if len(places) < 3:
        return places  # of two, neither is more typical
    rows = vectors[places]
    closeness = rows @ np.asarray(rows.sum(axis=0)).ravel()
    # Rounded, so that equal questions keep their order whatever the order of summation.
    return [places[at] for at in np.argsort(-np.round(closeness, 5), kind="stable")]


def _vectors(asked: Sequence[Asked], weight: float) -> Vectors:
    """A row of length 1 for each question, or 0 where nothing is known of it."""
    # These take a second to load; only whoever groups needs them.
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    parts = []
    texts = [same_words(each.text) for each in asked]
    hits = [_ranks(each.hits) for each in asked]
    if any(texts):
        by_character = TfidfVectorizer(
            analyzer="char",
            ngram_range=(1, 2),
            sublinear_tf=True,
            dtype=np.float32,
        )
        parts.append(by_character.fit_transform(texts) * (1 - weight) ** 0.5)
    if any(hits):
        parts.append(normalize(_weighted(hits)) * weight**0.5)
    if not parts:
        return _zeros(len(asked))
    return normalize(hstack(parts, format="csr", dtype=np.float32))


def _ranks(hits: Sequence[str]) -> dict[str, float]:
    return {article: rank**-0.5 for rank, article in reversed(list(enumerate(hits, start=1)))}


def _weighted(hits: Sequence[dict[str, float]]) -> Vectors:
    """Articles that are found for everything count less."""
    from scipy.sparse import diags
    from sklearn.feature_extraction import DictVectorizer

    found = DictVectorizer(dtype=np.float32).fit_transform(hits)
    questions_with = np.asarray((found > 0).sum(axis=0)).ravel()
    return found @ diags(np.log(len(hits) / questions_with) + 1)


def _zeros(rows: int) -> Vectors:
    from scipy.sparse import csr_matrix

    return csr_matrix((rows, 1), dtype=np.float32)


def _gather(vectors: Vectors) -> npt.NDArray[np.intp]:
    """For each question the leader it follows: one that is nearly the same, or itself."""
    nearly_same = _Neighbours(vectors, min(_NEARLY_SAME))
    for similarity in _NEARLY_SAME:
        leader_of = nearly_same.leaders(similarity)
        if len(np.unique(leader_of)) <= _LEADERS_MAX:
            break
    return leader_of


class _Neighbours:
    """Pairs of questions that are similar, as a sparse graph."""

    def __init__(self, vectors: Vectors, least: float) -> None:
        from scipy.sparse import vstack

        self._graph = vstack(list(_similar(vectors, least)), format="csr")

    def leaders(self, similarity: float) -> npt.NDArray[np.intp]:
        """Whoever has most neighbours leads those that follow nobody yet, and so on."""
        graph = self._graph.copy()
        graph.data[graph.data < similarity] = 0
        graph.eliminate_zeros()
        rows, columns = graph.indptr, graph.indices
        leader_of = np.full(graph.shape[0], -1, dtype=np.intp)
        for place in np.argsort(-np.diff(rows), kind="stable"):
            if leader_of[place] < 0:
                near = columns[rows[place] : rows[place + 1]]
                leader_of[near[leader_of[near] < 0]] = place
                leader_of[place] = place
        return leader_of


def _similar(vectors: Vectors, least: float) -> Iterator[Vectors]:
    others = vectors.T.tocsr()
    for start in range(0, vectors.shape[0], _BLOCK_ROWS):
        block = vectors[start : start + _BLOCK_ROWS] @ others
        block.data[block.data < least] = 0
        block.eliminate_zeros()
        block.sort_indices()
        yield block


def _centres(vectors: Vectors, follows: npt.NDArray[np.intp], leaders: int) -> Vectors:
    """The mean direction of those that follow the same leader."""
    from scipy.sparse import csr_matrix
    from sklearn.preprocessing import normalize

    rows = len(follows)
    ones = np.ones(rows, dtype=np.float32)
    members = csr_matrix((ones, (follows, np.arange(rows))), shape=(leaders, rows))
    return normalize(members @ vectors)


def _join(centres: Vectors, cut: float) -> npt.NDArray[np.intp]:
    """Average linkage: the number of its group for each centre."""
    from scipy.cluster.hierarchy import fcluster, linkage

    if centres.shape[0] < 2:
        return np.zeros(centres.shape[0], dtype=np.intp)
    steps = linkage(_distances(centres), method="average")
    labels: npt.NDArray[np.intp] = fcluster(steps, cut, criterion="distance")
    return labels


def _distances(centres: Vectors) -> npt.NDArray[np.float64]:
    """Cosine distances of all pairs, in SciPy's condensed form; they are half of the matrix."""
    count = centres.shape[0]
    condensed = np.empty(count * (count - 1) // 2)
    others = centres.T.tocsr()
    filled = 0
    for start in range(0, count, _BLOCK_ROWS):
        block = (centres[start : start + _BLOCK_ROWS] @ others).toarray()
        for row, similarities in enumerate(block, start=start):
            behind = similarities[row + 1 :]
            condensed[filled : filled + len(behind)] = behind
            filled += len(behind)
    np.subtract(1, condensed, out=condensed)
    np.clip(condensed, 0, 1, out=condensed)
    return condensed
