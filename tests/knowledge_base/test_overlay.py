from pathlib import Path

import pytest

from knowledge_base import collection
from knowledge_base.collection import collection_state, load_collection
from knowledge_base.corpus import ARTICLES_DIR, load_corpus
from knowledge_base.document import DocumentError
from knowledge_base.overlay import Overlay, OverlayError, OverlayStore
from tests.knowledge_base.samples import document, write_article


@pytest.fixture
def store(tmp_path: Path) -> OverlayStore:
    return OverlayStore(tmp_path / "data" / "articles")


@pytest.fixture
def articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two articles that are the product's own."""
    folder = tmp_path / "knowledge_base" / "articles"
    write_article(folder)
    write_article(folder, id="other")
    monkeypatch.setattr(collection, "ARTICLES_DIR", folder)
    monkeypatch.setenv("UNION_DATA_DIR", str(tmp_path / "data"))
    return folder


def put(store: OverlayStore, name: str, *retired: str, **changes: object) -> None:
    with store.staged(name, store.in_use) as folder:
        if changes:
            write_article(folder, **changes)
        for each in retired:
            (folder / f"{each}.retired").touch()
    store.use(name)


def titles(articles: Path) -> dict[str, str]:
    return {each.id: each.title for each in load_collection(articles).documents}


def test_without_a_version_everything_is_the_programs(store: OverlayStore, articles: Path) -> None:
    assert store.current() == Overlay()
    assert Overlay().files() == {}
    assert not Overlay().retired()
    assert set(titles(articles)) == {"annual-leave-days", "other"}


def test_its_articles_take_the_place_of_the_programs(store: OverlayStore, articles: Path) -> None:
    put(store, "1", title="年假新规")
    assert titles(articles) == {"annual-leave-days": "年假新规", "other": "年休假一年有几天"}


def test_a_replaced_article_may_move_to_another_area(store: OverlayStore, articles: Path) -> None:
    put(store, "1", area="general")
    assert load_collection(articles).problems == ()


def test_it_adds_and_retires_articles(store: OverlayStore, articles: Path) -> None:
    put(store, "1", "other", id="new")
    assert set(titles(articles)) == {"annual-leave-days", "new"}


def test_its_imports_replace_those_of_the_same_file(store: OverlayStore, articles: Path) -> None:
    lines = [f"{document(id='law', title=title).model_dump_json()}\n" for title in ("旧", "新")]
    own = collection.imported_directory()
    own.mkdir(parents=True)
    (own / "law.docx.jsonl").write_text(lines[0], encoding="utf-8")
    assert titles(articles)["law"] == "旧"
    with store.staged("1", None) as folder:
        (folder / "imported").mkdir()
        (folder / "imported" / "law.docx.jsonl").write_text(lines[1], encoding="utf-8")
    store.use("1")
    assert titles(articles)["law"] == "新"


def test_a_foreign_folder_comes_without_it(store: OverlayStore, tmp_path: Path) -> None:
    put(store, "1", id="new")
    write_article(tmp_path / "foreign")
    assert [each.id for each in load_collection(tmp_path / "foreign").documents] == [
        "annual-leave-days"
    ]


def test_a_version_is_based_on_another_and_leaves_it_alone(store: OverlayStore) -> None:
    put(store, "1", title="一")
    with store.staged("2", "1") as folder:
        write_article(folder, id="second")
    assert set(store.version("1").files()) == {"annual-leave-days"}
    assert set(store.version("2").files()) == {"annual-leave-days", "second"}
    assert store.in_use == "1"


def test_what_fails_half_way_leaves_nothing(store: OverlayStore) -> None:
    put(store, "1", title="一")
    with pytest.raises(OSError, match="full"), store.staged("2", "1"):
        raise OSError("full")
    assert sorted(path.name for path in store.directory.iterdir()) == ["1", "CURRENT"]


def test_what_a_killed_process_left_is_removed(store: OverlayStore) -> None:
    (store.directory / ".staged-x" / "1").mkdir(parents=True)
    put(store, "2", title="二")
    assert sorted(path.name for path in store.directory.iterdir()) == ["2", "CURRENT"]


def test_back_to_the_program_alone(store: OverlayStore, articles: Path) -> None:
    put(store, "1", id="new")
    store.use(None)
    assert set(titles(articles)) == {"annual-leave-days", "other"}


def test_a_version_that_is_missing_is_not_used(store: OverlayStore) -> None:
    put(store, "1", title="一")
    with pytest.raises(OverlayError, match="missing"):
        store.use("2")
    assert store.in_use == "1"


def test_what_is_in_use_cannot_be_removed(store: OverlayStore) -> None:
    put(store, "1", title="一")
    store.remove("1")
    store.remove("nothing")
    assert store.current().files()


def test_ten_versions_are_kept(store: OverlayStore) -> None:
    for number in range(12):
        put(store, f"{number:02}", title="一")
    kept = sorted(path.name for path in store.directory.iterdir() if path.is_dir())
    assert kept == [f"{number:02}" for number in range(2, 12)]


@pytest.mark.parametrize("content", ["", "{}", '{"in_use": "../x"}', "nonsense"])
def test_a_damaged_pointer_is_named(store: OverlayStore, articles: Path, content: str) -> None:
    store.directory.mkdir(parents=True)
    (store.directory / "CURRENT").write_text(content, encoding="utf-8")
    with pytest.raises(OverlayError, match="CURRENT"):
        store.current()
    with pytest.raises(DocumentError, match="CURRENT"):
        load_collection(articles)


def test_the_state_of_the_collection_changes_with_it(store: OverlayStore, articles: Path) -> None:
    before = collection_state(articles)
    put(store, "1", title="一")
    assert collection_state(articles) != before


def test_the_programs_files_are_named_after_their_articles() -> None:
    files = load_corpus(ARTICLES_DIR).files
    assert [each for each, file in files.items() if file.stem != each] == []
