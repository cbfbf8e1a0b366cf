"""Logging in and out of the console: one form that works without scripts."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.console import cookie
from api.console.people.texts import people_texts
from api.console.plain_pages import render
from api.console.texts import console_texts
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.security.origins import is_same_origin
from api.settings import Settings
from api.staff import auth
from api.texts import gateway_texts

HOME: Final = "/staff/"
LOGIN: Final = "/staff/login"
ENROL: Final = "/staff/enrol"
router = APIRouter(prefix="/staff", include_in_schema=False)


@router.get("/login")
async def show(request: Request, expired: bool = False) -> Response:
    """The form; who only lacks a second factor is led to where it is set up."""
    if await _must_enrol(request):
        return RedirectResponse(ENROL, HTTPStatus.SEE_OTHER)
    return _page(console_texts().login.expired if expired else None)


@router.post("/login")
async def log_in(
    request: Request,
    username: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=1024)] = "",
    code: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    """Let somebody in, or say why not."""
    if not is_same_origin(request):
        raise ApiError(ErrorCode.FORBIDDEN)
    settings: Settings = request.app.state.settings
    sessions = auth.sessions(request)
    try:
        login = await sessions.login(username, password, code.strip() or None)
    except ApiError as error:
        return _page(_words(error), error.code.status, username=username)
    goal = ENROL if sessions.must_enrol(login.staff) else HOME
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
        await auth.sessions(request).logout(token)
    response = RedirectResponse(LOGIN, HTTPStatus.SEE_OTHER)
    cookie.take(response, settings)
    return response


async def _must_enrol(request: Request) -> bool:
    token = cookie.token_in(request.cookies, request.app.state.settings)
    if token is None:
        return False
    sessions = auth.sessions(request)
    try:
        return sessions.must_enrol(await sessions.authenticate(token, enrolling=True))
    except ApiError:
        return False


def _words(error: ApiError) -> str:
    if error.code is ErrorCode.CODE_REQUIRED:
        return people_texts().enrolment.code_required
    return gateway_texts().errors[error.code].format_map(error.details)


def _page(
    error: str | None, status: HTTPStatus = HTTPStatus.OK, *, username: str = ""
) -> HTMLResponse:
    return render("staff_login.html", status, texts=console_texts(), error=error, username=username)
