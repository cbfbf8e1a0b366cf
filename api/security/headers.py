"""Security headers of every response (OWASP HTTP Headers Cheat Sheet)."""

from collections.abc import Collection, Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CSP = "Content-Security-Policy"
_FRAME_ANCESTORS = "frame-ancestors"
_STRICT = "default-src 'none'; base-uri 'none'; form-action 'none'"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(),"
    " payment=(), usb=()",
}
_ONE_YEAR_S = 365 * 24 * 3600
_STARTS = ("http.response.start", "websocket.http.response.start")


class SecurityHeaders:
    """Pure ASGI, so that streaming stays as it is.

    A response says itself what it may load, or may load nothing. Who may frame it is said here
    only: the listed origins for the pages made for that, nobody for anything else.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        embeddable_paths: Collection[str] = (),
        embedding_origins: Sequence[str] = (),
        is_production: bool = False,
    ) -> None:
        """``is_production``: served over HTTPS, and browsers shall stay with it."""
        self._app = app
        self._embeddable_paths = embeddable_paths
        self._embedders = " ".join(["'self'", *embedding_origins])
        self._is_production = is_production

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add to what comes back."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] in _STARTS:
                self._complete(MutableHeaders(scope=message), scope["path"])
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _complete(self, headers: MutableHeaders, path: str) -> None:
        headers.update(_ALWAYS)
        is_embeddable = path in self._embeddable_paths
        ancestors = self._embedders if is_embeddable else "'none'"
        policy = _without_frame_ancestors(headers.get(_CSP, _STRICT))
        headers[_CSP] = f"{policy}; {_FRAME_ANCESTORS} {ancestors}"
        if not is_embeddable:
            headers["X-Frame-Options"] = "DENY"  # for browsers that do not know frame-ancestors
        if self._is_production:
            headers["Strict-Transport-Security"] = f"max-age={_ONE_YEAR_S}"
        if path.startswith("/api/"):
            headers["Cache-Control"] = "no-store"


def _without_frame_ancestors(policy: str) -> str:
    directives = (directive.strip() for directive in policy.split(";"))
    return "; ".join(
        directive
        for directive in directives
        if directive and directive.split()[0].lower() != _FRAME_ANCESTORS
    )
