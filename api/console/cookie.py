"""The cookie that carries a login of the console.

``SameSite=Strict`` keeps other sites from using it; the REST layer does not look at it at all.
"""

from collections.abc import Mapping

from starlette.responses import Response

from api.settings import Environment, Settings
from api.staff.sessions import LIFETIME

_NAME = "union_staff"
_HOST_NAME = "__Host-union_staff"
"""Browsers take it only over HTTPS, for this host alone."""


def _name(settings: Settings) -> str:
    return _HOST_NAME if settings.env is Environment.PRODUCTION else _NAME


def token_in(cookies: Mapping[str, str], settings: Settings) -> str | None:
    """The login's token, or None."""
    return cookies.get(_name(settings))


def give(response: Response, token: str, settings: Settings) -> None:
    """Let the browser keep the login, out of reach of scripts."""
    response.set_cookie(
        _name(settings),
        token,
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        secure=settings.env is Environment.PRODUCTION,
        httponly=True,
        samesite="strict",
    )


def take(response: Response, settings: Settings) -> None:
    """Have the browser forget the login."""
    response.delete_cookie(_name(settings), path="/", httponly=True, samesite="strict")
