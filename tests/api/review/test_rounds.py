"""What a round puts up for review, and why."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select, update

from api.review.ids import first_id_at
from api.review.rounds import ReviewRound
from api.review.signals import is_sampled
from api.storage.database import Database
from api.storage.models import Review, ReviewReason, ReviewState, new_id
from contract import HandoffReason
from tests.api.outbox.clock import Clock
from tests.api.review.talks import (
    ASK,
    CHAT,
    CHOICES,
    DECLINE,
    GUESS,
    TOPICS,
    Said,
    Talks,
    id_at,
)
from tests.api.staff.office import on_both_engines

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)


@pytest.fixture
def rounds(database: Database, clock: Clock) -> ReviewRound:
    return ReviewRound(database, share=0, clock=clock)


async def put_up(database: Database) -> dict[str, ReviewReason]:
    """Reasons by message."""
    async with database.read() as session:
        rows = await session.execute(select(Review.message_id, Review.reason))
        return dict(rows.all())


@on_both_engines
async def test_every_reason(
    database: Database, rounds: ReviewRound, talks: Talks, clock: Clock
) -> None:
    at = clock() - 3 * HOUR
    sure = await talks.hold(at, ("工资条留多久", Said()), ("谢谢", CHAT))
    guess = await talks.hold(at, ("工钱不给咋弄", GUESS))
    declined = await talks.hold(at, ("个税怎么退", DECLINE))
    topics = await talks.hold(at, ("啥啊", TOPICS), ("哦", CHAT))
    left = await talks.hold(at, ("年假", CHOICES))
    asked = await talks.hold(at, ("补偿多少", ASK))
    still_here = await talks.hold(clock() - timedelta(minutes=20), ("年假", CHOICES))
    disliked = await talks.hold(at, ("几天", Said()))
    await talks.feedback(disliked.replies[0], clock(), helpful=False)
    liked = await talks.hold(at, ("几天", Said()))
    await talks.feedback(liked.replies[0], clock(), helpful=True)
    rated = await talks.hold(at, ("一", Said()), ("二", Said()), ("三", CHAT))
    await talks.rate(rated, 2, clock())
    failed = await talks.hold(at, ("甲", CHOICES), ("乙", ASK), ("丙", DECLINE), ("人", CHAT))
    await talks.hand_over(failed, HandoffReason.REPEATED_FAILURE, clock())
    requested = await talks.hold(at, ("甲", Said()), ("转人工", CHAT))
    await talks.hand_over(requested, HandoffReason.REQUESTED, clock())

    added = await rounds.round()

    found = await put_up(database)
    assert found == {
        guess.replies[0]: ReviewReason.LOW_PROBABILITY,
        declined.replies[0]: ReviewReason.DECLINED,
        topics.replies[0]: ReviewReason.DECLINED,
        left.replies[0]: ReviewReason.ABANDONED,
        asked.replies[0]: ReviewReason.ABANDONED,
        disliked.replies[0]: ReviewReason.NEGATIVE_FEEDBACK,
        rated.replies[1]: ReviewReason.NEGATIVE_FEEDBACK,
        failed.replies[0]: ReviewReason.HANDED_OFF,
        failed.replies[2]: ReviewReason.HANDED_OFF,
    }
    assert added == len(found)
    assert not found.keys() & {*sure.replies, *still_here.replies, *liked.replies}
    async with database.read() as session:
        review = (
            await session.scalars(select(Review).where(Review.message_id == guess.replies[0]))
        ).one()
    assert (review.probability, review.conversation_id) == (0.7, guess.id)
    assert review.state is ReviewState.OPEN


@on_both_engines
async def test_a_round_finds_the_same_only_once(
    database: Database, rounds: ReviewRound, talks: Talks, clock: Clock
) -> None:
    await talks.hold(clock() - HOUR, ("个税", DECLINE))
    assert await rounds.round() == 1
    assert await rounds.round() == 0
    assert await ReviewRound(database, share=0, clock=clock).round() == 0
    clock.advance(HOUR)
    await talks.hold(clock() - timedelta(minutes=1), ("公积金", DECLINE))
    assert await rounds.round() == 1
    assert len(await put_up(database)) == 2


async def test_a_later_and_stronger_reason_counts_until_somebody_has_judged(
    database: Database, rounds: ReviewRound, talks: Talks, clock: Clock
) -> None:
    talk = await talks.hold(clock() - HOUR, ("年假几天", GUESS), ("年假", GUESS))
    await rounds.round()
    async with database.write() as session:
        await session.execute(
            update(Review)
            .where(Review.message_id == talk.replies[1])
            .values(state=ReviewState.RIGHT)
        )
    clock.advance(HOUR)
    for message in talk.replies:
        await talks.feedback(message, clock(), helpful=False)
    assert await rounds.round() == 0
    found = await put_up(database)
    assert found[talk.replies[0]] is ReviewReason.NEGATIVE_FEEDBACK
    assert found[talk.replies[1]] is ReviewReason.LOW_PROBABILITY


async def test_a_sample_is_the_same_for_every_gateway(
    database: Database, talks: Talks, clock: Clock
) -> None:
    talk = await talks.hold(
        clock() - HOUR, *((f"第{n}问", Said()) for n in range(60)), ("谢", CHAT)
    )
    assert await ReviewRound(database, share=0.3, clock=clock).round() > 0
    found = await put_up(database)
    assert set(found.values()) == {ReviewReason.SAMPLED}
    assert found.keys() == {each for each in talk.replies[:-1] if is_sampled(each, 0.3)}
    assert await ReviewRound(database, share=1, clock=clock).round() == 60 - len(found)


async def test_what_was_erased_is_not_put_up(
    database: Database, rounds: ReviewRound, talks: Talks, clock: Clock
) -> None:
    erased = Said(DECLINE.kind, "decline", (), text="")
    await talks.hold(clock() - HOUR, ("个税", erased))
    assert await rounds.round() == 0


async def test_a_round_without_news_does_not_wait_for_the_writer(
    database: Database, rounds: ReviewRound, talks: Talks, clock: Clock
) -> None:
    await talks.hold(clock() - HOUR, ("个税", DECLINE))
    await rounds.round()
    begun: list[object] = []
    event.listen(database.writer.sync_engine, "begin", begun.append)
    await rounds.round()
    assert not begun


async def test_batches_come_one_after_another(
    database: Database,
    rounds: ReviewRound,
    talks: Talks,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("api.review.signals._BATCH", 2)
    await talks.hold(clock() - HOUR, *((f"第{n}问", DECLINE) for n in range(7)))
    assert await rounds.round() == 7


@given(st.floats(min_value=0, max_value=1))
def test_the_sample_grows_with_its_share(share: float) -> None:
    ids = [new_id() for _ in range(20)]
    chosen = {each for each in ids if is_sampled(each, share)}
    assert chosen <= {each for each in ids if is_sampled(each, min(1, share + 0.1))}
    assert all(is_sampled(each, 1) for each in ids)
    assert not any(is_sampled(each, 0) for each in ids)


def test_ids_begin_with_their_time(clock: Clock) -> None:
    at = clock()
    assert id_at(at - timedelta(milliseconds=1)) < first_id_at(at) <= id_at(at)
