"""The list of questions in an article's text."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from api.knowledge.questions import (
    folded,
    questions_in,
    scalar,
    stands_in,
    with_question,
    without_lines,
)
from tests.knowledge_base.samples import ARTICLE, edited

ODD = "年假: 有木佬佬天“伐” # - 'x'"


def parsed(source: str) -> list[str]:
    questions: list[str] = yaml.safe_load(source.split("---\n")[1])["questions"]
    return questions


def test_a_question_is_added_at_the_end_of_the_list() -> None:
    added = with_question(ARTICLE, ODD)
    assert parsed(added) == questions_in(added) == [*parsed(ARTICLE), ODD]
    assert added.count("\n") == ARTICLE.count("\n") + 1


@pytest.mark.parametrize("source", ["", "---\nid: x\n---\n", "questions: [年假]\n"])
def test_a_text_without_the_list_stays_as_it_is(source: str) -> None:
    assert with_question(source, "年假") == source
    assert questions_in(source) == []


def test_the_first_question_begins_the_list() -> None:
    assert questions_in(with_question("questions:\nrelated: []\n", "年假")) == ["年假"]


def test_a_list_that_is_being_written_is_read_as_far_as_it_goes() -> None:
    assert questions_in("questions:\n  - '年假\n  - 几天\n\n  - 更多\n") == ["'年假", "几天"]


def test_punctuation_blanks_width_and_case_make_no_other_question() -> None:
    assert folded("ＨＲ 说，年假没了？") == folded("hr说年假没了")
    assert stands_in("年假几天？", questions_in(ARTICLE))
    assert not stands_in("年假有几天", questions_in(ARTICLE))


def test_lines_go_that_say_exactly_the_words() -> None:
    source = edited("title: 年休假一年有几天", f"title: {scalar(ODD)}")
    source = with_question(source, ODD)
    assert ODD in parsed(source)
    left = without_lines(source, {ODD, "年假"})
    assert "\ntitle:" not in left
    assert parsed(left) == parsed(ARTICLE)
    assert without_lines(ARTICLE, {"年假", ""}) == ARTICLE


@given(st.text(min_size=1, max_size=60).filter(lambda text: text.split()))
def test_any_question_can_be_added_found_and_taken_out(question: str) -> None:
    line = " ".join("".join(each for each in question if each.isprintable()).split())
    if not line:
        return
    added = with_question(ARTICLE, line)
    assert parsed(added) == [*parsed(ARTICLE), line]
    assert questions_in(added)[-1] == line
    assert without_lines(added, {line}) == (ARTICLE if line not in parsed(ARTICLE) else added)
