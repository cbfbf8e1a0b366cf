import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.article_parser import parse_article
from knowledge_base.document import (
    BODY_SECTION,
    Document,
    DocumentError,
    load_foreign_documents,
)
from tests.knowledge_base.samples import document, write_article

LINE = {"id": "d1", "title": "题", "text": "正文", "source": "某站"}


def collection(directory: Path, *lines: Any) -> Path:
    path = directory / "documents.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def test_an_article_becomes_a_document(tmp_path: Path) -> None:
    article = parse_article(
        write_article(
            tmp_path,
            status="needs_confirmation",
            sources=[
                {"title": "条例", "article_no": "第三条", "checked_on": date(2025, 4, 19)},
                {"title": "通知", "url": "https://example.org/n", "checked_on": date(2025, 1, 1)},
            ],
        )
    )
    made = Document.from_article(article)
    assert made.id == article.id
    assert made.revision == article.revision
    assert not made.verified
    assert made.source == "条例第三条；通知"
    assert made.url == "https://example.org/n"
    assert made.as_of == date(2025, 1, 1)
    assert made.area == "annual-leave"
    assert made.questions == article.front_matter.questions
    assert list(made.sections) == ["一句话回答", "怎么办理", "依据"]
    assert made.short_answer == article.short_answer


def test_validity_is_open_where_no_day_is_given() -> None:
    assert document().valid_on(date(1900, 1, 1))
    assert not document(effective_from=date(2020, 1, 1)).valid_on(date(2019, 12, 31))
    assert not document(effective_to=date(2020, 1, 1)).valid_on(date(2020, 1, 2))


def test_a_foreign_collection_is_read(tmp_path: Path) -> None:
    path = collection(tmp_path, LINE, {**LINE, "id": "d2", "effective_from": "2020-05-01"})
    first, second = load_foreign_documents(path)
    assert first.sections == {BODY_SECTION: "正文"}
    assert first.source == "某站"
    assert not first.verified
    assert first.short_answer is None
    assert second.effective_from == date(2020, 5, 1)


def test_blank_lines_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_text(f"\n{json.dumps(LINE)}\r\n  \n", encoding="utf-8")
    assert [each.id for each in load_foreign_documents(path)] == ["d1"]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_line_separators_inside_a_text_do_not_end_the_line(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "documents.jsonl"
    text = f"上{separator}下"
    path.write_text(json.dumps({**LINE, "text": text}, ensure_ascii=False), encoding="utf-8")
    assert load_foreign_documents(path)[0].sections == {BODY_SECTION: text}


@pytest.mark.parametrize(
    ("second", "rule"),
    [
        (b"{", "json"),
        (b"[]", "json"),
        (b'{"id": "\xff"}', "json"),
        (json.dumps({**LINE, "id": ""}).encode(), "id"),
        (json.dumps({"id": "d2", "title": "", "text": ""}).encode(), "source"),
        (json.dumps({**LINE, "id": "d2", "effective_from": "soon"}).encode(), "effective_from"),
        (json.dumps(LINE).encode(), "id"),
    ],
)
def test_a_bad_line_is_named_with_its_rule(tmp_path: Path, second: bytes, rule: str) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_bytes(json.dumps(LINE).encode() + b"\n" + second + b"\n")
    with pytest.raises(DocumentError) as caught:
        load_foreign_documents(path)
    assert str(caught.value).startswith(f"{path}:2: [{rule}]")


@pytest.mark.parametrize(
    "change", [{"title": "新"}, {"text": "新"}, {"source": "新"}, {"effective_from": "2020-01-01"}]
)
def test_every_change_makes_another_revision(tmp_path: Path, change: dict[str, str]) -> None:
    (before,) = load_foreign_documents(collection(tmp_path, LINE))
    (after,) = load_foreign_documents(collection(tmp_path, {**LINE, **change}))
    assert before.revision != after.revision
