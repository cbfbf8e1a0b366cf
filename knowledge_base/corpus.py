"""The set of all articles, and the rules that only the set can break."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge_base.article import Article
from knowledge_base.article_parser import ArticleError, ArticleProblem, parse_article
from knowledge_base.calendar import today
from knowledge_base.facts import Fact, FactTag
from knowledge_base.overlay import Overlay
from knowledge_base.parameters import Parameters, parameters

ARTICLES_DIR = Path(__file__).parent / "articles"


@dataclass(frozen=True)
class Corpus:
    """All sound articles below one folder, and the problems of the others."""

    articles: Mapping[str, Article]
    files: Mapping[str, Path]
    problems: tuple[ArticleProblem, ...]


def load_corpus(
    directory: Path = ARTICLES_DIR,
    *,
    overlay: Overlay | None = None,
    on: date | None = None,
    register: Parameters | None = None,
) -> Corpus:
    """Read every ``*.md`` below ``directory``, with the dated figures of a day (default: today).

    Articles of ``overlay`` take the place of those with the same id; what it retires is left out.

    An article with a problem is left out of ``articles``; nothing is raised, so that one
    bad file never takes the others down.

    Raises:
        ParameterError: the register of this package is not sound.
    """
    # One day and one state of the register for all of them.
    on = on or today()
    register = register or parameters()
    articles: dict[str, Article] = {}
    files: dict[str, Path] = {}
    problems: list[ArticleProblem] = []
    for path in _article_files(directory, overlay or Overlay()):
        try:
            article = parse_article(path, on=on, register=register)
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


def _article_files(directory: Path, overlay: Overlay) -> list[Path]:
    replaced = overlay.files()
    retired = overlay.retired()
    # A file is named after its article, so none has to be read to know what it is.
    own = [path for path in sorted(directory.rglob("*.md")) if path.stem not in replaced]
    return [path for path in [*own, *replaced.values()] if path.stem not in retired]


def _unknown_relations(
    articles: Mapping[str, Article], files: Mapping[str, Path]
) -> list[ArticleProblem]:
    return [
        ArticleProblem(files[article.id], 2, "related", f"no article has the id {other!r}")
        for article in articles.values()
        for other in article.front_matter.related
        if other not in articles
    ]


def article_facts(facts: Mapping[str, Fact]) -> list[Fact]:
    """Return the facts that articles have to state; rules of behaviour are not their matter."""
    return [fact for fact in facts.values() if fact.tag is not FactTag.RULE]


def uncovered_facts(corpus: Corpus, facts: Mapping[str, Fact]) -> list[Fact]:
    """Return the facts that no article states."""
    covered = {fact for article in corpus.articles.values() for fact in article.front_matter.facts}
    return [fact for fact in article_facts(facts) if fact.id not in covered]


def overdue_articles(corpus: Corpus, today: date) -> list[Article]:
    """Return the articles whose review date has passed: the editors' worklist."""
    return [
        article for article in corpus.articles.values() if article.front_matter.review_by < today
    ]
