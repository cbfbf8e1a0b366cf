"""``publish``: a plan of the knowledge desk, carried out in a process of its own.

It speaks JSON lines on standard output: ``Progress``, then ``Ready``, then ``Ended`` (see
:mod:`knowledge_base.publishing.plan`). After a ``Ready`` that has passed it waits for the line
``switch`` on standard input. When standard input ends, whoever started it has gone, and it ends
at once.
"""

import argparse
import os
import queue
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from knowledge_base.corpus import ARTICLES_DIR
from knowledge_base.document import DocumentError
from knowledge_base.evaluation.jsonl import EvaluationDataError
from knowledge_base.evaluation.questions import QUESTIONS_DIR, load_questions, split
from knowledge_base.index.store import CorruptIndexError, IndexStore
from knowledge_base.overlay import OverlayError, OverlayStore
from knowledge_base.paths import articles_directory, embedding_model, index_directory
from knowledge_base.publishing.plan import Ended, PublicationPlan, Ready, RollBackPlan
from knowledge_base.publishing.publisher import (
    NotPublishedError,
    Places,
    Publisher,
    RefusedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge_base.engine import SearchEngine

SWITCH = "switch"
_LESS_URGENT = 10
"""Added to the niceness: workers who ask go first."""


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser("publish", help=publish.__doc__)
    plan = command.add_mutually_exclusive_group(required=True)
    plan.add_argument("--plan", type=Path, metavar="JSON", help="a PublicationPlan")
    plan.add_argument("--back", type=Path, metavar="JSON", help="a RollBackPlan")
    command.add_argument("--documents", type=Path, default=ARTICLES_DIR, metavar="DIR")
    command.add_argument("--articles", type=Path, default=articles_directory(), metavar="DIR")
    command.add_argument("--index", type=Path, default=index_directory(), metavar="DIR")
    command.add_argument("--questions", type=Path, default=QUESTIONS_DIR, metavar="DIR")
    command.add_argument("--model", default=embedding_model(), metavar="DIR|ID")
    command.set_defaults(run=publish)


def publish(arguments: argparse.Namespace) -> int:
    """Put articles into service if the search does not get worse (the knowledge desk calls it)."""
    os.nice(_LESS_URGENT)
    answers = _answers()
    try:
        ended = _carry_out(arguments, answers)
    except RefusedError:
        ended = Ended(state="refused")
    except (
        NotPublishedError,
        DocumentError,
        OverlayError,
        CorruptIndexError,
        EvaluationDataError,
        ValueError,
        OSError,
    ) as error:
        ended = Ended(state="failed", reason=str(error))
    _say(ended)
    return 0 if ended.state == "live" else 1


def _carry_out(arguments: argparse.Namespace, answers: "queue.Queue[str]") -> Ended:
    publisher = Publisher(
        Places(arguments.documents, OverlayStore(arguments.articles), IndexStore(arguments.index)),
        _engine_of(arguments.model),
        _say,
    )
    if arguments.back is not None:
        back = RollBackPlan.model_validate_json(arguments.back.read_bytes())
        return Ended(state="live", index_version=publisher.roll_back(back))
    plan = PublicationPlan.model_validate_json(arguments.plan.read_bytes())
    labelled = split(load_questions(arguments.questions)).test

    def confirm(ready: Ready) -> bool:
        _say(ready)
        return ready.report.passed and answers.get() == SWITCH

    ready = publisher.publish(plan, labelled, confirm)
    return Ended(state="live", index_version=ready.index_version)


def _engine_of(model: str) -> "Callable[[], SearchEngine]":
    loaded: list[SearchEngine] = []

    def engine() -> "SearchEngine":
        from knowledge_base.engine import SearchEngine

        if not loaded:
            loaded.append(SearchEngine.load(model))
        return loaded[0]

    return engine


def _say(line: BaseModel) -> None:
    print(line.model_dump_json(), flush=True)


def _answers() -> "queue.Queue[str]":
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line.strip())
        # Nobody is there any more who could record what comes of it.
        os._exit(1)

    threading.Thread(target=read, daemon=True).start()
    return lines
