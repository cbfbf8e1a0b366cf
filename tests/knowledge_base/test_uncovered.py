from pathlib import Path

import pytest

from knowledge_base.corpus import load_corpus
from knowledge_base.document import DocumentError, DocumentKind
from knowledge_base.uncovered import load_uncovered


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_matter_is_a_document_with_nothing_to_answer_with(tmp_path: Path) -> None:
    text = "- matter: 公积金贷款\n  questions:\n    - 能贷多少\n    - 利率几个点\n    - 怎么贷\n"
    (document,) = load_uncovered(write(tmp_path / "uncovered.yml", text))
    assert document.kind is DocumentKind.UNCOVERED
    assert document.title == "公积金贷款"
    assert document.questions == ["能贷多少", "利率几个点", "怎么贷"]
    assert document.sections == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- matter: 甲\n  questions: [一, 二]\n", "questions"),
        ("- matter: 甲\n  answers: []\n", "answers"),
        ("- [", "uncovered.yml"),
        ("- matter: 甲\n  questions: [一, 二, 一]\n", "'一' stands twice"),
    ],
)
def test_an_unsound_file_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(DocumentError, match=problem):
        load_uncovered(write(tmp_path / "uncovered.yml", text))


def test_no_shipped_matter_is_asked_like_an_article() -> None:
    own = {
        question
        for article in load_corpus().articles.values()
        for question in [*article.front_matter.questions, article.front_matter.title]
    }
    asked = {question for matter in load_uncovered() for question in matter.questions}
    assert asked & own == set()
