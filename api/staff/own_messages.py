"""JSON of what everybody can ask about their own account."""

from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from api.staff.logins import OpenLogin
from api.staff.messages import CODE_MAX_CHARS
from api.staff.own_account import SecondFactorState
from api.staff.passwords import MAX_LENGTH
from api.staff.second_factor import Enrolment
from api.storage.models import Presence


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PasswordRequest(_Request):
    """A new password; the old one proves who asks."""

    old_password: str = Field(max_length=MAX_LENGTH, repr=False)
    new_password: str = Field(max_length=MAX_LENGTH, repr=False)


class EnrolmentRequest(_Request):
    """Begins a second factor; the password proves who asks."""

    password: str = Field(max_length=MAX_LENGTH, repr=False)


class CodeRequest(_Request):
    """A code of the authenticator app; but for the first one, a backup code does as well."""

    code: str = Field(min_length=1, max_length=CODE_MAX_CHARS, repr=False)


class PresenceRequest(_Request):
    """Whether one takes cases."""

    presence: Presence


class SecondFactorResponse(BaseModel):
    """``since``: when it was switched on; null: it is off. ``is_required``: by the role."""

    since: datetime | None
    backup_codes_left: int
    is_required: bool

    @classmethod
    def of(cls, state: SecondFactorState, zone: ZoneInfo) -> Self:
        """The view, its time in the given zone."""
        since = state.since.astimezone(zone) if state.since else None
        return cls(
            since=since, backup_codes_left=state.backup_codes_left, is_required=state.is_required
        )


class EnrolmentResponse(BaseModel):
    """What goes into the authenticator app, shown this once. ``qr``: an SVG element of ``uri``."""

    secret: str
    uri: str
    qr: str

    @classmethod
    def of(cls, enrolment: Enrolment) -> Self:
        """The view of an enrolment."""
        return cls(secret=enrolment.secret, uri=enrolment.uri, qr=enrolment.qr)


class BackupCodesResponse(BaseModel):
    """Ten codes, each good for one login without the app, shown this once."""

    backup_codes: list[str]


class LoginView(BaseModel):
    """A login that has not ended; ``last_used_at`` may be ten minutes behind."""

    id: str
    created_at: datetime
    last_used_at: datetime
    is_this: bool

    @classmethod
    def of(cls, login: OpenLogin, zone: ZoneInfo) -> Self:
        """The view of a login, its times in the given zone."""
        return cls(
            id=login.id,
            created_at=login.created_at.astimezone(zone),
            last_used_at=login.last_used_at.astimezone(zone),
            is_this=login.is_this,
        )
