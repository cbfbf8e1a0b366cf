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
_REVIEW = f"{_STAFF}/review"
_REPORTS = f"{_STAFF}/reports"
_ME = f"{_STAFF}/me"
_ACCOUNTS = f"{_STAFF}/accounts"
_CASE = f"{_STAFF}/conversations/{{conversation_id}}"


def _staff(permission: Permission | None = None) -> Access:
    return Access(Caller.STAFF, permission=permission)


_EDITOR = _staff(Permission.EDIT_KNOWLEDGE)
_PUBLISHER = _staff(Permission.PUBLISH_KNOWLEDGE)
_PEOPLE = _staff(Permission.MANAGE_STAFF)

ACCESS: Mapping[RouteKey, Access] = MappingProxyType(
    {
        ("GET", "/"): _PUBLIC,
        (MOUNT, "/static"): _PUBLIC,
        ("GET", "/openapi.json"): _PUBLIC,  # in development only
        ("GET", "/healthz"): _OPERATOR,
        ("GET", "/readyz"): _OPERATOR,
        ("GET", "/metrics"): _OPERATOR,
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
        ("GET", "/staff/enrol"): Access(Caller.CONSOLE),
        ("POST", "/staff/enrol"): Access(Caller.CONSOLE),
        ("POST", "/staff/enrol/confirm"): Access(Caller.CONSOLE),
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
        ("GET", f"{_REVIEW}/items"): _staff(Permission.REVIEW),
        ("GET", f"{_REVIEW}/items/{{review_id}}"): _staff(Permission.REVIEW),
        ("POST", f"{_REVIEW}/items/{{review_id}}/verdict"): _staff(Permission.REVIEW),
        ("POST", f"{_REVIEW}/items/{{review_id}}/proposals"): _staff(Permission.REVIEW),
        ("GET", f"{_REVIEW}/intents"): _staff(Permission.REVIEW),
        ("GET", f"{_REVIEW}/unanswered"): _staff(Permission.REVIEW),
        ("POST", f"{_REVIEW}/unanswered/drafts"): _staff(Permission.REVIEW),
        ("GET", f"{_REVIEW}/proposals"): _staff(Permission.REVIEW),
        ("POST", f"{_REVIEW}/proposals/{{proposal_id}}/accept"): _EDITOR,
        ("POST", f"{_REVIEW}/proposals/{{proposal_id}}/reject"): _EDITOR,
        ("GET", f"{_REVIEW}/exports/nlu.yml"): _EDITOR,
        ("GET", f"{_REVIEW}/exports/regression.jsonl"): _EDITOR,
        ("GET", f"{_STAFF}/inbox"): _staff(Permission.SEE_QUEUE),
        ("GET", f"{_STAFF}/inbox/colleagues"): _staff(Permission.SEE_QUEUE),
        ("PUT", f"{_STAFF}/inbox/colleagues/{{staff_id}}/capacity"): _staff(Permission.MANAGE_DESK),
        ("GET", f"{_STAFF}/inbox/knowledge"): _staff(Permission.REPLY),
        ("GET", f"{_STAFF}/labels"): _staff(Permission.SEE_QUEUE),
        ("POST", f"{_STAFF}/labels"): _staff(Permission.MANAGE_DESK),
        ("DELETE", f"{_STAFF}/labels/{{label_id}}"): _staff(Permission.MANAGE_DESK),
        ("GET", f"{_STAFF}/canned-replies"): _staff(Permission.REPLY),
        ("POST", f"{_STAFF}/canned-replies"): _staff(Permission.MANAGE_DESK),
        ("PUT", f"{_STAFF}/canned-replies/{{reply_id}}"): _staff(Permission.MANAGE_DESK),
        ("DELETE", f"{_STAFF}/canned-replies/{{reply_id}}"): _staff(Permission.MANAGE_DESK),
        ("GET", f"{_CASE}/card"): _staff(Permission.SEE_QUEUE),
        ("POST", f"{_CASE}/card/unmask"): _staff(Permission.UNMASK),
        ("GET", f"{_CASE}/draft"): _staff(Permission.REPLY),
        ("PUT", f"{_CASE}/draft"): _staff(Permission.REPLY),
        ("GET", f"{_CASE}/suggestion"): _staff(Permission.REPLY),
        ("POST", f"{_CASE}/typing"): _staff(Permission.REPLY),
        ("POST", f"{_CASE}/seen"): _staff(Permission.REPLY),
        ("POST", f"{_CASE}/snooze"): _staff(Permission.REPLY),
        ("POST", f"{_CASE}/transfer-to-role"): _staff(Permission.TRANSFER),
        ("GET", f"{_CASE}/canned-replies"): _staff(Permission.REPLY),
        ("PUT", f"{_CASE}/labels/{{label_id}}"): _staff(Permission.NOTE),
        ("DELETE", f"{_CASE}/labels/{{label_id}}"): _staff(Permission.NOTE),
        ("GET", f"{_STAFF}/articles"): _EDITOR,
        ("POST", f"{_STAFF}/articles"): _EDITOR,
        ("GET", f"{_STAFF}/articles/{{article_id}}"): _EDITOR,
        ("PUT", f"{_STAFF}/articles/{{article_id}}/draft"): _EDITOR,
        ("POST", f"{_STAFF}/articles/{{article_id}}/check"): _EDITOR,
        ("GET", f"{_STAFF}/articles/{{article_id}}/difference"): _EDITOR,
        ("POST", f"{_STAFF}/articles/{{article_id}}/retire"): _EDITOR,
        ("POST", f"{_STAFF}/revisions/{{revision_id}}/submit"): _EDITOR,
        ("GET", f"{_STAFF}/knowledge/worklist"): _EDITOR,
        ("POST", f"{_STAFF}/knowledge/hit-test"): _EDITOR,
        ("GET", f"{_STAFF}/knowledge/publications"): _EDITOR,
        ("GET", f"{_STAFF}/knowledge/publications/{{publication_id}}"): _staff(
            Permission.EDIT_KNOWLEDGE
        ),
        ("GET", f"{_STAFF}/knowledge/imports"): _EDITOR,
        ("POST", f"{_STAFF}/knowledge/imports"): _EDITOR,
        ("POST", f"{_STAFF}/knowledge/imports/preview"): _EDITOR,
        ("DELETE", f"{_STAFF}/knowledge/imports/{{name}}"): _EDITOR,
        ("POST", f"{_STAFF}/knowledge/imports/{{name}}/article"): _EDITOR,
        ("POST", f"{_STAFF}/articles/{{article_id}}/publish"): _PUBLISHER,
        ("POST", f"{_STAFF}/revisions/{{revision_id}}/approve"): _staff(
            Permission.PUBLISH_KNOWLEDGE
        ),
        ("POST", f"{_STAFF}/revisions/{{revision_id}}/reject"): _staff(
            Permission.PUBLISH_KNOWLEDGE
        ),
        ("POST", f"{_STAFF}/knowledge/publications"): _PUBLISHER,
        ("POST", f"{_STAFF}/knowledge/roll-back"): _PUBLISHER,
        ("GET", f"{_REPORTS}/figures"): _staff(Permission.SEE_REPORTS),
        ("GET", f"{_REPORTS}/conversations.csv"): _staff(Permission.SEE_REPORTS),
        ("GET", f"{_REPORTS}/conversations.xlsx"): _staff(Permission.SEE_REPORTS),
        ("GET", f"{_REPORTS}/agents"): _staff(Permission.SEE_ALL),
        ("GET", f"{_REPORTS}/alerts"): _staff(Permission.SEE_ALL),
        ("GET", f"{_REPORTS}/alerts/{{alert_id}}"): _staff(Permission.SEE_ALL),
        ("GET", f"{_REPORTS}/wage-arrears/{{month}}"): _staff(Permission.SEE_ALL),
        ("GET", f"{_REPORTS}/wage-arrears/{{month}}/file"): _staff(Permission.SEE_ALL),
        ("POST", f"{_REPORTS}/alerts/{{alert_id}}/seen"): _staff(Permission.SEE_ALL),
        ("POST", f"{_REPORTS}/alerts/{{alert_id}}/close"): _staff(Permission.SEE_ALL),
        ("DELETE", f"{_ME}/logins"): _staff(),
        ("DELETE", f"{_ME}/logins/{{login_id}}"): _staff(),
        ("GET", f"{_ME}/logins"): _staff(),
        ("GET", f"{_ME}/second-factor"): _staff(),
        ("POST", f"{_ME}/second-factor"): _staff(),
        ("POST", f"{_ME}/second-factor/backup-codes"): _staff(),
        ("POST", f"{_ME}/second-factor/confirm"): _staff(),
        ("POST", f"{_ME}/second-factor/disable"): _staff(),
        ("PUT", f"{_ME}/password"): _staff(),
        ("PUT", f"{_ME}/presence"): _staff(),
        ("GET", _ACCOUNTS): _PEOPLE,
        ("POST", _ACCOUNTS): _PEOPLE,
        ("POST", f"{_ACCOUNTS}/{{username}}/disable"): _PEOPLE,
        ("POST", f"{_ACCOUNTS}/{{username}}/enable"): _PEOPLE,
        ("PUT", f"{_ACCOUNTS}/{{username}}/capacity"): _PEOPLE,
        ("PUT", f"{_ACCOUNTS}/{{username}}/password"): _PEOPLE,
        ("PUT", f"{_ACCOUNTS}/{{username}}/role"): _PEOPLE,
        ("GET", f"{_ACCOUNTS}/{{username}}/logins"): _PEOPLE,
        ("DELETE", f"{_ACCOUNTS}/{{username}}/logins"): _PEOPLE,
        ("DELETE", f"{_ACCOUNTS}/{{username}}/second-factor"): _PEOPLE,
        ("GET", f"{_STAFF}/audit"): _staff(Permission.SEE_AUDIT),
        ("GET", f"{_STAFF}/audit/export"): _staff(Permission.SEE_AUDIT),
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
