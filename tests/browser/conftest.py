import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.api.conftest import migrated_file  # noqa: F401 - a fixture
from tests.browser import site as sites
from tests.browser import stage as stages
from tests.browser.site import Site
from tests.browser.stage import Stage
from tests.browser.widget import Widget

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="package")
def chromium() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(f"a browser is needed for these tests: one of {', '.join(NAMES)}")
    return found


@pytest.fixture(scope="package")
def playwright(
    migrated_file: Path,  # noqa: F811 - needs a loop, before one runs here
) -> Iterator[Playwright]:
    """Its loop runs in this thread until it is stopped: no longer than the tests of this folder,
    because others have loops of their own."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    """A site on the list of those that may embed the window."""
    with sites.serving() as running:
        yield running


@pytest.fixture(scope="package")
def stage(
    tmp_path_factory: pytest.TempPathFactory,
    migrated_file: Path,  # noqa: F811
    site: Site,
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    with stages.running(folder, migrated_file, allowed_origins=[site.url]) as running:
        yield running


Opening = Callable[..., Widget]


@pytest.fixture
def context_of(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    with ExitStack() as stack:

        def new(**options: Any) -> BrowserContext:
            context = browser.new_context(**{"viewport": PHONE, "locale": "zh-CN", **options})
            context.set_default_timeout(5000)
            stack.callback(context.close)
            return context

        yield new


@pytest.fixture
def open_page(stage: Stage, context_of: Callable[..., BrowserContext]) -> Opening:
    """The demonstration page, in a browser of its own unless a context is given."""

    def new(
        context: BrowserContext | None = None, *, path: str = "/", base: str = "", **options: Any
    ) -> Widget:
        page: Page = (context or context_of(**options)).new_page()
        widget = Widget(page)
        page.goto((base or stage.url) + path)
        return widget

    return new


@pytest.fixture(scope="session")
def shots() -> Path | None:
    """Where pictures of the states go, if somebody wants to look at them."""
    folder = os.environ.get("WIDGET_SHOTS")
    if folder is None:
        return None
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    return path
