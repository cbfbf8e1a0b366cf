from pathlib import Path

from knowledge_base.evaluation.decisions import DecisionRecord
from knowledge_base.evaluation.measures import evaluate
from knowledge_base.evaluation.report import (
    CURVE_FILE,
    RELIABILITY_FILE,
    REPORT_FILE,
    Report,
    ablation_table,
    coverage_note,
    measures_table,
)
from knowledge_base.retrieval.decision import Decision

QRELS = {"1": {"a": 1}, "2": {"b": 1}}
FULL = evaluate(QRELS, {"1": [("a", 1.0)], "2": [("c", 1.0), ("b", 0.5)]})
LESS = evaluate(QRELS, {"1": [("a", 1.0)], **{f"x{number}": [] for number in range(7)}})
RECORDS = [
    DecisionRecord(0.9, True, True, Decision.ANSWER),
    DecisionRecord(0.6, False, True, Decision.CHOICES),
    DecisionRecord(0.7, False, False, Decision.ANSWER, "near"),
    DecisionRecord(0.1, False, False, Decision.DECLINE, "far"),
]


def test_measures_stand_with_their_intervals() -> None:
    lines = measures_table(FULL).splitlines()
    assert lines[:2] == ["| measure | value | 95 % interval |", "| --- | --- | --- |"]
    assert lines[2] == "| MRR@10 | 0.7500 | 0.500–1.000 |"
    assert len(lines) == 8


def test_the_note_names_what_is_left_out() -> None:
    assert coverage_note(FULL) == "2 judged queries, 0 without results."
    assert coverage_note(LESS) == (
        "2 judged queries, 1 without results, "
        "7 left out because nothing is judged (x0, x1, x2, x3, x4, …)."
    )


def test_the_ablation_shows_the_difference_to_the_first_row() -> None:
    lines = ablation_table({"all stages": FULL, "fewer": LESS}).splitlines()
    assert lines[2].startswith("| all stages | 0.750 |")
    assert lines[3].startswith("| fewer | 0.500 (-0.250) |")


def test_decisions_are_told_by_kind_and_by_threshold() -> None:
    text = Report("Test", FULL, decisions=RECORDS, answer_from=0.7).markdown()
    assert "| unanswerable: near | 1.000 [0.207–1.000] 1/1 | 0.000" in text
    assert "| answerable | 0.500 [0.095–0.905] 1/2 | 0.500" in text
    in_use = next(line for line in text.splitlines() if "in use" in line)
    shares = [cell.split()[-1] for cell in in_use.strip("| ").split(" | ")[1:]]
    assert shares == ["1/2", "1/2", "1/4", "1/2"]
    assert "widest with 5% wrong" in text
    assert "Expected calibration error" in text


def test_a_report_without_decisions_has_no_pictures(tmp_path: Path) -> None:
    Report("Test", FULL).write(tmp_path / "made")
    assert [file.name for file in (tmp_path / "made").iterdir()] == [REPORT_FILE]


def test_a_report_with_decisions_shows_its_pictures(tmp_path: Path) -> None:
    report = Report("Test", FULL, {"all stages": FULL}, RECORDS, answer_from=0.7)
    report.write(tmp_path)
    text = (tmp_path / REPORT_FILE).read_text(encoding="utf-8")
    for picture in (CURVE_FILE, RELIABILITY_FILE):
        assert f"]({picture})" in text
        assert (tmp_path / picture).stat().st_size > 0
    assert text.startswith(report.markdown().rstrip())
