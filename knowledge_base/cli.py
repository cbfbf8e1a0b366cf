"""Sub-commands of ``python -m knowledge_base``."""

import argparse
import sys
from datetime import date
from pathlib import Path

from knowledge_base.corpus import (
    ARTICLES_DIR,
    fact_problems,
    load_corpus,
    overdue_articles,
    uncovered_facts,
)
from knowledge_base.facts import FACTS_FILE, load_facts


def check(arguments: argparse.Namespace) -> int:
    """Validate the articles; report review dates that have passed and facts not yet stated."""
    corpus = load_corpus(arguments.documents)
    facts = load_facts(arguments.facts)
    problems = [*corpus.problems, *fact_problems(corpus, facts)]
    for problem in problems:
        print(problem, file=sys.stderr)
    for article in overdue_articles(corpus, date.today()):
        print(f"review due: {article.id} (by {article.front_matter.review_by})")
    missing = uncovered_facts(corpus, facts)
    if missing:
        print(f"facts in no article yet: {' '.join(fact.id for fact in missing)}")
    print(f"{len(corpus.articles)} articles, {len(problems)} problems, {len(missing)} facts open")
    return 1 if problems else 0


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(prog="python -m knowledge_base", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("check", help=check.__doc__)
    command.add_argument("--documents", type=Path, default=ARTICLES_DIR, metavar="DIR")
    command.add_argument("--facts", type=Path, default=FACTS_FILE, metavar="FILE")
    command.set_defaults(run=check)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one sub-command and return its exit status."""
    arguments = build_parser().parse_args(argv)
    status: int = arguments.run(arguments)
    return status
