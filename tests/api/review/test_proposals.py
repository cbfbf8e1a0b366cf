"""What reviewers propose, who decides, and what comes out of it."""

import json
from datetime import timedelta
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import select

from api.review import erasure, exports
from api.review.intents import intents
from api.review.payloads import NluExample, RegressionCase
from api.review.proposals import regression_set
from api.review.rounds import ReviewRound
from api.storage.database import Database
from api.storage.models import ActorKind, AuditEntry, Proposal, Review, ReviewState, Role
from tests.api.outbox.clock import Clock
from tests.api.review.talks import DECLINE, Talk, Talks
from tests.api.staff.office import Colleague, Office

pytestmark = pytest.mark.anyio
ARTICLE = "wage-arrears-what-to-do"
VARIANT = {"kind": "question_variant", "article_id": ARTICLE, "text": "工钱不给咋弄"}
DRAFT = {"kind": "article_draft", "title": "个税", "area": "annual-leave", "question": "个税咋退"}
EXAMPLE = {"kind": "nlu_example", "text": "个税咋退", "intent": "out_of_scope"}
CASE = {"kind": "regression_case", "question": "个税咋退", "expected": "decline"}


@pytest.fixture
async def talk(talks: Talks, database: Database, clock: Clock) -> Talk:
    talk = await talks.hold(clock() - timedelta(hours=1), ("个税咋退", DECLINE))
    await ReviewRound(database, share=0, clock=clock).round()
    return talk


@pytest.fixture
async def item(talk: Talk, database: Database) -> str:
    async with database.read() as session:
        return (await session.scalars(select(Review.id))).one()


@pytest.fixture
async def chen(review_office: Office) -> Colleague:
    return await review_office.hire("chen", Role.EDITOR)


@pytest.fixture
async def wang(review_office: Office) -> Colleague:
    return await review_office.hire("wang", Role.LEGAL)


@pytest.fixture
async def boss(review_office: Office) -> Colleague:
    return await review_office.hire("boss", Role.SUPERVISOR)


async def propose(colleague: Colleague, item: str, proposal: dict[str, Any]) -> Any:
    body = {"proposal": proposal}
    response = await colleague.request("POST", f"/review/items/{item}/proposals", body)
    assert response.status_code == 201, response.text
    return response.json()


async def decide(colleague: Colleague, proposal: Any, act: str) -> int:
    path = f"/review/proposals/{proposal['id']}/{act}"
    return (await colleague.request("POST", path)).status_code


@pytest.mark.parametrize("proposal", [VARIANT, DRAFT, EXAMPLE, CASE])
async def test_the_same_proposal_made_twice_is_one(
    item: str, chen: Colleague, proposal: dict[str, Any]
) -> None:
    first = await propose(chen, item, proposal)
    again = await propose(chen, item, proposal)
    assert first["id"] == again["id"]
    assert "kind" not in first["payload"]
    (listed,) = (await chen.get(f"/review/proposals?kind={proposal['kind']}"))["proposals"]
    assert listed["created_by"] == "chen姐"
    detail = await chen.get(f"/review/items/{item}")
    assert [each["id"] for each in detail["proposals"]] == [first["id"]]


async def test_personal_data_does_not_get_into_a_proposal(item: str, chen: Colleague) -> None:
    text = "我叫王小明 电话13812345678 身份证330106199001011234 被欠薪"
    made = [
        await propose(chen, item, VARIANT | {"text": text}),
        await propose(chen, item, DRAFT | {"question": text, "examples": [text], "facts": [text]}),
        await propose(chen, item, EXAMPLE | {"text": text}),
        await propose(chen, item, CASE | {"question": text}),
    ]
    for proposal in made:
        assert "[电话]" in str(proposal)
        assert "[身份证号]" in str(proposal)
        for secret in ("王小明", "13812345678", "330106199001011234"):
            assert secret not in str(proposal)


@pytest.mark.parametrize(
    "proposal",
    [
        VARIANT | {"article_id": "nothing"},
        VARIANT | {"text": " \u200b "},
        VARIANT | {"text": "x" * 501},
        DRAFT | {"area": "nothing"},
        DRAFT | {"facts": ["x"] * 21},
        EXAMPLE | {"intent": "nothing"},
        CASE | {"expected": "answer"},
        CASE | {"article_id": ARTICLE},
        CASE | {"expected": "choices", "article_id": "nothing"},
        CASE | {"expected": "nothing"},
        {"kind": "nothing"},
    ],
)
async def test_an_unsuitable_proposal_is_refused(
    item: str, chen: Colleague, proposal: dict[str, Any]
) -> None:
    body = {"proposal": proposal}
    response = await chen.request("POST", f"/review/items/{item}/proposals", body)
    assert response.status_code == 422, response.text


async def test_an_editor_decides_about_articles(
    item: str, chen: Colleague, wang: Colleague
) -> None:
    variant = await propose(chen, item, VARIANT)
    draft = await propose(wang, item, DRAFT)
    assert not draft["may_accept"]
    assert await decide(wang, draft, "accept") == 403
    assert await decide(chen, variant, "accept") == 200
    assert await decide(chen, draft, "reject") == 204
    assert await decide(chen, draft, "accept") == 409
    assert await decide(chen, variant, "accept") == 409


