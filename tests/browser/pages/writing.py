"""The editor of one article, as its user sees it."""

from playwright.sync_api import Locator

from tests.browser.pages.colleague import Colleague


class Writing:
    """An article that a colleague has open."""

    def __init__(self, colleague: Colleague) -> None:
        self.colleague = colleague
        self.page = colleague.page

    @property
    def text(self) -> Locator:
        return self.page.locator(".cm-content")

    def add(self, words: str) -> "Writing":
        """Write a line at the end."""
        self.to_the_end()
        self.page.keyboard.insert_text(f"\n{words}")
        return self._checked()

    def write(self, source: str) -> "Writing":
        """Have this text in place of all that there was."""
        self._go("Control+a")
        self.page.keyboard.insert_text(source)
        return self._checked()

    def to_the_end(self) -> None:
        """Only lines in sight are on the page."""
        self._go("Control+End")

    def save(self) -> "Writing":
        self.colleague.button("保存草稿").click()
        return self

    def _go(self, key: str) -> None:
        self.text.click()
        self.page.keyboard.press(key)

    def _checked(self) -> "Writing":
        """The desk looks at what was typed every now and then; the page says so first."""
        self.colleague.settle()
        return self
