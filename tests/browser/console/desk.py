"""What a member of staff does at the desk, and sees of it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

PASSWORD = "some long words 7"
_axe = Axe()
# What sticks out of the window sideways, and what is cut off though it does not say so.
_CUT_OFF = """() => {
  const isShown = (node) => node.checkVisibility({ visibilityProperty: true });
  const sticksOut = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 1 && (box.right > innerWidth + 1 || box.left < -1);
  };
  const isCut = (node) => {
    const { overflowX, textOverflow } = getComputedStyle(node);
    return node.clientWidth > 0 && node.scrollWidth > node.clientWidth + 1
      && overflowX === 'hidden' && textOverflow !== 'ellipsis';
  };
  const own = 'svg, .q-focus-helper, .q-ripple, .q-field__native';
  const nodes = [...document.querySelectorAll('.inbox *, .q-dialog__inner *, .console-header *')]
    .filter((node) => isShown(node) && !node.closest(own));
  return [document.documentElement.scrollWidth > innerWidth ? 'page' : '',
          ...nodes.filter((node) => sticksOut(node) || isCut(node)).map((node) => node.className)]
    .filter(Boolean);
}"""


class Desk:
    """The inbox in one tab."""

    def __init__(self, page: Page, url: str) -> None:
        """``url``: of the gateway."""
        self.page = page
        self.url = url
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        is_network = "Failed to load resource" in message.text or "WebSocket" in message.text
        if message.type == "error" and not is_network:
            self.problems.append(message.text)

    def sign_in(self, username: str) -> "Desk":
        """By the form."""
        self.page.goto(self.url + "/staff/login")
        self.fill_login(username)
        expect(self.button("菜单")).to_be_visible()
        return self

    def fill_login(self, username: str) -> None:
        """What the form of the page that is open asks for."""
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.button("登录").click()

    # The list.

    def view(self, name: str) -> Locator:
        """A tab over the list, such as 待接手."""
        return self.page.locator(".inbox-tabs").get_by_role("button", name=name)

    def row(self, about: str) -> Locator:
        """The line of a case, by a word that stands in it."""
        return self.page.get_by_role("option").filter(has_text=about)

    def open(self, about: str) -> "Desk":
        """Show a case of the list."""
        self.row(about).click()
        expect(self.heading).to_contain_text(about)
        return self

    # The conversation.

    @property
    def heading(self) -> Locator:
        """What the open case is about."""
        return self.page.locator(".talk-title").get_by_role("heading")

    @property
    def log(self) -> Locator:
        """What was said."""
        return self.page.get_by_role("log", name="聊天记录")

    def bubbles(self, author: str) -> Locator:
        """What was said by worker, bot or staff."""
        return self.page.locator(f".bubble.by-{author}")

    @property
    def reply(self) -> Locator:
        """Where a reply is written."""
        return self.page.get_by_label("回复职工")

    @property
    def reply_state(self) -> Locator:
        """What is said of the reply: stored, too long, no connection."""
        return self.page.locator(".composer-state")

    def claim(self) -> "Desk":
        """Take the open case."""
        self.button("接手").click()
        expect(self.reply).to_be_visible()
        return self

    def say(self, text: str) -> "Desk":
        """Write a reply and send it."""
        self.reply.fill(text)
        self.button("发送").click()
        return self

    # The side, the menu and what asks.

    def side(self, name: str) -> Locator:
        """A tab of the right column, brought to the front."""
        tab = self.page.get_by_role("tab", name=name)
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        panel = self.page.get_by_role("tabpanel").last
        expect(panel).to_be_visible()
        return panel

    def choose(self, act: str) -> Locator:
        """An act of the menu; the dialog that asks, if there is one."""
        self.button("更多").click()
        self.page.get_by_role("menuitem", name=act, exact=True).click()
        return self.dialog

    @property
    def dialog(self) -> Locator:
        """What asks."""
        return self.page.get_by_role("dialog")

    def close_dialog(self) -> None:
        """As the keyboard does it."""
        self.page.keyboard.press("Escape")
        expect(self.dialog).to_have_count(0)

    def pick(self, field: str, option: str) -> None:
        """Choose from a list of the dialog."""
        self.dialog.get_by_role("combobox", name=field).click()
        self.page.get_by_role("listbox").get_by_role("option").filter(has_text=option).click()

    def button(self, name: str) -> Locator:
        """A button by its whole name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def told(self, text: str) -> "Desk":
        """A notice says so."""
        expect(self.page.get_by_role("alert").filter(has_text=text).first).to_be_visible()
        return self

    # Columns, where there is room for one alone.

    def to_side(self) -> None:
        """Bring the right column to the front."""
        self._to(".inbox-side", "案件资料")

    def to_list(self) -> None:
        """Go back, over the conversation, to the list."""
        if self.page.locator(".inbox-list").is_hidden():
            self._to(".inbox-talk", "返回列表")
            self._to(".inbox-list", "返回列表")

    def _to(self, column: str, by: str) -> None:
        if self.page.locator(column).is_hidden():
            self.button(by).locator("visible=true").click()
            expect(self.page.locator(column)).to_be_visible()

    # How it looks.

    def check(self) -> None:
        """Nothing inaccessible, nothing cut off, no error of the page."""
        # Axe takes the page behind a dialog for what the dialog's words stand on.
        options = {"rules": {"color-contrast": {"enabled": not self.dialog.count()}}}
        violations = _axe.run(self.page, options=options).response["violations"]
        found = [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations]
        assert not found, found
        cut_off = self.page.evaluate(_CUT_OFF)
        assert not cut_off, cut_off
        assert not self.problems, self.problems
