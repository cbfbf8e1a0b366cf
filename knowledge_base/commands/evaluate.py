"""``evaluate``: how good is the search, and does a change make it worse?"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge_base.commands.output import fail
from knowledge_base.commands.search import RUN_TAG
from knowledge_base.evaluation.baseline import (
    BASELINE_FILE,
    STORE_HINT,
    Baseline,
    compare,
    load_baseline,
    store_baseline,
)
from knowledge_base.evaluation.jsonl import EvaluationDataError
from knowledge_base.evaluation.query_set import (
    QuerySet,
    development_questions,
    foreign_queries,
    judgements_only,
    own_test_questions,
)
from knowledge_base.evaluation.questions import (
    LABELLED_ON,
    QUESTIONS_DIR,
    digest,
    unknown_answers,
)
from knowledge_base.evaluation.trec import Run, read_run, write_qrels, write_run
from knowledge_base.index.store import CorruptIndexError, IndexUnavailableError
from knowledge_base.paths import embedding_model, index_directory
from knowledge_base.retrieval.decision import DecisionModel

if TYPE_CHECKING:
    from knowledge_base.evaluation.decisions import DecisionRecord
    from knowledge_base.evaluation.measures import Evaluation
    from knowledge_base.evaluation.runner import SearchFunction
    from knowledge_base.search import KnowledgeBase

_UNKNOWN_NAMED = 5


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser("evaluate", help=evaluate.__doc__)
    asked = command.add_argument_group("what is asked (default: the test side of --questions)")
    asked.add_argument("--questions", type=Path, default=QUESTIONS_DIR, metavar="DIR")
    asked.add_argument("--development", type=Path, metavar="MD", help="the development questions")
    asked.add_argument("--queries", type=Path, metavar="JSONL", help='{"id", "text"} each line')
    asked.add_argument("--qrels", type=Path, metavar="TREC", help="judgements of --queries")
    answered = command.add_argument_group("what is evaluated")
    answered.add_argument(
        "--run", dest="run_file", type=Path, metavar="TREC", help="a run instead of a search"
    )
    answered.add_argument("--index", type=Path, default=index_directory(), metavar="DIR")
    answered.add_argument("--model", default=embedding_model(), metavar="DIR|ID")
    answered.add_argument("--k", type=int, default=100, help="how many hits at the most")
    answered.add_argument("--ablation", action="store_true", help="each stage switched off")
    written = command.add_argument_group("what is written")
    written.add_argument("--save-run", type=Path, metavar="TREC")
    written.add_argument("--save-qrels", type=Path, metavar="TREC")
    written.add_argument("--report", type=Path, metavar="DIR", help="tables and pictures")
    kept = command.add_argument_group("baseline of the test side")
    kept.add_argument("--baseline", type=Path, default=BASELINE_FILE, metavar="JSON")
    either = kept.add_mutually_exclusive_group()
    either.add_argument("--check-baseline", action="store_true", help="fail when a measure fell")
    either.add_argument("--store-baseline", action="store_true")
    command.set_defaults(run=evaluate)


def evaluate(arguments: argparse.Namespace) -> int:
    """Measure the search on labelled questions or on a foreign collection."""
    problem = _contradiction(arguments)
    if problem is not None:
        return fail(problem)
    try:
        query_set = _query_set(arguments)
        if arguments.run_file is not None:
            return _evaluate_run(arguments, query_set, read_run(arguments.run_file))
        return _evaluate_search(arguments, query_set)
    except (
        EvaluationDataError,
        IndexUnavailableError,
        CorruptIndexError,
        OSError,
        ValueError,
    ) as error:
        return fail(str(error))


def _contradiction(arguments: argparse.Namespace) -> str | None:
    foreign = arguments.queries is not None or arguments.qrels is not None
    existing = arguments.run_file is not None
    compared = arguments.check_baseline or arguments.store_baseline
    if arguments.queries is not None and arguments.qrels is None:
        return "--queries needs --qrels"
    if arguments.qrels is not None and arguments.queries is None and not existing:
        return "--qrels needs --queries to search with, or --run"
    if foreign and arguments.development is not None:
        return "--development and --queries exclude each other"
    if existing and arguments.ablation:
        return "--ablation needs a search, not --run"
    if compared and (foreign or existing or arguments.development is not None):
        return "the baseline is one of a search with the labelled questions"
    if arguments.k < 1:
        return "--k must be 1 or more"
    return None


def _query_set(arguments: argparse.Namespace) -> QuerySet:
    if arguments.queries is not None:
        return foreign_queries(arguments.queries, arguments.qrels)
    if arguments.qrels is not None:
        return judgements_only(arguments.qrels)
    if arguments.development is not None:
        return development_questions(arguments.development)
    return own_test_questions(arguments.questions)


def _evaluate_run(arguments: argparse.Namespace, query_set: QuerySet, run: Run) -> int:
    from knowledge_base.evaluation.measures import evaluate as measure

    evaluation = measure(query_set.qrels, run)
    _save(arguments, query_set, run)
    _tell(arguments, query_set, evaluation)
    return 0


def _evaluate_search(arguments: argparse.Namespace, query_set: QuerySet) -> int:
    from knowledge_base.evaluation.ablation import ablate
    from knowledge_base.evaluation.measures import evaluate as measure
    from knowledge_base.evaluation.runner import ask_questions, run_queries, search_function
    from knowledge_base.search import KnowledgeBase

    knowledge_base = KnowledgeBase.open(arguments.index, model=arguments.model)
    _check_answers(query_set, knowledge_base)
    progress = sys.stderr.isatty()
    asked = None
    if query_set.questions:
        asked = ask_questions(
            knowledge_base, query_set.questions, arguments.k, as_of=LABELLED_ON, progress=progress
        )
        run = asked.run
    else:
        search = search_function(knowledge_base)
        run = run_queries(query_set.queries, search, arguments.k, progress=progress)
    evaluation = measure(query_set.qrels, run)
    ablation = None
    if arguments.ablation:
        ablation = ablate(
            _variants(knowledge_base, query_set),
            query_set.queries,
            query_set.qrels,
            arguments.k,
            progress=progress,
        )
    _save(arguments, query_set, run)
    _tell(arguments, query_set, evaluation, ablation, asked.records if asked else ())
    if asked is None or not (arguments.check_baseline or arguments.store_baseline):
        return 0
    now = Baseline(
        questions=digest(query_set.questions),
        queries=evaluation.queries,
        encoder=asked.encoder,
        index=asked.index,
        settings=asked.settings,
        measures=evaluation.values,
    )
    return _against_baseline(arguments, now)


def _variants(knowledge_base: "KnowledgeBase", query_set: QuerySet) -> "dict[str, SearchFunction]":
    """Return the searches that the ablation compares; differences are to the first."""
    from knowledge_base.evaluation.runner import search_function
    from knowledge_base.retrieval.settings import SearchSettings

    as_of = LABELLED_ON if query_set.questions else None
    settings = SearchSettings()
    variants = {"all stages": settings}
    variants |= {f"without {stage}": settings.without(stage) for stage in settings.stages()}
    return {
        name: search_function(knowledge_base.with_settings(variant), as_of)
        for name, variant in variants.items()
    }


def _check_answers(query_set: QuerySet, knowledge_base: "KnowledgeBase") -> None:
    known = {document.id for document in knowledge_base.documents}
    unknown = unknown_answers(query_set.questions, known)
    if unknown:
        named = ", ".join(f"{answer} ({question})" for question, answer in unknown[:_UNKNOWN_NAMED])
        raise EvaluationDataError(
            f"{len(unknown)} answers name a document that is not in the index: {named}"
        )


def _save(arguments: argparse.Namespace, query_set: QuerySet, run: Run) -> None:
    if arguments.save_run is not None:
        write_run(run, arguments.save_run, RUN_TAG)
    if arguments.save_qrels is not None:
        write_qrels(query_set.qrels, arguments.save_qrels)


def _tell(
    arguments: argparse.Namespace,
    query_set: QuerySet,
    evaluation: "Evaluation",
    ablation: "dict[str, Evaluation] | None" = None,
    records: "Sequence[DecisionRecord]" = (),
) -> None:
    """Print the report's text, and write it with its pictures where that is asked for."""
    from knowledge_base.evaluation.report import Report

    answer_from = DecisionModel.load().answer_from if records else 0.0
    report = Report(query_set.title, evaluation, ablation, records, answer_from)
    print(report.markdown(), end="")
    if arguments.report is not None:
        report.write(arguments.report)


def _against_baseline(arguments: argparse.Namespace, now: Baseline) -> int:
    if arguments.store_baseline:
        store_baseline(now, arguments.baseline)
        print(f"{arguments.baseline}: stored")
        return 0
    comparison = compare(load_baseline(arguments.baseline), now)
    for change in comparison.risen:
        print(f"better than the baseline: {change}")
    if comparison.obsolete is not None:
        return fail(comparison.obsolete)
    if comparison.fallen:
        fallen = "; ".join(str(change) for change in comparison.fallen)
        return fail(f"worse than the baseline by more than one point: {fallen}")
    print("no measure is more than one point below the baseline")
    if comparison.risen:
        print(f"to keep the gain, {STORE_HINT}")
    return 0
