"""The calculators' texts, held against their fields, their code and the articles."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
import yaml
from pydantic import ValidationError

from actions.calculators.calculator import Calculator
from actions.calculators.catalogue import CALCULATORS
from actions.calculators.fields import Kind
from actions.calculators.reading import read
from actions.calculators.texts import TEXTS_DIRECTORY, CalculatorTexts, calculator_texts
from actions.turn import fold
from knowledge_base.corpus import load_corpus

CODE_DIRECTORY = TEXTS_DIRECTORY.parent
EVERY = pytest.mark.parametrize("calculator", CALCULATORS.values(), ids=CALCULATORS)
OPTIONS = [
    (calculator, name, code)
    for calculator in CALCULATORS.values()
    for name, field in calculator.texts.fields.items()
    for code in field.options
]
_ARTICLE_ID = re.compile(r"[a-z]+(-[a-z0-9]+)+")
_PERIODS = {"month", "day", "hour", "piece", "year"}
"""For which the dialogue server says that an amount is paid."""


@cache
def article_ids() -> frozenset[str]:
    return frozenset(load_corpus().articles)


@cache
def code_of(name: str) -> ast.Module:
    return ast.parse((CODE_DIRECTORY / f"{name}.py").read_text(encoding="utf-8"))


@cache
def words_of(name: str) -> frozenset[str]:
    """Return the strings of a calculator's code, those of its further modules too."""
    modules = [name, *(path.stem for path in CODE_DIRECTORY.glob(f"{name}_*.py"))]
    return frozenset(
        node.value
        for module in modules
        for node in ast.walk(code_of(module))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def patterns_of(name: str) -> Iterator[re.Pattern[str]]:
    """Yield what the code's formatted strings may become, filled with strings of the code."""
    filling = "(?:" + "|".join(map(re.escape, words_of(name))) + ")"
    for node in ast.walk(code_of(name)):
        if isinstance(node, ast.JoinedStr):
            yield re.compile(
                "".join(
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else filling
                    for part in node.values
                )
            )


def named_lines(name: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the templates that the code calls by name, with the figures it gives them."""
    for node in ast.walk(code_of(name)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in ("line", "add") or not node.args:
            continue
        template = node.args[0]
        if isinstance(template, ast.Constant) and isinstance(template.value, str):
            yield template.value, {each.arg for each in node.keywords if each.arg}


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@EVERY
def test_the_texts_are_those_of_the_fields(calculator: Calculator) -> None:
    assert list(calculator.texts.fields) == [field.name for field in calculator.fields]


@EVERY
def test_choices_have_options_and_figures_have_none(calculator: Calculator) -> None:
    for field in calculator.fields:
        options = calculator.texts.fields[field.name].options
        assert bool(options) == (field.kind is Kind.CHOICE), field.name


@EVERY
def test_only_amounts_are_paid_for_a_period(calculator: Calculator) -> None:
    for field in calculator.fields:
        per = calculator.texts.fields[field.name].per
        assert not per or field.kind is Kind.MONEY, field.name
        assert set(per) <= _PERIODS, field.name


@EVERY
def test_figures_of_one_kind_are_told_apart(calculator: Calculator) -> None:
    kinds = [field.kind for field in calculator.fields]
    for field in calculator.fields:
        if field.kind is not Kind.CHOICE and kinds.count(field.kind) > 1:
            assert calculator.texts.fields[field.name].cue is not None, field.name


@EVERY
def test_what_contradicts_are_fields(calculator: Calculator) -> None:
    assert set(calculator.texts.contradicting) <= {field.name for field in calculator.fields}


@EVERY
def test_no_text_is_empty_or_padded(calculator: Calculator) -> None:
    texts = calculator.texts
    said = [texts.title, texts.intro, texts.offer.title, texts.offer.text, *texts.sources]
    said += texts.lines.values()
    for field in texts.fields.values():
        said += [field.label, field.question, *(each.title for each in field.options.values())]
    assert all(text == text.strip() != "" for text in said)


@EVERY
def test_the_articles_cited_exist(calculator: Calculator) -> None:
    in_code = {word for word in words_of(calculator.name) if _ARTICLE_ID.fullmatch(word)}
    in_code -= {code for _, _, code in OPTIONS}
    cited = in_code | set(calculator.texts.articles) | set(calculator.texts.opens_after)
    assert cited <= article_ids()


@EVERY
def test_every_line_is_used(calculator: Calculator) -> None:
    words, patterns = words_of(calculator.name), list(patterns_of(calculator.name))
    unused = [
        name
        for name in calculator.texts.lines
        if name not in words and not any(pattern.fullmatch(name) for pattern in patterns)
    ]
    assert unused == []


@EVERY
def test_every_line_that_the_code_names_gets_its_figures(calculator: Calculator) -> None:
    lines = calculator.texts.lines
    called = list(named_lines(calculator.name))
    assert called
    for name, figures in called:
        assert name in lines
        assert places(lines[name]) <= figures, name


@pytest.mark.parametrize(("calculator", "name", "code"), OPTIONS, ids=lambda part: str(part)[:20])
def test_a_button_chooses_its_option(calculator: Calculator, name: str, code: str) -> None:
    title = calculator.texts.fields[name].options[code].title
    reading = read(calculator, fold(title), (), asked=name)
    assert reading.values[name] == code
    assert reading.implausible == ()


@EVERY
def test_the_result_leads_to_a_person(calculator: Calculator) -> None:
    assert "转人工" in [each.text for each in calculator.texts.next]


def test_every_file_belongs_to_a_calculator() -> None:
    assert {path.stem for path in TEXTS_DIRECTORY.glob("*.yml")} == set(CALCULATORS)


def test_a_line_is_filled_in() -> None:
    texts = calculator_texts("double_wage")
    line = texts.line("amount", wage="5000", months=2, extra="10000")
    assert line == "5000 元 × 2 个月 = 10000 元。"


@pytest.mark.parametrize(
    ("template", "figures"), [("no_such_line", {}), ("amount", {"wage": "5000"})]
)
def test_a_line_without_template_or_figure_is_an_error(
    template: str, figures: dict[str, str]
) -> None:
    with pytest.raises(KeyError):
        calculator_texts("double_wage").line(template, **figures)


def test_a_calculator_without_texts_is_an_error() -> None:
    with pytest.raises(OSError, match="pension"):
        calculator_texts("pension")


@pytest.mark.parametrize("change", [{"articles": []}, {"title": None}, {"farewell": "再见"}])
def test_incomplete_or_unknown_texts_are_refused(change: dict[str, object]) -> None:
    path: Path = TEXTS_DIRECTORY / "double_wage.yml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    with pytest.raises(ValidationError, match=next(iter(change))):
        CalculatorTexts.model_validate({**data, **change})
