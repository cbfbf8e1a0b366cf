import json
from pathlib import Path

import pytest

from knowledge_base.cli import main
from knowledge_base.evaluation.questions import load_questions, split
from knowledge_base.index.builder import build_index
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.analyser import Analyser
from knowledge_base.retrieval.decision import DecisionModel
from knowledge_base.retrieval.rerank import RankerModel
from tests.knowledge_base.samples import FakeEncoder, document, fake_encoder

Captured = pytest.CaptureFixture[str]

MATTERS = ["年假", "加班费", "医疗互助", "疗休养", "体检", "公积金", "失业金", "工伤认定"]
FOREIGN = ["股票", "护照", "火锅", "地铁", "房贷", "天气", "足球", "电影"]
ASKED = ["{}怎么办", "请问{}的事", "{}多少钱", "哪里管{}"]


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Files to write to instead of the shipped ones, which hold models of other features."""
    files = tmp_path / "ranker.json", tmp_path / "decision.json"
    for name, file in zip(("RANKER_FILE", "DECISION_FILE"), files, strict=True):
        file.write_text('{"weights": {"magic": 1}}', encoding="utf-8")
        monkeypatch.setattr(f"knowledge_base.commands.calibrate.{name}", file)
    return files


@pytest.fixture
def arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, analysers: list[Analyser]
) -> list[str]:
    """An index and labelled questions for the command."""
    monkeypatch.setattr("knowledge_base.engine.Encoder", lambda model: FakeEncoder())
    index, questions = tmp_path / "index", tmp_path / "questions"
    documents = [document(id=each, title=each, questions=[f"{each}怎么办理"]) for each in MATTERS]
    build_index(documents, IndexStore(index), fake_encoder(), analysers)
    questions.mkdir()
    lines = [
        {"id": f"{what}-{place}", "question": asked.format(what), "answers": answers}
        for whats, is_known in ((MATTERS, True), (FOREIGN, False))
        for what in whats
        for place, asked in enumerate(ASKED)
        for answers in [[what] if is_known else []]
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (questions / "made.jsonl").write_text(text, encoding="utf-8")
    return ["calibrate", "--index", str(index), "--questions", str(questions)]


def test_it_writes_the_models_and_says_what_they_do(
    arguments: list[str], models: tuple[Path, Path], capsys: Captured
) -> None:
    assert main([*arguments, "--wrong", "0.1", "--unanswerable-offered", "0.2"]) == 0
    ranker, decision = RankerModel.load(models[0]), DecisionModel.load(models[1])
    assert any(ranker.weights.values())
    figures = json.loads(models[1].read_text(encoding="utf-8"))["calibration"]
    said = capsys.readouterr().out.splitlines()
    assert said[:-1] == [f"{name}: {value}" for name, value in figures.items()]
    assert said[-1] == f"answer from {decision.answer_from}, choices from {decision.choices_from}"


def test_only_the_calibration_side_is_learned_from(
    arguments: list[str], models: tuple[Path, Path]
) -> None:
    assert main(arguments) == 0
    sides = split(load_questions(Path(arguments[-1])))
    figures = json.loads(models[1].read_text(encoding="utf-8"))["calibration"]
    assert figures["answerable"] + figures["unanswerable"] == len(sides.calibration)
    assert sides.test


def test_the_bounds_reach_the_fitting(arguments: list[str], models: tuple[Path, Path]) -> None:
    assert main([*arguments, "--unanswerable-offered", "0.05"]) == 0
    strict = DecisionModel.load(models[1]).choices_from
    assert main([*arguments, "--unanswerable-offered", "0.6"]) == 0
    assert DecisionModel.load(models[1]).choices_from < strict


def test_models_of_other_features_are_replaced(
    arguments: list[str], models: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise ValueError("of other features")

    monkeypatch.setattr(RankerModel, "load", refuse)
    assert main(arguments) == 0
    assert "magic" not in models[0].read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "no labelled question"),
        ("{", "made.jsonl:1"),
        ('{"id": "1", "question": "年假", "answers": []}', "answerable and unanswerable"),
    ],
)
def test_what_cannot_be_learned_from_is_named_and_changes_nothing(
    arguments: list[str], models: tuple[Path, Path], lines: str, said: str, capsys: Captured
) -> None:
    before = [file.read_text(encoding="utf-8") for file in models]
    (Path(arguments[-1]) / "made.jsonl").write_text(lines, encoding="utf-8")
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert said in error
    assert [file.read_text(encoding="utf-8") for file in models] == before


def test_without_an_index_it_tells_the_way_to_build(
    arguments: list[str], tmp_path: Path, capsys: Captured
) -> None:
    assert main([*arguments, "--index", str(tmp_path / "none")]) == 1
    assert "python -m knowledge_base build" in capsys.readouterr().err
