"""Pages of other hosts that may use the gateway: which, and how far."""

import re
from collections.abc import Iterable, Sequence
from typing import TypedDict
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

# Goes into headers: no blanks, no wildcards, and names beyond ASCII in Punycode.
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?/?")
_PORTS = {"http": "80", "https": "443"}


class CorsArguments(TypedDict):
    """Arguments of Starlette's ``CORSMiddleware``."""

    allow_origins: Sequence[str]
    allow_methods: Sequence[str]
    allow_headers: Sequence[str]
    expose_headers: Sequence[str]
    allow_credentials: bool
    max_age: int


def parse_origins(texts: Iterable[str]) -> list[str]:
    """Origins as browsers send them, such as ``https://www.example.org``.

    Raises ``ValueError`` for anything else; ``*`` is none, nor is a page's whole address.
    """
    return [_parse(text.strip()) for text in texts if text.strip()]


def cors_arguments(origins: Sequence[str]) -> CorsArguments:
    """What pages of these origins may do: the worker chat, with its token in a header.

    Without credentials: the gateway reads no cookies of workers.
    """
    return {
        "allow_origins": origins,
        "allow_methods": ("GET", "POST", "DELETE"),
        "allow_headers": ("Authorization", "Content-Type", "X-Request-ID"),
        "expose_headers": ("Retry-After", "X-Request-ID"),
        "allow_credentials": False,
        "max_age": 600,
    }


def is_same_origin(connection: HTTPConnection) -> bool:
    """Whether a page of this host sent the request; programs, which send no origin, pass.

    For requests that a cookie authenticates. Forms of a page without a referrer have the origin
    "null"; then only the browser's word on where the request comes from counts.
    """
    origin = connection.headers.get("Origin")
    if origin is None:
        return connection.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
    if origin == "null":
        return connection.headers.get("Sec-Fetch-Site") == "same-origin"
    return urlsplit(origin).netloc.lower() == connection.headers.get("Host", "").lower()


def _parse(text: str) -> str:
    found = _ORIGIN.fullmatch(text.lower())
    if found is None:
        raise ValueError("an origin is a scheme and a host, such as https://www.example.org")
    scheme, host, port = found.groups()
    # Browsers leave out the port that the scheme implies.
    return f"{scheme}://{host}" + (f":{port}" if port not in (None, _PORTS[scheme]) else "")
