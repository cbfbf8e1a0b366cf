"""Cross-validation of the language understanding: ``python evaluate.py`` (minutes).

    python evaluate.py                          5 folds, the report on standard output
    python evaluate.py --output report.json     the report as a file
    python evaluate.py --check-baseline         fails where a figure fell below the stored one
    python evaluate.py --write-baseline         stores the figures
    python evaluate.py --config other.yml       another pipeline, for comparisons
    python evaluate.py --only-first-fold        one fold of the five, for slow pipelines

Every fold trains the whole pipeline anew on four fifths of the examples of ``data/nlu`` and reads
the rest; an intent that the fallback takes counts as missed. The fold of an example is a digest of
its words, so that one that is added moves no other. The transformer of each fold has adapters that
have not seen its examples: ``models/reader-fold-N``, made by ``make quality``. What stands in
``data/nlu_contrast`` is always learned and never read: it was written later, to be hard. Entities
count when kind and place agree to the character with the annotation; the numbers that the
annotations leave out (``number``) do not.
"""

import argparse
import asyncio
import hashlib
import json
import multiprocessing
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

import hardening

import numpy as np  # isort: skip
from rasa.core.agent import Agent  # isort: skip
from rasa.model_training import train_nlu  # isort: skip
from rasa.shared.nlu.training_data.loading import load_data  # isort: skip
from rasa.shared.nlu.training_data.message import Message  # isort: skip
from rasa.shared.nlu.training_data.training_data import TrainingData  # isort: skip

BOT_DIRECTORY: Final = Path(__file__).resolve().parent
BASELINE: Final = BOT_DIRECTORY / "tests" / "data" / "cross_validation.json"
RISKY: Final = ("legal_case", "urgent_deadline", "group_dispute", "crisis")
FOLDS: Final = 5
AT_ONCE: Final = 2
"""Folds that are measured side by side; each takes 2.7 GB."""
TOLERANCE: Final = 0.01
"""A figure may fall this far below the baseline: another seed of the folds moves it as much."""

Json = dict[str, Any]
Spans = set[tuple[str, int, int]]
Reading = tuple[str, str, str, Spans, Spans]
"""Text, true and found intent, true and found entities."""


def measure(config: str, *, only_first_fold: bool = False) -> Json:
    """Run the folds and return the report."""
    folds = range(1 if only_first_fold else FOLDS)
    # Each in a process of its own: most of their work is one thread's.
    at_once = min(len(folds), AT_ONCE)
    with ProcessPoolExecutor(at_once, multiprocessing.get_context("spawn")) as processes:
        read = processes.map(partial(_fold, config), folds)
        return _report([message for messages in read for message in messages])


