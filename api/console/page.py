"""What a page of the console is: a function that builds elements for somebody who is logged in."""

import functools
import inspect
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import core, ui
from starlette.datastructures import State
from starlette.responses import RedirectResponse

from api.console import cookie, shell
from api.console.login import login_path
from api.console.navigation import NavEntry, navigation
from api.console.texts import console_texts
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.settings import Settings
from api.staff.permissions import Permission, may
from api.storage.models import Staff
from api.texts import gateway_texts

P = ParamSpec("P")
T = TypeVar("T")
_BUILD_WITHIN_S = 10.0
_log = logging.getLogger(__name__)


@dataclass
class Console:
    """One page of one member of staff. ``state``: the gateway's parts (``app.state``)."""

    staff: Staff
    token: str
    state: State

    @property
    def settings(self) -> Settings:
        """The gateway's settings."""
        settings: Settings = self.state.settings
        return settings

    @property
    def zone(self) -> ZoneInfo:
        """Where times are shown."""
        return self.settings.timezone

    def may(self, permission: Permission) -> bool:
        """Whether the one who looks at the page has a permission."""
        return may(self.staff.role, permission)

    def notify_error(self, error: ApiError) -> None:
        """Say what was refused."""
        words = gateway_texts().errors[error.code].format_map(error.details)
        ui.notify(words, type="negative", position="top")

    async def act(self, work: Callable[[Staff], Awaitable[T]]) -> T | None:
        """Do something in the name of who is still logged in; None if it was refused, which the
        page says by itself.

        A page lives for hours, so the login is checked anew each time.
        """
        try:
            self.staff = await self.state.staff_sessions.authenticate(self.token)
            return await work(self.staff)
        except ApiError as error:
            if error.code is ErrorCode.UNAUTHORIZED:
                shell.ask_to_log_in_again()
            else:
                self.notify_error(error)
        except Exception:
            _log.exception("act of the console failed")
            ui.notify(console_texts().failed, type="negative", position="top")
        return None


def staff_page(
    path: str,
    *,
    title: str,
    permission: Permission | None = None,
    nav: str | None = None,
    icon: str = "article",
    order: int = 100,
    shortcut: str = "",
) -> Callable[[Callable[Concatenate[Console, P], Awaitable[None]]], Callable[..., Any]]:
    """Make a function a page below ``/staff``, inside the shell.

    Whoever is not logged in goes to the login page; who lacks the permission is told so.
    """

    def decorate(
        build: Callable[Concatenate[Console, P], Awaitable[None]],
    ) -> Callable[..., Any]:
        if nav is not None:
            navigation.append(NavEntry(path, nav, icon, permission, order, shortcut))
        pages[path] = permission

        @functools.wraps(build)
        async def page(request: Request, *args: P.args, **kwargs: P.kwargs) -> Any:
            state: State = core.app.state.gateway
            token = cookie.token_in(request.cookies, state.settings)
            try:
                if token is None:
                    raise ApiError(ErrorCode.UNAUTHORIZED)
                staff = await state.staff_sessions.authenticate(token)
            except ApiError:
                return RedirectResponse(login_path(request.url.path, expired=token is not None))
            console = Console(staff, token, state)
            with shell.frame(console, title, path):
                if permission is not None and not console.may(permission):
                    ui.label(console_texts().forbidden).classes("console-empty")
                else:
                    await build(console, *args, **kwargs)
            return None

        parameters = list(inspect.signature(build).parameters.values())[1:]
        request = inspect.Parameter(
            "request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request
        )
        page.__signature__ = inspect.Signature([request, *parameters])  # type: ignore[attr-defined]
        heading = f"{title} · {console_texts().title}"
        return ui.page(path, title=heading, response_timeout=_BUILD_WITHIN_S)(page)

    return decorate


pages: dict[str, Permission | None] = {}
"""Every page and what it takes to open it; None: to be logged in."""
