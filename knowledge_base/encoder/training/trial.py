"""How good an encoder is at finding passages, on questions its training has not seen."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from knowledge_base.document import Document
from knowledge_base.encoder.training.base import Base
from knowledge_base.encoder.training.examples import Example
from knowledge_base.encoder.training.lora import LoraSettings, embed
from knowledge_base.evaluation.measures import evaluate
from knowledge_base.units import units_of

_RANKED = 100
_BATCH = 64


@dataclass(frozen=True)
class Trial:
    """Questions with the passages that answer them, among all ``passages`` (text by name)."""

    questions: Sequence[str]
    owners: Sequence[frozenset[str]]
    passages: Mapping[str, str]

    @classmethod
    def of(
        cls,
        held_out: Sequence[Example],
        others: Sequence[Example],
        documents: Sequence[Document] = (),
    ) -> "Trial":
        """Ask the held-out examples over the passages of all examples and the documents' sections.

        A document with the very text of a passage is left out: found in its place, it would be no
        error.
        """
        passages = {
            passage.owner: passage.text
            for example in [*held_out, *others]
            for passage in example.passages
        }
        known = {_bare(text.partition("\n")[2]) for text in passages.values()}
        for document in documents:
            if _bare("".join(document.sections.values())) not in known:
                passages.update(
                    (f"{document.id}/{place}", unit.text)
                    for place, unit in enumerate(units_of(document))
                )
        return cls(
            [example.question for example in held_out],
            [example.owners for example in held_out],
            passages,
        )


def _bare(text: str) -> str:
    """Return the letters and digits of ``text`` alone."""
    return re.sub(r"\W", "", text)


def run_trial(
    model: nn.Module, base: Base, trial: Trial, settings: LoraSettings
) -> dict[str, float]:
    """Return the measures of :mod:`knowledge_base.evaluation.measures`, rounded to 4 places."""
    names = list(trial.passages)
    passages = _rows(
        model,
        base,
        [base.passage_prompt + text for text in trial.passages.values()],
        settings.passage_tokens,
    )
    questions = _rows(
        model, base, [base.query_prompt + each for each in trial.questions], settings.query_tokens
    )
    scores = questions @ passages.T
    best = np.argsort(-scores, axis=1)[:, :_RANKED]
    run = {
        str(place): [(names[column], float(scores[place, column])) for column in row]
        for place, row in enumerate(best)
    }
    qrels = {
        str(place): dict.fromkeys(sorted(owners), 1) for place, owners in enumerate(trial.owners)
    }
    return {name: round(value, 4) for name, value in evaluate(qrels, run).values.items()}


def _rows(
    model: nn.Module, base: Base, texts: Sequence[str], tokens: int
) -> npt.NDArray[np.float32]:
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    with torch.no_grad():
        parts = [
            embed(model, base, [texts[place] for place in order[start : start + _BATCH]], tokens)
            for start in range(0, len(texts), _BATCH)
        ]
    rows: npt.NDArray[np.float32] = torch.cat(parts).numpy()
    return rows[np.argsort(order)]
