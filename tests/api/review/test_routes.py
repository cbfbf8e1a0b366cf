"""Review over HTTP: the list, one answer, verdicts and who may do what."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api.review import proposal_routes, routes
from api.review.rounds import ReviewRound
from api.staff.permissions import Permission, may
from api.storage.database import Database
from api.storage.models import AuditEntry, Channel, Role, new_id
from contract import HandoffReason
from tests.api.outbox.clock import Clock
from tests.api.review.talks import CHAT, CHOICES, DECLINE, GUESS, Said, Talk, Talks
from tests.api.staff.office import Colleague, Office, on_both_engines
from tests.api.staff.test_permissions import required

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)
PHONE = "13812345678"
PREFIX = "/api/v1/staff/review"


@pytest.fixture
async def rounds(database: Database, clock: Clock) -> ReviewRound:
    return ReviewRound(database, share=0, clock=clock)


@pytest.fixture
async def chen(review_office: Office) -> Colleague:
    return await review_office.hire("chen", Role.EDITOR)


@pytest.fixture
async def wang(review_office: Office) -> Colleague:
    return await review_office.hire("wang", Role.LEGAL)


@pytest.fixture
async def boss(review_office: Office) -> Colleague:
    return await review_office.hire("boss", Role.SUPERVISOR)


@pytest.fixture
async def talk(talks: Talks, rounds: ReviewRound, clock: Clock) -> Talk:
    question = f"我叫王小明，电话{PHONE}，工钱不给咋弄"
    talk = await talks.hold(clock() - HOUR, ("您好", CHAT), (question, GUESS), ("谢谢", CHAT))
    await talks.rate(talk, 1, clock(), comment=f"没用，打我{PHONE}")
    await talks.hand_over(talk, HandoffReason.REQUESTED, clock())
    await rounds.round()
    return talk


async def items(colleague: Colleague, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await colleague.get(f"/review/items{query}"))["items"]
    return found


async def test_one_answer_with_all_that_belongs_to_it(
    talk: Talk, chen: Colleague, boss: Colleague
) -> None:
    (item,) = await items(chen)
    assert item["reason"] == "negative_feedback"
    assert item["article_id"] == "wage-arrears-what-to-do"
    assert item["answer"] == "您可以这样办。"
    assert "工钱不给咋弄" in item["question"]
    detail = await chen.get(f"/review/items/{item['id']}")
    assert [message["author"] for message in detail["messages"]] == ["worker", "bot"] * 3
    assert detail["trace"]["hits"][0]["scores"]["probability"] == 0.7
    assert (detail["rating"], detail["helpful"]) == (1, None)
    assert detail["handoff_reason"] == "requested"
    assert detail["is_masked"]
    whole = await boss.get(f"/review/items/{item['id']}")
    assert not whole["is_masked"]
    for shown, is_masked in ((await chen.get("/review/items"), True), (detail, True)):
        assert (PHONE in str(shown)) is not is_masked
        assert "王小明" not in str(shown)
    assert str(whole).count(PHONE) == 5  # question, message, trace twice, comment


@on_both_engines
async def test_filters(
    talks: Talks, rounds: ReviewRound, clock: Clock, chen: Colleague, database: Database
) -> None:
    arrears = await talks.hold(clock() - 3 * HOUR, ("工钱", GUESS))
    leave = await talks.hold(
        clock() - timedelta(days=2), ("年假", Said(CHOICES.kind, "choices", ("annual-leave-days",)))
    )
    declined = await talks.hold(clock() - 2 * HOUR, ("个税", DECLINE), channel=Channel.WECHAT)
    await rounds.round()

    async def found(query: str) -> list[str]:
        return [item["conversation_id"] for item in await items(chen, f"?{query}")]

    assert set(await found("")) == {arrears.id, leave.id, declined.id}
    assert await found("reason=abandoned") == [leave.id]
    assert await found("area=annual-leave") == [leave.id]
    assert await found("article=wage-arrears-what-to-do") == [arrears.id]
    assert await found("channel=wechat") == [declined.id]
    assert await found("until=2026-11-22") == [leave.id]
    assert set(await found("since=2026-11-23&until=2026-11-24")) == {arrears.id, declined.id}
    assert await found("state=right") == []
    (item,) = await items(chen, "?reason=declined")
    body = {"state": "wrong", "right_intent": "out_of_scope"}
    await chen.request("POST", f"/review/items/{item['id']}/verdict", body)
    assert await found("intent=out_of_scope&state=wrong") == [declined.id]
    assert (await chen.get("/review/items"))["open"]["declined"] == 0


async def test_pages(talks: Talks, rounds: ReviewRound, clock: Clock, chen: Colleague) -> None:
    await talks.hold(clock() - HOUR, *((f"第{n}问", DECLINE) for n in range(5)))
    await rounds.round()
    seen: list[str] = []
    query = "?limit=2"
    while True:
        page = await chen.get(f"/review/items{query}")
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        query = f"?limit=2&after={page['next']}"
    assert len(seen) == len(set(seen)) == 5


async def test_a_verdict_belongs_to_who_gave_it(
    talk: Talk, chen: Colleague, wang: Colleague, database: Database
) -> None:
    (item,) = await items(chen)
    path = f"/review/items/{item['id']}/verdict"
    wrong = {"state": "wrong", "right_article_id": "wage-slip-records", "comment": " 该答工资条 "}
    assert (await chen.request("POST", path, wrong)).status_code == 204
    assert await items(chen) == []
    (judged,) = await items(chen, "?state=wrong")
    assert (judged["right_article_id"], judged["comment"]) == ("wage-slip-records", "该答工资条")
    refused = await wang.request("POST", path, {"state": "right"})
    assert refused.status_code == 409
    assert "chen姐" in refused.text
    # What would have been right is of no use once the answer was right.
    assert (await chen.request("POST", path, wrong | {"state": "right"})).status_code == 204
    detail = await chen.get(f"/review/items/{item['id']}")
    assert detail["item"]["right_article_id"] is None
    assert detail["reviewed_by"] == "chen姐"
    async with database.read() as session:
        entries = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id))).all()
    judged_by = [entry.details["verdict"] for entry in entries if entry.action == "review.judge"]
    assert judged_by == ["wrong", "right"]


@pytest.mark.parametrize(
    "body",
    [
        {"state": "open"},
        {"state": "wrong", "right_article_id": "nothing"},
        {"state": "wrong", "right_intent": "nothing"},
        {"state": "wrong", "comment": "x" * 2001},
        {"state": "wrong", "reviewer": "x"},
        {},
    ],
)
async def test_an_unsuitable_verdict_is_refused(
    talk: Talk, chen: Colleague, body: dict[str, str]
) -> None:
    (item,) = await items(chen)
    response = await chen.request("POST", f"/review/items/{item['id']}/verdict", body)
    assert response.status_code == 422
    assert len(await items(chen)) == 1


async def test_what_is_not_there_is_not_found(chen: Colleague) -> None:
    path = f"/review/items/{new_id()}"
    assert (await chen.request("GET", path)).status_code == 404
    assert (await chen.request("POST", f"{path}/verdict", {"state": "right"})).status_code == 404
    draft = {"kind": "nlu_example", "text": "在吗", "intent": "greet"}
    made = await chen.request("POST", f"{path}/proposals", {"proposal": draft})
    assert made.status_code == 404


PERMISSIONS = {
    "/items": Permission.REVIEW,
    "/items/{review_id}": Permission.REVIEW,
    "/items/{review_id}/verdict": Permission.REVIEW,
    "/items/{review_id}/proposals": Permission.REVIEW,
    "/intents": Permission.REVIEW,
    "/unanswered": Permission.REVIEW,
    "/unanswered/drafts": Permission.REVIEW,
    "/proposals": Permission.REVIEW,
    "/proposals/{proposal_id}/accept": Permission.EDIT_KNOWLEDGE,
    "/proposals/{proposal_id}/reject": Permission.EDIT_KNOWLEDGE,
    "/exports/nlu.yml": Permission.EDIT_KNOWLEDGE,
    "/exports/regression.jsonl": Permission.EDIT_KNOWLEDGE,
}


def test_every_route_asks_for_its_permission() -> None:
    found = {
        route.path.removeprefix(PREFIX): list(required(route.dependant))  # type: ignore[attr-defined]
        for route in [*routes.own.routes, *proposal_routes.own.routes]
    }
    assert found == {path: [permission] for path, permission in PERMISSIONS.items()}


@pytest.mark.parametrize("role", Role)
async def test_roles(review_office: Office, role: Role) -> None:
    colleague = await review_office.hire("somebody", role)
    for path, permission in PERMISSIONS.items():
        if "{" in path or path == "/unanswered/drafts":
            continue
        response = await colleague.request("GET", f"/review{path}")
        assert response.status_code == (200 if may(role, permission) else 403), path
