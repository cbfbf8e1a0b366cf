from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.article_checks import (
    confirmation_problems,
    fact_problems,
    figure_problems,
    parameter_problems,
)
from knowledge_base.article_parser import ArticleProblem
from knowledge_base.corpus import Corpus, load_corpus
from knowledge_base.facts import Fact, FactTag
from knowledge_base.parameters import Parameters, load_parameters
from tests.knowledge_base.samples import PARAMETERS, write_article

DAY = date(2026, 11, 1)
FACTS = {
    "NX01": Fact(
        "NX01", FactTag.LAW, "满1不满10年5天，20年15天（年休假条例3）；高温300元，月2660元"
    ),
    "NX02": Fact("NX02", FactTag.UNCONFIRMED, "没核"),
    "NX03": Fact("NX03", FactTag.WEB, "有20天；余杭有没有：[待核]"),
    "RX01": Fact("RX01", FactTag.WEB, "12351工会热线"),
}


@pytest.fixture
def register(tmp_path_factory: pytest.TempPathFactory) -> Parameters:
    path = tmp_path_factory.mktemp("register") / "parameters.yml"
    path.write_text(PARAMETERS, encoding="utf-8")
    return load_parameters(path)


def corpus_of(
    directory: Path, register: Parameters, body: str = "满一年的5天。", **changes: Any
) -> Corpus:
    """Write one article with a second section ``body``; the short answer states no figure."""
    sections = {
        "一句话回答": "看工龄。",
        "怎么办理": body,
        "依据": "《职工带薪年休假条例》第三条。",
    }
    write_article(directory, sections=sections, **changes)
    return load_corpus(directory, on=DAY, register=register)


def figures(
    corpus: Corpus, register: Parameters, facts: Mapping[str, Fact] = FACTS
) -> list[ArticleProblem]:
    assert corpus.problems == ()
    return figure_problems(corpus, facts, register, DAY)


def test_facts_must_stand_in_the_register(tmp_path: Path, register: Parameters) -> None:
    (problem,) = fact_problems(corpus_of(tmp_path, register, facts=["NX01", "NX99"]), FACTS)
    assert problem.rule == "facts"
    assert "NX99" in problem.detail


def test_unconfirmed_facts_are_never_certain(tmp_path: Path, register: Parameters) -> None:
    (problem,) = fact_problems(corpus_of(tmp_path, register, facts=["NX01", "NX02"]), FACTS)
    assert "needs_confirmation" in problem.detail


def test_unconfirmed_facts_may_stand_in_articles_that_say_so(
    tmp_path: Path, register: Parameters
) -> None:
    corpus = corpus_of(tmp_path, register, facts=["NX02"], status="needs_confirmation")
    assert fact_problems(corpus, FACTS) == []


def test_the_unconfirmed_part_of_a_fact_needs_an_article_that_says_so(
    tmp_path: Path, register: Parameters
) -> None:
    (problem,) = fact_problems(corpus_of(tmp_path, register, facts=["NX03"]), FACTS)
    assert "part of NX03 is unconfirmed" in problem.detail
    write_article(tmp_path, id="careful", facts=["NX03"], status="needs_confirmation")
    assert fact_problems(load_corpus(tmp_path), FACTS) == []


@pytest.mark.parametrize(
    "body",
    [
        "请问单位工会。",
        "可以打12351。",
        "向人社部门问清楚。",
        "以医保部门的说法为准。",
        "看公众号。",
    ],
)
def test_an_unconfirmed_article_sends_to_somebody(
    tmp_path: Path, register: Parameters, body: str
) -> None:
    corpus = corpus_of(tmp_path, register, body, status="needs_confirmation")
    assert confirmation_problems(corpus) == []


@pytest.mark.parametrize(
    ("body", "status", "count"),
    [("这一点没有核实。", "needs_confirmation", 1), ("人社部门管这个。", "verified", 0)],
)
def test_an_unconfirmed_article_without_a_way_to_confirm_is_a_problem(
    tmp_path: Path, register: Parameters, body: str, status: str, count: int
) -> None:
    problems = confirmation_problems(corpus_of(tmp_path, register, body, status=status))
    assert [problem.rule for problem in problems] == ["confirmation"] * count


@pytest.mark.parametrize(
    "body",
    [
        "满一年不满十年的5天。",
        "《条例》第三条，2025年4月19日核对。",
        "2008年7月17日起。",
        "拨12351。",
        "1. 先问。\n2. 再填。",
    ],
)
def test_facts_sources_and_dates_support_figures(
    tmp_path: Path, register: Parameters, body: str
) -> None:
    assert figures(corpus_of(tmp_path, register, body), register) == []


