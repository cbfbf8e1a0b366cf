"""JSON of what an administrator does with accounts."""

from datetime import datetime
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from api.staff import second_factor
from api.staff.accounts import CAPACITY_AT_MOST
from api.staff.managing import Account
from api.staff.messages import Username
from api.staff.passwords import MAX_LENGTH
from api.storage.models import Presence, Role

Password = Annotated[str, Field(max_length=MAX_LENGTH, repr=False)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AccountRequest(_Request):
    """A new account; its owner can change the password."""

    username: Username
    name: str = Field(max_length=64, description="as workers and colleagues see it")
    role: Role
    password: Password


class RoleRequest(_Request):
    """Another role."""

    role: Role


class CapacityRequest(_Request):
    """How many cases at a time; null: as many as one takes."""

    capacity: int | None = Field(ge=0, le=CAPACITY_AT_MOST)


class NewPasswordRequest(_Request):
    """A password for somebody who has forgotten theirs."""

    password: Password


class AccountView(BaseModel):
    """An account. ``last_used_at`` may be ten minutes behind."""

    username: str
    name: str
    role: Role
    second_factor: bool
    presence: Presence
    capacity: int | None
    created_at: datetime
    disabled_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, account: Account, zone: ZoneInfo) -> Self:
        """The view of an account, its times in the given zone."""
        staff, last = account.staff, account.last_used_at
        return cls(
            username=staff.username,
            name=staff.name,
            role=staff.role,
            second_factor=second_factor.is_on(staff),
            presence=staff.presence,
            capacity=staff.capacity,
            created_at=staff.created_at.astimezone(zone),
            disabled_at=staff.disabled_at.astimezone(zone) if staff.disabled_at else None,
            last_used_at=last.astimezone(zone) if last else None,
        )
