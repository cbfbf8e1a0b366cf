"""``calibrate``: how sure must a search be before it answers?"""

import argparse
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from knowledge_base.commands.documents import load_documents
from knowledge_base.corpus import ARTICLES_DIR
from knowledge_base.paths import embedding_model
from knowledge_base.retrieval.decision import DECISION_FILE


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser("calibrate", help=calibrate.__doc__)
    command.add_argument("--documents", type=Path, default=ARTICLES_DIR, metavar="DIR")
    command.add_argument("--model", default=embedding_model(), metavar="DIR|ID")
    command.add_argument("--unanswerable-answered", type=float, default=0.05, metavar="SHARE")
    command.add_argument("--unanswerable-offered", type=float, default=0.25, metavar="SHARE")
    command.add_argument("--wrong-among-answered", type=float, default=0.15, metavar="SHARE")
    command.set_defaults(run=calibrate)


def calibrate(arguments: argparse.Namespace) -> int:
    """Fit the decision model and its thresholds; print the figures."""
    from knowledge_base.calibration import calibrate as fit
    from knowledge_base.calibration import load_unanswerable, save_model
    from knowledge_base.encoder.encoder import Encoder
    from knowledge_base.retrieval.tokenizer import Tokenizer

    with tempfile.TemporaryDirectory() as scratch:
        model, report = fit(
            load_documents(arguments.documents),
            load_unanswerable(),
            Encoder(arguments.model),
            Tokenizer(),
            Path(scratch),
            unanswerable_answered=arguments.unanswerable_answered,
            unanswerable_offered=arguments.unanswerable_offered,
            wrong_among_answered=arguments.wrong_among_answered,
            progress=sys.stderr.isatty(),
        )
    save_model(model, report, DECISION_FILE)
    for name, value in asdict(report).items():
        print(f"{name}: {value}")
    print(
        f"{DECISION_FILE.name}: answer from {model.answer_from}, choices from {model.choices_from}"
    )
    return 0
