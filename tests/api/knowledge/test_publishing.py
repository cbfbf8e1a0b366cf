"""Publication with the command in a process of its own."""

import pytest

from api.errors import ApiError
from api.knowledge import publications
from api.knowledge.catalogue import Catalogue
from api.knowledge.desk import KnowledgeDesk
from api.knowledge.imports import Imports
from api.knowledge.listing import Standing
from api.knowledge.places import KnowledgePlaces
from api.knowledge.publications import Report
from api.knowledge.publishing import Publishing
from api.storage.database import Database
from api.storage.models import (
    Proposal,
    ProposalKind,
    ProposalState,
    Publication,
    PublicationState,
    RevisionState,
    Staff,
)
from knowledge_base.index.store import IndexStore
from tests.api.knowledge.office import People, approved, edit, spoilt

pytestmark = pytest.mark.anyio
ARREARS = "wage-arrears"


def in_use(places: KnowledgePlaces) -> tuple[str, str | None]:
    return IndexStore(places.index).pointer().in_use, places.overlays.in_use


async def published(
    publishing: Publishing, database: Database, staff: Staff
) -> tuple[Publication, Report]:
    """A publication that has ended."""
    begun = await publishing.start(staff)
    await publishing.wait()
    async with database.read() as session:
        ended = await publications.find(session, begun.id)
    return ended, publications.report_of(ended)


async def test_what_was_approved_comes_into_service(
    publishing: Publishing,
    desk: KnowledgeDesk,
    people: People,
    database: Database,
    places: KnowledgePlaces,
    catalogue: Catalogue,
) -> None:
    await approved(desk, people, ARREARS, "先留好证据", "先把考勤表拍下来")
    ended, report = await published(publishing, database, people.zhou)
    assert (ended.state, report.reason) == (PublicationState.LIVE, "")
    assert [(each.id, each.number) for each in report.articles] == [(ARREARS, 1)]
    assert report.gate is not None
    assert (report.gate.questions, report.gate.broken) == (1, [])
    assert in_use(places) == (ended.index_version, ended.id)
    assert "考勤表" in ((await catalogue.snapshot()).source(ARREARS) or "")
    opened = await desk.open(ARREARS)
    assert opened.history[0].state is RevisionState.PUBLISHED
    assert "考勤表" in opened.source
    assert [each.step for each in publishing.progress(ended.id)][-1] == "switch"
    with pytest.raises(ApiError, match="nothing_to_publish"):
        await publishing.start(people.zhou)


async def test_a_bad_change_is_refused_with_the_questions_that_broke(
    publishing: Publishing,
    desk: KnowledgeDesk,
    people: People,
    database: Database,
    places: KnowledgePlaces,
) -> None:
    before = in_use(places)
    await spoilt(desk, people, "mutual-aid")
    ended, report = await published(publishing, database, people.zhou)
    assert ended.state is PublicationState.REFUSED
    assert in_use(places) == before
    assert report.gate is not None
    (broken,) = report.gate.broken
    assert broken.question == "职工医疗互助怎么申请"
    assert (broken.before.article_id, broken.before.right) == ("mutual-aid", True)
    assert not broken.after.right
    assert (await desk.open("mutual-aid")).history[0].state is RevisionState.APPROVED


async def test_an_accepted_regression_case_is_put_to_the_gate(
    publishing: Publishing,
    desk: KnowledgeDesk,
    people: People,
    database: Database,
    places: KnowledgePlaces,
) -> None:
    async with database.write() as session:
        for state in (ProposalState.ACCEPTED, ProposalState.REJECTED):
            session.add(
                Proposal(
                    kind=ProposalKind.REGRESSION_CASE,
                    state=state,
                    payload={
                        "question": "免费体检今年在哪里做",
                        "expected": "answer",
                        "article_id": "health-check",
                    },
                    created_by=people.zhou.id,
                )
            )
    await spoilt(desk, people, "health-check")
    ended, report = await published(publishing, database, people.zhou)
    assert ended.state is PublicationState.REFUSED
    assert report.gate is not None
    assert [(each.question, each.case) for each in report.gate.broken] == [
        ("免费体检今年在哪里做", True)
    ]
    assert not any(each.fell for each in report.gate.measures)
    assert places.overlays.in_use is None


@pytest.mark.parametrize("die_at", ["stage", "build", "compare", "ready", "switch"])
async def test_a_publisher_that_is_killed_leaves_everything_as_it_was(
    publishing: Publishing,
    desk: KnowledgeDesk,
    people: People,
    database: Database,
    places: KnowledgePlaces,
) -> None:
    before = in_use(places)
    await approved(desk, people, ARREARS, "先留好证据", "先把考勤表拍下来")
    ended, report = await published(publishing, database, people.zhou)
    assert ended.state is PublicationState.FAILED
    assert report.reason == "发布的程序中途停了，线上的内容没有变"
    assert in_use(places) == before
    assert (await desk.open(ARREARS)).history[0].state is RevisionState.APPROVED


