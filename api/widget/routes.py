"""``GET /widget.js``: the module that any page embeds."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.widget.bundle import widget_bundle

# The address has no version in it: browsers ask again after ten minutes, and meanwhile, or on a
# bad line, go on with what they have.
_CACHING = "public, max-age=600, stale-while-revalidate=86400"
router = APIRouter()


@router.get("/widget.js", include_in_schema=False)
async def widget_module(request: Request) -> Response:
    """The chat window as one ES module; answers a known ETag with 304."""
    bundle = widget_bundle()
    is_gzipped = _accepts_gzip(request.headers.get("Accept-Encoding", ""))
    etag = f'"{bundle.digest}-gzip"' if is_gzipped else f'"{bundle.digest}"'
    headers = {
        "ETag": etag,
        "Cache-Control": _CACHING,
        "Vary": "Accept-Encoding",  # and Origin, which the CORS middleware adds
    }
    if _is_known(etag, request.headers.get("If-None-Match", "")):
        return Response(status_code=304, headers=headers)
    if is_gzipped:
        headers["Content-Encoding"] = "gzip"
    body = bundle.gzipped if is_gzipped else bundle.body
    return Response(body, headers=headers, media_type="text/javascript")


def _accepts_gzip(accepted: str) -> bool:
    for part in accepted.split(","):
        coding, _, quality = part.replace(" ", "").lower().partition(";")
        if coding == "gzip":
            return quality.rstrip("0.") != "q=" if quality else True
    return False


def _is_known(etag: str, known: str) -> bool:
    """Whether the client has it already; weak and strong tags compare alike (RFC 9110, 13.1.2)."""
    return known.strip() == "*" or etag in {
        tag.strip().removeprefix("W/") for tag in known.split(",")
    }
