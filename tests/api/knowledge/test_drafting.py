"""What was accepted becomes a draft, and goes the way of every draft."""

import asyncio

import pytest
import yaml
from sqlalchemy import select

from api.errors import ApiError
from api.knowledge.desk import KnowledgeDesk
from api.knowledge.publishing import Publishing
from api.knowledge.questions import questions_in
from api.review.desk import ReviewDesk
from api.review.payloads import ArticleDraft, QuestionVariant
from api.review.stages import Stage, Standing
from api.storage.database import Database
from api.storage.models import AuditEntry, RevisionState
from tests.api.knowledge.office import Office, People, edit
from tests.api.knowledge.proposing import (
    DRAFT,
    LEAVE,
    VARIANT,
    accepted,
    proposed,
    standing,
)
from tests.api.knowledge.test_publishing import published

pytestmark = pytest.mark.anyio
OTHER = QuestionVariant(article_id=LEAVE, text="年休假能歇几天")


async def questions(desk: KnowledgeDesk, article_id: str = LEAVE) -> list[str]:
    return questions_in((await desk.open(article_id)).source)


async def test_a_variant_goes_from_the_reviewer_to_the_workers_and_back(
    review: ReviewDesk,
    desk: KnowledgeDesk,
    publishing: Publishing,
    people: People,
    database: Database,
) -> None:
    (proposal,) = await proposed(review, people.wu, VARIANT)
    assert await standing(review, proposal) == Standing(Stage.PROPOSED, LEAVE)
    await review.decisions.accept(proposal.id, people.chen)
    drafted = Standing(Stage.IN_DRAFT, LEAVE, 1, RevisionState.DRAFT)
    assert await standing(review, proposal) == drafted
    opened = await desk.open(LEAVE)
    assert questions_in(opened.source)[-1] == VARIANT.text
    assert (await desk.check(LEAVE, opened.source)).problems == []
    (draft,) = opened.history
    await desk.submit(people.chen, draft.id)
    with pytest.raises(ApiError, match="own_revision"):
        await desk.decide(people.chen, draft.id, approve=True)
    await desk.decide(people.zhou, draft.id, approve=True)
    assert (await standing(review, proposal)).state is RevisionState.APPROVED
    await published(publishing, database, people.zhou)
    assert await standing(review, proposal) == Standing(Stage.PUBLISHED, LEAVE)
    await publishing.roll_back(people.zhou)
    assert await standing(review, proposal) == Standing(
        Stage.IN_DRAFT, LEAVE, 1, RevisionState.REJECTED
    )


async def test_variants_are_merged_into_the_draft_that_is_open(
    review: ReviewDesk, desk: KnowledgeDesk, people: People
) -> None:
    written = await edit(desk, people.chen, LEAVE, "填请假单", "填好请假单")
    assert written.number == 1
    for variant in (VARIANT, OTHER):
        await accepted(review, people.wu, people.chen, variant)
    opened = await desk.open(LEAVE)
    assert "填好请假单" in opened.source
    assert questions_in(opened.source)[-2:] == [VARIANT.text, OTHER.text]
    assert [each.number for each in opened.history] == [1]


async def test_another_editors_draft_is_gone_on_from(
    review: ReviewDesk, desk: KnowledgeDesk, people: People
) -> None:
    written = await edit(desk, people.chen, LEAVE, "填请假单", "填好请假单")
    await desk.submit(people.chen, written.id)
    await accepted(review, people.chen, people.wu, VARIANT)
    opened = await desk.open(LEAVE)
    assert "填好请假单" in opened.source
    assert [(each.number, each.state, each.author) for each in opened.history] == [
        (2, RevisionState.DRAFT, "吴编辑"),
        (1, RevisionState.SUPERSEDED, "陈编辑"),
    ]


async def test_an_editor_at_work_is_told_and_loses_nothing(
    review: ReviewDesk, desk: KnowledgeDesk, people: People
) -> None:
    opened = await desk.open(LEAVE)
    await accepted(review, people.chen, people.wu, VARIANT)
    mine = opened.source.replace("填请假单", "填好请假单")
    with pytest.raises(ApiError, match="edited_by_other") as refused:
        await desk.save(people.chen, LEAVE, mine, base=opened.base)
    assert refused.value.details == {"name": "吴编辑"}
    again = await desk.open(LEAVE)
    await desk.save(people.chen, LEAVE, mine, base=again.base)
    # The colleague's text won; the question is offered until it stands there again.
    assert (await desk.open(LEAVE)).variants == [VARIANT.text]


