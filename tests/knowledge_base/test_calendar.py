import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from knowledge_base.calendar import today


@pytest.fixture(params=["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def server_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def _in_hangzhou() -> date:
    return (datetime.now(UTC) + timedelta(hours=8)).date()


@pytest.mark.usefixtures("server_zone")
def test_the_day_is_that_of_hangzhou_wherever_the_server_stands() -> None:
    before = _in_hangzhou()
    assert before <= today() <= _in_hangzhou()
