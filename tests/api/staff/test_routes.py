"""The desk over HTTP: the life of a case, and two who work at once."""

import asyncio
import json

import pytest

from api.storage.models import Role
from tests.api.staff.office import PASSWORD, Colleague, Office, on_both_engines

pytestmark = pytest.mark.anyio


@pytest.fixture
async def chen(office: Office) -> Colleague:
    return await office.hire("chen")


@pytest.fixture
async def wang(office: Office) -> Colleague:
    return await office.hire("wang", Role.LEGAL)


@pytest.fixture
async def case(office: Office) -> str:
    return await office.case()


async def refusal(colleague: Colleague, case: str, act: str, **body: str) -> tuple[int, str]:
    response = await colleague.do(case, act, **body)
    return response.status_code, response.json()["error"]["message"]


async def test_login_me_logout(office: Office) -> None:
    await office.hire("chen")
    response = await office.login("Chen")
    assert response.status_code == 200
    login = response.json()
    assert login == {"token": login["token"], "role": "agent", "name": "chen姐"}
    chen = Colleague(office.client, login["token"])
    me = await chen.get("/me")
    assert (me["username"], me["name"], me["role"]) == ("chen", "chen姐", "agent")
    assert "claim" in me["permissions"]
    assert "see_all" not in me["permissions"]
    assert (await chen.request("POST", "/logout")).status_code == 204
    assert (await chen.request("GET", "/me")).status_code == 401


async def test_a_failed_login_says_the_same_whatever_was_wrong(office: Office) -> None:
    await office.hire("chen")
    refusals = [await office.login("chen", "wrong"), await office.login("nobody")]
    assert [response.status_code for response in refusals] == [401, 401]
    first, second = (response.json()["error"]["message"] for response in refusals)
    assert first == second


