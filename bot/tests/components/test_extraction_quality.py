"""How many of the entities that people marked in the training examples the rules find."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message

from components.lexicon_extractor import LexiconExtractor
from components.quantity_extractor import QuantityExtractor

DATA = Path(__file__).resolve().parents[2] / "data" / "nlu"
LEAST_F1 = 0.93
ANNOTATION = re.compile(r"\[(?P<words>[^\[\]]+)\]\((?P<entity>[a-z]+)\)")

Span = tuple[str, int, int]


def annotated() -> Iterator[tuple[str, set[Span]]]:
    """The examples of files in which entities are marked, without the marks."""
    for path in sorted(DATA.glob("*.yml")):
        content = path.read_text(encoding="utf-8")
        if ANNOTATION.search(content):
            for entry in yaml.safe_load(content)["nlu"]:
                for line in entry["examples"].splitlines():
                    yield parse(line.removeprefix("- ").strip())


def parse(example: str) -> tuple[str, set[Span]]:
    text = ""
    spans = set()
    end = 0
    for match in ANNOTATION.finditer(example):
        text += example[end : match.start()]
        spans.add((match["entity"], len(text), len(text) + len(match["words"])))
        text += match["words"]
        end = match.end()
    return text + example[end:], spans


def find(text: str, extractors: tuple[QuantityExtractor, LexiconExtractor]) -> set[Span]:
    messages = [Message.build(text)]
    for extractor in extractors:
        messages = extractor.process(messages)
    return {
        (entity["entity"], entity["start"], entity["end"])
        for entity in messages[0].get(ENTITIES)
        if entity["entity"] != "number"  # for answers to questions; no label of the data
    }


def f1(right: int, extra: int, missed: int) -> float:
    return 2 * right / max(1, 2 * right + extra + missed)


@pytest.fixture(scope="module")
def extractors() -> tuple[QuantityExtractor, LexiconExtractor]:
    lexicon = LexiconExtractor(LexiconExtractor.get_default_config())
    return QuantityExtractor(lambda: date(2026, 11, 25)), lexicon


def test_marked_entities_are_found(
    extractors: tuple[QuantityExtractor, LexiconExtractor],
) -> None:
    right: Counter[str] = Counter()
    extra: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for text, marked in annotated():
        found = find(text, extractors)
        right.update(entity for entity, *_ in marked & found)
        extra.update(entity for entity, *_ in found - marked)
        missed.update(entity for entity, *_ in marked - found)
    report = [
        f"{entity}: F1 {f1(right[entity], extra[entity], missed[entity]):.3f}, "
        f"{right[entity]} right, {extra[entity]} extra, {missed[entity]} missed"
        for entity in sorted(right | extra | missed)
    ]
    assert f1(right.total(), extra.total(), missed.total()) >= LEAST_F1, report


def test_annotations_are_read() -> None:
    assert parse("[3年](duration) 月薪[8千](money)") == (
        "3年 月薪8千",
        {("duration", 0, 2), ("money", 5, 7)},
    )
