"""Drafts, the second person, and two editors on one article."""

import asyncio

import pytest
from sqlalchemy import select

from api.errors import ApiError
from api.knowledge.desk import PROGRAM, KnowledgeDesk
from api.knowledge.differences import LineKind
from api.knowledge.listing import Standing
from api.knowledge.revisions import Base
from api.storage.database import Database
from api.storage.models import AuditEntry, RevisionState
from tests.api.knowledge.office import People, approved, edit

pytestmark = pytest.mark.anyio
LEAVE = "annual-leave-days"


async def test_an_article_opens_as_it_is_in_service(desk: KnowledgeDesk) -> None:
    opened = await desk.open(LEAVE)
    assert opened.source.startswith("---\nid: annual-leave-days\n")
    assert (opened.base, opened.history) == (Base(PROGRAM), [])
    assert opened.row.standing is Standing.LIVE


async def test_who_goes_on_with_an_own_draft_changes_it_in_place(
    desk: KnowledgeDesk, people: People
) -> None:
    first = await edit(desk, people.chen, LEAVE, "填请假单", "填好请假单")
    second = await edit(desk, people.chen, LEAVE, "填好请假单", "填写请假单")
    assert (first.id, second.number, second.state) == (second.id, 1, RevisionState.DRAFT)
    assert "填写请假单" in (await desk.open(LEAVE)).source


async def test_of_two_editors_the_second_is_told_who_was_first_and_nothing_is_lost(
    desk: KnowledgeDesk, people: People
) -> None:
    mine, theirs = await desk.open(LEAVE), await desk.open(LEAVE)
    await desk.save(people.chen, LEAVE, mine.source + "甲", base=mine.base)
    with pytest.raises(ApiError) as refused:
        await desk.save(people.wu, LEAVE, theirs.source + "乙", base=theirs.base)
    assert (refused.value.code, refused.value.details) == ("edited_by_other", {"name": "陈编辑"})
    again = await desk.open(LEAVE)
    assert again.source.endswith("甲")
    merged = await desk.save(people.wu, LEAVE, again.source + "乙", base=again.base)
    assert (merged.number, merged.based_on) == (2, 1)
    states = [(each.number, each.state) for each in (await desk.open(LEAVE)).history]
    assert states == [(2, RevisionState.DRAFT), (1, RevisionState.SUPERSEDED)]


async def test_one_editor_in_two_windows_loses_nothing_either(
    desk: KnowledgeDesk, people: People
) -> None:
    await edit(desk, people.chen, LEAVE, "填请假单", "填好请假单")
    window, other = await desk.open(LEAVE), await desk.open(LEAVE)
    await desk.save(people.chen, LEAVE, window.source + "甲", base=window.base)
    with pytest.raises(ApiError, match="edited_by_other"):
        await desk.save(people.chen, LEAVE, other.source + "乙", base=other.base)


async def test_of_many_who_save_at_once_one_comes_through(
    desk: KnowledgeDesk, people: People
) -> None:
    opened = await desk.open(LEAVE)
    saves = [
        desk.save(staff, LEAVE, opened.source + staff.name, base=opened.base)
        for staff in [people.chen, people.wu, people.zhou, people.qian]
    ]
    results = await asyncio.gather(*saves, return_exceptions=True)
    assert sum(isinstance(each, ApiError) for each in results) == 3
    assert len((await desk.open(LEAVE)).history) == 1


async def test_what_is_not_sound_is_kept_and_not_submitted(
    desk: KnowledgeDesk, people: People
) -> None:
    revision = await edit(desk, people.chen, LEAVE, "## 依据", "## 出处")
    with pytest.raises(ApiError) as refused:
        await desk.submit(people.chen, revision.id)
    assert refused.value.code == "article_has_problems"
    assert "## 出处" in (await desk.open(LEAVE)).source


async def test_the_author_may_not_approve(desk: KnowledgeDesk, people: People) -> None:
    revision = await edit(desk, people.zhou, LEAVE, "填请假单", "填好请假单")
    await desk.submit(people.zhou, revision.id)
    with pytest.raises(ApiError, match="own_revision"):
        await desk.decide(people.zhou, revision.id, approve=True)
    decided = await desk.decide(people.qian, revision.id, approve=True, comment="好")
    assert (decided.state, decided.decided_by) == (RevisionState.APPROVED, people.qian.id)


async def test_who_wrote_a_part_of_it_may_not_approve_either(
    desk: KnowledgeDesk, people: People
) -> None:
    await edit(desk, people.zhou, LEAVE, "填请假单", "填好请假单")
    revision = await edit(desk, people.chen, LEAVE, "商量好日子", "商量日子")
    await desk.submit(people.chen, revision.id)
    with pytest.raises(ApiError, match="own_revision"):
        await desk.decide(people.zhou, revision.id, approve=True)


