import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.corpus import load_corpus
from knowledge_base.evaluation.jsonl import EvaluationDataError
from knowledge_base.evaluation.questions import (
    LabelledQuestion,
    digest,
    load_questions,
    qrels_of,
    split,
    unknown_answers,
)
from knowledge_base.uncovered import load_uncovered
from tests.development_questions import development_questions
from tests.knowledge_base.test_articles import asked


def question(name: str, *answers: str, **more: Any) -> LabelledQuestion:
    return LabelledQuestion(id=name, question=f"{name}?", answers=answers, **more)


def write(file: Path, *rows: dict[str, Any]) -> None:
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


ROW = {"id": "1", "question": "年假几天", "answers": ["leave", "days"]}


def test_all_files_of_the_folder_are_read(tmp_path: Path) -> None:
    write(tmp_path / "b.jsonl", {"id": "2", "question": "天气", "answers": [], "kind": "far"})
    write(tmp_path / "a.jsonl", {**ROW, "parts": 2})
    first, second = load_questions(tmp_path)
    assert (first.id, first.answers, first.parts) == ("1", ("leave", "days"), 2)
    assert (second.answerable, second.kind) == (False, "far")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "a b"}, "b.jsonl:1: [id]"),
        ({"question": " "}, "b.jsonl:1: [question]"),
        ({"answers": "leave"}, "b.jsonl:1: [answers]"),
        ({"answers": ["leave", "leave"]}, "an answer stands twice"),
        ({"parts": 3}, "more parts than answers"),
        ({"parts": "2"}, "b.jsonl:1: [parts]"),
        ({"answer": "leave"}, "b.jsonl:1: [answer]"),
        ({"id": "1"}, "b.jsonl:1: id '1' stands twice"),
        ({"question": ROW["question"]}, "b.jsonl:1: the question '年假几天' stands twice"),
    ],
)
def test_unsound_questions_are_refused(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    write(tmp_path / "a.jsonl", ROW)
    write(tmp_path / "b.jsonl", {**ROW, "id": "2", "question": "别的", **change})
    with pytest.raises(EvaluationDataError) as refused:
        load_questions(tmp_path)
    assert message in str(refused.value)


def test_a_folder_without_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationDataError, match="no labelled question"):
        load_questions(tmp_path)


def test_unknown_answers_are_found() -> None:
    questions = [question("1", "leave", "gone"), question("2")]
    assert unknown_answers(questions, {"leave"}) == [("1", "gone")]


def test_the_best_answer_of_each_part_has_the_highest_grade() -> None:
    questions = [
        question("1", "a", "b"),
        question("2", "a", "b", "c", parts=2),
        question("3"),
    ]
    assert qrels_of(questions) == {"1": {"a": 2, "b": 1}, "2": {"a": 2, "b": 2, "c": 1}}


def test_the_digest_names_content_not_order() -> None:
    one, other = question("1", "a"), question("2")
    assert digest([one, other]) == digest([other, one])
    assert digest([one, other]) != digest([one, question("2", "a")])


def articles(questions: Sequence[LabelledQuestion]) -> set[str]:
    return {answer for each in questions for answer in each.answers}


@given(
    answers=st.lists(st.lists(st.sampled_from("abcdefghij"), max_size=3, unique=True), max_size=30),
    order=st.randoms(use_true_random=False),
)
def test_the_sides_share_no_article_in_whatever_order(
    answers: list[list[str]], order: random.Random
) -> None:
    questions = [question(str(number), *each) for number, each in enumerate(answers)]
    sides = split(questions)
    assert articles(sides.calibration).isdisjoint(articles(sides.test))
    assert sorted(each.id for side in sides for each in side) == sorted(
        each.id for each in questions
    )
    shuffled = list(questions)
    order.shuffle(shuffled)
    again = split(shuffled)
    assert {each.id for each in again.test} == {each.id for each in sides.test}


def test_the_shipped_questions_name_articles_that_exist() -> None:
    assert unknown_answers(load_questions(), load_corpus().articles) == []


def test_the_shipped_questions_are_nobody_elses() -> None:
    questions = {asked(each.question): each.id for each in load_questions()}
    own = {
        asked(text)
        for article in load_corpus().articles.values()
        for text in [*article.front_matter.questions, article.title]
    }
    development = {asked(each.text) for each in development_questions()}
    uncovered = {asked(text) for matter in load_uncovered() for text in matter.questions}
    elsewhere = own | development | uncovered
    assert {questions[text] for text in questions.keys() & elsewhere} == set()


def test_the_shipped_questions_fall_into_two_sides_of_similar_size() -> None:
    sides = split(load_questions())
    assert articles(sides.calibration).isdisjoint(articles(sides.test))
    for answerable in (True, False):
        sizes = [sum(each.answerable is answerable for each in side) for side in sides]
        # One giant group of articles would show here.
        assert min(sizes) / sum(sizes) > 0.4