async def test_six_failures_are_too_many(office: Office) -> None:
    statuses = [(await office.login("chen", "wrong")).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


@pytest.mark.parametrize(
    "body",
    [
        {"username": "chen"},
        {"username": "", "password": PASSWORD},
        {"username": "a\x00", "password": PASSWORD},
        {"username": "x" * 65, "password": PASSWORD},
        {"username": "chen", "password": "x" * 257},
        {"username": "chen", "password": "\ud800"},
        {"username": "chen", "password": PASSWORD, "role": "administrator"},
    ],
)
async def test_a_malformed_login_is_refused(office: Office, body: dict[str, str]) -> None:
    response = await office.client.post("/api/v1/staff/login", content=json.dumps(body))
    assert response.status_code == 422
    assert PASSWORD not in response.text


@on_both_engines
async def test_the_life_of_a_case(office: Office, chen: Colleague, wang: Colleague) -> None:
    """bot → waiting → with staff → waiting → with staff → a colleague → bot → waiting →
    with staff → closed → linked conversation."""
    case = await office.conversation()
    assert (await chen.do(case, "claim")).status_code == 409
    assert (await chen.request("GET", f"/conversations/{case}")).status_code == 403

    async def state() -> tuple[str, str, str | None]:
        seen = await supervisor.case(case)
        handoff = seen["handoff"]
        return seen["conversation"]["status"], handoff["state"], handoff["claimed_by"]

    supervisor = await office.hire("boss", Role.SUPERVISOR)
    await office.hand_over(case)
    assert await state() == ("waiting", "waiting", None)
    await chen.does(case, "claim")
    assert await state() == ("with_staff", "claimed", "chen姐")
    await chen.does(case, "return")
    assert await state() == ("waiting", "waiting", None)
    await chen.does(case, "claim")
    await chen.does(case, "messages", text="您好，工资条还在吗？", client_message_id="s1")
    await chen.does(case, "notes", text="要法律岗看合同")
    await chen.does(case, "transfer", to_username="wang")
    assert await state() == ("with_staff", "claimed", "wang姐")
    await wang.does(case, "release")
    assert await state() == ("bot", "released", "wang姐")
    await office.hand_over(case)
    assert await state() == ("waiting", "waiting", None)
    await wang.does(case, "claim")
    await wang.does(case, "resolve", outcome="已帮职工申请仲裁")
    assert await state() == ("closed", "resolved", "wang姐")

    closed = await wang.case(case)
    assert closed["conversation"]["closed_at"] is not None
    assert closed["handoff"]["outcome"] == "已帮职工申请仲裁"
    assert closed["handoff"]["facts"]["employer"] == "某电子厂"
    assert closed["handoff"]["package"]["slots"] == {"months": 3}
    assert [(note["author"], note["text"]) for note in closed["notes"]] == [
        ("chen姐", "要法律岗看合同")
    ]
    authors = [message["author"] for message in closed["messages"]]
    assert authors == ["worker"] + ["system"] * 3 + ["staff"] + ["system"] * 4
    for act, body in (
        ("claim", {}),
        ("release", {}),
        ("return", {}),
        ("transfer", {"to_username": "chen"}),
        ("resolve", {"outcome": "再来一次"}),
        ("messages", {"text": "还在吗", "client_message_id": "s2"}),
    ):
        assert (await wang.do(case, act, **body)).status_code == 409, act

    following = await office.follow_up(case)
    assert following.previous_id == case
    await office.hand_over(following.id)
    again = await chen.case(following.id)
    assert [item["conversation_id"] for item in again["earlier"]] == [case]


async def test_who_comes_second_is_told_who_was_first(
    case: str, chen: Colleague, wang: Colleague
) -> None:
    await chen.does(case, "claim")
    await chen.does(case, "claim")
    for act, body in (
        ("claim", {}),
        ("release", {}),
        ("return", {}),
        ("transfer", {"to_username": "chen"}),
        ("resolve", {"outcome": "已调解"}),
        ("messages", {"text": "您好", "client_message_id": "s1"}),
    ):
        assert await refusal(wang, case, act, **body) == (409, "这件事已经由chen姐接手了"), act


@on_both_engines
async def test_fifty_claims_at_once_have_one_winner(office: Office, case: str) -> None:
    colleagues = await office.hire_many(50)
    responses = await asyncio.gather(*(colleague.do(case, "claim") for colleague in colleagues))
    statuses = [response.status_code for response in responses]
    assert sorted(statuses) == [204] + [409] * 49
    winner = f"agent{statuses.index(204)}姐"
    messages = {r.json()["error"]["message"] for r in responses if r.status_code == 409}
    assert messages == {f"这件事已经由{winner}接手了"}
    seen = await colleagues[statuses.index(204)].case(case)
    assert seen["handoff"]["claimed_by"] == winner
    assert [message["author"] for message in seen["messages"]] == ["worker", "system"]


@on_both_engines
async def test_a_repeated_reply_is_sent_once(case: str, chen: Colleague) -> None:
    await chen.does(case, "claim")
    body = {"text": "您好", "client_message_id": "s1"}
    replies = await asyncio.gather(*(chen.does(case, "messages", **body) for _ in range(10)))
    assert len({reply["id"] for reply in replies}) == 1
    messages = (await chen.case(case))["messages"]
    assert [m["text"] for m in messages if m["author"] == "staff"] == ["您好"]


async def test_two_staff_may_use_the_same_message_id(
    case: str, chen: Colleague, wang: Colleague
) -> None:
    await chen.does(case, "claim")
    await chen.does(case, "messages", text="我是陈姐", client_message_id="m1")
    await chen.does(case, "transfer", to_username="wang")
    await wang.does(case, "messages", text="我是王律师", client_message_id="m1")
    messages = (await wang.case(case))["messages"]
    assert [m["text"] for m in messages if m["author"] == "staff"] == ["我是陈姐", "我是王律师"]


async def test_nobody_answers_before_claiming(case: str, chen: Colleague) -> None:
    status, _ = await refusal(chen, case, "messages", text="您好", client_message_id="s1")
    assert status == 409


@pytest.mark.parametrize("username", ["nobody", "chen", "editor", "gone", "boss2"])
async def test_a_case_goes_only_to_somebody_who_can_answer_it(
    office: Office, case: str, chen: Colleague, username: str
) -> None:
    await office.hire("editor", Role.EDITOR)
    await office.hire("boss2", Role.ADMINISTRATOR)
    await office.hire("gone")
    await office.accounts.disable("gone")
    await chen.does(case, "claim")
    status, message = await refusal(chen, case, "transfer", to_username=username)
    assert status == 422
    assert "to_username" in message
    assert (await chen.case(case))["handoff"]["claimed_by"] == "chen姐"


@pytest.mark.parametrize(
    ("act", "body", "status"),
    [
        ("messages", {"text": " ", "client_message_id": "s1"}, 422),
        ("messages", {"text": "x" * 101, "client_message_id": "s1"}, 413),
        ("messages", {"text": "x", "client_message_id": ""}, 422),
        ("messages", {"text": "x", "client_message_id": "s1", "author": "bot"}, 422),
        ("notes", {"text": ""}, 422),
        ("notes", {"text": "x" * 101}, 413),
        ("resolve", {"outcome": ""}, 422),
        ("resolve", {"outcome": "x" * 2001}, 422),
        ("transfer", {}, 422),
    ],
)
async def test_an_unsuitable_body_changes_nothing(
    case: str, chen: Colleague, act: str, body: dict[str, str], status: int
) -> None:
    await chen.does(case, "claim")
    before = await chen.case(case)
    assert (await chen.do(case, act, **body)).status_code == status
    assert await chen.case(case) == before
