"""Accounts over HTTP, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from api.staff import auth, managing
from api.staff.account_messages import (
    AccountRequest,
    AccountView,
    CapacityRequest,
    NewPasswordRequest,
    RoleRequest,
)
from api.staff.accounts import USERNAME_MAX_CHARS
from api.staff.managing import Account, Management
from api.staff.own_messages import LoginView
from api.staff.permissions import Permission
from api.staff.routes import GatewayDatabase, GatewaySettings
from api.storage.models import Staff

own = APIRouter(prefix="/api/v1/staff/accounts", route_class=auth.StaffRoute, tags=["staff"])
Administrator = Annotated[Staff, auth.requires(Permission.MANAGE_STAFF)]
OfUsername = Annotated[str, Path(max_length=USERNAME_MAX_CHARS)]


async def _management(request: Request) -> Management:
    found: Management = request.app.state.people.management
    return found


TheManagement = Annotated[Management, Depends(_management)]


@own.get("")
async def list_accounts(
    staff: Administrator,  # noqa: ARG001 - who may see it
    database: GatewayDatabase,
    settings: GatewaySettings,
) -> list[AccountView]:
    """Every account: those in use first, then by name."""
    async with database.read() as session:
        found = await managing.list_accounts(session)
    return [AccountView.of(account, settings.timezone) for account in found]


@own.post("", status_code=201)
async def create_account(
    body: AccountRequest, staff: Administrator, management: TheManagement, settings: GatewaySettings
) -> AccountView:
    """A new account."""
    created = await management.create(
        staff, username=body.username, name=body.name, role=body.role, password=body.password
    )
    return AccountView.of(Account(created, None), settings.timezone)


@own.put("/{username}/role", status_code=204)
async def change_role(
    username: OfUsername, body: RoleRequest, staff: Administrator, management: TheManagement
) -> None:
    """Give somebody another role; 409 for the last administrator."""
    await management.change_role(staff, username, body.role)


@own.put("/{username}/capacity", status_code=204)
async def set_capacity(
    username: OfUsername, body: CapacityRequest, staff: Administrator, management: TheManagement
) -> None:
    """Set how many cases somebody has at a time."""
    await management.set_capacity(staff, username, body.capacity)


@own.put("/{username}/password", status_code=204)
async def reset_password(
    username: OfUsername, body: NewPasswordRequest, staff: Administrator, management: TheManagement
) -> None:
    """Set a password for somebody else, and end every login of theirs."""
    await management.reset_password(staff, username, body.password)


@own.delete("/{username}/second-factor", status_code=204)
async def reset_second_factor(
    username: OfUsername, staff: Administrator, management: TheManagement
) -> None:
    """Switch the second factor of somebody else off, and end every login of theirs."""
    await management.reset_second_factor(staff, username)


@own.post("/{username}/disable", status_code=204)
async def disable(username: OfUsername, staff: Administrator, management: TheManagement) -> None:
    """Let nobody in with this account; 409 for the last administrator."""
    await management.disable(staff, username)


@own.post("/{username}/enable", status_code=204)
async def enable(username: OfUsername, staff: Administrator, management: TheManagement) -> None:
    """Let somebody in again."""
    await management.enable(staff, username)


@own.get("/{username}/logins")
async def list_logins(
    username: OfUsername,
    staff: Administrator,  # noqa: ARG001 - who may see it
    management: TheManagement,
    settings: GatewaySettings,
) -> list[LoginView]:
    """Somebody's logins that have not ended, the latest first."""
    found = await management.list_logins(username)
    return [LoginView.of(login, settings.timezone) for login in found]


@own.delete("/{username}/logins", status_code=204)
async def end_logins(username: OfUsername, staff: Administrator, management: TheManagement) -> None:
    """End all of somebody's logins."""
    await management.end_logins(staff, username)
