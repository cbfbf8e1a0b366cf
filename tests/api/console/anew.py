"""The console of one test after that of another: NiceGUI has one application for a process."""

from fastapi import FastAPI
from nicegui import core

from api.console import mounting


def mount(app: FastAPI) -> None:
    """Put the console onto a gateway that has not started, whoever had it before."""
    core.app.user_middleware.clear()
    core.app.middleware_stack = None
    mounting.mount(app)
