"""Puts the console onto the gateway.

NiceGUI has one application for a process, so a process has one console.
"""

import importlib
from pathlib import Path

from fastapi import FastAPI
from nicegui import core, ui
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.console import enrolment, login
from api.console.pages import PAGE_MODULES
from api.console.texts import console_texts

MOUNT_PATH = "/staff"
_FAVICON = Path(__file__).parent.parent / "static" / "favicon.svg"
# NiceGUI builds its pages from inline scripts and compiles templates in the browser. Nothing of
# it comes from elsewhere, and nothing goes elsewhere.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval';"
    " style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:;"
    " connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
)


class _Policy:
    """Says what the console's pages may load."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the header to responses of the console."""

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message.get("headers", []),
                    (b"content-security-policy", _POLICY.encode()),
                ]
            await send(message)

        await self._app(scope, receive, send_with_policy)


def mount(app: FastAPI) -> None:
    """Add the login page and the pages of every module. Call it once, before the start."""
    for module in PAGE_MODULES:
        importlib.import_module(module)
    core.app.state.gateway = app.state
    core.app.add_middleware(_Policy)
    # Quasar's bar has no name for screen readers; what takes a while says so on its page.
    core.app.config.quasar_config["loadingBar"]["skipHijack"] = True
    app.include_router(login.router)
    app.include_router(enrolment.router)
    ui.run_with(
        app,
        mount_path=MOUNT_PATH,
        title=console_texts().title,
        favicon=_FAVICON,
        language="zh-CN",
        show_welcome_message=False,
        reconnect_timeout=30.0,
    )
