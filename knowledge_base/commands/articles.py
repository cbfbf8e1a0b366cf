"""``check``: are the articles sound, and do they state every fact?"""

import argparse
from pathlib import Path
from typing import Any

from knowledge_base.calendar import today
from knowledge_base.commands.output import fail, report
from knowledge_base.corpus import (
    ARTICLES_DIR,
    fact_problems,
    load_corpus,
    overdue_articles,
    uncovered_facts,
)
from knowledge_base.facts import FACTS_FILE, load_facts


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser("check", help=check.__doc__)
    command.add_argument("--documents", type=Path, default=ARTICLES_DIR, metavar="DIR")
    command.add_argument("--facts", type=Path, default=FACTS_FILE, metavar="FILE")
    command.set_defaults(run=check)


def check(arguments: argparse.Namespace) -> int:
    """Validate the articles; list review dates that have passed and facts not yet stated."""
    if not arguments.documents.is_dir():
        return fail(f"{arguments.documents} is not a folder of articles")
    corpus = load_corpus(arguments.documents)
    facts = load_facts(arguments.facts)
    problems = [*corpus.problems, *fact_problems(corpus, facts)]
    report(str(problem) for problem in problems)
    for article in overdue_articles(corpus, today()):
        print(f"review due: {article.id} (by {article.front_matter.review_by})")
    missing = uncovered_facts(corpus, facts)
    if missing:
        print(f"facts in no article yet: {' '.join(fact.id for fact in missing)}")
    print(f"{len(corpus.articles)} articles, {len(problems)} problems, {len(missing)} facts open")
    return 1 if problems else 0
