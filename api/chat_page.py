"""The demonstration page at ``/``, which embeds the chat window as any page would."""

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse

STATIC = Path(__file__).parent / "static"
# 'self' takes in ws: and wss: of the same host (CSP Level 3; Chrome 71, Safari 16). A browser that
# knows it otherwise gets no socket, and the window polls. No HTML is parsed from strings, so that
# trusted types can be required and none allowed.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " connect-src 'self'; img-src 'self'; manifest-src 'self'; base-uri 'none';"
    " form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none';"
    " frame-ancestors 'self'",
}
router = APIRouter()


@router.get("/", include_in_schema=False)
async def chat_page() -> FileResponse:
    """The page that a worker opens."""
    return FileResponse(STATIC / "index.html", headers=_HEADERS)
