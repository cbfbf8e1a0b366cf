from pathlib import Path

import pytest

from knowledge_base.encoder.training.adapter import ADAPTER_DIR, ADAPTER_WEIGHTS
from knowledge_base.encoder.training.record import RECORD_FILE, TrainingRecord

_LIMIT = 3 * 1024 * 1024


def record(*gains: float) -> TrainingRecord:
    return TrainingRecord(
        command="",
        settings={},
        pairs=1,
        pairs_held_out=1,
        article_questions=1,
        seconds=1.0,
        threads=1,
        versions={},
        before={str(place): {"MRR@10": 0.5} for place in range(len(gains))},
        after={str(place): {"MRR@10": 0.5 + gain} for place, gain in enumerate(gains)},
    )


@pytest.mark.parametrize(
    ("gains", "better"),
    [((0.1, 0.1), True), ((0.1, 0.0), True), ((0.0, 0.0), False), ((0.2, -0.01), False)],
)
def test_better_means_nothing_is_worse(gains: tuple[float, ...], better: bool) -> None:
    assert record(*gains).better is better


def test_the_shipped_adapters_are_small_and_say_where_they_come_from() -> None:
    shipped = TrainingRecord.model_validate_json((ADAPTER_DIR / RECORD_FILE).read_bytes())
    assert shipped.better
    assert (ADAPTER_DIR / ADAPTER_WEIGHTS).stat().st_size < _LIMIT


def test_a_record_is_kept_as_it_is(tmp_path: Path) -> None:
    record(0.1).save(tmp_path)
    assert TrainingRecord.model_validate_json((tmp_path / RECORD_FILE).read_bytes()) == record(0.1)
