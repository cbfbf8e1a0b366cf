import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from api.live.events import MessageStored
from api.members.verification import Claim, LinkState, Outcome
from api.storage.models import (
    AuditEntry,
    Author,
    Conversation,
    Member,
    MessageKind,
    Status,
    VerificationLink,
    Worker,
)
from tests.api.members.people import id_number, person
from tests.api.members.scene import RIGHT, WRONG, Scene

pytestmark = pytest.mark.anyio


async def test_the_right_data_link_the_worker_to_the_member(scene: Scene) -> None:
    conversation = await scene.conversation()
    key = await scene.link(conversation)
    assert await scene.verification.state(key) is LinkState.OPEN
    assert await scene.verification.verify(key, RIGHT) is Outcome.VERIFIED
    worker = await scene.worker_of(conversation)
    assert worker.verified_at is not None
    async with scene.database.read() as session:
        member = await session.get(Member, worker.member_id)
        assert member is not None
        assert member.name == "张三"
        entry = (
            await session.scalars(select(AuditEntry).where(AuditEntry.action == "member.verified"))
        ).one()
    assert (entry.actor_id, entry.subject_id, entry.details) == (worker.id, member.id, {})
    assert await scene.verification.state(key) is LinkState.USED


async def test_the_conversation_is_told(scene: Scene) -> None:
    conversation = await scene.conversation()
    await scene.verification.verify(await scene.link(conversation), RIGHT)
    (notice,) = await scene.messages(conversation)
    assert (notice.author, notice.kind) == (Author.SYSTEM, MessageKind.NOTICE)
    assert "张*" in notice.text
    assert "张三" not in notice.text
    assert scene.events == [MessageStored(conversation.id, notice.seq)]


async def test_a_closed_conversation_stays_as_it_is(scene: Scene) -> None:
    conversation = await scene.conversation()
    key = await scene.link(conversation)
    async with scene.database.write() as session:
        await session.execute(update(Conversation).values(status=Status.CLOSED))
    assert await scene.verification.verify(key, RIGHT) is Outcome.VERIFIED
    assert await scene.messages(conversation) == []
    assert (await scene.worker_of(conversation)).member_id


async def test_the_spelling_of_the_worker_does_not_matter(scene: Scene) -> None:
    last_six = id_number(1)[-6:].lower()
    claim = Claim(" 张 三", f" {last_six} ", "+86 138-0000-0001")
    key = await scene.link(await scene.conversation())
    assert await scene.verification.verify(key, claim) is Outcome.VERIFIED


async def test_a_link_is_good_once(scene: Scene) -> None:
    conversation = await scene.conversation()
    key = await scene.link(conversation)
    outcomes = await asyncio.gather(*(scene.verification.verify(key, RIGHT) for _ in range(5)))
    assert sorted(outcomes) == [Outcome.GONE] * 4 + [Outcome.VERIFIED]
    assert len(await scene.messages(conversation)) == 1


async def test_a_link_is_good_for_30_minutes(scene: Scene) -> None:
    key = await scene.link(await scene.conversation())
    scene.clock.ahead = timedelta(minutes=29)
    assert await scene.verification.state(key) is LinkState.OPEN
    scene.clock.ahead = timedelta(minutes=30)
    assert await scene.verification.state(key) is LinkState.GONE
    assert await scene.verification.verify(key, RIGHT) is Outcome.GONE


async def test_an_unknown_link_is_gone(scene: Scene) -> None:
    for key in ("", "x", "é", "a" * 43):
        assert await scene.verification.state(key) is LinkState.GONE
        assert await scene.verification.verify(key, RIGHT) is Outcome.GONE


async def test_the_key_is_stored_hashed(scene: Scene) -> None:
    key = await scene.link(await scene.conversation())
    async with scene.database.read() as session:
        link = (await session.scalars(select(VerificationLink))).one()
    assert key not in (link.key_hash, link.id)
    assert len(link.key_hash) == 64


