"""Where those set up a second factor who may go nowhere else before: a page without scripts."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.console import cookie
from api.console.login import LOGIN
from api.console.navigation import HOME, home_of
from api.console.people.texts import people_texts
from api.console.plain_pages import render
from api.console.texts import console_texts
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.security.origins import is_same_origin
from api.staff import auth
from api.staff.own_account import OwnAccount
from api.staff.second_factor import Enrolment
from api.storage.models import Staff
from api.texts import gateway_texts

router = APIRouter(prefix="/staff/enrol", include_in_schema=False)


@router.get("")
async def show(request: Request) -> Response:
    """What it is about, and the question for the password."""
    staff = await _enrolling(request)
    return staff if isinstance(staff, Response) else _page()


@router.post("")
async def begin(request: Request, password: Annotated[str, Form(max_length=1024)] = "") -> Response:
    """The QR code, shown this once."""
    staff = await _enrolling(request)
    if isinstance(staff, Response):
        return staff
    try:
        enrolment = await _own_account(request).begin_second_factor(staff, password)
    except ApiError as error:
        return _page(error=error)
    return _page(enrolment=enrolment, is_begun=True)


@router.post("/confirm")
async def confirm(request: Request, code: Annotated[str, Form(max_length=16)] = "") -> Response:
    """The backup codes, shown this once."""
    staff = await _enrolling(request)
    if isinstance(staff, Response):
        return staff
    try:
        codes = await _own_account(request).confirm_second_factor(staff, code)
    except ApiError as error:
        return _page(error=error, is_begun=error.code is not ErrorCode.SECOND_FACTOR_CHANGED)
    return _page(backup_codes=codes, home=home_of(staff.role))


async def _enrolling(request: Request) -> Staff | Response:
    """Who has to set it up; for anybody else the page where they belong."""
    if request.method == "POST" and not is_same_origin(request):
        raise ApiError(ErrorCode.FORBIDDEN)
    token = cookie.token_in(request.cookies, request.app.state.settings)
    sessions = auth.sessions_of(request)
    try:
        staff = await sessions.authenticate(token or "", enrolling=True)
    except ApiError:
        return RedirectResponse(LOGIN, HTTPStatus.SEE_OTHER)
    if not sessions.must_enrol(staff):
        return RedirectResponse(home_of(staff.role), HTTPStatus.SEE_OTHER)
    return staff


def _own_account(request: Request) -> OwnAccount:
    found: OwnAccount = request.app.state.people.own
    return found


def _page(
    *,
    error: ApiError | None = None,
    enrolment: Enrolment | None = None,
    is_begun: bool = False,
    backup_codes: list[str] | None = None,
    home: str = HOME,
) -> HTMLResponse:
    words = gateway_texts().errors[error.code].format_map(error.details) if error else None
    return render(
        "staff_enrol.html",
        error.code.status if error else HTTPStatus.OK,
        title=console_texts().title,
        texts=people_texts(),
        error=words,
        enrolment=enrolment,
        is_begun=is_begun,
        backup_codes=backup_codes,
        home=home,
    )
