from pathlib import Path

from knowledge_base.importers.batch import import_files
from knowledge_base.importers.storage import ImportedStore
from tests.knowledge_base.importers.makers import write


def test_a_bad_file_stops_none_of_the_others(tmp_path: Path) -> None:
    files = [
        write(tmp_path / "in" / "甲.md", "# 甲\n文"),
        write(tmp_path / "in" / "乙.md", b"\x00"),
        write(tmp_path / "in" / "丙.md", "# 丙\n文"),
    ]
    store = ImportedStore(tmp_path / "imported")
    outcomes = list(import_files(files, store, {"bing": "articles/bing.md"}))
    assert [(each.file, each.documents) for each in outcomes] == [
        (files[0], 1),
        (files[1], 0),
        (files[2], 0),
    ]
    assert outcomes[0].refusal is None
    assert "not text" in str(outcomes[1].refusal)
    assert "articles/bing.md" in str(outcomes[2].refusal)
    assert [each.title for each in store.load()] == ["甲"]


def test_two_files_of_one_name_in_one_import_do_not_replace_each_other(tmp_path: Path) -> None:
    files = [write(tmp_path / folder / "甲.md", f"# {folder}\n文") for folder in ("one", "two")]
    store = ImportedStore(tmp_path / "imported")
    first, second = import_files(files, store, {})
    assert first.refusal is None
    assert f"{files[0]} has the same name" in str(second.refusal)
    assert [each.title for each in store.load()] == ["one"]
