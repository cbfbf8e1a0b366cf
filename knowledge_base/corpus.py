"""The set of all articles, and the rules that only the set can break."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge_base.article import Article, ArticleStatus
from knowledge_base.article_parser import ArticleError, ArticleProblem, parse_article
from knowledge_base.facts import Fact, FactTag

ARTICLES_DIR = Path(__file__).parent / "articles"


@dataclass(frozen=True)
class Corpus:
    """All sound articles below one folder, and the problems of the others."""

    articles: Mapping[str, Article]
    files: Mapping[str, Path]
    problems: tuple[ArticleProblem, ...]


def load_corpus(directory: Path = ARTICLES_DIR) -> Corpus:
    """Read every ``*.md`` below ``directory``.

    An article with a problem is left out of ``articles``; nothing is raised, so that one
    bad file never takes the others down.
    """
    articles: dict[str, Article] = {}
    files: dict[str, Path] = {}
    problems: list[ArticleProblem] = []
    for path in sorted(directory.rglob("*.md")):
        try:
            article = parse_article(path)
        except ArticleError as error:
            problems.extend(error.problems)
            continue
        if article.id in articles:
            other = files[article.id]
            problems.append(
                ArticleProblem(path, 2, "id", f"{article.id!r} is already used by {other}")
            )
        elif path.parent.name != article.front_matter.area:
            problems.append(
                ArticleProblem(
                    path,
                    2,
                    "area",
                    f"area is {article.front_matter.area!r}, the folder {path.parent.name!r}",
                )
            )
        else:
            articles[article.id] = article
            files[article.id] = path
    problems += _unknown_relations(articles, files)
    return Corpus(articles, files, tuple(problems))


def _unknown_relations(
    articles: Mapping[str, Article], files: Mapping[str, Path]
) -> list[ArticleProblem]:
    return [
        ArticleProblem(files[article.id], 2, "related", f"no article has the id {other!r}")
        for article in articles.values()
        for other in article.front_matter.related
        if other not in articles
    ]


def fact_problems(corpus: Corpus, facts: Mapping[str, Fact]) -> list[ArticleProblem]:
    """Check that articles name existing facts and do not sell unconfirmed ones as certain."""
    problems: list[ArticleProblem] = []
    for article in corpus.articles.values():
        head = article.front_matter
        for fact_id in head.facts:
            fact = facts.get(fact_id)
            if fact is None:
                detail = f"the register has no fact {fact_id}"
            elif fact.tag is FactTag.UNCONFIRMED and head.status is ArticleStatus.VERIFIED:
                detail = f"{fact_id} is unconfirmed, so the status must be needs_confirmation"
            else:
                continue
            problems.append(ArticleProblem(corpus.files[article.id], 2, "facts", detail))
    return problems


def uncovered_facts(corpus: Corpus, facts: Mapping[str, Fact]) -> list[Fact]:
    """Return the facts that no article states; rules of behaviour are not articles' matter."""
    covered = {fact for article in corpus.articles.values() for fact in article.front_matter.facts}
    return [
        fact for fact in facts.values() if fact.id not in covered and fact.tag is not FactTag.RULE
    ]


def overdue_articles(corpus: Corpus, today: date) -> list[Article]:
    """Return the articles whose review date has passed: the editors' worklist."""
    return [
        article for article in corpus.articles.values() if article.front_matter.review_by < today
    ]
