import argparse
from pathlib import Path

import pytest

from knowledge_base.commands import importing
from tests.knowledge_base.importers.makers import write, xlsx

Captured = pytest.CaptureFixture[str]


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    importing.register(parser.add_subparsers())
    parsed = parser.parse_args(["import", *arguments])
    status: int = parsed.run(parsed)
    return status


@pytest.fixture
def into(tmp_path: Path) -> str:
    return str(tmp_path / "imported")


def test_a_folder_is_imported_listed_and_removed(
    tmp_path: Path, into: str, capsys: Captured
) -> None:
    folder = tmp_path / "in"
    write(folder / "某法.md", "# 某法\n第一条 甲。\n第二条 乙。")
    write(folder / "sub" / "须知.txt", "须知\n文。")
    assert run(str(folder), "--into", into) == 0
    output = capsys.readouterr().out
    assert f"     2  {folder / '某法.md'}" in output
    assert "2 files imported, 3 documents, 0 refused" in output
    assert "python -m knowledge_base build" in output

    assert run("--list", "--into", into) == 0
    listed = capsys.readouterr().out
    assert "     2  某法.md" in listed
    assert "2 files, 3 documents" in listed

    assert run("--remove", "某法.md", "--into", into) == 0
    assert "removed 某法.md" in capsys.readouterr().out
    assert run("--remove", "某法.md", "--into", into) == 1
    assert "has not been imported" in capsys.readouterr().err


def test_refusals_are_told_at_the_end_and_in_the_exit_status(
    tmp_path: Path, into: str, capsys: Captured
) -> None:
    good, bad = write(tmp_path / "甲.md", "# 甲\n文"), write(tmp_path / "乙.jpg", "x")
    assert run(str(bad), str(good), "--into", into) == 1
    captured = capsys.readouterr()
    assert f"refused: {bad}: unknown type" in captured.err
    assert "1 files imported, 1 documents, 1 refused" in captured.out


def test_notes_are_told(tmp_path: Path, into: str, capsys: Captured) -> None:
    path = write(tmp_path / "a.xlsx", xlsx(["标题", "答案", "序号"], ["甲", "文", 1]))
    assert run(str(path), "--into", into) == 0
    assert f"note: {path}: sheet '常见问题': columns not imported: 序号" in capsys.readouterr().err


def test_an_id_of_an_article_is_not_taken(tmp_path: Path, into: str, capsys: Captured) -> None:
    path = write(tmp_path / "annual-leave-days.md", "# 题\n文")
    assert run(str(path), "--into", into) == 1
    assert "annual-leave-days.md" in capsys.readouterr().err


def test_nothing_to_import_is_an_error(tmp_path: Path, into: str, capsys: Captured) -> None:
    assert run(str(tmp_path), "--into", into) == 1
    assert "no file to import" in capsys.readouterr().err


def test_a_damaged_import_is_told(tmp_path: Path, into: str, capsys: Captured) -> None:
    write(Path(into) / "甲.md.jsonl", "{}\n")
    assert run("--list", "--into", into) == 1
    assert "is damaged" in capsys.readouterr().err
