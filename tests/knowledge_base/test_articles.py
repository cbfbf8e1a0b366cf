"""The real articles, held against the register of facts and the development questions."""

import re
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from knowledge_base.article import ArticleStatus
from knowledge_base.article_checks import (
    confirmation_problems,
    fact_problems,
    figure_problems,
    parameter_problems,
)
from knowledge_base.calendar import today
from knowledge_base.corpus import Corpus, load_corpus, uncovered_facts
from knowledge_base.facts import FactTag, load_facts
from knowledge_base.parameters import parameters
from knowledge_base.retrieval.text import normalise
from tests.development_questions import development_questions


@cache
def corpus() -> Corpus:
    return load_corpus()


def asked(text: str) -> str:
    return normalise(text).replace(" ", "")


def test_all_are_valid() -> None:
    facts = load_facts()
    problems = [
        *corpus().problems,
        *fact_problems(corpus(), facts),
        *confirmation_problems(corpus()),
        *parameter_problems(corpus(), facts),
        *figure_problems(corpus(), facts, parameters(), today()),
    ]
    assert [str(problem) for problem in problems] == []
    assert len(corpus().articles) > 300


def test_a_wrong_amount_is_found_wherever_it_is_typed() -> None:
    wrong = 0
    articles = {}
    for each in corpus().articles.values():
        sections = {}
        for name, body in each.sections.items():
            sections[name], count = re.subn(r"(?<![\d.])(\d+)(?=元|%|℃|公斤)", r"\1.7", body)
            wrong += count
        articles[each.id] = each.model_copy(update={"sections": sections})
    spoilt = replace(corpus(), articles=articles)
    problems = figure_problems(spoilt, load_facts(), parameters(), today())
    assert wrong > 150
    assert len(problems) == wrong


@pytest.mark.parametrize("section", ["YL", "TJ", "XS"])
def test_the_three_main_services_are_covered(section: str) -> None:
    stated = {fact for each in corpus().articles.values() for fact in each.front_matter.facts}
    register = {fact for fact in load_facts() if fact.startswith(section)}
    assert register
    assert register <= stated


def test_every_fact_of_the_register_stands_in_an_article() -> None:
    assert [fact.id for fact in uncovered_facts(corpus(), load_facts())] == []


def test_the_development_questions_are_not_copied() -> None:
    questions = {asked(question.text) for question in development_questions()}
    assert len(questions) >= 149
    own = {
        asked(question): each.id
        for each in corpus().articles.values()
        for question in [*each.front_matter.questions, each.title]
    }
    assert {own[question] for question in questions & own.keys()} == set()


def test_no_question_stands_twice() -> None:
    counted = Counter(
        asked(question)
        for each in corpus().articles.values()
        for question in each.front_matter.questions
    )
    assert [question for question, count in counted.items() if count > 1] == []


def test_no_title_stands_twice() -> None:
    counted = Counter(each.title for each in corpus().articles.values())
    assert [title for title, count in counted.items() if count > 1] == []


def test_needs_confirmation_exactly_where_something_is_not_confirmed() -> None:
    facts = load_facts()
    wrong = []
    for each in corpus().articles.values():
        unconfirmed = any(
            facts[fact].tag is FactTag.UNCONFIRMED for fact in each.front_matter.facts
        )
        says_so = any(
            word in body for word in ("核实", "确认", "没核到") for body in each.sections.values()
        )
        verified = each.front_matter.status is ArticleStatus.VERIFIED
        if (verified and unconfirmed) or (not verified and not says_so):
            wrong.append(each.id)
    assert wrong == []


def test_sections_hold_paragraphs_lists_and_bold_only() -> None:
    marks = ("](", "![", "<", "|", "```")
    wrong = [
        (each.id, name, mark)
        for each in corpus().articles.values()
        for name, body in each.sections.items()
        for mark in marks
        if mark in body
    ]
    assert wrong == []
