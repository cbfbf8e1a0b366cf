"""A member of staff at a browser, and what holds on every page that is open there."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Response,
    ViewportSize,
)

from tests.browser.conftest import DESKTOP as DESK
from tests.browser.conftest import PHONE as HAND

DESKTOP = ViewportSize(width=DESK["width"], height=DESK["height"])
PHONE = ViewportSize(width=HAND["width"], height=HAND["height"])
_axe = Axe()
_SERIOUS = ("serious", "critical")
# Nothing has changed on the page for a while, and nothing turns that says it is at work.
_SETTLED = """() => new Promise((done) => {
  const QUIET_MS = 200;
  let timer;
  const observer = new MutationObserver(wait);
  function wait() {
    clearTimeout(timer);
    timer = setTimeout(look, QUIET_MS);
  }
  function look() {
    if (document.querySelector('#content .q-spinner')) return wait();
    observer.disconnect();
    done();
  }
  observer.observe(document.body, {
    subtree: true, childList: true, attributes: true, characterData: true
  });
  wait();
})"""
# The login page has no application.
_CONNECTED = "() => !document.getElementById('app') || window.did_handshake"
# axe-core loses what lies behind a label with a place of its own on the z axis, as soon as the page
# is fixed, which it is below a dialog; without the place it looks the same.
_UNPLACED = ".q-btn__content { z-index: auto !important }"
_OVERFLOW = "() => document.documentElement.scrollWidth - innerWidth"


class Colleague:
    """One tab of somebody. ``url``: of the gateway."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.problems: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("response", self._receive)

    def log_in(self, username: str, password: str, code: str = "") -> None:
        """Fill in the form, and wait for where it leads."""
        self.page.goto(f"{self.url}/staff/login")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码", exact=True).fill(password)
        self.page.get_by_label("动态验证码").fill(code)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_load_state()

    def log_out(self) -> None:
        self.page.locator(".console-header .q-btn").last.click()
        self.page.get_by_text("退出登录").click()
        self.page.wait_for_url("**/staff/login")

    def open(self, path: str) -> "Colleague":
        """Go to a page of the console, and wait until it is all there."""
        self.page.goto(f"{self.url}/staff{path}")
        return self.settle()

    def settle(self) -> "Colleague":
        """Wait until the page is connected and nothing changes on it any more."""
        self.page.wait_for_function(_CONNECTED)
        self.page.evaluate(_SETTLED)
        return self

    @property
    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    @property
    def content(self) -> Locator:
        """The page without header and navigation."""
        return self.page.locator("#content")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def sees(self, words: str) -> None:
        """Wait until it stands somewhere on the page."""
        self.page.get_by_text(words).first.wait_for()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(message.text)

    def _receive(self, response: Response) -> None:
        if response.status >= 400:
            self.problems.append(f"{response.status} {response.url}")


def check(colleague: Colleague, *, is_whole: bool = True) -> None:
    """What is open fits a desk and a phone, is accessible, and the browser has no complaint.

    ``is_whole``: not only that it fits, which takes less time.
    """
    page = colleague.page
    if colleague.dialog.count():
        page.add_style_tag(content=_UNPLACED)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        colleague.settle()
        assert page.evaluate(_OVERFLOW) <= 0, size
        if is_whole:
            found = _violations(page, with_colours=size is DESKTOP)
            assert found == [], (size["width"], found)
    page.set_viewport_size(DESKTOP)
    assert colleague.problems == []


def _violations(page: Page, *, with_colours: bool) -> list[tuple[str, list[str]]]:
    """What is seriously inaccessible, with the elements.

    ``with_colours``: they are the same at every size, and take the longest.
    """
    options = {
        "resultTypes": ["violations"],
        "rules": {"color-contrast": {"enabled": with_colours}},
    }
    found = _axe.run(page, options=options).response["violations"]
    return [
        (each["id"], [node["html"] for node in each["nodes"]])
        for each in found
        if each["impact"] in _SERIOUS
    ]


def picture(colleague: Colleague, name: str, folder: Path | None, *, phone: bool = False) -> None:
    """Keep ``console-NAME-WIDTH.png`` for the handbook, where somebody asked for it.

    ``phone``: the page as it opens there, too.
    """
    if folder is None:
        return
    colleague.settle()
    _shoot(colleague, folder / f"console-{name}-{DESKTOP['width']}.png")
    if phone:
        colleague.page.set_viewport_size(PHONE)
        colleague.page.reload()
        colleague.settle()
        _shoot(colleague, folder / f"console-{name}-{PHONE['width']}.png")
        colleague.page.set_viewport_size(DESKTOP)


def _shoot(colleague: Colleague, path: Path) -> None:
    colleague.page.mouse.move(0, 0)
    colleague.page.screenshot(path=path, animations="disabled", caret="hide")


def new_tab(context: BrowserContext, url: str) -> Colleague:
    """Another tab of who is logged in there."""
    return Colleague(context.new_page(), url)