@pytest.mark.parametrize("proposal", [EXAMPLE, CASE])
async def test_what_guards_the_bot_takes_a_second_person(
    item: str,
    review_office: Office,
    chen: Colleague,
    boss: Colleague,
    database: Database,
    proposal: dict[str, Any],
) -> None:
    by_boss = await propose(boss, item, proposal)
    assert not by_boss["may_accept"]
    assert await decide(boss, by_boss, "accept") == 403
    assert await decide(chen, by_boss, "accept") == 403
    refused = await boss.request("POST", f"/review/proposals/{by_boss['id']}/accept")
    assert refused.json()["error"]["code"] == "second_person_needed"
    other = await review_office.hire("other", Role.SUPERVISOR)
    assert await decide(other, by_boss, "accept") == 200
    # What was accepted by mistake can be taken back, but not by an editor.
    assert await decide(chen, by_boss, "reject") == 403
    assert await decide(boss, by_boss, "reject") == 204
    async with database.read() as session:
        actions = (await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))).all()
    assert [each for each in actions if each.startswith("proposal.")] == [
        "proposal.create",
        "proposal.accept",
        "proposal.reject",
    ]


async def test_what_was_accepted_is_exported(
    item: str, chen: Colleague, boss: Colleague, database: Database
) -> None:
    for proposal in (EXAMPLE, EXAMPLE | {"text": "[退税](money) 咋办"}, CASE):
        assert await decide(boss, await propose(chen, item, proposal), "accept") == 200
    await propose(chen, item, EXAMPLE | {"text": "还没人看过"})
    answer = {"expected": "answer", "article_id": ARTICLE}
    later = await propose(chen, item, CASE | answer)
    assert await decide(boss, later, "accept") == 200
    response = await chen.request("GET", "/review/exports/nlu.yml")
    assert "attachment" in response.headers["content-disposition"]
    (block,) = yaml.safe_load(response.text)["nlu"]
    assert block == {
        "intent": "out_of_scope",
        "examples": "- 个税咋退\n- 【退税】（money） 咋办\n",
    }
    response = await chen.request("GET", "/review/exports/regression.jsonl")
    # The later one of two about the same question counts.
    expected = {"question": "个税咋退", "expected": "answer", "article_id": ARTICLE}
    assert [json.loads(line) for line in response.text.splitlines()] == [expected]
    async with database.read() as session:
        cases = await regression_set(session)
    assert {key: case.stored() for key, case in cases.items()} == {later["id"]: expected}


async def test_without_anything_accepted_the_files_are_empty_but_sound(chen: Colleague) -> None:
    response = await chen.request("GET", "/review/exports/nlu.yml")
    assert yaml.safe_load(response.text) == {"version": "3.1", "nlu": []}
    assert (await chen.request("GET", "/review/exports/regression.jsonl")).text == ""


async def test_erasing_a_conversation_forgets_what_was_not_accepted(
    item: str, talk: Talk, talks: Talks, chen: Colleague, clock: Clock, database: Database
) -> None:
    accepted = await propose(chen, item, VARIANT)
    await decide(chen, accepted, "accept")
    await propose(chen, item, DRAFT)
    other = await talks.hold(clock() - timedelta(minutes=20), ("公积金", DECLINE))
    await ReviewRound(database, share=0, clock=clock).round()
    async with database.write() as session:
        await erasure.erase(session, talk.id, by=ActorKind.SYSTEM, at=clock())
    async with database.read() as session:
        left = (await session.scalars(select(Proposal))).all()
        reviews = (await session.scalars(select(Review))).all()
    assert [(each.id, each.message_id) for each in left] == [(accepted["id"], None)]
    assert [each.conversation_id for each in reviews] == [other.id]


async def test_a_verdict_outlives_its_conversation_without_the_comment(
    item: str, talk: Talk, chen: Colleague, clock: Clock, database: Database
) -> None:
    body = {"state": "wrong", "comment": "他说他叫老王"}
    await chen.request("POST", f"/review/items/{item}/verdict", body)
    async with database.write() as session:
        await erasure.erase(session, talk.id, by=ActorKind.SYSTEM, at=clock())
    async with database.read() as session:
        review = (await session.scalars(select(Review))).one()
    assert (review.state, review.comment) == (ReviewState.WRONG, "")


@given(st.lists(st.tuples(st.text(min_size=1, max_size=40), st.sampled_from(list(intents())))))
def test_any_text_makes_sound_training_data(examples: list[tuple[str, str]]) -> None:
    made = []
    for text, intent in examples:
        try:
            made.append(NluExample(text=text, intent=intent))
        except ValidationError:
            continue  # nothing to read
    blocks = yaml.safe_load(exports.nlu_yaml(made))["nlu"]
    assert {block["intent"] for block in blocks} <= {example.intent for example in made}
    for block in blocks:
        lines = block["examples"].splitlines()
        assert all(line.startswith("- ") and line[2:].strip() for line in lines)
        assert not set("[](){}") & set(block["examples"])


@given(st.lists(st.text(min_size=1, max_size=40)))
def test_any_text_makes_sound_lines(questions: list[str]) -> None:
    cases = []
    for question in questions:
        try:
            cases.append(
                RegressionCase.model_validate({"question": question, "expected": "decline"})
            )
        except ValidationError:
            continue
    lines = exports.jsonl(cases).split("\n")[:-1]
    assert [json.loads(line) for line in lines] == [case.stored() for case in cases]
