"""One's own account over HTTP: password, second factor, logins, presence."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from api.staff import auth
from api.staff.own_account import OwnAccount
from api.staff.own_messages import (
    BackupCodesResponse,
    CodeRequest,
    EnrolmentRequest,
    EnrolmentResponse,
    LoginView,
    PasswordRequest,
    PresenceRequest,
    SecondFactorResponse,
)
from api.staff.presence import set_presence
from api.staff.routes import GatewayDatabase, GatewaySettings, StaffSessions

own = APIRouter(prefix="/api/v1/staff/me", route_class=auth.StaffRoute, tags=["staff"])
LoginId = Annotated[str, Path(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$", description="a ULID")]
Token = Annotated[str, Depends(auth.bearer_token)]


async def _own_account(request: Request) -> OwnAccount:
    found: OwnAccount = request.app.state.people.own
    return found


TheOwnAccount = Annotated[OwnAccount, Depends(_own_account)]


@own.put("/password", status_code=204)
async def change_password(
    body: PasswordRequest, staff: auth.CurrentStaff, token: Token, account: TheOwnAccount
) -> None:
    """Set a new password and end every other login."""
    await account.change_password(staff, token, body.old_password, body.new_password)


@own.put("/presence", status_code=204)
async def change_presence(
    body: PresenceRequest, staff: auth.CurrentStaff, database: GatewayDatabase
) -> None:
    """Take cases from now on, or none for now."""
    await set_presence(database, staff, body.presence)


@own.get("/second-factor")
@auth.before_enrolment
async def read_second_factor(
    staff: auth.CurrentStaff, account: TheOwnAccount, settings: GatewaySettings
) -> SecondFactorResponse:
    """Whether the account asks for a code, and how many backup codes are left."""
    return SecondFactorResponse.of(await account.second_factor(staff), settings.timezone)


@own.post("/second-factor")
@auth.before_enrolment
async def begin_second_factor(
    body: EnrolmentRequest, staff: auth.CurrentStaff, account: TheOwnAccount
) -> EnrolmentResponse:
    """Get a secret for an authenticator app; it counts once it is confirmed."""
    return EnrolmentResponse.of(await account.begin_second_factor(staff, body.password))


@own.post("/second-factor/confirm")
@auth.before_enrolment
async def confirm_second_factor(
    body: CodeRequest, staff: auth.CurrentStaff, account: TheOwnAccount
) -> BackupCodesResponse:
    """Switch the second factor on with the app's first code."""
    return BackupCodesResponse(backup_codes=await account.confirm_second_factor(staff, body.code))


@own.post("/second-factor/backup-codes")
async def renew_backup_codes(
    body: CodeRequest, staff: auth.CurrentStaff, account: TheOwnAccount
) -> BackupCodesResponse:
    """Get new backup codes; the old ones are worth nothing from then on."""
    return BackupCodesResponse(backup_codes=await account.renew_backup_codes(staff, body.code))


@own.post("/second-factor/disable", status_code=204)
async def disable_second_factor(
    body: CodeRequest, staff: auth.CurrentStaff, account: TheOwnAccount
) -> None:
    """Switch the second factor off."""
    await account.disable_second_factor(staff, body.code)


@own.get("/logins")
async def list_logins(
    staff: auth.CurrentStaff, token: Token, sessions: StaffSessions, settings: GatewaySettings
) -> list[LoginView]:
    """One's logins that have not ended, the latest first."""
    found = await sessions.list_open(staff, token)
    return [LoginView.of(login, settings.timezone) for login in found]


@own.delete("/logins/{login_id}", status_code=204)
async def end_login(login_id: LoginId, staff: auth.CurrentStaff, sessions: StaffSessions) -> None:
    """End one login."""
    await sessions.end(staff, login_id)


@own.delete("/logins", status_code=204)
async def end_other_logins(staff: auth.CurrentStaff, token: Token, sessions: StaffSessions) -> None:
    """End every login but this one."""
    await sessions.end_others(staff, token)