async def test_what_was_given_back_is_written_anew(desk: KnowledgeDesk, people: People) -> None:
    revision = await edit(desk, people.chen, LEAVE, "填请假单", "填好请假单")
    await desk.submit(people.chen, revision.id, "请看")
    await desk.decide(people.zhou, revision.id, approve=False, comment="话太硬")
    opened = await desk.open(LEAVE)
    assert opened.history[0].comment == "请看\n话太硬"
    better = await desk.save(people.chen, LEAVE, opened.source, base=opened.base)
    assert better.number == 2


async def test_writing_over_what_was_submitted_withdraws_it(
    desk: KnowledgeDesk, people: People
) -> None:
    revision = await edit(desk, people.chen, LEAVE, "填请假单", "填好请假单")
    await desk.submit(people.chen, revision.id)
    await edit(desk, people.chen, LEAVE, "填好请假单", "填写请假单")
    with pytest.raises(ApiError, match="revision_not_open"):
        await desk.decide(people.zhou, revision.id, approve=True)


async def test_a_newer_approval_takes_the_place_of_an_older_one(
    desk: KnowledgeDesk, people: People
) -> None:
    await approved(desk, people, LEAVE, "填请假单", "填好请假单")
    await approved(desk, people, LEAVE, "填好请假单", "填写请假单")
    states = [each.state for each in (await desk.open(LEAVE)).history]
    assert states == [RevisionState.APPROVED, RevisionState.SUPERSEDED]


async def test_a_new_article_begins_with_a_text_to_fill_in(
    desk: KnowledgeDesk, people: People
) -> None:
    revision = await desk.create(
        people.chen, "new-one", "general", "新: 一条", questions=["怎么办"]
    )
    opened = await desk.open("new-one")
    assert opened.row.standing is Standing.NEW
    assert opened.row.title == "新: 一条"
    problems = (await desk.check("new-one", opened.source)).problems
    assert {each.rule for each in problems} == {"facts", "questions"}
    with pytest.raises(ApiError, match="article_exists"):
        await desk.create(people.wu, "new-one", "general", "又一条")
    with pytest.raises(ApiError, match="article_exists"):
        await desk.create(people.wu, LEAVE, "general", "又一条")
    assert revision.number == 1


async def test_what_does_not_exist_is_not_opened_or_saved(
    desk: KnowledgeDesk, people: People
) -> None:
    with pytest.raises(ApiError, match="article_not_found"):
        await desk.open("nothing")
    with pytest.raises(ApiError, match="article_not_found"):
        await desk.save(people.chen, "nothing", "x", base=Base(PROGRAM))
    with pytest.raises(ApiError, match="article_not_found"):
        await desk.retire(people.chen, "nothing")
    with pytest.raises(ApiError, match="revision_not_found"):
        await desk.difference(LEAVE, PROGRAM, 7)


async def test_a_revision_is_compared_with_what_came_with_the_program(
    desk: KnowledgeDesk, people: People
) -> None:
    await edit(desk, people.chen, LEAVE, "填请假单", "填好请假单")
    lines = await desk.difference(LEAVE, PROGRAM, 1)
    changed = {each.kind: each for each in lines if each.kind is not LineKind.SAME}
    added = [piece.text for piece in changed[LineKind.ADDED].pieces if piece.changed]
    assert added == ["好"]


async def test_retiring_needs_a_second_person_too(desk: KnowledgeDesk, people: People) -> None:
    revision = await desk.retire(people.zhou, LEAVE, "已经有新的规定")
    assert (revision.state, revision.retires) == (RevisionState.SUBMITTED, True)
    with pytest.raises(ApiError, match="own_revision"):
        await desk.decide(people.zhou, revision.id, approve=True)
    await desk.decide(people.qian, revision.id, approve=True)
    assert [row.id for row in await desk.waiting()] == [LEAVE]


async def test_every_act_is_in_the_audit(
    desk: KnowledgeDesk, people: People, database: Database
) -> None:
    revision = await approved(desk, people, LEAVE, "填请假单", "填好请假单")
    async with database.read() as session:
        query = select(AuditEntry).where(AuditEntry.subject_id == revision.id)
        entries = (await session.scalars(query.order_by(AuditEntry.id))).all()
    assert [(each.action, each.actor_id) for each in entries] == [
        ("article.save", people.chen.id),
        ("article.submit", people.chen.id),
        ("article.approve", people.zhou.id),
    ]
    assert entries[0].details == {"article": LEAVE, "number": 1}
