"""Outermost ASGI layer: request id, access log, headers, and the answer of last resort."""

import logging
import re
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from ulid import ULID

from api.error_codes import ErrorCode
from api.errors import error_response
from api.logs import bind_request_id

REQUEST_ID_HEADER = "X-Request-ID"
_FOREIGN_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_log = logging.getLogger(__name__)


class RequestContext:
    """Pure ASGI, so that streaming and background work stay as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; a failure becomes a 500 of the common shape."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        foreign_id = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
        request_id = foreign_id if _FOREIGN_ID.fullmatch(foreign_id) else str(ULID())
        bind_request_id(request_id)
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID_HEADER] = request_id
                # The page and its scripts are asked for anew, so that they always fit together.
                is_api = scope["path"].startswith("/api/")
                headers.setdefault("Cache-Control", "no-store" if is_api else "no-cache")
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            _log.exception("request failed", extra=_request_fields(scope))
            if status:
                raise  # the response has begun: the server must cut the connection
            response = error_response(ErrorCode.INTERNAL_ERROR)
            await response(scope, receive, send_with_headers)
        finally:
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            _log.info(
                "request",
                extra=_request_fields(scope) | {"status": status, "milliseconds": milliseconds},
            )


def _request_fields(scope: Scope) -> dict[str, object]:
    # The route's pattern, not the path: what a client puts into a path is not ours to log.
    route = getattr(scope.get("route"), "path", None)
    return {"method": scope["method"], "route": route}
