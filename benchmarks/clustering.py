"""``python -m benchmarks.clustering``: how well and how fast unanswered questions are grouped.

Quality: every third article is taken away, as if nobody had written it yet, and the search is
asked the questions that workers would have for it: the articles' own, the labelled paraphrases
and those of the 150 development questions that they answer. Questions of one missing article
should come together, and no others with them. Time: 20,000 questions, made of these by little
changes.

It needs a built index (``python -m knowledge_base index``).
"""

import json
import os
import platform
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sklearn.metrics import v_measure_score
from tqdm import tqdm

from api.review.clustering import CUT, HITS_WEIGHT, Asked, group
from api.review.unanswered import LEAST
from knowledge_base.corpus import load_corpus
from knowledge_base.evaluation.query_set import development_questions
from knowledge_base.evaluation.questions import LabelledQuestion, load_questions
from knowledge_base.paths import embedding_model, index_directory
from knowledge_base.search import KnowledgeBase
from scripts.prepare import data_directory

_DEVELOPMENT = Path(__file__).parents[1] / "tests" / "data" / "development_questions.md"
_EVERY = 3
_ASKED_HITS, _TRACE_HITS = 60, 10
_MANY = 20_000
_SEED = 7
_BEFORE = ("", "请问", "我想问", "你好 ", "老乡说 ", "厂里", "我们单位", "急 ")
_BEHIND = ("", "啊", "呢", "谢谢", "怎么搞", "伐", "在余杭", "去年的事")


@dataclass(frozen=True)
class Quality:
    """Shares of 1. ``pairs``: of two questions in one group, or about one article;
    ``grouped``: questions in groups that are shown; ``purity``: those of them that are about
    the matter that most of their group is about."""

    v_measure: float
    pair_precision: float
    pair_recall: float
    pair_f1: float
    grouped: float
    purity: float
    groups: int
    seconds: float


@dataclass(frozen=True)
class _Question:
    """A question that has no article any more, and which one it was."""

    asked: Asked
    article: str


def missing_articles(ids: Collection[str]) -> set[str]:
    """Every third article."""
    return set(sorted(ids)[::_EVERY])


def questions_for(missing: Collection[str]) -> list[LabelledQuestion]:
    """What only the missing articles answer."""
    corpus = load_corpus()
    own = (
        LabelledQuestion(id=f"{article}-{number}", question=text, answers=(article,))
        for article in sorted(missing)
        for number, text in enumerate(corpus.articles[article].front_matter.questions)
    )
    known: Iterable[LabelledQuestion] = (
        *own,
        *load_questions(),
        *development_questions(_DEVELOPMENT).questions,
    )
    return [each for each in known if each.answers and set(each.answers) <= set(missing)]


def search_without(
    knowledge_base: KnowledgeBase, missing: Collection[str], questions: Sequence[LabelledQuestion]
) -> list[_Question]:
    """Ask each question as if the missing articles were not there."""
    asked = []
    for question in tqdm(questions, desc="questions", disable=not sys.stderr.isatty()):
        found = knowledge_base.search(question.question, k=_ASKED_HITS).hits
        left = [hit.document.id for hit in found if hit.document.id not in missing]
        asked.append(_Question(Asked(question.question, left[:_TRACE_HITS]), question.answers[0]))
    return asked


def measure(questions: Sequence[_Question], *, cut: float, weight: float) -> Quality:
    """Group the questions and hold the groups against the articles."""
    started = time.perf_counter()
    groups = group([each.asked for each in questions], cut=cut, weight=weight)
    seconds = time.perf_counter() - started
    number = [0] * len(questions)
    for at, places in enumerate(groups):
        for place in places:
            number[place] = at
    articles = [each.article for each in questions]
    together = _pairs(zip(articles, number, strict=True))
    precision = together / max(1, _pairs(number))
    recall = together / max(1, _pairs(articles))
    shown = [[articles[place] for place in places] for places in groups if len(places) >= LEAST]
    grouped = sum(map(len, shown))
    pure = sum(Counter(each).most_common(1)[0][1] for each in shown)
    return Quality(
        v_measure=round(v_measure_score(articles, number), 3),
        pair_precision=round(precision, 3),
        pair_recall=round(recall, 3),
        pair_f1=round(2 * precision * recall / max(1e-9, precision + recall), 3),
        grouped=round(grouped / len(questions), 3),
        purity=round(pure / max(1, grouped), 3),
        groups=len(shown),
        seconds=round(seconds, 2),
    )


def many(questions: Sequence[_Question], count: int) -> list[Asked]:
    """Questions with little changes: words around them, a character lost, other articles found."""
    chance = random.Random(_SEED)  # noqa: S311 - the same every time
    ids = sorted({hit for each in questions for hit in each.asked.hits})
    made = []
    for _ in range(count):
        asked = chance.choice(questions).asked
        text = list(chance.choice(_BEFORE) + asked.text + chance.choice(_BEHIND))
        if chance.random() < 0.5:
            del text[chance.randrange(len(text))]
        hits = [*asked.hits[:7], *chance.sample(ids, 3)]
        made.append(Asked("".join(text), hits))
    return made


def _pairs(labels: Iterable[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(labels).values())


def main() -> int:
    """Measure, print and write the figures."""
    knowledge_base = KnowledgeBase.open(index_directory(), model=embedding_model())
    missing = missing_articles(load_corpus().articles.keys())
    questions = search_without(knowledge_base, missing, questions_for(missing))
    del knowledge_base
    quality = {
        "characters alone": measure(questions, cut=0.85, weight=0),
        "articles found alone": measure(questions, cut=0.6, weight=1),
        "as it is": measure(questions, cut=CUT, weight=HITS_WEIGHT),
    }
    crowd = many(questions, _MANY)
    started = time.perf_counter()
    groups = group(crowd)
    seconds = time.perf_counter() - started
    figures = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "missing_articles": len(missing),
        "questions": len(questions),
        "quality": {name: asdict(each) for name, each in quality.items()},
        "many": {
            "questions": len(crowd),
            "distinct": len({each.text for each in crowd}),
            "seconds": round(seconds, 1),
            "groups": sum(len(each) >= LEAST for each in groups),
            "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        },
    }
    folder = data_directory() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "clustering.json").write_text(
        json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