async def test_a_question_stands_once(
    review: ReviewDesk, desk: KnowledgeDesk, people: People
) -> None:
    known = QuestionVariant(article_id=LEAVE, text="年假 几天？")
    already = await accepted(review, people.wu, people.chen, known)
    assert already.revision_id is None
    assert (await desk.open(LEAVE)).history == []
    assert await standing(review, already) == Standing(Stage.PUBLISHED, LEAVE)
    for text in (VARIANT.text, f"{VARIANT.text}？"):
        await accepted(review, people.wu, people.chen, QuestionVariant(article_id=LEAVE, text=text))
    assert (await questions(desk)).count(VARIANT.text) == 1
    assert VARIANT.text + "？" not in await questions(desk)


async def test_two_editors_who_accept_at_once_add_both(
    review: ReviewDesk, desk: KnowledgeDesk, people: People
) -> None:
    made = await proposed(review, people.zhou, VARIANT, OTHER)
    await asyncio.gather(
        review.decisions.accept(made[0].id, people.chen),
        review.decisions.accept(made[1].id, people.wu),
    )
    assert {VARIANT.text, OTHER.text} < set(await questions(desk))


async def test_one_proposal_is_accepted_once(
    review: ReviewDesk, desk: KnowledgeDesk, people: People
) -> None:
    (proposal,) = await proposed(review, people.zhou, VARIANT)
    results = await asyncio.gather(
        *(review.decisions.accept(proposal.id, staff) for staff in (people.chen, people.wu)),
        return_exceptions=True,
    )
    assert sorted(str(each.code) for each in results if isinstance(each, ApiError)) == [
        "edit_conflict"
    ]
    assert len((await desk.open(LEAVE)).history) == 1


async def test_an_article_on_its_way_out_takes_nothing(
    review: ReviewDesk, desk: KnowledgeDesk, people: People
) -> None:
    await desk.retire(people.chen, LEAVE)
    (proposal,) = await proposed(review, people.wu, VARIANT)
    with pytest.raises(ApiError, match="revision_not_open"):
        await review.decisions.accept(proposal.id, people.chen)
    assert await standing(review, proposal) == Standing(Stage.PROPOSED, LEAVE)


async def test_a_draft_without_its_list_takes_nothing(
    review: ReviewDesk, desk: KnowledgeDesk, people: People
) -> None:
    await edit(desk, people.chen, LEAVE, "questions:", "问法：")
    (proposal,) = await proposed(review, people.wu, VARIANT)
    with pytest.raises(ApiError, match="article_has_problems"):
        await review.decisions.accept(proposal.id, people.chen)


async def test_a_missing_article_becomes_a_draft_to_fill_in(
    review: ReviewDesk, desk: KnowledgeDesk, people: People
) -> None:
    (proposal,) = await proposed(review, people.wu, DRAFT)
    assert [each.draft for each in await desk.wanted()] == [DRAFT]
    await review.decisions.accept(proposal.id, people.chen)
    assert await desk.wanted() == []
    assert await standing(review, proposal) == Standing(
        Stage.IN_DRAFT, "general-1", 1, RevisionState.DRAFT
    )
    opened = await desk.open("general-1")
    head = yaml.safe_load(opened.source.split("---\n")[1])
    assert (head["title"], head["area"], head["status"]) == (
        DRAFT.title,
        "general",
        "needs_confirmation",
    )
    assert head["questions"] == ["电瓶车哪里充电", "厂里能充电瓶车伐"]
    assert f"- {DRAFT.facts[0]}" in opened.source
    # What only an editor can know is named by the problems of the text.
    fields = {
        each.rule.partition(".")[0]
        for each in (await desk.check("general-1", opened.source)).problems
    }
    assert {"facts", "questions"} <= fields
    assert [(each.kind, each.stage, each.text) for each in opened.proposals] == [
        ("article_draft", Stage.IN_DRAFT, DRAFT.title)
    ]


async def test_a_new_article_may_be_called_by_its_editor(
    review: ReviewDesk, desk: KnowledgeDesk, people: People
) -> None:
    made = await proposed(review, people.wu, DRAFT, DRAFT.model_copy(update={"title": "充电"}))
    for taken in (LEAVE, "mutual-aid"):
        with pytest.raises(ApiError, match="article_exists"):
            await review.decisions.accept(made[0].id, people.chen, article_id=taken)
    await review.decisions.accept(made[0].id, people.chen, article_id="e-bike-charging")
    assert (await desk.open("e-bike-charging")).row.title == DRAFT.title
    await review.decisions.accept(made[1].id, people.chen)
    assert (await desk.open("general-1")).row.title == "充电"