def fold_of(text: str) -> int:
    """The fold that an example is read in, from 0 to 4."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % FOLDS


def _fold(config: str, fold: int) -> list[Reading]:
    """Train on all examples but those of a fold, and read these."""
    from components import intent_reader

    hardening.configure_logging()
    hardening.skip_training_cache()
    intent_reader.use(BOT_DIRECTORY / "models" / f"reader-fold-{fold}")
    data, contrast = load_data("data/nlu", "zh"), load_data("data/nlu_contrast", "zh")
    examples = [each for each in data.intent_examples if each.get("intent")]
    train = [each for each in examples if fold_of(each.get("text")) != fold]
    test = [each for each in examples if fold_of(each.get("text")) == fold]
    part = TrainingData([*train, *contrast.intent_examples], regex_features=data.regex_features)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RASA_CACHE_DIRECTORY"] = folder
        path = Path(folder) / "nlu.yml"
        part.persist_nlu(str(path))
        model = train_nlu(config, str(path), folder, domain="domain")
        agent = Agent.load(str(model))
        return asyncio.run(_read(agent, test))


async def _read(agent: Agent, test: list[Message]) -> list[Reading]:
    read: list[Reading] = []
    for example in test:
        found = await agent.parse_message(example.get("text"))
        read.append(
            (
                example.get("text"),
                example.get("intent"),
                found["intent"]["name"],
                _spans(example.get("entities") or []),
                _spans(found["entities"]),
            )
        )
    return read


def _spans(entities: Iterable[Json]) -> Spans:
    return {
        (each["entity"], each["start"], each["end"])
        for each in entities
        if each["entity"] != "number"
    }


def _report(read: list[Reading]) -> Json:
    intents = scores(
        Counter(true for _, true, _, _, _ in read),
        Counter(found for _, _, found, _, _ in read),
        Counter(true for _, true, found, _, _ in read if true == found),
    )
    entities = scores(
        Counter(kind for *_, true, _ in read for kind, _, _ in true),
        Counter(kind for *_, found in read for kind, _, _ in found),
        Counter(kind for *_, true, found in read for kind, _, _ in true & found),
    )
    confusions = Counter((true, found) for _, true, found, _, _ in read if true != found)
    right = sum(true == found for _, true, found, _, _ in read)
    return {
        "examples": len(read),
        "accuracy": round(right / len(read), 4),
        "intent_macro_f1": round(float(np.mean([each["f1"] for each in intents.values()])), 4),
        "entity_micro_f1": _micro(entities),
        "intents": intents,
        "entities": entities,
        "confusions": [
            {"true": true, "found": found, "times": times}
            for (true, found), times in confusions.most_common(30)
        ],
    }


def scores(true: Counter[str], found: Counter[str], right: Counter[str]) -> Json:
    """Precision, recall and F1 of each label that the examples hold."""
    by_label = {}
    for label in sorted(true):
        precision = right[label] / found[label] if found[label] else 0.0
        recall = right[label] / true[label]
        both = precision + recall
        by_label[label] = {
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(2 * precision * recall / both, 4) if both else 0.0,
            "examples": true[label],
            "found": found[label],
            "right": right[label],
        }
    return by_label


def _micro(scores: Json) -> float:
    right = sum(each["right"] for each in scores.values())
    total = sum(each["examples"] + each["found"] for each in scores.values())
    return round(2 * right / total, 4) if total else 0.0


def fallen(report: Json, baseline: Json) -> list[str]:
    """Name the figures of a report that lie below the baseline."""
    figures = {name: report[name] for name in ("intent_macro_f1", "entity_micro_f1")}
    before = {name: baseline[name] for name in figures}
    for intent in RISKY:
        for measure_ in ("recall", "precision"):
            name = f"{intent} {measure_}"
            figures[name] = report["intents"][intent][measure_]
            before[name] = baseline["intents"][intent][measure_]
    return [
        f"{name}: {figures[name]} after {before[name]}"
        for name in figures
        if figures[name] < before[name] - TOLERANCE
    ]


def _print(report: Json) -> None:
    print(f"{report['examples']} examples, accuracy {report['accuracy']}")
    print(f"intents macro F1 {report['intent_macro_f1']}")
    print(f"entities micro F1 {report['entity_micro_f1']}")
    for group in ("intents", "entities"):
        for label, each in sorted(report[group].items(), key=lambda item: item[1]["f1"]):
            print(
                f"  {label:24} precision {each['precision']:.3f} recall {each['recall']:.3f} "
                f"F1 {each['f1']:.3f} of {each['examples']}"
            )
    for each in report["confusions"]:
        print(f"  {each['times']:4} {each['true']} read as {each['found']}")


def main() -> int:
    """Measure, print and compare; 1 when a figure fell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", default="config.yml")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--only-first-fold", action="store_true")
    parser.add_argument("--check-baseline", action="store_true")
    parser.add_argument("--write-baseline", action="store_true")
    arguments = parser.parse_args()
    os.chdir(BOT_DIRECTORY)
    # Rasa names the custom components by module, relative to this folder.
    sys.path.insert(0, str(BOT_DIRECTORY))
    hardening.configure_logging()
    report = measure(arguments.config, only_first_fold=arguments.only_first_fold)
    _print(report)
    text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
    if arguments.output:
        arguments.output.write_text(text, encoding="utf-8")
    if arguments.write_baseline:
        BASELINE.write_text(text, encoding="utf-8")
    if arguments.check_baseline:
        lower = fallen(report, json.loads(BASELINE.read_text(encoding="utf-8")))
        print("\n".join(lower) or "no figure fell below the baseline")
        return 1 if lower else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
