import json
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge_base.cli import main
from knowledge_base.index.store import IndexStore
from tests.knowledge_base.samples import FakeEncoder

Captured = pytest.CaptureFixture[str]
Build = Callable[..., str]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return tmp_path / "documents.jsonl"


@pytest.fixture(autouse=True)
def _quick_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge_base.encoder.encoder.Encoder", lambda model: FakeEncoder())


def write(path: Path, *titles: str) -> None:
    lines = [json.dumps({"id": t, "title": t, "text": t, "source": "站"}) for t in titles]
    path.write_text("\n".join(lines), encoding="utf-8")


def run(command: str, index: Path, *more: str) -> int:
    return main([command, "--index", str(index), *more])


@pytest.fixture
def build(index: Path, documents: Path, capsys: Captured) -> Build:
    """Write a collection and build it; return what was printed."""

    def made(*titles: str, options: tuple[str, ...] = ()) -> str:
        write(documents, *titles)
        assert run("build", index, "--documents", str(documents), *options) == 0
        captured = capsys.readouterr()
        return captured.out + captured.err

    return made


def test_a_build_says_what_it_encoded(build: Build) -> None:
    assert "2 texts encoded, 0 units unchanged" in build("年假", "欠薪")
    assert "1 texts encoded, 2 units unchanged" in build("年假", "欠薪", "体检")
    assert "encoded" not in build("年假", "欠薪", "体检")


def test_versions_are_listed_with_the_one_in_use(
    build: Build, index: Path, capsys: Captured
) -> None:
    build("年假")
    build("年假", "欠薪")
    assert run("versions", index) == 0
    newest, older = capsys.readouterr().out.splitlines()
    assert newest.endswith("← in use")
    assert "2 documents, 2 units" in newest
    assert "UTC" in newest
    assert "1 documents, 1 units" in older
    assert "in use" not in older


def test_roll_back_says_which_version_is_in_use(
    build: Build, index: Path, capsys: Captured
) -> None:
    build("年假")
    first = IndexStore(index).current_version().name
    build("欠薪")
    assert run("roll-back", index) == 0
    assert first in capsys.readouterr().out
    assert IndexStore(index).current_version().name == first
    run("versions", index)
    newest, older = capsys.readouterr().out.splitlines()
    assert newest.endswith("← rolled back from")
    assert older.endswith("← in use")
    assert run("roll-back", index) == 1
    assert "no earlier version" in capsys.readouterr().err


def test_a_careful_build_keeps_a_roll_back_and_says_so(
    build: Build, index: Path, documents: Path
) -> None:
    build("年假")
    build("欠薪")
    rolled_back_to = IndexStore(index).roll_back()
    said = build("欠薪", options=("--keep-rolled-back",))
    assert said.startswith(f"problem: the index is rolled back to {rolled_back_to}")
    assert IndexStore(index).current_version().name == rolled_back_to
    assert "built" in build("欠薪")
    assert IndexStore(index).current_version().name != rolled_back_to
    assert "up to date" in build("欠薪", options=("--keep-rolled-back",))


def test_a_careful_build_does_not_keep_what_cannot_be_served(
    build: Build, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build("年假")
    build("欠薪")
    IndexStore(index).roll_back()
    monkeypatch.setattr(
        "knowledge_base.encoder.encoder.Encoder", lambda model: FakeEncoder(name="other")
    )
    assert "built" in build("欠薪", options=("--keep-rolled-back",))


def test_a_careful_build_makes_the_first_index(build: Build) -> None:
    assert "built" in build("年假", options=("--keep-rolled-back",))


def test_drift_is_named_and_ends_with_a_status(
    build: Build, index: Path, documents: Path, capsys: Captured
) -> None:
    build("年假", "欠薪")
    assert run("drift", index, "--documents", str(documents)) == 0
    assert capsys.readouterr().out == "no drift\n"
    write(documents, "年假", "体检")
    assert run("drift", index, "--documents", str(documents)) == 1
    assert capsys.readouterr().out.splitlines() == [
        "added: 体检",
        "removed: 欠薪",
        "the index differs",
    ]


@pytest.mark.parametrize("command", ["versions", "roll-back", "drift"])
def test_without_an_index_each_says_so(command: str, index: Path, capsys: Captured) -> None:
    assert run(command, index) == 1
    assert capsys.readouterr().err.startswith("error: no index at")
