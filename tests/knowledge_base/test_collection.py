import os
from datetime import date
from pathlib import Path

import pytest

from knowledge_base import collection
from knowledge_base.collection import collection_state, load_collection
from knowledge_base.document import DocumentError
from tests.knowledge_base.samples import document, write_article


@pytest.fixture
def articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of articles that is the product's own, and a place for imported documents."""
    folder = tmp_path / "knowledge_base" / "articles"
    write_article(folder)
    monkeypatch.setattr(collection, "ARTICLES_DIR", folder)
    monkeypatch.setenv("UNION_DATA_DIR", str(tmp_path / "data"))
    return folder


def put_imported(name: str, *ids: str) -> Path:
    path = collection.imported_directory() / f"{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [document(id=each).model_dump_json() for each in ids]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def ids(path: Path) -> list[str]:
    return [each.id for each in load_collection(path).documents]


def test_the_products_articles_come_with_what_was_imported(articles: Path) -> None:
    assert ids(articles) == ["annual-leave-days"]
    put_imported("law.docx", "law-1", "law-2")
    assert ids(articles) == ["annual-leave-days", "law-1", "law-2"]


def test_the_matters_that_nothing_covers_come_with_the_products_articles(articles: Path) -> None:
    text = "- matter: 公积金贷款\n  questions: [能贷多少, 利率几个点, 怎么贷]\n"
    (articles.parent / "uncovered.yml").write_text(text, encoding="utf-8")
    *_, last = load_collection(articles).documents
    assert (last.title, last.questions) == ("公积金贷款", ["能贷多少", "利率几个点", "怎么贷"])


def test_another_folder_comes_alone(articles: Path, tmp_path: Path) -> None:
    put_imported("law.docx", "law-1")
    write_article(tmp_path / "other")
    assert ids(tmp_path / "other") == ["annual-leave-days"]


def test_an_id_that_stands_twice_is_refused_with_both_places(articles: Path) -> None:
    put_imported("law.docx", "annual-leave-days")
    with pytest.raises(DocumentError) as caught:
        load_collection(articles)
    assert str(articles / "annual-leave" / "annual-leave-days.md") in str(caught.value)
    assert str(collection.imported_directory()) in str(caught.value)


def test_unsound_articles_are_left_out_and_named(articles: Path) -> None:
    bad = articles / "annual-leave" / "bad.md"
    bad.write_text("x", encoding="utf-8")
    found = load_collection(articles)
    assert [each.id for each in found.documents] == ["annual-leave-days"]
    assert [str(problem) for problem in found.problems if str(bad) in str(problem)]


def test_what_is_neither_folder_nor_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="neither"):
        load_collection(tmp_path / "none")


def test_the_state_changes_with_every_file_and_the_day(
    articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = articles / "annual-leave" / "annual-leave-days.md"
    states = [collection_state(articles)]
    assert collection_state(articles) == states[0]
    os.utime(article, ns=(1, 1))
    states.append(collection_state(articles))
    imported = put_imported("law.docx", "law-1")
    states.append(collection_state(articles))
    imported.unlink()
    write_article(articles, id="another")
    states.append(collection_state(articles))
    (articles.parent / "parameters.yml").write_text("", encoding="utf-8")
    states.append(collection_state(articles))
    monkeypatch.setattr(collection, "today", lambda: date(2030, 1, 1))
    states.append(collection_state(articles))
    assert all(state != other for i, state in enumerate(states) for other in states[:i])


def test_the_state_of_a_collection_follows_its_file(tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_text("", encoding="utf-8")
    before = collection_state(path)
    path.write_text("\n", encoding="utf-8")
    assert collection_state(path) != before
