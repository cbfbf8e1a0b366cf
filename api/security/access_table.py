"""Who may call which route, and how often. A route that is not in the table does not start."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount, Route, WebSocketRoute

from api.security.rate_limits import RouteGroup
from api.staff.permissions import Permission

RouteKey: TypeAlias = tuple[str, str]
"""Method (or ``WEBSOCKET``, ``MOUNT``) and path."""
WEBSOCKET = "WEBSOCKET"
MOUNT = "MOUNT"


class Caller(StrEnum):
    """Who may call a route."""

    PUBLIC = "public"
    WORKER_TOKEN = "worker token"  # noqa: S105 - not a secret
    STAFF = "staff"
    ONE_TIME_KEY = "one-time key"
    PLATFORM = "platform"
    """A messaging platform, known by its signature."""
    CONSOLE = "console login"
    """Staff, by the cookie of the console; each page checks its own permission."""
    OPERATOR = "operator"
    """Whoever reaches the port; the reverse proxy does not pass it on."""


@dataclass(frozen=True, slots=True)
class Access:
    """One row. ``permission``: what a member of staff needs; None: to be logged in."""

    caller: Caller
    limit: RouteGroup | None = None
    permission: Permission | None = None


class UndeclaredRouteError(RuntimeError):
    """The application has routes that nobody said who may call."""

    def __init__(self, routes: Iterable[RouteKey]) -> None:
        named = ", ".join(f"{method} {path}" for method, path in sorted(routes))
        super().__init__(f"not in the access table (api/security/access_table.py): {named}")


_PUBLIC = Access(Caller.PUBLIC)
_OPERATOR = Access(Caller.OPERATOR)
_OPINION = Access(Caller.WORKER_TOKEN, RouteGroup.OPINION)
_OWN_DATA = Access(Caller.WORKER_TOKEN, RouteGroup.OWN_DATA)
_CHAT = "/api/v1/conversations"
_OWN_CHAT = f"{_CHAT}/{{conversation_id}}"
_STAFF = "/api/v1/staff"
_CASE = f"{_STAFF}/conversations/{{conversation_id}}"


def _staff(permission: Permission | None = None) -> Access:
    return Access(Caller.STAFF, permission=permission)


ACCESS: Mapping[RouteKey, Access] = MappingProxyType(
    {
        ("GET", "/"): _PUBLIC,
        (MOUNT, "/static"): _PUBLIC,
        ("GET", "/openapi.json"): _PUBLIC,  # in development only
        ("GET", "/healthz"): _OPERATOR,
        ("GET", "/readyz"): _OPERATOR,
        ("POST", _CHAT): Access(Caller.PUBLIC, RouteGroup.NEW_CONVERSATION),
        ("GET", f"{_OWN_CHAT}/messages"): Access(Caller.WORKER_TOKEN),
        ("POST", f"{_OWN_CHAT}/messages"): Access(Caller.WORKER_TOKEN, RouteGroup.MESSAGE),
        # Messages that come over it are counted one by one.
        (WEBSOCKET, f"{_OWN_CHAT}/ws"): Access(Caller.WORKER_TOKEN),
        ("POST", f"{_OWN_CHAT}/rating"): _OPINION,
        ("POST", f"{_OWN_CHAT}/messages/{{message_id}}/feedback"): _OPINION,
        ("POST", f"{_OWN_CHAT}/attachments"): Access(Caller.WORKER_TOKEN, RouteGroup.UPLOAD),
        ("GET", f"{_OWN_CHAT}/attachments/{{attachment_id}}"): Access(Caller.WORKER_TOKEN),
        ("GET", f"{_STAFF}/attachments/{{attachment_id}}"): _staff(Permission.SEE_QUEUE),
        ("GET", "/widget.js"): _PUBLIC,
        ("GET", "/api/v1/me/export"): _OWN_DATA,
        ("DELETE", "/api/v1/me"): _OWN_DATA,
        ("GET", "/verify/{key}"): Access(Caller.ONE_TIME_KEY),
        ("POST", "/verify/{key}"): Access(Caller.ONE_TIME_KEY, RouteGroup.VERIFICATION),
        ("GET", "/wechat"): Access(Caller.PLATFORM),
        # Messages are counted by follower, behind the signature.
        ("POST", "/wechat"): Access(Caller.PLATFORM),
        ("POST", f"{_STAFF}/login"): Access(Caller.PUBLIC, RouteGroup.LOGIN),
        (MOUNT, "/staff"): Access(Caller.CONSOLE),
        ("GET", "/staff/login"): _PUBLIC,
        ("POST", "/staff/login"): Access(Caller.PUBLIC, RouteGroup.LOGIN),
        ("POST", "/staff/logout"): Access(Caller.CONSOLE),
        ("POST", f"{_STAFF}/logout"): _staff(),
        ("GET", f"{_STAFF}/me"): _staff(),
        ("GET", f"{_STAFF}/conversations"): _staff(Permission.SEE_QUEUE),
        ("GET", _CASE): _staff(Permission.SEE_QUEUE),
        ("POST", f"{_CASE}/claim"): _staff(Permission.CLAIM),
        ("POST", f"{_CASE}/release"): _staff(Permission.RELEASE),
        ("POST", f"{_CASE}/return"): _staff(Permission.RELEASE),
        ("POST", f"{_CASE}/transfer"): _staff(Permission.TRANSFER),
        ("POST", f"{_CASE}/resolve"): _staff(Permission.RESOLVE),
        ("POST", f"{_CASE}/messages"): _staff(Permission.REPLY),
        ("POST", f"{_CASE}/notes"): _staff(Permission.NOTE),
        ("GET", f"{_STAFF}/deliveries"): _staff(Permission.RESEND_OUTBOX),
        ("POST", f"{_STAFF}/deliveries/{{delivery_id}}/resend"): _staff(Permission.RESEND_OUTBOX),
    }
)


CONSOLE_ROUTES = frozenset(key for key in ACCESS if key[1].startswith("/staff"))
"""Those that are there only where the console is mounted."""


def routes_of(app: FastAPI) -> set[RouteKey]:
    """Every route of the application; a mounted application counts as one.

    Raises ``TypeError`` for a kind of route that is not known here.
    """
    return set(_walk(app))


def require_complete(app: FastAPI) -> None:
    """Raises ``UndeclaredRouteError`` for a route that is not in the table."""
    if undeclared := routes_of(app) - set(ACCESS):
        raise UndeclaredRouteError(undeclared)


def as_markdown() -> str:
    """The table for people, a row per route."""
    lines = ["| route | who | permission | limits |", "|---|---|---|---|"]
    for (method, path), row in ACCESS.items():
        cells = (f"`{method} {path}`", row.caller, row.permission or "", row.limit or "")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _walk(app: FastAPI) -> Iterator[RouteKey]:
    for context in iter_route_contexts(app.routes):
        route, path = context.original_route, context.path or ""
        if isinstance(route, Route):
            methods = context.methods or set()
            # Starlette answers HEAD wherever it answers GET.
            for method in methods - {"HEAD"} if "GET" in methods else methods:
                yield method, path
        elif isinstance(route, WebSocketRoute):
            yield WEBSOCKET, path
        elif isinstance(route, Mount):
            yield MOUNT, path
        else:
            raise TypeError(f"a route of an unknown kind: {type(route).__name__}")
