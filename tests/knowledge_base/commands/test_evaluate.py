import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.cli import main
from knowledge_base.evaluation.questions import LabelledQuestion, load_questions, split
from knowledge_base.evaluation.trec import read_qrels, read_run
from knowledge_base.retrieval.decision import DecisionModel
from knowledge_base.search import KnowledgeBase
from tests.development_questions import FILE as DEVELOPMENT_FILE
from tests.knowledge_base.evaluation.fakes import fake_knowledge_base
from tests.knowledge_base.samples import DECISION_MODEL

Captured = pytest.CaptureFixture[str]
Rankings = dict[str, list[tuple[str, float]]]
Serve = Callable[[Rankings], None]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Let the command find what the test says."""

    monkeypatch.setattr(DecisionModel, "load", lambda: DECISION_MODEL)

    def use(found: Rankings) -> None:
        fake = fake_knowledge_base(found)
        monkeypatch.setattr(KnowledgeBase, "open", lambda path, *, model: fake)

    return use


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Forty answerable questions and ten others; both sides get some of each."""
    rows: list[dict[str, Any]] = [
        {"id": f"a{number}", "question": f"问{number}", "answers": [f"article-{number}"]}
        for number in range(40)
    ]
    rows += [{"id": f"u{number}", "question": f"别{number}", "answers": []} for number in range(10)]
    folder = tmp_path / "questions"
    folder.mkdir()
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    (folder / "all.jsonl").write_text(lines, encoding="utf-8")
    return folder


def all_right(folder: Path) -> Rankings:
    return {
        each.question: [(each.answers[0], 0.9), ("other", 0.5)]
        for each in load_questions(folder)
        if each.answerable
    }


def held_side(folder: Path) -> list[LabelledQuestion]:
    return [each for each in split(load_questions(folder)).test if each.answerable]


def test_without_queries_the_own_held_side_is_measured(
    tmp_path: Path, questions: Path, serve: Serve, capsys: Captured
) -> None:
    serve(all_right(questions))
    run, qrels, report = tmp_path / "run", tmp_path / "qrels", tmp_path / "report"
    assert (
        main(
            [
                *("evaluate", "--questions", str(questions), "--ablation"),
                *("--save-run", str(run), "--save-qrels", str(qrels), "--report", str(report)),
            ]
        )
        == 0
    )
    side = held_side(questions)
    assert 10 < len(side) < 30
    output = capsys.readouterr().out
    assert f"{len(side)} judged queries, 0 without results." in output
    assert "| MRR@10 | 1.0000 |" in output
    assert "| all stages | 1.000 |" in output
    assert "| without words | 1.000 (+0.000) |" in output
    assert "| answerable | 1.000 [0.8" in output
    assert read_qrels(qrels) == {each.id: {each.answers[0]: 2} for each in side}
    assert set(read_run(run)) == {each.id for each in side}
    assert {file.name for file in report.iterdir()} == {
        "report.md",
        "coverage-error.png",
        "reliability.png",
    }


def test_a_saved_run_gives_the_same_measures(
    tmp_path: Path, questions: Path, serve: Serve, capsys: Captured
) -> None:
    found = all_right(questions)
    found[held_side(questions)[0].question].reverse()
    serve(found)
    run, qrels = str(tmp_path / "run"), str(tmp_path / "qrels")
    own = ["evaluate", "--questions", str(questions)]

    def measures(*arguments: str) -> list[str]:
        assert main([*arguments]) == 0
        return [
            line
            for line in capsys.readouterr().out.splitlines()
            if line.startswith(("| MRR", "| nDCG", "| R@", "| success"))
        ]

    searched = measures(*own, "--save-run", run, "--save-qrels", qrels)
    assert len(searched) == 6
    assert measures(*own, "--run", run) == searched
    assert measures("evaluate", "--qrels", qrels, "--run", run) == searched


