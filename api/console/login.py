"""Logging in and out of the console: one form that works without scripts."""

import re
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.console import cookie
from api.console.navigation import HOME, home_of
from api.console.people.texts import people_texts
from api.console.plain_pages import render
from api.console.texts import console_texts
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.security.origins import is_same_origin
from api.settings import Settings
from api.staff import auth
from api.texts import gateway_texts

LOGIN: Final = "/staff/login"
ENROL: Final = "/staff/enrol"
_PAGE_MAX_CHARS: Final = 200
_PAGE: Final = re.compile(r"/staff(?:/[\w-]+)*/?", re.ASCII)
router = APIRouter(prefix="/staff", include_in_schema=False)


def login_path(to: str, *, expired: bool) -> str:
    """Where to log in and come back to a page. ``expired``: one was logged in before."""
    query = ({"expired": "1"} if expired else {}) | ({"to": to} if _is_page(to) else {})
    return f"{LOGIN}?{urlencode(query)}"


def _is_page(path: str) -> bool:
    """Whether a path leads to a page of the console, and to no other site."""
    return _PAGE.fullmatch(path) is not None


@router.get("/login")
async def show(request: Request, expired: bool = False, to: str = "") -> Response:
    """The form; who only lacks a second factor is led to where it is set up."""
    if await _must_enrol(request):
        return RedirectResponse(ENROL, HTTPStatus.SEE_OTHER)
    return _page(console_texts().login.expired if expired else None, to=to)


@router.post("/login")
async def log_in(
    request: Request,
    username: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=1024)] = "",
    code: Annotated[str, Form(max_length=16)] = "",
    to: Annotated[str, Form(max_length=_PAGE_MAX_CHARS)] = "",
) -> Response:
    """Let somebody in, or say why not. ``to``: the page where they were."""
    if not is_same_origin(request):
        raise ApiError(ErrorCode.FORBIDDEN)
    settings: Settings = request.app.state.settings
    sessions = auth.sessions_of(request)
    try:
        login = await sessions.login(username, password, code.strip() or None)
    except ApiError as error:
        return _page(_words(error), error.code.status, username=username, to=to)
    goal = to if _is_page(to) and to != HOME else home_of(login.staff.role)
    if sessions.must_enrol(login.staff):
        goal = ENROL
    response = RedirectResponse(goal, HTTPStatus.SEE_OTHER)
    cookie.give(response, login.token, settings)
    return response


@router.post("/logout")
async def log_out(request: Request) -> Response:
    """End the login, here and in every other tab."""
    if not is_same_origin(request):
        raise ApiError(ErrorCode.FORBIDDEN)
    settings: Settings = request.app.state.settings
    if token := cookie.token_in(request.cookies, settings):
        await auth.sessions_of(request).logout(token)
    response = RedirectResponse(LOGIN, HTTPStatus.SEE_OTHER)
    cookie.take(response, settings)
    return response


async def _must_enrol(request: Request) -> bool:
    token = cookie.token_in(request.cookies, request.app.state.settings)
    if token is None:
        return False
    sessions = auth.sessions_of(request)
    try:
        return sessions.must_enrol(await sessions.authenticate(token, enrolling=True))
    except ApiError:
        return False


def _words(error: ApiError) -> str:
    if error.code is ErrorCode.CODE_REQUIRED:
        return people_texts().enrolment.code_required
    return gateway_texts().errors[error.code].format_map(error.details)


def _page(
    error: str | None, status: HTTPStatus = HTTPStatus.OK, *, username: str = "", to: str = ""
) -> HTMLResponse:
    return render(
        "staff_login.html",
        status,
        texts=console_texts(),
        error=error,
        username=username,
        to=to if _is_page(to) else "",
    )
