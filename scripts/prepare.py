"""Make everything a start needs: ``python -m scripts.prepare [--development]``.

Steps whose inputs did not change since the last run are skipped.
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.environment import load_env_file
from scripts.interpreters import InterpreterNotFoundError, find_python310
from scripts.steps import ROOT, Command, Step, StepFailed, StepRunner

PYTHON = ROOT / ".venv" / "bin" / "python"
BOT = ROOT / "bot"
BOT_PYTHON = BOT / ".venv" / "bin" / "python"
_INTERPRETER = f"{sys.version_info.major}.{sys.version_info.minor}"


def data_directory() -> Path:
    """Return ``UNION_DATA_DIR`` or its default."""
    return Path(os.environ.get("UNION_DATA_DIR") or ROOT / "var").resolve()


def environment_step(*, development: bool) -> Step:
    """Return the step that installs gateway, actions and knowledge base."""
    lock = "requirements/dev.lock" if development else "requirements/app.lock"
    return Step(
        name="development environment" if development else "environment",
        inputs=[lock, "requirements/torch.txt"],
        outputs=[PYTHON],
        commands=[
            _command(sys.executable, "-m", "venv", ROOT / ".venv"),
            _command(PYTHON, "-m", "pip", "install", "--require-hashes", "--no-deps", "-r", lock),
            _command(PYTHON, "-m", "pip", "install", "-r", "requirements/torch.txt"),
        ],
        hint="Check the connection to the package index and the free space on the disk (4 GB), "
        "then run the same command again.",
        also=_INTERPRETER,
    )


def rasa_environment_step() -> Step:
    """Return the step that installs Rasa into an environment of its own."""
    lock = BOT / "requirements.lock"
    return Step(
        name="rasa environment",
        inputs=["bot/requirements.lock"],
        outputs=[BOT_PYTHON],
        commands=[
            Command(lambda: [_python310(), "-m", "venv", BOT / ".venv"]),
            _command(
                BOT_PYTHON, "-m", "pip", "install", "--require-hashes", "--no-deps", "-r", lock
            ),
        ],
        hint="Check the connection to the package index and the free space on the disk (3 GB), "
        "then run the same command again.",
    )


def encoder_step() -> Step:
    """Return the step that unpacks the bundled encoder."""
    return Step(
        name="encoder",
        inputs=[
            "knowledge_base/encoder/*.py",
            "knowledge_base/encoder/training/adapter.py",
            "knowledge_base/encoder/adapter/*",
        ],
        outputs=[data_directory() / "models" / "union-e5-small" / "unpacked.json"],
        commands=[_command(PYTHON, "-m", "knowledge_base", "unpack-model")],
        hint="Delete the folder of the environment (.venv) and run the same command again.",
    )


def index_step() -> Step:
    """Return the step that builds the index of the articles and of what was imported."""
    index = Path(os.environ.get("UNION_INDEX_DIR") or data_directory() / "index")
    imported = _digest(data_directory() / "imported")
    return Step(
        name="index",
        inputs=[
            "knowledge_base/articles/**/*.md",
            "knowledge_base/*.txt",
            "knowledge_base/*.yml",
            "knowledge_base/*.py",
            "knowledge_base/*/*.py",
            "knowledge_base/retrieval/*.yml",
            # Another encoder, another index.
            "knowledge_base/encoder/adapter/*",
        ],
        outputs=[index / "CURRENT"],
        # Preparing a start must not undo what a person has decided.
        commands=[_command(PYTHON, "-m", "knowledge_base", "build", "--keep-rolled-back")],
        hint="`python -m knowledge_base check` names the article, the line and the rule.",
        also=f"{index} {os.environ.get('UNION_EMBEDDING_MODEL', '')} {imported}",
    )


def reader_step() -> Step:
    """Return the step that makes the model with which the dialogue server reads."""
    adapter, reader = BOT / "adapters" / "all.safetensors", BOT / "models" / "reader"
    return Step(
        name="reader",
        inputs=[
            "knowledge_base/encoder/*.py",
            "knowledge_base/encoder/intents/*.py",
            "knowledge_base/encoder/training/adapter.py",
            "knowledge_base/encoder/adapter/*",
            "bot/adapters/all.safetensors",
        ],
        outputs=[reader / "reader.json"],
        commands=[_command(PYTHON, "-m", "knowledge_base", "export-reader", adapter, reader)],
        hint="Delete the folder of the environment (.venv) and run the same command again.",
    )


def rasa_model_step() -> Step:
    """Return the step that trains the dialogue model."""
    return Step(
        name="rasa model",
        inputs=[
            # Of other vectors, another model.
            "knowledge_base/encoder/adapter/*",
            "bot/*.yml",
            "bot/*.py",
            "bot/domain/**/*",
            "bot/data/**/*",
            "bot/components/**/*",
            "bot/dictionary/**/*",
            "bot/requirements.lock",
        ],
        outputs=[BOT / "models" / "union.tar.gz"],
        commands=[Command(lambda: [BOT_PYTHON, "train.py"], directory=BOT)],
        hint="The log names the file below bot/ that Rasa does not accept.",
    )


def _digest(directory: Path) -> str:
    """Return a digest of the files below a folder that is no part of the repository."""
    digest = hashlib.sha256()
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        digest.update(path.relative_to(directory).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _command(*arguments: str | Path) -> Command:
    return Command(lambda: arguments)


def _python310() -> Path:
    return find_python310(uv=ROOT / ".venv" / "bin" / "uv")


def steps(*, development: bool) -> list[Callable[[], Step]]:
    """Return the steps in order, each made when its turn comes."""
    environments = [lambda: environment_step(development=False)]
    if development:
        environments = [lambda: environment_step(development=True)]
    bundled = [] if os.environ.get("UNION_EMBEDDING_MODEL") else [encoder_step]
    return [
        *environments,
        rasa_environment_step,
        *bundled,
        index_step,
        reader_step,
        rasa_model_step,
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Run all steps; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--development", action="store_true", help="also install the test tools")
    arguments = parser.parse_args(argv)
    load_env_file()
    runner = StepRunner(data_directory() / "setup", data_directory() / "log")
    try:
        for make_step in steps(development=arguments.development):
            runner.run(make_step())
    except (StepFailed, InterpreterNotFoundError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; run the same command again to go on", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
