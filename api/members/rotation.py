"""Seals every member's values under the first key again, so that older keys can be removed."""

from collections.abc import Callable

from sqlalchemy import select

from api import audit
from api.members.vault import Field, Vault
from api.storage.database import Database
from api.storage.models import ActorKind, Member, Staff

_BATCH = 500


def _ignore(_: int) -> None:
    pass


async def rotate(
    database: Database,
    vault: Vault,
    *,
    by: Staff | None = None,
    progress: Callable[[int], None] = _ignore,
) -> int:
    """How many members were sealed anew; hashes are made anew too, from the same secret or another.

    Goes on in batches, so that messages can be stored in between, and can be broken off and run
    again. Raises ``UnsealError`` if a key is missing.
    """
    sealed = 0
    last_id = ""
    while True:
        async with database.write() as session:
            members = (
                await session.scalars(
                    select(Member)
                    .where(Member.id > last_id)
                    .order_by(Member.id)
                    .limit(_BATCH)
                    .with_for_update()
                )
            ).all()
            sealed += sum(_seal_again(member, vault) for member in members)
        if not members:
            break
        last_id = members[-1].id
        progress(len(members))
    async with database.write() as session:
        audit.record(
            session,
            "members.rotate_keys",
            by=ActorKind.STAFF if by else ActorKind.SYSTEM,
            actor_id=by.id if by else None,
            subject_kind="roster",
            sealed=sealed,
        )
    return sealed


def _seal_again(member: Member, vault: Vault) -> bool:
    id_number = vault.open(member.id_number, Field.ID_NUMBER, member.id)
    phone = member.phone and vault.open(member.phone, Field.PHONE, member.id)
    member.id_number_hash = vault.id_number_hash(id_number)
    if phone:
        member.verification_hash = vault.verification_hash(member.name, id_number[-6:], phone)
    if vault.is_current(member.id_number) and (not member.phone or vault.is_current(member.phone)):
        return False
    member.id_number = vault.seal(id_number, Field.ID_NUMBER, member.id)
    member.phone = phone and vault.seal(phone, Field.PHONE, member.id)
    return True