def test_an_unsupported_figure_is_named_with_its_line(tmp_path: Path, register: Parameters) -> None:
    corpus = corpus_of(tmp_path, register, "满一年的5天。\n\n不休的给三倍工资。")
    (problem,) = figures(corpus, register)
    path = corpus.files["annual-leave-days"]
    assert path.read_text(encoding="utf-8").splitlines()[problem.line - 1] == "不休的给三倍工资。"
    assert (
        str(problem) == f"{path}:{problem.line}: [figure] 三倍: in no fact or source of the article"
    )


def test_another_register_of_facts_supports_other_figures(
    tmp_path: Path, register: Parameters
) -> None:
    facts = {**FACTS, "NX01": replace(FACTS["NX01"], text="满1不满10年6天")}
    (problem,) = figures(corpus_of(tmp_path, register), register, facts)
    assert problem.detail.startswith("5天")


def test_a_title_states_figures_too(tmp_path: Path, register: Parameters) -> None:
    (problem,) = figures(corpus_of(tmp_path, register, title="年休假7天"), register)
    assert (problem.line, problem.detail[:2]) == (2, "7天")


def test_a_hotline_that_the_register_lacks_is_unsupported(
    tmp_path: Path, register: Parameters
) -> None:
    (problem,) = figures(corpus_of(tmp_path, register, "拨12333。"), register)
    assert problem.detail.startswith("12333")


def test_calculations_support_their_numbers(tmp_path: Path, register: Parameters) -> None:
    corpus = corpus_of(
        tmp_path,
        register,
        "例如月工资4350元，一天200元。",
        calculations=["4350 / {{allowance.days}} = 200"],
    )
    assert figures(corpus, register) == []


@pytest.mark.parametrize(
    ("calculation", "detail"),
    [("2 * 2 = 5", "is not true"), ("{{wage.weekly}} * 2 = 5", "no such parameter")],
)
def test_a_false_calculation_is_a_problem(
    tmp_path: Path, register: Parameters, calculation: str, detail: str
) -> None:
    (problem,) = figures(corpus_of(tmp_path, register, calculations=[calculation]), register)
    assert problem.rule == "calculations"
    assert detail in problem.detail


def test_evidence_names_figures_and_a_listed_source(tmp_path: Path, register: Parameters) -> None:
    body = "病假满2个月的不享受。"
    entry = {"text": "2个月", "source": "《职工带薪年休假条例》第四条"}
    assert figures(corpus_of(tmp_path, register, body, figures=[entry]), register) == []
    entry = {"text": "2个月", "source": "《劳动法》第四条"}
    (problem,) = figures(corpus_of(tmp_path, register, body, figures=[entry]), register)
    assert problem.rule == "figures"


def test_printed_parameters_are_supported(tmp_path: Path, register: Parameters) -> None:
    corpus = corpus_of(tmp_path, register, "{{wage.monthly:from}}起{{wage.monthly}}。")
    assert figures(corpus, register) == []
    assert [problem.detail for problem in parameter_problems(corpus, FACTS)] == [
        "{{wage.monthly:from}}: 2026年1月1日 stands in none of NX01"
    ]


def test_an_unconfirmed_parameter_is_never_certain(tmp_path: Path, register: Parameters) -> None:
    (problem,) = parameter_problems(corpus_of(tmp_path, register, "{{allowance.heat}}"), FACTS)
    assert (problem.rule, "needs_confirmation" in problem.detail) == ("parameter", True)
    corpus = corpus_of(tmp_path, register, "{{allowance.heat}}", status="needs_confirmation")
    assert parameter_problems(corpus, FACTS) == []


@pytest.mark.parametrize(
    ("facts", "detail"),
    [
        ({"NX01": replace(FACTS["NX01"], text="月2700元")}, "2660元 stands in none of NX01"),
        ({}, "the register has no fact NX01"),
    ],
)
def test_a_parameter_that_the_register_contradicts_is_a_problem(
    tmp_path: Path, register: Parameters, facts: dict[str, Fact], detail: str
) -> None:
    (problem,) = parameter_problems(corpus_of(tmp_path, register, "{{wage.monthly}}"), facts)
    assert problem.detail == f"{{{{wage.monthly}}}}: {detail}"
