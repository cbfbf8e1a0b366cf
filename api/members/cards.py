"""How staff see a member: masked, and in full only by a permission and with an audit entry."""

from dataclasses import dataclass, field
from datetime import date
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.members.masking import mask_id_number, mask_phone
from api.members.vault import Field, Vault
from api.staff.permissions import Permission, may
from api.storage.models import ActorKind, Member, Staff


@dataclass(frozen=True, slots=True)
class MemberCard:
    """A member with ID number and phone, masked or not."""

    member_id: str
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    phone: str | None = field(repr=False)
    union_name: str = field(repr=False)
    joined_on: date | None
    mutual_aid_years: tuple[int, ...]
    is_current: bool

    @classmethod
    def _of(cls, member: Member, id_number: str, phone: str | None) -> Self:
        return cls(
            member.id,
            member.name,
            id_number,
            phone,
            member.union_name,
            member.joined_on,
            tuple(member.mutual_aid_years),
            member.left_at is None,
        )

    @classmethod
    def masked(cls, member: Member, vault: Vault) -> Self:
        """As everybody at the desk may see it. Raises ``UnsealError``."""
        id_number, phone = _opened(member, vault)
        return cls._of(member, mask_id_number(id_number), phone and mask_phone(phone))

    @classmethod
    def unmasked(cls, session: AsyncSession, member: Member, vault: Vault, staff: Staff) -> Self:
        """In full, noted in the audit of the caller's transaction.

        Raises ``ApiError``: forbidden; ``UnsealError``.
        """
        if not may(staff.role, Permission.UNMASK):
            raise ApiError(ErrorCode.FORBIDDEN)
        id_number, phone = _opened(member, vault)
        audit.record(
            session,
            "member.unmask",
            by=ActorKind.STAFF,
            actor_id=staff.id,
            subject_kind="member",
            subject_id=member.id,
        )
        return cls._of(member, id_number, phone)


def _opened(member: Member, vault: Vault) -> tuple[str, str | None]:
    phone = member.phone and vault.open(member.phone, Field.PHONE, member.id)
    return vault.open(member.id_number, Field.ID_NUMBER, member.id), phone
