"""Groups of unanswered questions out of the record."""

import asyncio
from datetime import date, timedelta

import pytest

from api.review.questions import unanswered
from api.review.unanswered import UnansweredQuestions
from api.settings import Settings
from api.storage.database import Database
from api.storage.models import MessageKind, Role
from tests.api.outbox.clock import Clock
from tests.api.review.shelf import Shelf
from tests.api.review.talks import CHOICES, DECLINE, GUESS, Said, Talks
from tests.api.staff.office import Office, on_both_engines

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)
NEAR = Said(MessageKind.DECLINE, "decline", ("gone", "annual-leave-days"), 0.2, "不知道")


@pytest.fixture
def questions(database: Database, shelf: Shelf, clock: Clock) -> UnansweredQuestions:
    return UnansweredQuestions(database, shelf, Settings().timezone, clock=clock)


@on_both_engines
async def test_what_stayed_without_a_certain_answer(
    database: Database, talks: Talks, clock: Clock
) -> None:
    await talks.hold(clock() - 40 * DAY, ("太久以前", DECLINE))
    await talks.hold(clock() - DAY, ("有答案", Said()), ("不确定", GUESS), ("选哪个", CHOICES))
    await talks.hold(clock() - DAY / 2, ("我电话13812345678\n在吗", NEAR))
    found = await unanswered(database, clock() - 30 * DAY)
    assert [each.text for each in found] == ["我电话[电话] 在吗", "选哪个", "不确定"]
    assert (found[0].hits, found[0].probability) == (("gone", "annual-leave-days"), 0.2)
    assert found[2].probability == 0.7
    assert len(await unanswered(database, clock() - 30 * DAY, most=2)) == 2


async def test_reading_goes_on_behind_a_batch(
    database: Database, talks: Talks, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.review.questions._BATCH", 2)
    await talks.hold(clock() - DAY, *((f"第{n}问", DECLINE) for n in range(5)))
    assert len(await unanswered(database, clock() - 30 * DAY)) == 5


async def test_groups_with_title_weeks_and_the_nearest_article(
    questions: UnansweredQuestions, talks: Talks, clock: Clock
) -> None:
    for days, text in ((9, "个税怎么退"), (8, "个税咋退"), (1, "请问个税怎么退"), (1, "退个税")):
        await talks.hold(clock() - days * DAY, (text, NEAR))
    talk = await talks.hold(clock() - DAY, ("食堂几点开饭", DECLINE))
    overview = await questions.overview(14)
    (group,) = overview.groups
    assert (overview.questions, overview.lonely, group.size) == (5, 1, 4)
    assert group.title == "个税怎么退"
    assert set(group.examples) == {"个税怎么退", "个税咋退", "请问个税怎么退", "退个税"}
    assert group.weeks == {date(2026, 11, 9): 1, date(2026, 11, 16): 1, date(2026, 11, 23): 2}
    # An article that was found then and is retired now is of no help.
    assert group.nearest is not None
    assert group.nearest.id == "annual-leave-days"
    assert group.message_id not in talk.replies


async def test_a_result_is_made_once_and_kept_for_a_while(
    questions: UnansweredQuestions, talks: Talks, clock: Clock
) -> None:
    first, second = await asyncio.gather(questions.overview(30), questions.overview(30))
    assert first is second
    await talks.hold(clock() - DAY, ("个税", DECLINE))
    assert (await questions.overview(30)).questions == 0
    clock.advance(timedelta(minutes=11))
    assert (await questions.overview(30)).questions == 1


async def test_a_draft_by_one_click(review_office: Office, talks: Talks, clock: Clock) -> None:
    chen = await review_office.hire("chen", Role.EDITOR)
    talk = await talks.hold(clock() - DAY, ("个税怎么退", NEAR))
    draft = {"title": "个税怎么退", "area": "wage-arrears", "question": "个税怎么退"}
    body = {"message_id": talk.replies[0], "draft": draft}
    made = await chen.request("POST", "/review/unanswered/drafts", body)
    assert made.status_code == 201, made.text
    again = await chen.request("POST", "/review/unanswered/drafts", body)
    assert again.json()["id"] == made.json()["id"]
    body["message_id"] = talk.replies[0][:-1] + "Z"
    assert (await chen.request("POST", "/review/unanswered/drafts", body)).status_code == 404


async def test_the_overview_over_http(review_office: Office) -> None:
    chen = await review_office.hire("chen", Role.EDITOR)
    shown = await chen.get("/review/unanswered?days=7")
    assert (shown["groups"], shown["questions"]) == ([], 0)
    assert (await chen.request("GET", "/review/unanswered?days=0")).status_code == 422
