"""Checks of sound articles against the register of facts and the dated figures."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from knowledge_base.article import Article, ArticleStatus
from knowledge_base.article_parser import ArticleProblem
from knowledge_base.calculations import CalculationError, check_calculation
from knowledge_base.corpus import Corpus
from knowledge_base.evidence import Evidence
from knowledge_base.facts import Fact, FactTag
from knowledge_base.figures import Kind, extract_figures
from knowledge_base.laws import dates_of_law
from knowledge_base.parameters import ParameterError, Parameters, ParameterValue
from knowledge_base.references import Renderer, printed

_WHO = (
    r"(?:单位|镇街|街道|上级|区总)工会|职工服务中心|公众号|123\d\d"
    r"|人社|人力社保|社保|医保|仲裁委|经办机构|镇街"
)
_WAY_TO_CONFIRM = re.compile(
    rf"(?:问|拨|打|找|看|向|请|联系)[^。；\n]{{0,20}}(?:{_WHO})|(?:{_WHO})[^。；\n]{{0,16}}为准"
)
"""A sentence that sends the worker to somebody who knows."""


def fact_problems(corpus: Corpus, facts: Mapping[str, Fact]) -> list[ArticleProblem]:
    """Check that articles name existing facts and do not sell unconfirmed ones as certain."""
    problems: list[ArticleProblem] = []
    careful: set[str] = set()
    first_file: dict[str, Path] = {}
    for article in corpus.articles.values():
        head, path = article.front_matter, corpus.files[article.id]
        verified = head.status is ArticleStatus.VERIFIED
        for fact_id in head.facts:
            fact = facts.get(fact_id)
            if fact is None:
                problems.append(
                    ArticleProblem(path, 2, "facts", f"the register has no fact {fact_id}")
                )
            elif verified and fact.tag is FactTag.UNCONFIRMED:
                detail = f"{fact_id} is unconfirmed, so the status must be needs_confirmation"
                problems.append(ArticleProblem(path, 2, "facts", detail))
            elif verified and fact.partly_unconfirmed:
                first_file.setdefault(fact_id, path)
            else:
                careful.add(fact_id)
    problems += [
        ArticleProblem(path, 2, "facts", f"no article says that part of {fact_id} is unconfirmed")
        for fact_id, path in first_file.items()
        if fact_id not in careful
    ]
    return problems


def confirmation_problems(corpus: Corpus) -> list[ArticleProblem]:
    """Check that articles with something unconfirmed say who can confirm it."""
    return [
        ArticleProblem(
            corpus.files[article.id], 2, "confirmation", "names nobody who could confirm it"
        )
        for article in corpus.articles.values()
        if article.front_matter.status is ArticleStatus.NEEDS_CONFIRMATION
        and not any(_WAY_TO_CONFIRM.search(body) for body in article.sections.values())
    ]


def parameter_problems(corpus: Corpus, facts: Mapping[str, Fact]) -> list[ArticleProblem]:
    """Check the dated figures that articles print: sure enough, and as the register has them."""
    problems = []
    for article in corpus.articles.values():
        for reference, value in article.parameters.items():
            verified = article.front_matter.status is ArticleStatus.VERIFIED
            details = contradictions(printed(reference, value), value, facts)
            if verified and not value.confirmed:
                details.append("unconfirmed, so the status must be needs_confirmation")
            problems += [
                ArticleProblem(
                    corpus.files[article.id], 2, "parameter", f"{{{{{reference}}}}}: {detail}"
                )
                for detail in details
            ]
    return problems


def contradictions(text: str, value: ParameterValue, facts: Mapping[str, Fact]) -> list[str]:
    """Return why the facts of a dated figure do not state what is printed for it."""
    evidence = Evidence()
    for fact_id in value.facts:
        if fact_id not in facts:
            return [f"the register has no fact {fact_id}"]
        evidence.add_fact(facts[fact_id].text)
    if all(evidence.supports(each) for each in extract_figures(text)):
        return []
    return [f"{text} stands in none of {', '.join(value.facts)}"]


def figure_problems(
    corpus: Corpus, facts: Mapping[str, Fact], register: Parameters, on: date
) -> list[ArticleProblem]:
    """Find each figure of an article that neither its facts nor its sources support.

    Also checked are the calculations and the editors' evidence, which support figures too.
    """
    telephones = Evidence()
    for fact in facts.values():
        telephones.add_fact(fact.text)
    problems = []
    for article in corpus.articles.values():
        path = corpus.files[article.id]
        evidence = _evidence(article, facts)
        problems += _calculation_problems(path, article, evidence, Renderer(register, on))
        problems += _source_problems(path, article)
        for line, text in _lines(article):
            problems += [
                ArticleProblem(
                    path, line, "figure", f"{figure.text}: in no fact or source of the article"
                )
                for figure in extract_figures(text)
                # A hotline may stand in any article once the register has it.
                if not (telephones if figure.kind is Kind.TELEPHONE else evidence).supports(figure)
            ]
    return problems


def _lines(article: Article) -> list[tuple[int, str]]:
    """Return the title and the lines of the sections with their numbers in the file."""
    lines = [(2, article.title)]
    for name, body in article.sections.items():
        lines += enumerate(body.split("\n"), start=article.section_lines[name])
    return lines


def _evidence(article: Article, facts: Mapping[str, Fact]) -> Evidence:
    head = article.front_matter
    evidence = Evidence()
    for fact_id in head.facts:
        if fact_id in facts:
            evidence.add_fact(facts[fact_id].text)
    sources = [*head.sources]
    for value in article.parameters.values():
        evidence.add_text(value.text)
        evidence.add_number(value.value)
        sources += value.sources
        for day in (value.effective_from, value.effective_to):
            evidence.add_text(str(day or ""))
    for source in sources:
        evidence.add_text(f"{source.title}；{source.article_no or ''}；{source.checked_on}")
        evidence.add_text(dates_of_law(source.title))
    for entry in head.figures:
        evidence.add_text(f"{entry.text}；{entry.source}")
    for day in (head.effective_from, head.effective_to):
        evidence.add_text(str(day or ""))
    return evidence


def _source_problems(path: Path, article: Article) -> list[ArticleProblem]:
    titles = tuple(source.title for source in article.front_matter.sources)
    return [
        ArticleProblem(path, 2, "figures", f"{entry.source!r} begins with no title of the sources")
        for entry in article.front_matter.figures
        if not entry.source.startswith(titles)
    ]


def _calculation_problems(
    path: Path, article: Article, evidence: Evidence, renderer: Renderer
) -> list[ArticleProblem]:
    problems = []
    for text in article.front_matter.calculations:
        try:
            numbers = check_calculation(renderer.render_numbers(text))
        except (CalculationError, ParameterError) as error:
            problems.append(ArticleProblem(path, 2, "calculations", str(error)))
            continue
        for number in numbers:
            evidence.add_number(number)
    return problems