async def test_a_publisher_that_cannot_start_fails_with_the_reason(
    publishing: Publishing, desk: KnowledgeDesk, people: People, database: Database
) -> None:
    publishing._command = ("/nowhere/python",)
    await approved(desk, people, ARREARS, "先留好证据", "先把考勤表拍下来")
    ended, report = await published(publishing, database, people.zhou)
    assert ended.state is PublicationState.FAILED
    assert "/nowhere/python" in report.reason


async def test_one_at_a_time(publishing: Publishing, desk: KnowledgeDesk, people: People) -> None:
    await approved(desk, people, ARREARS, "先留好证据", "先把考勤表拍下来")
    await publishing.start(people.zhou)
    with pytest.raises(ApiError, match="publication_running"):
        await publishing.start(people.qian)
    with pytest.raises(ApiError, match="publication_running"):
        await publishing.roll_back(people.qian)


async def test_what_a_dead_gateway_left_is_settled_at_the_next_start(
    publishing: Publishing,
    desk: KnowledgeDesk,
    people: People,
    database: Database,
    places: KnowledgePlaces,
    imports: Imports,
) -> None:
    await approved(desk, people, ARREARS, "先留好证据", "先把考勤表拍下来")
    begun = await publishing.start(people.zhou)
    await publishing.close()
    await Publishing(database, places, imports).recover()
    async with database.read() as session:
        ended = await publications.find(session, begun.id)
    assert ended.state is PublicationState.FAILED
    assert places.overlays.in_use is None


async def test_what_a_dead_gateway_had_switched_to_is_live_at_the_next_start(
    publishing: Publishing,
    desk: KnowledgeDesk,
    people: People,
    database: Database,
    places: KnowledgePlaces,
    imports: Imports,
) -> None:
    await approved(desk, people, ARREARS, "先留好证据", "先把考勤表拍下来")
    ended, _ = await published(publishing, database, people.zhou)
    places.overlays.use(None)  # as if it had died between the two pointers
    async with database.write() as session:
        row = await publications.find(session, ended.id)
        row.state, row.ended_at = PublicationState.RUNNING, None
    await Publishing(database, places, imports).recover()
    async with database.read() as session:
        assert (await publications.find(session, ended.id)).state is PublicationState.LIVE
    assert in_use(places) == (ended.index_version, ended.id)


async def test_a_roll_back_brings_everything_back(
    publishing: Publishing,
    desk: KnowledgeDesk,
    people: People,
    database: Database,
    places: KnowledgePlaces,
) -> None:
    await approved(desk, people, ARREARS, "先留好证据", "先把考勤表拍下来")
    first, _ = await published(publishing, database, people.zhou)
    after_first = in_use(places)
    await approved(desk, people, ARREARS, "考勤表", "工资条")
    second, _ = await published(publishing, database, people.zhou)
    rolled_back = await publishing.roll_back(people.qian)
    assert (rolled_back.id, rolled_back.state) == (second.id, PublicationState.ROLLED_BACK)
    assert in_use(places) == after_first == (first.index_version, first.id)
    history = (await desk.open(ARREARS)).history
    assert [(each.number, each.state) for each in history] == [
        (2, RevisionState.REJECTED),
        (1, RevisionState.PUBLISHED),
    ]
    with pytest.raises(ApiError, match="nothing_to_publish"):
        await publishing.start(people.zhou)
    await publishing.roll_back(people.qian)
    assert places.overlays.in_use is None
    with pytest.raises(ApiError, match="nothing_to_roll_back"):
        await publishing.roll_back(people.qian)


async def test_a_retired_article_is_out_of_service_until_it_is_written_again(
    publishing: Publishing, desk: KnowledgeDesk, people: People, database: Database
) -> None:
    revision = await desk.retire(people.chen, "old-programme")
    await desk.decide(people.zhou, revision.id, approve=True)
    ended, _ = await published(publishing, database, people.zhou)
    assert ended.state is PublicationState.LIVE
    opened = await desk.open("old-programme")
    assert opened.row.standing is Standing.RETIRED
    assert opened.row.title == "2020年度技能补贴"
    assert opened.source
    await edit(desk, people.chen, "old-programme", "可以领补贴", "可以领过补贴")


async def test_imports_go_along_unless_the_same_person_brought_them(
    publishing: Publishing,
    imports: Imports,
    catalogue: Catalogue,
    people: People,
    database: Database,
    places: KnowledgePlaces,
) -> None:
    content = "# 春风行动\n\n困难职工可以申请。".encode()
    at = people.zhou.created_at
    snapshot = await catalogue.snapshot()
    imports.keep("春风行动.md", content, snapshot, by=people.zhou.id, by_name="周主任", at=at)
    with pytest.raises(ApiError, match="nothing_to_publish"):
        await publishing.start(people.zhou)
    ended, report = await published(publishing, database, people.qian)
    assert (ended.state, report.imports) == (PublicationState.LIVE, ["春风行动.md"])
    assert imports.pending() == []
    version = places.overlays.current().imported
    assert version is not None
    assert [path.name for path in version.iterdir()] == ["春风行动.md.jsonl"]
