"""Whether an article may be put into service, in words for its editor."""

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from api.knowledge.catalogue import Snapshot
from api.knowledge.texts import ProblemText, knowledge_texts
from knowledge_base.article import Article
from knowledge_base.article_checks import (
    confirmation_problems,
    fact_problems,
    figure_problems,
    parameter_problems,
)
from knowledge_base.article_parser import ArticleError, ArticleProblem, parse_source
from knowledge_base.corpus import Corpus


class Problem(BaseModel):
    """A broken rule. ``line`` counts from 1; ``field`` is what the line is about."""

    model_config = ConfigDict(frozen=True)

    line: int
    rule: str
    field: str
    text: str


@dataclass(frozen=True)
class Checked:
    """``article`` is None where the text cannot be read as one."""

    article: Article | None
    problems: list[Problem]


def check(snapshot: Snapshot, article_id: str, source: str) -> Checked:
    """Hold an article against the format, the facts and the dated figures."""
    path = Path(f"{article_id}.md")
    raw = source.encode("utf-8", "replace")
    try:
        article = parse_source(raw, path, on=snapshot.day, register=snapshot.register)
    except ArticleError as error:
        return Checked(None, [_told(each) for each in error.problems])
    alone = Corpus({article.id: article}, {article.id: path}, ())
    among = Corpus(
        {**snapshot.corpus.articles, article.id: article},
        {**snapshot.corpus.files, article.id: path},
        (),
    )
    problems = [
        *_foreign_id(path, article, article_id),
        *(each for each in fact_problems(among, snapshot.facts) if each.file == path),
        *confirmation_problems(alone),
        *parameter_problems(alone, snapshot.facts),
        *figure_problems(alone, snapshot.facts, snapshot.register, snapshot.day),
        *_unknown_relations(path, article, among),
    ]
    return Checked(article, [_told(each) for each in sorted(problems, key=lambda each: each.line)])


def _foreign_id(path: Path, article: Article, article_id: str) -> list[ArticleProblem]:
    if article.id == article_id:
        return []
    return [ArticleProblem(path, 2, "id", f"must be {article_id}")]


def _unknown_relations(path: Path, article: Article, among: Corpus) -> list[ArticleProblem]:
    return [
        ArticleProblem(path, 2, "related", f"no article has the id {other!r}")
        for other in article.front_matter.related
        if other not in among.articles
    ]


def _told(problem: ArticleProblem) -> Problem:
    texts = knowledge_texts().problems
    name, *rest = problem.rule.split(".")
    field = texts.fields.get(name, texts.fields["*"])
    if rest and rest[0].isdigit():
        field = texts.item.format(field=field, number=int(rest[0]) + 1)
    for known in texts.details:
        if (match := _matches(known, name, problem.detail)) is not None:
            words = known.text.format(**{key: value or "" for key, value in match.items()})
            break
    else:
        words = texts.other.format(detail=problem.detail)
    return Problem(line=problem.line, rule=problem.rule, field=field, text=words)


def _matches(known: ProblemText, rule: str, detail: str) -> dict[str, str | None] | None:
    if known.rule not in (None, rule):
        return None
    match = re.fullmatch(known.detail, detail, re.DOTALL)
    return match.groupdict() if match else None
