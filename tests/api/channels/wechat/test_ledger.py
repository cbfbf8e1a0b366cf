from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from api.channels.wechat import ledger
from api.channels.wechat.ledger import (
    CLICK_LIMIT,
    CLICK_WINDOW,
    MARGIN,
    MESSAGE_LIMIT,
    MESSAGE_WINDOW,
    Allowance,
)
from api.channels.wechat.platform_errors import PlatformOutcome
from api.storage.models import WechatFollower

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def new_follower() -> WechatFollower:
    return WechatFollower(openid="o", subscribed=True, window_used=0, click_used=0, options=[])


def test_without_a_contact_nothing_can_be_sent() -> None:
    assert ledger.allowance(new_follower(), START) == Allowance(0, None)


def test_a_message_opens_48_hours_with_5_messages() -> None:
    follower = new_follower()
    ledger.note_message(follower, START)
    until = START + timedelta(hours=48) - MARGIN
    assert ledger.allowance(follower, START) == Allowance(5, until)
    assert ledger.allowance(follower, until - timedelta(microseconds=1)).left == 5
    assert ledger.allowance(follower, until) == Allowance(0, None)


def test_a_click_opens_a_minute_with_3_messages() -> None:
    follower = new_follower()
    ledger.note_click(follower, START)
    until = START + timedelta(minutes=1) - MARGIN
    assert ledger.allowance(follower, START) == Allowance(3, until)
    assert ledger.allowance(follower, until) == Allowance(0, None)


def test_the_better_of_two_windows_counts_and_a_message_counts_against_both() -> None:
    follower = new_follower()
    ledger.note_message(follower, START)
    for _ in range(4):
        ledger.note_sent(follower)
    ledger.note_click(follower, START)
    assert ledger.allowance(follower, START).left == 3
    ledger.note_sent(follower)
    ledger.note_sent(follower)
    assert ledger.allowance(follower, START).left == 1
    assert ledger.allowance(follower, START + CLICK_WINDOW).left == 0


def test_a_used_up_window_says_until_when_it_is() -> None:
    follower = new_follower()
    ledger.note_message(follower, START)
    for _ in range(7):
        ledger.note_sent(follower)
    assert ledger.allowance(follower, START) == Allowance(0, START + MESSAGE_WINDOW - MARGIN)


def test_a_new_message_opens_the_window_anew() -> None:
    follower = new_follower()
    ledger.note_message(follower, START)
    ledger.note_sent(follower)
    later = START + timedelta(hours=47)
    ledger.note_message(follower, later)
    assert ledger.allowance(follower, later) == Allowance(5, later + MESSAGE_WINDOW - MARGIN)


def test_the_platform_is_believed() -> None:
    follower = new_follower()
    ledger.note_message(follower, START)
    ledger.note_click(follower, START)
    ledger.note_refused(follower, PlatformOutcome.QUOTA_USED)
    assert ledger.allowance(follower, START).left == 0
    assert ledger.allowance(follower, START).until is not None
    ledger.note_refused(follower, PlatformOutcome.OUT_OF_WINDOW)
    assert ledger.allowance(follower, START) == Allowance(0, None)


@pytest.mark.parametrize("outcome", [PlatformOutcome.BUSY, PlatformOutcome.TOO_LONG])
def test_other_refusals_say_nothing_about_windows(outcome: PlatformOutcome) -> None:
    follower = new_follower()
    ledger.note_message(follower, START)
    ledger.note_refused(follower, outcome)
    assert ledger.allowance(follower, START).left == 5


class LedgerAgainstPlatform(RuleBasedStateMachine):
    """The ledger beside a platform that keeps a list of everything that happened, whose clock
    differs from ours."""

    @initialize(ahead_s=st.floats(-15, 15))
    def begin(self, ahead_s: float) -> None:
        self.ahead = timedelta(seconds=ahead_s)
        self.time = START
        self.follower = new_follower()
        self.written_at: list[datetime] = []
        self.clicked_at: list[datetime] = []
        self.sent_at: list[datetime] = []

    def left_at_platform(self, at: datetime) -> int:
        """By the rules' letter, for the platform that adds nothing up."""
        lefts = [0]
        for opened, length, limit in (
            (self.written_at, MESSAGE_WINDOW, MESSAGE_LIMIT),
            (self.clicked_at, CLICK_WINDOW, CLICK_LIMIT),
        ):
            if opened and at < opened[-1] + length:
                lefts.append(limit - sum(sent >= opened[-1] for sent in self.sent_at))
        return max(lefts)

    @rule(seconds=st.one_of(st.floats(0.001, 90), st.floats(1, 60 * 3600)))
    def wait(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    @rule()
    def follower_writes(self) -> None:
        self.time += timedelta(milliseconds=1)
        self.written_at.append(self.time + self.ahead)
        ledger.note_message(self.follower, self.time)

    @rule()
    def follower_clicks(self) -> None:
        self.time += timedelta(milliseconds=1)
        self.clicked_at.append(self.time + self.ahead)
        ledger.note_click(self.follower, self.time)

    @precondition(lambda self: ledger.allowance(self.follower, self.time).left > 0)
    @rule()
    def we_send(self) -> None:
        assert self.left_at_platform(self.time + self.ahead) > 0
        self.sent_at.append(self.time + self.ahead)
        ledger.note_sent(self.follower)

    @invariant()
    def never_promises_more_than_the_platform_keeps(self) -> None:
        ours = ledger.allowance(self.follower, self.time)
        assert ours.left <= self.left_at_platform(self.time + self.ahead)
        for until in [ours.until] if ours.until else []:
            just_before = until - timedelta(milliseconds=1)
            assert ours.left <= self.left_at_platform(just_before + self.ahead)

    @invariant()
    def gives_away_nothing_but_the_margin(self) -> None:
        ours = ledger.allowance(self.follower, self.time)
        at = self.time + self.ahead
        ends = [opened[-1] + length for opened, length in (
            (self.written_at, MESSAGE_WINDOW), (self.clicked_at, CLICK_WINDOW)
        ) if opened]  # fmt: skip
        if not any(end - MARGIN <= at < end for end in ends):
            assert ours.left == self.left_at_platform(at)


LedgerAgainstPlatform.TestCase.settings = settings(max_examples=60, stateful_step_count=30)
TestLedgerAgainstPlatform = LedgerAgainstPlatform.TestCase
