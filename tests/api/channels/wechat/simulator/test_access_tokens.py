from datetime import timedelta

import pytest

from api.channels.wechat.simulator.access_tokens import (
    FORCED_A_DAY,
    FORCED_APART,
    LIFETIME,
    OVERLAP,
    AccessTokens,
)
from api.channels.wechat.simulator.clock import MovableClock
from api.channels.wechat.simulator.codes import Code, Refused
from tests.api.channels.wechat.simulator.still_clock import still_clock


@pytest.fixture
def clock() -> MovableClock:
    return still_clock()


@pytest.fixture
def tokens(clock: MovableClock) -> AccessTokens:
    return AccessTokens(clock)


def refusal(tokens: AccessTokens, token: str | None) -> Code | None:
    try:
        tokens.require(token)
    except Refused as refused:
        return refused.code
    return None


def test_the_same_token_until_shortly_before_its_end(
    tokens: AccessTokens, clock: MovableClock
) -> None:
    first, expires_in = tokens.give(forced=False)
    assert (len(first), expires_in) == (512, 7200)
    clock.advance(timedelta(hours=1))
    assert tokens.give(forced=False) == (first, 3600)
    clock.advance(timedelta(hours=1) - OVERLAP)
    second, expires_in = tokens.give(forced=False)
    assert second != first
    assert expires_in == 7200


def test_a_replaced_token_is_good_for_five_more_minutes(
    tokens: AccessTokens, clock: MovableClock
) -> None:
    first, _ = tokens.give(forced=False)
    second, _ = tokens.give(forced=True)
    assert refusal(tokens, first) is refusal(tokens, second) is None
    clock.advance(OVERLAP)
    assert refusal(tokens, first) is Code.ACCESS_TOKEN_EXPIRED
    assert refusal(tokens, second) is None


def test_a_token_expires(tokens: AccessTokens, clock: MovableClock) -> None:
    token, _ = tokens.give(forced=False)
    clock.advance(LIFETIME - timedelta(seconds=1))
    assert refusal(tokens, token) is None
    clock.advance(timedelta(seconds=1))
    assert refusal(tokens, token) is Code.ACCESS_TOKEN_EXPIRED


def test_other_tokens_are_refused(tokens: AccessTokens) -> None:
    token, _ = tokens.give(forced=False)
    assert refusal(tokens, token + "x") is Code.INVALID_CREDENTIAL
    assert refusal(tokens, "") is refusal(tokens, None) is Code.MISSING_ACCESS_TOKEN


def test_forcing_again_within_thirty_seconds_changes_nothing(
    tokens: AccessTokens, clock: MovableClock
) -> None:
    first, _ = tokens.give(forced=True)
    clock.advance(FORCED_APART - timedelta(seconds=1))
    assert tokens.give(forced=True)[0] == first
    clock.advance(timedelta(seconds=1))
    assert tokens.give(forced=True)[0] != first


def test_forcing_is_limited_by_day(tokens: AccessTokens, clock: MovableClock) -> None:
    for _ in range(FORCED_A_DAY):
        tokens.give(forced=True)
        clock.advance(FORCED_APART)
    with pytest.raises(Refused) as caught:
        tokens.give(forced=True)
    assert caught.value.code is Code.DAILY_LIMIT
    tokens.give(forced=False)
    clock.advance(timedelta(hours=15))  # midnight in China
    tokens.give(forced=True)


def test_tokens_can_be_ended_and_forgotten(tokens: AccessTokens) -> None:
    first, _ = tokens.give(forced=False)
    tokens.expire()
    assert refusal(tokens, first) is Code.ACCESS_TOKEN_EXPIRED
    second, _ = tokens.give(forced=False)
    assert second != first
    tokens.forget()
    assert refusal(tokens, second) is Code.INVALID_CREDENTIAL
