"""``calibrate``: how sure must a search be before it answers?"""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from knowledge_base.commands.output import fail
from knowledge_base.evaluation.jsonl import EvaluationDataError
from knowledge_base.evaluation.questions import (
    LABELLED_ON,
    QUESTIONS_DIR,
    load_questions,
    split,
)
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError
from knowledge_base.paths import embedding_model, index_directory
from knowledge_base.retrieval.decision import DECISION_FILE
from knowledge_base.retrieval.rerank import RANKER_FILE


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser("calibrate", help=calibrate.__doc__)
    command.add_argument("--index", type=Path, default=index_directory(), metavar="DIR")
    command.add_argument("--model", default=embedding_model(), metavar="DIR|ID")
    command.add_argument("--questions", type=Path, default=QUESTIONS_DIR, metavar="DIR")
    command.add_argument(
        "--wrong", type=float, default=0.018, metavar="SHARE", help="wrong answers among answers"
    )
    command.add_argument(
        "--unanswerable-offered",
        type=float,
        default=0.15,
        metavar="SHARE",
        help="unanswerable questions that get an answer or choices",
    )
    command.set_defaults(run=calibrate)


def calibrate(arguments: argparse.Namespace) -> int:
    """Fit re-ranker, decision model and thresholds; print the figures."""
    from knowledge_base.calibration import Bounds, save
    from knowledge_base.calibration import calibrate as fit
    from knowledge_base.engine import SearchEngine
    from knowledge_base.search import KnowledgeBase

    try:
        questions = split(load_questions(arguments.questions)).calibration
        calibrated = fit(
            # Not with the fitted models: those of other features could never be replaced.
            KnowledgeBase.from_store(
                IndexStore(arguments.index), SearchEngine.unfitted(arguments.model)
            ),
            questions,
            as_of=LABELLED_ON,
            bounds=Bounds(arguments.wrong, arguments.unanswerable_offered),
            progress=sys.stderr.isatty(),
        )
    except (
        EvaluationDataError,
        IndexUnavailableError,
        CorruptIndexError,
        OSError,
        ValueError,
    ) as error:
        return fail(str(error))
    save(calibrated, RANKER_FILE, DECISION_FILE)
    for name, value in asdict(calibrated.report).items():
        print(f"{name}: {value}")
    model = calibrated.decision
    print(f"answer from {model.answer_from}, choices from {model.choices_from}")
    return 0
