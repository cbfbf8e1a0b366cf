"""Logging in and out of the console: one form that works without scripts."""

from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.console import cookie
from api.console.texts import console_texts
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.security.origins import is_same_origin
from api.settings import Settings
from api.staff import auth
from api.texts import gateway_texts

HOME: Final = "/staff/"
LOGIN: Final = "/staff/login"
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
router = APIRouter(prefix="/staff", include_in_schema=False)


@router.get("/login")
async def show(expired: bool = False) -> Response:
    """The form."""
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
    try:
        login = await auth.sessions(request).login(username, password, code.strip() or None)
    except ApiError as error:
        words = gateway_texts().errors[error.code].format_map(error.details)
        return _page(words, error.code.status, username=username)
    response = RedirectResponse(HOME, HTTPStatus.SEE_OTHER)
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


def _page(
    error: str | None, status: HTTPStatus = HTTPStatus.OK, *, username: str = ""
) -> HTMLResponse:
    html = _templates.get_template("staff_login.html").render(
        texts=console_texts(), error=error, username=username
    )
    return HTMLResponse(html, status, _HEADERS)
