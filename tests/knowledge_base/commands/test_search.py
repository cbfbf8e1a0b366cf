from pathlib import Path

import pytest

from knowledge_base.cli import main
from knowledge_base.search import KnowledgeBase
from tests.knowledge_base.evaluation.fakes import fake_knowledge_base

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def knowledge_base(monkeypatch: pytest.MonkeyPatch) -> KnowledgeBase:
    fake = fake_knowledge_base({"年假": [("leave", 0.75), ("days", 0.5), ("aid", 0.25)]})
    monkeypatch.setattr(KnowledgeBase, "open", lambda path, *, model: fake)
    return fake


@pytest.fixture
def queries(tmp_path: Path) -> str:
    file = tmp_path / "queries.jsonl"
    file.write_text(
        '{"id": "1", "text": "年假"}\n{"id": "2", "question": "天气"}\n', encoding="utf-8"
    )
    return str(file)


def test_many_queries_make_a_trec_run(tmp_path: Path, queries: str, capsys: Captured) -> None:
    run = tmp_path / "made" / "out.trec"
    assert main(["search", "--queries", queries, "--k", "2", "--run", str(run)]) == 0
    assert run.read_text(encoding="utf-8").splitlines() == [
        "1 Q0 leave 1 0.75 knowledge-base",
        "1 Q0 days 2 0.5 knowledge-base",
    ]
    assert "2 queries, 2 results" in capsys.readouterr().out


def test_unsound_queries_are_named(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "queries.jsonl"
    file.write_text('{"id": "1"}\n', encoding="utf-8")
    assert main(["search", "--queries", str(file), "--run", str(tmp_path / "out")]) == 1
    assert f"error: {file}:1: " in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["年假", "--run", "out.trec"], ["--queries", "q.jsonl"]])
def test_queries_and_run_go_together(arguments: list[str], capsys: Captured) -> None:
    assert main(["search", *arguments]) == 1
    assert "--queries and --run go together" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["年假", "--queries", "q.jsonl"],
        ["--queries", "q.jsonl", "--run", "out.trec", "--json"],
    ],
)
def test_one_question_and_many_exclude_each_other(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["search", *arguments])
    assert ended.value.code == 2
