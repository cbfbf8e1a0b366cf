from datetime import date
from pathlib import Path

import pytest

from knowledge_base.corpus import (
    load_corpus,
    overdue_articles,
    uncovered_facts,
)
from knowledge_base.facts import Fact, FactTag
from knowledge_base.parameters import load_parameters
from tests.knowledge_base.samples import ARTICLE, PARAMETERS, edited, write_article

FACTS = {
    "NX01": Fact("NX01", FactTag.LAW, "五天"),
    "NX02": Fact("NX02", FactTag.UNCONFIRMED, "没核"),
    "ZR01": Fact("ZR01", FactTag.RULE, "转人工"),
}


def test_articles_are_found_by_id_with_their_files(tmp_path: Path) -> None:
    path = write_article(tmp_path)
    corpus = load_corpus(tmp_path)
    assert list(corpus.articles) == ["annual-leave-days"]
    assert corpus.files == {"annual-leave-days": path}
    assert corpus.problems == ()


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\xff\xfe\x00",
        edited("facts: [NX01]", "facts: [NX01").encode(),
        edited("全体职工", "全体\x07职工").encode(),
        edited("review_by: 2027-10-31", "review_by: 2027-02-30").encode(),
        edited("area: annual-leave", "area: {a: b}").encode(),
        edited("region: 全国", "? [a]\n: b").encode(),
        edited("region: 全国", "1: 2").encode(),
        edited("region: 全国", "region: !!python/name:os.system x").encode(),
        edited("region: 全国", "region: &a [*a]").encode(),
        edited("facts: [NX01]", "facts: [0b_]").encode(),
    ],
)
def test_one_bad_article_never_takes_others_down(tmp_path: Path, bad: bytes) -> None:
    write_article(tmp_path, id="good")
    (tmp_path / "annual-leave" / "bad.md").write_bytes(bad)
    corpus = load_corpus(tmp_path)
    assert list(corpus.articles) == ["good"]
    assert {problem.file.name for problem in corpus.problems} == {"bad.md"}


def test_the_second_use_of_an_id_is_a_problem(tmp_path: Path) -> None:
    first = write_article(tmp_path)
    second = first.with_name("copy.md")
    second.write_text(ARTICLE, encoding="utf-8")
    corpus = load_corpus(tmp_path)
    assert len(corpus.articles) == 1
    (problem,) = corpus.problems
    assert (problem.rule, problem.line) == ("id", 2)
    assert "annual-leave-days" in problem.detail


def test_the_folder_is_the_area(tmp_path: Path) -> None:
    path = tmp_path / "heat-protection" / "annual-leave-days.md"
    path.parent.mkdir()
    path.write_text(ARTICLE, encoding="utf-8")
    corpus = load_corpus(tmp_path)
    assert corpus.articles == {}
    (problem,) = corpus.problems
    assert (problem.file, problem.rule) == (path, "area")
    assert "annual-leave" in problem.detail
    assert "heat-protection" in problem.detail


def test_an_unknown_relation_is_reported_but_the_article_stays(tmp_path: Path) -> None:
    write_article(tmp_path, related=["gone"])
    corpus = load_corpus(tmp_path)
    assert list(corpus.articles) == ["annual-leave-days"]
    (problem,) = corpus.problems
    assert problem.rule == "related"
    assert "'gone'" in problem.detail


def test_uncovered_facts_leave_out_rules_of_behaviour(tmp_path: Path) -> None:
    write_article(tmp_path, facts=["NX01"])
    assert [fact.id for fact in uncovered_facts(load_corpus(tmp_path), FACTS)] == ["NX02"]


@pytest.mark.parametrize(("today", "overdue"), [(date(2027, 10, 31), 0), (date(2027, 11, 1), 1)])
def test_an_article_is_overdue_the_day_after_its_review_date(
    tmp_path: Path, today: date, overdue: int
) -> None:
    write_article(tmp_path)
    assert len(overdue_articles(load_corpus(tmp_path), today)) == overdue


def test_an_article_whose_figure_has_ended_is_left_out_and_the_others_stay(tmp_path: Path) -> None:
    register = tmp_path / "parameters.yml"
    register.write_text(PARAMETERS, encoding="utf-8")
    sections = {"一句话回答": "今年{{allowance.heat}}。", "依据": "网页。"}
    path = write_article(tmp_path, id="heat", sections=sections)
    write_article(tmp_path)
    parameters = load_parameters(register)
    corpus = load_corpus(tmp_path, on=date(2026, 12, 31), register=parameters)
    assert corpus.articles["heat"].short_answer == "今年300元/月。"
    corpus = load_corpus(tmp_path, on=date(2027, 1, 1), register=parameters)
    assert list(corpus.articles) == ["annual-leave-days"]
    (problem,) = corpus.problems
    assert (problem.file, problem.rule) == (path, "parameter")