@pytest.mark.parametrize(
    "claim",
    [
        Claim("李四", RIGHT.last_six, RIGHT.phone),
        Claim(RIGHT.name, "000000", RIGHT.phone),
        Claim(RIGHT.name, RIGHT.last_six, "13900000000"),
        Claim(RIGHT.name, RIGHT.last_six, ""),
        Claim("", "", ""),
        Claim("\x00\x1f" * 999, "９" * 999, "🙂"),
        Claim(str(person(2)[0]), id_number(2)[-6:], ""),  # a member without a phone
    ],
)
async def test_every_mismatch_is_the_same(scene: Scene, claim: Claim) -> None:
    key = await scene.link(await scene.conversation())
    assert await scene.verification.verify(key, claim) is Outcome.MISMATCH
    async with scene.database.read() as session:
        entry = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()))).first()
    assert entry is not None
    assert entry.action == "member.verification_failed"
    assert entry.details == {}


async def test_five_failures_end_the_link(scene: Scene) -> None:
    conversation = await scene.conversation()
    key = await scene.link(conversation)
    assert await scene.attempts(key, WRONG, 5) == [Outcome.MISMATCH] * 4 + [Outcome.GONE]
    assert await scene.verification.verify(key, RIGHT) is Outcome.GONE
    assert await scene.verification.state(key) is LinkState.GONE
    assert (await scene.worker_of(conversation)).member_id is None


async def test_attempts_at_once_do_not_outrun_the_count(scene: Scene) -> None:
    key = await scene.link(await scene.conversation())
    await asyncio.gather(*(scene.verification.verify(key, WRONG) for _ in range(12)))
    async with scene.database.read() as session:
        link = (await session.scalars(select(VerificationLink))).one()
    assert link.failures == 5


async def test_ten_failures_lock_the_worker_for_an_hour(scene: Scene) -> None:
    conversation = await scene.conversation()
    for number in range(2):
        wrong = Claim(f"李{number}", "000000", "13900000000")
        await scene.attempts(await scene.link(conversation), wrong, 5)
    fresh = await scene.link(conversation)
    assert await scene.verification.verify(fresh, RIGHT) is Outcome.LOCKED
    assert await scene.verification.state(fresh) is LinkState.OPEN  # a lock is no failure
    other = await scene.link(await scene.conversation())
    assert await scene.verification.verify(other, RIGHT) is Outcome.VERIFIED
    scene.clock.ahead = timedelta(minutes=59)
    later = await scene.link(conversation)
    assert await scene.verification.verify(later, RIGHT) is Outcome.LOCKED
    scene.clock.ahead = timedelta(minutes=61)
    assert await scene.verification.verify(later, RIGHT) is Outcome.VERIFIED


@pytest.mark.parametrize("name", ["张三", "查无此人"])
async def test_ten_failures_lock_the_claimed_person_whoever_tries(scene: Scene, name: str) -> None:
    for _ in range(5):
        key = await scene.link(await scene.conversation())
        await scene.attempts(key, Claim(name, "000000", RIGHT.phone), 2)
    key = await scene.link(await scene.conversation())
    claim = Claim(name, RIGHT.last_six, RIGHT.phone)
    assert await scene.verification.verify(key, claim) is Outcome.LOCKED


async def test_two_who_cannot_be_told_apart_are_left_to_a_person(scene: Scene) -> None:
    async with scene.database.write() as session:
        member = (await session.scalars(select(Member).where(Member.name == "张三"))).one()
        session.add(
            Member(
                name=member.name,
                id_number=member.id_number,
                id_number_hash="of another region, but with the same end",
                verification_hash=member.verification_hash,
                union_name="另一家工会",
            )
        )
    key = await scene.link(await scene.conversation())
    assert await scene.verification.verify(key, RIGHT) is Outcome.MISMATCH


async def test_one_who_left_can_still_be_recognised(scene: Scene) -> None:
    await scene.import_members([person(3)])
    conversation = await scene.conversation()
    key = await scene.link(conversation)
    assert await scene.verification.verify(key, RIGHT) is Outcome.VERIFIED
    assert (await scene.worker_of(conversation)).member_id


async def test_a_worker_who_had_everything_deleted_cannot_be_linked(scene: Scene) -> None:
    conversation = await scene.conversation()
    key = await scene.link(conversation)
    async with scene.database.write() as session:
        await session.execute(update(Worker).values(deleted_at=scene.clock()))
    assert await scene.verification.verify(key, RIGHT) is Outcome.GONE


def test_a_claim_shows_nobody() -> None:
    assert repr(RIGHT) == repr(WRONG) == "Claim()"
