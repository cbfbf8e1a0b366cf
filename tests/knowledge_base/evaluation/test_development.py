from pathlib import Path

import pytest

from knowledge_base.corpus import load_corpus
from knowledge_base.evaluation.development import (
    DevelopmentQuestion,
    labelled,
    load_development_questions,
)
from knowledge_base.evaluation.jsonl import EvaluationDataError
from knowledge_base.evaluation.query_set import development_questions as query_set
from tests.development_questions import FILE, development_questions

TABLE = """\
# 样例

| question | area | expected behaviour | facts |
|---|---|---|---|
| 医疗互助咋报 | 医疗互助 | answer | YL09 YL10（待核） |
| 可以网上办不 | 综合 | ask back | 无上文先问 |
| 今天股票 | 其他 | decline | |
"""


def test_rows_are_read_with_their_facts(tmp_path: Path) -> None:
    file = tmp_path / "questions.md"
    file.write_text(TABLE, encoding="utf-8")
    first, second, third = load_development_questions(file)
    assert first == DevelopmentQuestion(
        "医疗互助咋报", "医疗互助", "answer", frozenset({"YL09", "YL10"})
    )
    assert (second.behaviour, third.facts) == ("ask back", frozenset())


def test_a_row_with_other_cells_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "questions.md"
    file.write_text(f"{TABLE}| 年假 | answer |\n", encoding="utf-8")
    with pytest.raises(EvaluationDataError, match=r"questions\.md:8: 2 cells"):
        load_development_questions(file)


def test_the_article_with_the_most_shared_facts_is_the_best_answer() -> None:
    rows = [
        DevelopmentQuestion("体检", "", "hand off", frozenset({"F1"})),
        DevelopmentQuestion("医疗互助咋报", "", "answer", frozenset({"F1", "F2"})),
        DevelopmentQuestion("你好", "", "chat", frozenset()),
    ]
    answered, foreign = labelled(rows, {"one": ["F2"], "none": ["F3"], "both": ["F1", "F2"]})
    assert (answered.id, answered.answers) == ("development-002", ("both", "one"))
    assert (foreign.id, foreign.answers, foreign.kind) == ("development-003", (), "chat")


def test_a_question_that_no_article_answers_is_refused() -> None:
    row = DevelopmentQuestion("体检", "", "answer", frozenset({"F1"}))
    with pytest.raises(EvaluationDataError, match="体检"):
        labelled([row], {"one": ["F2"]})


def test_the_shipped_table_is_labelled_by_the_shipped_articles() -> None:
    asked = query_set(FILE)
    assert len(asked.queries) == len(development_questions("answer")) > 100
    articles = load_corpus().articles
    assert all(answer in articles for judged in asked.qrels.values() for answer in judged)
