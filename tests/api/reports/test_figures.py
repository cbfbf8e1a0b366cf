"""Every figure against the same rows counted one by one, and single cases by hand."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import pytest

from api.reports.figures import Reports
from api.reports.once import Once
from api.reports.periods import DayRange
from api.reports.volumes import SPOKEN
from api.storage.database import Database
from api.storage.models import Author, Channel, HandoffState, MessageKind
from tests.api.outbox.clock import Clock
from tests.api.reports.generated import HOURS, Centre, Rows, fill
from tests.api.reports.scene import ZONE, Scene, local
from tests.api.staff.office import on_both_engines

pytestmark = pytest.mark.anyio
LAST = date(2026, 11, 20)
DAYS = DayRange.of(date(2026, 11, 7), LAST, ZONE)


@pytest.fixture
def reports(database: Database, articles: Path, clock: Clock) -> Reports:
    return Reports(database, HOURS, articles, clock)


def day(text: str) -> DayRange:
    return DayRange.of(date.fromisoformat(text), date.fromisoformat(text), ZONE)


def within(rows: list[Rows]) -> Rows:
    """The rows of the conversations that began on the days."""
    chosen = Rows()
    for part in rows:
        chosen.conversations += [
            row for row in part.conversations if DAYS.start <= row["created_at"] < DAYS.end
        ]
    ids = {row["id"] for row in chosen.conversations}
    for part in rows:
        for name in ("messages", "handoffs", "ratings"):
            of_chosen = [row for row in getattr(part, name) if row["conversation_id"] in ids]
            getattr(chosen, name).extend(of_chosen)
    return chosen


@on_both_engines
async def test_figures_are_those_of_the_rows(database: Database, reports: Reports) -> None:
    centre = Centre(400, last=LAST, days=21)
    await fill(database, centre)
    rows = within(list(Centre(400, last=LAST, days=21).rows()))
    spoken = [row for row in rows.conversations if row["last_seq"] >= SPOKEN]
    handed_over = {row["conversation_id"] for row in rows.handoffs}

    volumes = await reports.volumes(DAYS)
    assert volumes.total.conversations == len(spoken) > 100
    assert volumes.silent == len(rows.conversations) - len(spoken)
    assert volumes.total.handed_over == len(handed_over) > 10
    assert volumes.total.containment == pytest.approx(1 - len(handed_over) / len(spoken))
    by_day = Counter(row["created_at"].astimezone(ZONE).date() for row in spoken)
    assert {each.day: sum(each.channels.values()) for each in volumes.by_day} == {
        day: by_day[day] for day in DAYS.days
    }
    hours = Counter(row["created_at"].astimezone(ZONE).hour for row in spoken)
    assert volumes.by_hour == [hours[hour] for hour in range(24)]
    channels = Counter(row["channel"] for row in spoken)
    assert {name: of.conversations for name, of in volumes.by_channel.items()} == channels

    answers = await reports.answers(DAYS)
    said = [row for row in rows.messages if row["author"] is Author.BOT]
    kinds = Counter(row["kind"] for row in said)
    assert answers.answered == kinds[MessageKind.ANSWER] == sum(t.answers for t in answers.topics)
    assert answers.declined == kinds[MessageKind.DECLINE] > 0
    used = Counter(
        row["citations"][0]["article_id"] for row in said if row["kind"] is MessageKind.ANSWER
    )
    assert {each.article_id: each.answers for each in answers.articles} == used
    assert None not in {topic.area for topic in answers.topics}

    opinions = await reports.opinions(DAYS)
    scores = Counter(row["score"] for row in rows.ratings)
    assert opinions.ratings == {score: scores[score] for score in range(1, 6)}

    desk = await reports.desk(DAYS)
    assert desk.cases == len(rows.handoffs)
    assert desk.by_reason == Counter(row["reason"] for row in rows.handoffs)
    waits = [
        HOURS.between(row["created_at"], row["answered_at"]).total_seconds() / 60
        for row in rows.handoffs
        if row["answered_at"] and row["priority"] > 1
    ]
    assert desk.first_answer.working.number >= len(waits)
    if desk.first_answer.working.number == len(waits):
        assert desk.first_answer.working.median == pytest.approx(median(waits), abs=0.1)

    streets = await reports.streets(DAYS)
    named = {
        row["conversation_id"]
        for row in rows.messages
        if row["author"] is Author.WORKER and "良渚" in row["text"]
    }
    found = {each.street: each.conversations for each in streets}
    assert found.get("良渚街道", 0) == len(named)

    agents = await reports.agents(DAYS)
    assert sum(each.work.cases for each in agents) == sum(
        row["claimed_by"] is not None for row in rows.handoffs
    )
    assert {each.name for each in agents} <= {row["name"] for row in centre.staff}


async def test_a_conversation_counts_on_its_local_day(scene: Scene, reports: Reports) -> None:
    await scene.conversation(local("2026-11-10 00:00"))
    await scene.conversation(local("2026-11-10 23:59"), channel=Channel.WECHAT)
    await scene.conversation(local("2026-11-11 00:00"))
    await scene.conversation(local("2026-11-10 12:00"), says=None)
    volumes = await reports.volumes(day("2026-11-10"))
    assert volumes.by_day[0].channels == {Channel.WEB: 1, Channel.WECHAT: 1}
    assert volumes.silent == 1


async def test_waits_in_working_time_and_by_the_clock(scene: Scene, reports: Reports) -> None:
    # Friday, 9 October 2026, half an hour before closing; answered on Saturday, which is worked.
    await scene.case(local("2026-10-09 17:00"), answered_after=timedelta(hours=16))
    desk = await reports.desk(day("2026-10-09"))
    assert desk.first_answer.clock.median == 16 * 60
    assert desk.first_answer.working.median == 30 + 30
    assert desk.first_answer.working.histogram == [0, 0, 0, 1, 0, 0, 0, 0]
    assert desk.resolution.clock.number == 0
    assert desk.resolution.clock.median is None


async def test_promises_kept_broken_and_pending(scene: Scene, reports: Reports) -> None:
    at, minutes = local("2026-11-24 07:30"), timedelta(minutes=1)  # now is 9:00
    due = 60 * minutes
    await scene.case(at, answered_after=59 * minutes, due_after=due)
    await scene.case(at, answered_after=61 * minutes, due_after=due)
    await scene.case(at, due_after=due)
    await scene.case(at, due_after=120 * minutes)
    await scene.case(at, due_after=None)
    # Taken back in time: nobody was owed an answer any more.
    await scene.case(at, due_after=due, state=HandoffState.CANCELLED, ended_at=at + 5 * minutes)
    promises = (await reports.desk(day("2026-11-24"))).promises
    assert (promises.kept, promises.broken, promises.pending) == (1, 2, 1)


async def test_streets_and_cases_of_them(scene: Scene, reports: Reports) -> None:
    at = local("2026-11-10 10:00")
    await scene.conversation(at, says="我在仓前上班")
    both = await scene.conversation(at, says="苍前的厂")
    await scene.conversation(at, says="余杭区")
    await scene.case(at, conversation_id=both)
    (street,) = await reports.streets(day("2026-11-10"))
    assert (street.street, street.conversations, street.handed_over) == ("仓前街道", 2, 1)


async def test_topics_of_editors_articles_and_of_none(
    scene: Scene, reports: Reports, articles: Path
) -> None:
    version = articles / "01KBVZ0000000000000000000A"
    (version / "heat-protection").mkdir(parents=True)
    (version / "heat-protection" / "new-article.md").touch()
    (articles / "CURRENT").write_text(f'{{"in_use": "{version.name}"}}', encoding="utf-8")
    at = local("2026-11-10 10:00")
    await scene.conversation(at, answers=["new-article", "imported-1", "housing-fund", None])
    answers = await reports.answers(day("2026-11-10"))
    assert {topic.area for topic in answers.topics} == {
        "heat-protection",
        None,
        "social-insurance",
    }
    assert answers.declined_share == 0.25


async def test_opinions(scene: Scene, reports: Reports) -> None:
    at = local("2026-11-10 10:00")
    for score in (5, 4, 1):
        await scene.conversation(at, score=score, answers=["housing-fund"], helpful=score > 1)
    opinions = await reports.opinions(day("2026-11-10"))
    assert (opinions.rated, opinions.helpful, opinions.not_helpful) == (3, 2, 1)
    assert opinions.average == pytest.approx(10 / 3)
    assert opinions.satisfied == pytest.approx(2 / 3)


async def test_of_an_empty_time_nothing_is_said(reports: Reports) -> None:
    empty = day("2020-01-01")
    assert (await reports.volumes(empty)).total.containment is None
    assert (await reports.answers(empty)).declined_share is None
    assert (await reports.opinions(empty)).average is None
    assert (await reports.desk(empty)).first_answer.working.median is None
    assert await reports.streets(empty) == []
    assert await reports.agents(empty) == []


async def test_what_was_counted_a_moment_ago_is_not_counted_again() -> None:
    time = 0.0
    counted: list[str] = []

    async def count() -> int:
        counted.append("once")
        return len(counted)

    once = Once(60, lambda: time)
    assert await once.get("figure", count) == await once.get("figure", count) == 1
    assert await once.get("another", count) == 2
    time = 61.0
    assert await once.get("figure", count) == 3
