from datetime import datetime, timedelta

import pytest

from api.channels.wechat.simulator.codes import Code, Refused
from api.channels.wechat.simulator.quota import CLICK_WINDOW, MESSAGE_WINDOW, Quota
from tests.api.channels.wechat.simulator.still_clock import START

SECOND = timedelta(seconds=1)


def refusal(quota: Quota, at: datetime) -> Code | None:
    try:
        quota.take(at)
    except Refused as refused:
        return refused.code
    return None


def test_nobody_may_write_first() -> None:
    assert refusal(Quota(), START) is Code.OUT_OF_WINDOW
    assert Quota().left(START) == 0


@pytest.mark.parametrize(
    ("opens", "allowed", "length"),
    [(Quota.note_message, 5, MESSAGE_WINDOW), (Quota.note_click, 3, CLICK_WINDOW)],
)
def test_a_window_has_its_length_and_its_count(opens, allowed: int, length: timedelta) -> None:
    quota = Quota()
    opens(quota, START)
    last = START + length - SECOND
    for left in range(allowed, 0, -1):
        assert quota.left(last) == left
        assert refusal(quota, last) is None
    assert refusal(quota, last) is Code.QUOTA_USED
    assert refusal(quota, START + length) is Code.OUT_OF_WINDOW


def test_the_next_message_opens_the_window_anew() -> None:
    quota = Quota()
    quota.note_message(START)
    quota.take(START)
    later = START + MESSAGE_WINDOW
    quota.note_message(later)
    assert quota.left(later) == 5


def test_open_windows_do_not_add_up() -> None:
    quota = Quota()
    quota.note_message(START)
    quota.note_click(START)
    assert quota.left(START) == 5
    for _ in range(4):
        quota.take(START)
    assert quota.left(START) == 1
    quota.note_click(START)
    assert quota.left(START) == 3


def test_who_leaves_cannot_be_written_to() -> None:
    quota = Quota()
    quota.note_message(START)
    quota.close()
    assert refusal(quota, START) is Code.OUT_OF_WINDOW