@pytest.mark.parametrize("title", [DRAFT.title, "职工医疗互助怎么申请"])
async def test_there_is_one_article_of_a_title(
    review: ReviewDesk, people: People, title: str
) -> None:
    await accepted(review, people.wu, people.chen, DRAFT)
    again = DRAFT.model_copy(update={"title": title, "question": "电瓶车"})
    with pytest.raises(ApiError, match="article_exists"):
        await accepted(review, people.wu, people.chen, again)


async def test_a_long_title_is_one_that_an_article_may_have(
    review: ReviewDesk, desk: KnowledgeDesk, people: People
) -> None:
    draft = ArticleDraft(title="电" * 60, area="general", question="问")
    await accepted(review, people.wu, people.chen, draft)
    assert (await desk.open("general-1")).row.title == "电" * 39 + "…"


async def test_what_was_taken_back_stays_in_the_draft_for_its_editor(
    review: ReviewDesk, desk: KnowledgeDesk, people: People
) -> None:
    proposal = await accepted(review, people.wu, people.chen, VARIANT)
    await review.decisions.reject(proposal.id, people.chen)
    assert await standing(review, proposal) == Standing(Stage.REJECTED, LEAVE)
    assert VARIANT.text in await questions(desk)
    assert (await desk.open(LEAVE)).proposals == []


async def test_acceptance_and_draft_are_in_the_audit(
    review: ReviewDesk, people: People, database: Database
) -> None:
    proposal = await accepted(review, people.wu, people.chen, VARIANT)
    async with database.read() as session:
        entries = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id))).all()
    told = {each.action: each for each in entries}
    assert told["proposal.accept"].subject_id == proposal.id
    assert told["proposal.accept"].details == {
        "kind": "question_variant",
        "article": LEAVE,
        "number": 1,
    }
    assert told["article.save"].subject_id == proposal.revision_id
    assert VARIANT.text not in str([each.details for each in entries])


async def test_over_http(office: Office, review: ReviewDesk, people: People) -> None:
    chen, wang = await office.login("chen"), await office.login("wang")
    variant, draft = await proposed(review, people.wu, VARIANT, DRAFT)
    path = "/review/proposals"
    await wang.post(f"{path}/{variant.id}/accept", status=403)
    told = await chen.post(f"{path}/{variant.id}/accept")
    assert (told["state"], told["stage"]) == ("accepted", "in_draft")
    assert (told["article_id"], told["revision"], told["revision_state"]) == (LEAVE, 1, "draft")
    body = {"article_id": "Nicht Gut"}
    refused = await chen.request("POST", f"{path}/{draft.id}/accept", json=body)
    assert refused.status_code == 422
    told = await chen.post(f"{path}/{draft.id}/accept", {"article_id": "e-bike-charging"})
    assert told["article_id"] == "e-bike-charging"
    opened = await chen.get(f"/articles/{LEAVE}")
    assert [(each["kind"], each["stage"]) for each in opened["proposals"]] == [
        ("question_variant", "in_draft")
    ]
    listed = (await chen.get(f"{path}?state=accepted"))["proposals"]
    assert {each["stage"] for each in listed} == {"in_draft"}
    gone = await chen.request("POST", f"{path}/01KB0000000000000000000000/accept")
    assert gone.json()["error"]["code"] == "item_not_found"
    again = await chen.request("POST", f"{path}/{variant.id}/accept")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "edit_conflict")


async def test_an_article_that_is_gone_takes_nothing(
    review: ReviewDesk, people: People, database: Database
) -> None:
    (proposal,) = await proposed(review, people.wu, VARIANT)
    async with database.write() as session:
        stored = await session.merge(proposal)
        stored.payload = {"article_id": "gone", "text": "年假"}
    with pytest.raises(ApiError, match="invalid_request"):
        await review.decisions.accept(proposal.id, people.chen)


async def test_who_may_not_edit_decides_nothing(review: ReviewDesk, people: People) -> None:
    (proposal,) = await proposed(review, people.wu, VARIANT)
    for act in (review.decisions.accept, review.decisions.reject):
        with pytest.raises(ApiError, match="forbidden"):
            await act(proposal.id, people.wang)
