"""Role by role over every route."""

from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.staff import routes
from api.staff.auth import Requires, StaffRoute
from api.staff.permissions import PERMISSIONS, Permission, may
from api.storage.models import Role, new_id
from tests.api.staff.office import BASE, Office

pytestmark = pytest.mark.anyio

P = Permission
ROUTES = {
    ("GET", "/me"): None,
    ("GET", "/conversations"): P.SEE_QUEUE,
    ("GET", "/conversations/{conversation_id}"): P.SEE_QUEUE,
    ("POST", "/conversations/{conversation_id}/claim"): P.CLAIM,
    ("POST", "/conversations/{conversation_id}/release"): P.RELEASE,
    ("POST", "/conversations/{conversation_id}/return"): P.RELEASE,
    ("POST", "/conversations/{conversation_id}/transfer"): P.TRANSFER,
    ("POST", "/conversations/{conversation_id}/resolve"): P.RESOLVE,
    ("POST", "/conversations/{conversation_id}/messages"): P.REPLY,
    ("POST", "/conversations/{conversation_id}/notes"): P.NOTE,
    ("POST", "/logout"): None,
}
BODIES = {
    "transfer": {"to_username": "nobody"},
    "resolve": {"outcome": "已调解"},
    "messages": {"text": "您好", "client_message_id": "s1"},
    "notes": {"text": "记一笔"},
}
DESK = {P.SEE_QUEUE, P.CLAIM, P.REPLY, P.NOTE, P.TRANSFER, P.RESOLVE, P.RELEASE}


def required(dependant: Dependant) -> Iterator[Permission]:
    if isinstance(dependant.call, Requires):
        yield dependant.call.permission
    for inner in dependant.dependencies:
        yield from required(inner)


def test_every_route_asks_for_its_permission() -> None:
    found = {}
    for route in routes.own.routes:
        assert isinstance(route, StaffRoute)
        (method,) = route.methods or [""]
        path = route.path.removeprefix(BASE)
        permissions = list(required(route.dependant))
        assert len(permissions) <= 1
        found[method, path] = permissions[0] if permissions else None
    assert found == ROUTES
    assert len(routes.public.routes) == 1
    login = routes.public.routes[0]
    assert isinstance(login, APIRoute)
    assert login.path == f"{BASE}/login"


def test_the_table() -> None:
    """Written out once more: whoever changes what a role may do says it twice."""
    assert dict(PERMISSIONS) == {
        Role.AGENT: DESK,
        Role.LEGAL: DESK | {P.REVIEW, P.UNMASK},
        Role.EDITOR: {P.REVIEW, P.EDIT_KNOWLEDGE, P.SEE_REPORTS},
        Role.SUPERVISOR: set(Permission) - {P.MANAGE_STAFF, P.SEE_AUDIT},
        Role.ADMINISTRATOR: {P.MANAGE_STAFF, P.SEE_REPORTS, P.SEE_AUDIT, P.RESEND_OUTBOX},
    }


def test_somebody_may_do_everything() -> None:
    assert all(any(may(role, permission) for role in Role) for permission in Permission)


@pytest.mark.parametrize("role", Role)
async def test_a_role_gets_through_where_it_may_and_nowhere_else(
    office: Office, role: Role
) -> None:
    colleague, case = await office.hire("chen", role), await office.case()
    for (method, path), permission in ROUTES.items():
        act = path.rpartition("/")[2]
        place = path.format(conversation_id=case)
        response = await colleague.request(method, place, BODIES.get(act))
        allowed = permission is None or may(role, permission)
        if allowed:
            assert response.status_code != 401, path
            assert response.status_code != 403, path
        else:
            assert response.status_code == 403, path
            assert response.json()["error"]["code"] == "forbidden"


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer  ", "Basic x", "Bearer x"])
async def test_without_a_valid_token_no_route_answers(
    office: Office, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    for method, path in ROUTES:
        url = BASE + path.format(conversation_id=new_id())
        # The body is not even looked at.
        response = await office.client.request(method, url, content="{", headers=headers)
        assert response.status_code == 401, path
        assert response.headers["WWW-Authenticate"] == "Bearer"
