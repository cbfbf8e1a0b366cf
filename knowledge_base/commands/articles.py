"""``check``: are the articles sound, and do they state every fact?"""

import argparse
from pathlib import Path
from typing import Any

from knowledge_base.article_checks import (
    confirmation_problems,
    fact_problems,
    figure_problems,
    parameter_problems,
)
from knowledge_base.calendar import today
from knowledge_base.collection import overlay_of
from knowledge_base.commands.output import fail, report
from knowledge_base.corpus import (
    ARTICLES_DIR,
    article_facts,
    load_corpus,
    overdue_articles,
    uncovered_facts,
)
from knowledge_base.document import DocumentError
from knowledge_base.facts import FACTS_FILE, load_facts
from knowledge_base.parameters import parameters


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser("check", help=check.__doc__)
    command.add_argument("--documents", type=Path, default=ARTICLES_DIR, metavar="DIR")
    command.add_argument("--facts", type=Path, default=FACTS_FILE, metavar="FILE")
    command.set_defaults(run=check)


def check(arguments: argparse.Namespace) -> int:
    """Validate the articles against the register: facts, figures, review dates, coverage."""
    if not arguments.documents.is_dir():
        return fail(f"{arguments.documents} is not a folder of articles")
    day = today()
    try:
        facts = load_facts(arguments.facts)
        register = parameters()
        overlay = overlay_of(arguments.documents)
    except (DocumentError, ValueError, OSError) as error:
        return fail(str(error))
    corpus = load_corpus(arguments.documents, overlay=overlay, on=day, register=register)
    problems = [
        *corpus.problems,
        *fact_problems(corpus, facts),
        *confirmation_problems(corpus),
        *parameter_problems(corpus, facts),
        *figure_problems(corpus, facts, register, day),
    ]
    report(str(problem) for problem in problems)
    for article in overdue_articles(corpus, day):
        print(f"review due: {article.id} (by {article.front_matter.review_by})")
    missing = uncovered_facts(corpus, facts)
    if missing:
        print(f"facts in no article yet: {' '.join(fact.id for fact in missing)}")
    matter = len(article_facts(facts))
    stated = matter - len(missing)
    # Rounded down: 100 % means all of them.
    print(f"facts stated: {stated} of {matter} ({100 * stated // max(matter, 1)} %)")
    print(f"{len(corpus.articles)} articles, {len(problems)} problems, {len(missing)} facts open")
    return 1 if problems else 0
