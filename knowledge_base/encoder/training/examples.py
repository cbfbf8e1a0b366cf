"""Training examples: a question, the passages that answer it, and what it must be told from."""

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from knowledge_base.document import Document
from knowledge_base.units import UnitKind, units_of

_HELD_OUT_EVERY = 5
_CHUNK = 16
"""Examples of one cluster that stay together in a batch: near neighbours are hard negatives."""


class TrainingDataError(Exception):
    """The file of training pairs is not sound; names file, line and rule."""


@dataclass(frozen=True)
class Passage:
    """``owner`` names what it answers for: passages of one owner are never negatives."""

    owner: str
    text: str


@dataclass(frozen=True)
class Example:
    """A question with its passages and, where there are any, other ways of asking it."""

    question: str
    passages: tuple[Passage, ...]
    paraphrases: tuple[str, ...]
    cluster: str

    @property
    def owners(self) -> frozenset[str]:
        return frozenset(passage.owner for passage in self.passages)


class _Positive(BaseModel):
    title: str
    text: str = Field(min_length=1)


class _Pair(BaseModel):
    question: str = Field(min_length=1)
    positives: list[_Positive] = Field(min_length=1)


def load_pairs(path: Path) -> list[Example]:
    """Read ``{"question", "positives": [{"title", "text"}]}``, one object a line.

    Raises:
        TrainingDataError: a line is not valid.
        OSError: the file cannot be read.
    """
    examples = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            pair = _Pair.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            rule = ".".join(str(part) for part in first["loc"]) or "json"
            raise TrainingDataError(f"{path}:{number}: [{rule}] {first['msg']}") from error
        passages = tuple(
            Passage(passage_id(each.title, each.text), f"{each.title}\n{each.text}")
            for each in pair.positives
        )
        examples.append(Example(pair.question, passages, (), cluster="pairs"))
    return examples


def passage_id(title: str, text: str) -> str:
    """Return a name for a passage that has none; the same text has the same name."""
    content = json.dumps([title, text], ensure_ascii=False)
    return f"passage-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def split_pairs(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Hold out every fifth question, chosen by the digest of its text: (training, held out)."""
    training: list[Example] = []
    held_out: list[Example] = []
    for example in examples:
        digest = hashlib.sha256(example.question.encode()).digest()
        (held_out if digest[0] % _HELD_OUT_EVERY == 0 else training).append(example)
    return training, held_out


def article_examples(documents: Sequence[Document]) -> list[Example]:
    """Return each document's own ways of asking, answered by its summary and sections."""
    examples = []
    for document in documents:
        passages = tuple(
            Passage(document.id, unit.text)
            for unit in units_of(document)
            if unit.kind is not UnitKind.QUESTION
        )
        for question in document.questions:
            others = tuple(other for other in document.questions if other != question)
            examples.append(Example(question, passages, others, document.area or document.id))
    return examples


def batches(
    examples: Sequence[Example], size: int, chosen: random.Random
) -> Iterator[list[Example]]:
    """Yield every example once, in batches of chunks that share a cluster."""
    clusters: defaultdict[str, list[Example]] = defaultdict(list)
    for example in examples:
        clusters[example.cluster].append(example)
    chunks: list[list[Example]] = []
    for members in clusters.values():
        chosen.shuffle(members)
        chunks += [members[start : start + _CHUNK] for start in range(0, len(members), _CHUNK)]
    chosen.shuffle(chunks)
    per_batch = size // _CHUNK
    for start in range(0, len(chunks), per_batch):
        yield [example for chunk in chunks[start : start + per_batch] for example in chunk]
