"""``python -m benchmarks.stories``: questions in the middle of a story.

Each labelled question is asked alone, and behind, before and between what workers write around one
(``stories.yml``, whose writer saw nothing of the search). With and without the stage that takes the
pieces out of a long message (``knowledge_base/retrieval/gist.py``).
"""

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge_base.evaluation.questions import LABELLED_ON, LabelledQuestion, load_questions
from knowledge_base.paths import embedding_model, index_directory
from knowledge_base.retrieval.decision import Decision
from knowledge_base.search import KnowledgeBase

STORIES = Path(__file__).with_name("stories.yml")
_SEED = 20261127
Told = Callable[[str, Sequence[str]], str]
_PLACES: dict[str, Told] = {
    "behind": lambda question, stories: "".join(stories) + question,
    "before": lambda question, stories: f"{question}。" + "".join(stories),
    "between": lambda question, stories: f"{stories[0]}{question}，" + "".join(stories[1:]),
}


@dataclass(frozen=True)
class Figures:
    """Shares of the answerable questions whose first document is right, that are answered, and
    that are answered with a wrong one; and of the others that are answered all the same."""

    right: float
    answered: float
    wrong: float
    needless: float


def measure(
    search: Callable[[str], tuple[str | None, bool]],
    questions: Sequence[LabelledQuestion],
    told: Sequence[str],
) -> Figures:
    """Ask each question as it is told. ``search`` gives the first document and whether it
    answers."""
    right = answered = wrong = needless = covered = 0
    for question, text in zip(questions, told, strict=True):
        first, is_answer = search(text)
        if not question.answerable:
            needless += is_answer
            continue
        covered += 1
        right += first in question.answers
        answered += is_answer
        wrong += is_answer and first not in question.answers
    others = len(questions) - covered
    return Figures(right / covered, answered / covered, wrong / covered, needless / others)


def _search(knowledge_base: KnowledgeBase) -> Callable[[str], tuple[str | None, bool]]:
    def search(text: str) -> tuple[str | None, bool]:
        result = knowledge_base.search(text, as_of=LABELLED_ON)
        first = result.hits[0].document.id if result.hits else None
        return first, result.decision is Decision.ANSWER

    return search


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=300, help="how many, by chance")
    options = parser.parse_args(arguments)
    chance = random.Random(_SEED)  # noqa: S311 - nothing secret is drawn
    questions = chance.sample(load_questions(), options.questions)
    stories: list[str] = yaml.safe_load(STORIES.read_text(encoding="utf-8"))
    knowledge_base = KnowledgeBase.open(index_directory(), model=embedding_model())
    print("told                   stage    right answered  wrong  needless")
    for number in (0, 2, 4):
        for place, build in _PLACES.items() if number else [("alone", lambda text, _: text)]:
            told = [build(each.question, chance.sample(stories, number)) for each in questions]
            for name, searched in (("on", knowledge_base), ("off", knowledge_base.without("gist"))):
                figures = measure(_search(searched), questions, told)
                label = f"{place} {number} stories" if number else place
                print(
                    f"{label:22} {name:6} {figures.right:7.3f} {figures.answered:8.3f} "
                    f"{figures.wrong:6.3f} {figures.needless:9.3f}",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
