from typing import Any

import pytest
from sqlalchemy import select

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.members.cards import MemberCard
from api.storage.models import AuditEntry, Member, Role, Staff, new_id
from tests.api.members.people import id_number
from tests.api.members.scene import Scene

pytestmark = pytest.mark.anyio


def staff(role: Role) -> Staff:
    return Staff(id=new_id(), username="a", name="小王", role=role, password_hash="")


async def unmasks(scene: Scene) -> list[tuple[Any, ...]]:
    async with scene.database.read() as session:
        query = select(AuditEntry).where(AuditEntry.action == "member.unmask")
        return [(entry.actor_id, entry.subject_id) for entry in await session.scalars(query)]


async def member_of(scene: Scene, name: str = "张三") -> Member:
    async with scene.database.read() as session:
        return (await session.scalars(select(Member).where(Member.name == name))).one()


async def test_a_card_is_masked(scene: Scene) -> None:
    card = MemberCard.masked(await member_of(scene), scene.vault)
    assert card.id_number == f"3399**********{id_number(1)[-4:]}"
    assert card.phone == "138****0001"
    assert card.is_current
    assert await unmasks(scene) == []


async def test_unmasking_is_a_permission_and_an_audit_entry(scene: Scene) -> None:
    member, lawyer = await member_of(scene), staff(Role.LEGAL)
    async with scene.database.write() as session:
        card = MemberCard.unmasked(session, member, scene.vault, lawyer)
    assert (card.id_number, card.phone) == (id_number(1), "13800000001")
    assert await unmasks(scene) == [(lawyer.id, member.id)]


@pytest.mark.parametrize("role", [Role.AGENT, Role.EDITOR, Role.ADMINISTRATOR])
async def test_others_may_not(scene: Scene, role: Role) -> None:
    member = await member_of(scene)
    async with scene.database.write() as session:
        with pytest.raises(ApiError) as caught:
            MemberCard.unmasked(session, member, scene.vault, staff(role))
    assert caught.value.code is ErrorCode.FORBIDDEN
    assert await unmasks(scene) == []


async def test_a_card_shows_nobody_by_accident(scene: Scene) -> None:
    async with scene.database.write() as session:
        card = MemberCard.unmasked(
            session, await member_of(scene), scene.vault, staff(Role.SUPERVISOR)
        )
    for hidden in ("张三", id_number(1), "13800000001"):
        assert hidden not in repr(card)
