import base64
from typing import Any

import numpy as np
import pytest

from actions.reading import reading_of

UNIT = np.array([0.6, 0.8], dtype="<f2")


def message(**changes: Any) -> dict[str, Any]:
    vector = base64.b64encode(UNIT.tobytes()).decode()
    return {"reading": {"text": "年假几天", "encoder": "abc", "vector": vector, **changes}}


def encoded(*numbers: float) -> str:
    return base64.b64encode(np.array(numbers, dtype="<f2").tobytes()).decode()


def test_a_reading_is_what_was_sent() -> None:
    reading = reading_of(message())
    assert reading is not None
    assert (reading.text, reading.encoder) == ("年假几天", "abc")
    assert reading.vector.dtype == np.float32
    np.testing.assert_allclose(reading.vector, [0.6, 0.8], atol=1e-3)
    assert float(reading.vector @ reading.vector) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"reading": None},
        {"reading": "abc"},
        message(text=None),
        message(vector="not base64"),
        message(vector=base64.b64encode(b"abc").decode()),
        message(vector=""),
        message(vector=encoded(0, 0)),
        message(vector=encoded(np.nan, 1)),
        message(vector=encoded(np.inf, 1)),
    ],
)
def test_what_is_of_no_use_is_none(sent: dict[str, Any]) -> None:
    assert reading_of(sent) is None