def test_a_fall_below_the_baseline_fails(
    tmp_path: Path, questions: Path, serve: Serve, capsys: Captured
) -> None:
    file = tmp_path / "baseline.json"
    command = ["evaluate", "--questions", str(questions), "--baseline", str(file)]
    found = all_right(questions)
    serve(found)
    assert main([*command, "--check-baseline"]) == 1
    assert "no baseline yet" in capsys.readouterr().err

    assert main([*command, "--store-baseline"]) == 0
    stored = json.loads(file.read_text(encoding="utf-8"))
    assert stored["measures"]["MRR@10"] == 1.0
    assert (stored["encoder"], stored["index"], stored["settings"]) == (
        "encoder-1",
        "index-1",
        "all",
    )
    assert main([*command, "--check-baseline"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "no measure is more than one point below the baseline"

    question = held_side(questions)[0].question
    worse = {**found, question: found[question][::-1]}
    serve(worse)
    assert main([*command, "--check-baseline"]) == 1
    assert "worse than the baseline by more than one point: MRR@10: " in capsys.readouterr().err

    assert main([*command, "--store-baseline"]) == 0
    serve(found)
    assert main([*command, "--check-baseline"]) == 0
    output = capsys.readouterr().out
    assert "better than the baseline: MRR@10: " in output
    assert "to keep the gain, store it" in output


def test_other_questions_need_a_new_baseline(
    tmp_path: Path, questions: Path, serve: Serve, capsys: Captured
) -> None:
    command = ["evaluate", "--questions", str(questions), "--baseline", str(tmp_path / "b.json")]
    serve(all_right(questions))
    assert main([*command, "--store-baseline"]) == 0
    side = held_side(questions)
    file = questions / "all.jsonl"
    renamed = file.read_text(encoding="utf-8").replace(f'"{side[0].id}"', '"renamed"')
    file.write_text(renamed, encoding="utf-8")
    assert main([*command, "--check-baseline"]) == 1
    assert "the labelled questions have changed" in capsys.readouterr().err


def test_answers_that_the_index_does_not_hold_are_named(
    questions: Path, serve: Serve, capsys: Captured
) -> None:
    serve({"问0": [("article-0", 0.9)]})
    assert main(["evaluate", "--questions", str(questions)]) == 1
    error = capsys.readouterr().err
    assert "answers name a document that is not in the index: article-" in error


def test_a_foreign_collection_is_measured(tmp_path: Path, serve: Serve, capsys: Captured) -> None:
    serve({"年假": [("d1", 0.9), ("d2", 0.8)]})
    queries, qrels = tmp_path / "q.jsonl", tmp_path / "qrels.trec"
    queries.write_text(
        '{"id": "1", "text": "年假"}\n{"id": "2", "text": "x"}\n{"id": "3", "text": "y"}\n',
        encoding="utf-8",
    )
    qrels.write_text("1 0 d2 1\n2 0 d1 1\n4 0 d1 1\n", encoding="utf-8")
    assert main(["evaluate", "--queries", str(queries), "--qrels", str(qrels)]) == 0
    output = capsys.readouterr().out
    assert "| MRR@10 | 0.2500 |" in output
    assert (
        "2 judged queries, 1 without results, 1 left out because nothing is judged (3)." in output
    )
    assert "When to answer" not in output


def test_the_development_questions_can_be_measured(serve: Serve, capsys: Captured) -> None:
    from knowledge_base.corpus import load_corpus

    serve({"": [(article, 1.0) for article in load_corpus().articles]})
    assert main(["evaluate", "--development", str(DEVELOPMENT_FILE)]) == 0
    assert "# Development questions" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--queries", "q"], "--queries needs --qrels"),
        (["--qrels", "q"], "--qrels needs --queries"),
        (["--queries", "q", "--qrels", "r", "--development", "d"], "exclude each other"),
        (["--run", "r", "--ablation"], "--ablation needs a search"),
        (["--run", "r", "--check-baseline"], "the baseline is one of a search"),
        (["--development", "d", "--store-baseline"], "the baseline is one of a search"),
        (["--k", "0"], "--k must be"),
        (["--qrels", "none", "--run", "none"], "none"),
    ],
)
def test_what_does_not_go_together_is_refused(
    arguments: list[str], message: str, capsys: Captured
) -> None:
    assert main(["evaluate", *arguments]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert message in error
