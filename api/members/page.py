"""The verification page: one form that works without scripts, on the smallest phone.

The key in its address is the only credential and good for one success, so that no other site can
send the form for somebody: there is no cookie that it could borrow.
"""

from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.members.texts import members_texts
from api.members.verification import Claim, LinkState, Outcome, Verification

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_UNANSWERED: Final = Claim("", "", "")


async def _verification(request: Request) -> Verification:
    verification: Verification = request.app.state.verification
    return verification


TheVerification = Annotated[Verification, Depends(_verification)]
router = APIRouter(prefix="/verify", include_in_schema=False)


@router.get("/{key}")
async def show(key: str, verification: TheVerification) -> Response:
    """The form, or why there is none."""
    state = await verification.state(key)
    status = HTTPStatus.NOT_FOUND if state is LinkState.GONE else HTTPStatus.OK
    return _page(state, status)


@router.post("/{key}")
async def check(
    key: str,
    verification: TheVerification,
    name: Annotated[str, Form()] = "",
    last_six: Annotated[str, Form()] = "",
    phone: Annotated[str, Form()] = "",
) -> Response:
    """Check the form. What ends the link leads back to it, so that reloading sends nothing."""
    claim = Claim(name, last_six, phone)
    texts = members_texts().page
    match await verification.verify(key, claim):
        case Outcome.VERIFIED | Outcome.GONE:
            # Relative, so that it holds behind any proxy; "./", so that a made-up key cannot name
            # another site.
            return RedirectResponse(f"./{key}", HTTPStatus.SEE_OTHER, _HEADERS)
        case Outcome.MISMATCH:
            return _page(LinkState.OPEN, HTTPStatus.UNPROCESSABLE_ENTITY, claim, texts.mismatch)
        case Outcome.LOCKED:
            return _page(LinkState.OPEN, HTTPStatus.TOO_MANY_REQUESTS, claim, texts.locked)


def _page(
    state: LinkState, status: HTTPStatus, claim: Claim = _UNANSWERED, error: str | None = None
) -> HTMLResponse:
    html = _templates.get_template("verify.html").render(
        state=state, texts=members_texts().page, claim=claim, error=error
    )
    return HTMLResponse(html, status, _HEADERS)
