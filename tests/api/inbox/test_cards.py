"""The worker's card, and what it takes to see numbers in full."""

import pytest
from sqlalchemy import select

from api.members.vault import Field, Vault
from api.storage.models import AuditEntry, Member, Role, Worker, new_id, now
from tests.api.inbox.room import Room
from tests.api.staff.office import Colleague

pytestmark = pytest.mark.anyio


async def recognise(room: Room, conversation_id: str, vault: Vault | None = None) -> None:
    """The worker is found in the roster."""
    vault = vault or room.office.app.state.vault
    member_id = new_id()
    worker_id = (await room.conversation(conversation_id)).worker_id
    async with room.office.database.write() as session:
        session.add(
            Member(
                id=member_id,
                name="张三丰",
                id_number=vault.seal("330110199001011234", Field.ID_NUMBER, member_id),
                id_number_hash=member_id,
                phone=vault.seal("13800005678", Field.PHONE, member_id),
                union_name="星光电子厂工会",
            )
        )
        await session.flush()
        worker = (await session.scalars(select(Worker).where(Worker.id == worker_id))).one()
        worker.member_id, worker.verified_at = member_id, now()


async def test_somebody_unknown(room: Room, chen: Colleague) -> None:
    conversation_id = await room.case()
    card = await chen.get(f"/conversations/{conversation_id}/card")
    assert card.pop("since").endswith("+08:00")
    assert card == {
        "channel": "web",
        "conversations": 1,
        "rating": None,
        "member": None,
        "is_sealed": False,
        "earlier": [],
    }
    lawyer = await room.office.hire("li", Role.LEGAL)
    response = await lawyer.do(conversation_id, "card/unmask", reason="法律援助")
    assert response.status_code == 404


async def test_a_member_is_masked(room: Room, chen: Colleague) -> None:
    conversation_id = await room.case()
    await recognise(room, conversation_id)
    member = (await chen.get(f"/conversations/{conversation_id}/card"))["member"]
    assert member["id_number"] == "3301**********1234"
    assert member["phone"] == "138****5678"
    assert member["is_current"]


async def test_in_full_for_a_reason_that_is_kept(room: Room, chen: Colleague) -> None:
    conversation_id = await room.case()
    await recognise(room, conversation_id)
    lawyer = await room.office.hire("li", Role.LEGAL)
    assert (await chen.do(conversation_id, "card/unmask", reason="看看")).status_code == 403
    assert (await lawyer.do(conversation_id, "card/unmask", reason="")).status_code == 422
    assert (await lawyer.do(conversation_id, "card/unmask", reason="\u200b")).status_code == 422
    member = await lawyer.does(conversation_id, "card/unmask", reason="申请法律援助")
    assert (member["id_number"], member["phone"]) == ("330110199001011234", "13800005678")
    async with room.office.database.read() as session:
        entries = await session.scalars(
            select(AuditEntry).where(AuditEntry.action == "inbox.unmask")
        )
        assert [entry.details for entry in entries] == [{"reason": "申请法律援助"}]


async def test_numbers_under_a_lost_key(room: Room, chen: Colleague) -> None:
    conversation_id = await room.case()
    await recognise(room, conversation_id, Vault(["lost"], "lookup"))
    card = await chen.get(f"/conversations/{conversation_id}/card")
    assert (card["member"], card["is_sealed"]) == (None, True)


async def test_what_was_before(room: Room, chen: Colleague) -> None:
    conversation_id = await room.case("第一次")
    await chen.does(conversation_id, "claim")
    await chen.does(conversation_id, "resolve", outcome="已调解")
    following = await room.office.follow_up(conversation_id)
    await room.office.hand_over(following.id)
    card = await chen.get(f"/conversations/{following.id}/card")
    assert card["conversations"] == 2
    (before,) = card["earlier"]
    assert (before["conversation_id"], before["summary"], before["outcome"]) == (
        conversation_id,
        "第一次",
        "已调解",
    )
