"""Who may open a socket: checked before the connection is upgraded."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.websockets import WebSocket

PROTOCOL = "union-chat.v1"
"""Sub-protocol that a browser should offer beside the one that carries its token."""
_BEARER = "bearer."


def bearer_token(websocket: WebSocket) -> str | None:
    """The token of the Authorization header or, for browsers, which cannot set one, of an
    offered sub-protocol ``bearer.<token>``. Never of the URL, which ends up in logs."""
    scheme, _, token = websocket.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    offered = (name for name in websocket.scope["subprotocols"] if name.startswith(_BEARER))
    return next(offered, "").removeprefix(_BEARER) or None


def chosen_subprotocol(websocket: WebSocket) -> str | None:
    """The answer to an offer of sub-protocols: a browser that gets none gives up.

    The one with the token is the last resort, because there is no need to send it back.
    """
    offered: list[str] = websocket.scope["subprotocols"]
    if PROTOCOL in offered:
        return PROTOCOL
    return next((name for name in offered if name.startswith(_BEARER)), None)


def is_allowed_origin(websocket: WebSocket, allowed_origins: Collection[str]) -> bool:
    """Whether the page that opens the socket may: one of this host, or one on the list.

    Browsers do not apply CORS to sockets. Programs send no origin; they need the token as well.
    """
    origin = websocket.headers.get("Origin")
    if origin is None:
        return True
    same_host = urlsplit(origin).netloc.lower() == websocket.headers.get("Host", "").lower()
    return same_host or origin.lower() in {each.rstrip("/").lower() for each in allowed_origins}
