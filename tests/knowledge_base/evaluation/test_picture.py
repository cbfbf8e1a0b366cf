from pathlib import Path

from knowledge_base.evaluation.decisions import (
    DecisionRecord,
    curve,
    point_decided,
    reliability,
)
from knowledge_base.evaluation.picture import draw_curve, draw_reliability
from knowledge_base.retrieval.decision import Decision

PNG = b"\x89PNG\r\n\x1a\n"
RECORDS = [
    DecisionRecord(0.9, True, True, Decision.ANSWER),
    DecisionRecord(0.6, False, True, Decision.ANSWER),
    DecisionRecord(0.1, False, False, Decision.DECLINE),
]


def test_the_pictures_are_png_files_and_the_same_each_time(tmp_path: Path) -> None:
    pictures = []
    for turn in ("one", "two"):
        first, second = tmp_path / f"{turn}-curve.png", tmp_path / f"{turn}-reliability.png"
        draw_curve(curve(RECORDS), point_decided(RECORDS, 0.5), first)
        draw_reliability(reliability(RECORDS), second)
        pictures.append((first.read_bytes(), second.read_bytes()))
    assert pictures[0] == pictures[1]
    assert all(picture.startswith(PNG) for picture in pictures[0])
