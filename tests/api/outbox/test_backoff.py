from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.outbox.backoff import LONGEST_PAUSE, pause_after

attempts = st.integers(1, 10)
jitters = st.floats(0, 1, exclude_max=True)


def test_the_pauses_triple_up_to_an_hour() -> None:
    seconds = [pause_after(attempt, 0).total_seconds() for attempt in range(1, 10)]
    assert seconds == [5, 15, 45, 135, 405, 1215, 3600, 3600, 3600]


@given(attempts, jitters)
def test_jitter_takes_away_at_most_half(attempt: int, jitter: float) -> None:
    full = pause_after(attempt, 0)
    assert full / 2 <= pause_after(attempt, jitter) <= full


@given(attempts, jitters, st.timedeltas())
def test_a_receiver_gets_the_pause_it_asks_for_up_to_an_hour(
    attempt: int, jitter: float, asked_for: timedelta
) -> None:
    pause = pause_after(attempt, jitter, asked_for)
    assert min(asked_for, LONGEST_PAUSE) <= pause <= LONGEST_PAUSE
    assert pause >= pause_after(attempt, jitter)
