"""FastAPI dependencies of staff routes: who asks, and whether they may."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.staff.permissions import Permission, may
from api.staff.sessions import Sessions
from api.storage.models import Staff

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_before_enrolment: set[Callable[..., Any]] = set()


def before_enrolment(endpoint: Endpoint) -> Endpoint:
    """Let those in, too, who have to set up a second factor before anything else."""
    _before_enrolment.add(endpoint)
    return endpoint


def sessions_of(request: Request) -> Sessions:
    """The application's ``Sessions``."""
    found: Sessions = request.app.state.staff_sessions
    return found


async def sessions(request: Request) -> Sessions:
    """The same as a dependency."""
    return sessions_of(request)


async def bearer_token(request: Request) -> str:
    """The token of the request. Raises ``ApiError``: unauthorized."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise ApiError(ErrorCode.UNAUTHORIZED)
    return token.strip()


async def current_staff(request: Request) -> Staff:
    """Who asks, looked up once per request.

    Raises ``ApiError``: unauthorized, second_factor_required.
    """
    known: Staff | None = getattr(request.state, "staff", None)
    if known is None:
        enrolling = request.scope["endpoint"] in _before_enrolment
        token = await bearer_token(request)
        known = await sessions_of(request).authenticate(token, enrolling=enrolling)
        request.state.staff = known
    return known


CurrentStaff = Annotated[Staff, Depends(current_staff)]


class Requires:
    """Dependency: the one who asks, if they have the permission; ``ApiError`` forbidden if not."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, staff: CurrentStaff) -> Staff:
        """The one who asks."""
        if not may(staff.role, self.permission):
            raise ApiError(ErrorCode.FORBIDDEN)
        return staff


def requires(permission: Permission) -> Any:
    """``Annotated[Staff, requires(Permission.X)]``: a parameter that only they can fill."""
    return Depends(Requires(permission))


class StaffRoute(APIRoute):
    """A route for staff: the token is checked before the body is looked at."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler behind the check."""
        handler = super().get_route_handler()

        async def authenticated(request: Request) -> Response:
            await current_staff(request)
            return await handler(request)

        return authenticated
