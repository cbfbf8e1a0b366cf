import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from api.settings import Settings
from tests.browser.pages import centre, gateway
from tests.browser.pages.centre import Furnished
from tests.browser.pages.colleague import DESKTOP, Colleague, new_tab

_PATIENCE_MS = 10_000
# What is on its way in or out has other colours than what is there.
BROWSER: dict[str, Any] = {
    "viewport": DESKTOP,
    "locale": "zh-CN",
    "reduced_motion": "reduce",
}


@dataclass(frozen=True)
class Console:
    """The running console: its address, and what is on it."""

    url: str
    centre: Furnished


@pytest.fixture(scope="package")
def console(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Console]:
    folder = tmp_path_factory.mktemp("console")
    shutil.copy(migrated_file, folder / "gateway.db")
    port = gateway.free_port()
    settings = Settings(data_dir=folder, port=port)
    with ThreadPoolExecutor(1) as pool:  # the browser's loop runs in this thread
        furnished = pool.submit(asyncio.run, centre.furnish(settings)).result()
    with (
        gateway.action_server() as actions_url,
        gateway.serving(folder, port, actions_url) as url,
    ):
        yield Console(url, furnished)


@pytest.fixture(scope="package")
def _contexts(browser: Browser, console: Console) -> Iterator[Callable[[str], BrowserContext]]:
    """A browser for each account, logged in once."""
    known: dict[str, BrowserContext] = {}
    with ExitStack() as stack:

        def context_of(username: str) -> BrowserContext:
            if username not in known:
                context = browser.new_context(**BROWSER)
                context.set_default_timeout(_PATIENCE_MS)
                stack.callback(context.close)
                tab = new_tab(context, console.url)
                tab.log_in(username, centre.PASSWORD)
                tab.page.close()
                known[username] = context
            return known[username]

        yield context_of


Opening = Callable[..., Colleague]


@pytest.fixture
def at_desk(_contexts: Callable[[str], BrowserContext], console: Console) -> Iterator[Opening]:
    """Opens a page for the account with this username, in a tab of its own."""
    with ExitStack() as stack:

        def open_page(username: str, path: str) -> Colleague:
            tab = new_tab(_contexts(username), console.url)
            stack.callback(tab.page.close)
            return tab.open(path)

        yield open_page


Stranger = Callable[[], Colleague]


@pytest.fixture
def stranger(browser: Browser, console: Console) -> Iterator[Stranger]:
    """Somebody at a browser in which nobody is logged in."""
    with ExitStack() as stack:

        def new() -> Colleague:
            context = browser.new_context(**BROWSER)
            context.set_default_timeout(_PATIENCE_MS)
            stack.callback(context.close)
            return new_tab(context, console.url)

        yield new


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where the handbook's pictures go; ``make pictures`` sets it."""
    folder = os.environ.get("HANDBOOK_PICTURES")
    return None if folder is None else Path(folder)
