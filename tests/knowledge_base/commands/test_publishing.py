"""The command as the gateway runs it: JSON lines, and an answer on standard input."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge_base.cli import main
from knowledge_base.collection import load_collection
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.index.builder import build_index
from knowledge_base.index.store import IndexStore
from knowledge_base.overlay import OverlayStore
from knowledge_base.paths import default_model_directory
from knowledge_base.retrieval.analyser import Analyser
from tests.knowledge_base.samples import write_small_corpus


@pytest.fixture
def small(tmp_path: Path, encoder: Encoder, analysers: list[Analyser]) -> Path:
    """Everything that the command works on, with the bundled encoder."""
    write_small_corpus(tmp_path / "program")
    documents = load_collection(tmp_path / "program").documents
    build_index(documents, IndexStore(tmp_path / "index"), encoder, analysers)
    (tmp_path / "questions").mkdir()
    lines = [
        {"id": f"q{number}", "question": question, "answers": answers}
        for number, (question, answers) in enumerate(
            [
                ("年休假一年有几天", ["annual-leave-days"]),
                ("职工医疗互助怎么申请", ["mutual-aid"]),
                ("被拖欠工资怎么办", ["wage-arrears"]),
            ]
        )
    ]
    text = "\n".join(json.dumps(each) for each in lines)
    (tmp_path / "questions" / "q.jsonl").write_text(text, encoding="utf-8")
    return tmp_path


def options(small: Path, kind: str, plan: dict[str, object]) -> list[str]:
    (small / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    places = {
        kind: "plan.json",
        "--documents": "program",
        "--articles": "articles",
        "--index": "index",
        "--questions": "questions",
    }
    words = [word for key, name in places.items() for word in (key, str(small / name))]
    return ["publish", *words, "--model", str(default_model_directory())]


def changed(small: Path, old: str, new: str) -> dict[str, object]:
    source = (small / "program/wage-arrears/wage-arrears.md").read_text(encoding="utf-8")
    article = {"id": "wage-arrears", "area": "wage-arrears", "source": source.replace(old, new)}
    return {"name": "1", "articles": [article]}


def run(small: Path, arguments: list[str], answer: str) -> list[dict[str, object]]:
    """In a process of its own, as the gateway does."""
    command = [sys.executable, "-m", "knowledge_base", *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ}
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(json.loads(line))
            if lines[-1]["event"] == "ready":
                if not answer:
                    process.stdin.close()
                    break
                process.stdin.write(f"{answer}\n")
                process.stdin.flush()
        process.wait(timeout=60)
    return lines


def test_it_publishes_with_the_bundled_encoder(small: Path) -> None:
    plan = changed(small, "先留好证据", "先把考勤表拍下来")
    *_, ready, switch, ended = run(small, options(small, "--plan", plan), "switch")
    assert (ready["event"], switch["step"], ended["state"]) == ("ready", "switch", "live")
    assert IndexStore(small / "index").pointer().in_use == ready["index_version"]
    assert OverlayStore(small / "articles").in_use == "1"


def test_when_nobody_listens_any_more_it_ends_and_changes_nothing(small: Path) -> None:
    before = IndexStore(small / "index").pointer().in_use
    plan = changed(small, "先留好证据", "先把考勤表拍下来")
    lines = run(small, options(small, "--plan", plan), "")
    assert lines[-1]["event"] == "ready"
    assert IndexStore(small / "index").pointer().in_use == before
    assert OverlayStore(small / "articles").in_use is None


def test_another_word_calls_it_off(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _speak(monkeypatch, "no")
    arguments = options(small, "--plan", changed(small, "先留好证据", "先拍照"))
    assert main(arguments) == 1
    *_, ended = _lines(capsys)
    assert (ended["state"], ended["reason"]) == ("failed", "it was called off")


def test_a_plan_that_is_not_sound_fails(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _speak(monkeypatch)
    assert main(options(small, "--plan", {"name": "../1"})) == 1
    (ended,) = _lines(capsys)
    assert ended["state"] == "failed"


def test_it_goes_back(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = IndexStore(small / "index").pointer().in_use
    _speak(monkeypatch, "switch")
    assert main(options(small, "--plan", changed(small, "先留好证据", "先拍照"))) == 0
    live = _lines(capsys)[-1]["index_version"]
    plan = {"overlay": None, "index_version": before, "instead_of": live}
    _speak(monkeypatch)
    assert main(options(small, "--back", plan)) == 0
    assert _lines(capsys)[-1]["index_version"] == before
    assert OverlayStore(small / "articles").in_use is None


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


class _Patient:
    """Standard input with some lines that does not end."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        yield from self._lines
        threading.Event().wait()


def _speak(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    monkeypatch.setattr(sys, "stdin", _Patient(words))
    monkeypatch.setattr(os, "nice", lambda _: 0)
