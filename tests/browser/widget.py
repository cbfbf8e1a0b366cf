"""What a person does with the window, and sees of it."""

from playwright.sync_api import Locator, Page, expect


class Widget:
    """The window on one page. Playwright looks into open shadow roots by itself."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        if kind == "error" and "Failed to load resource" not in text and "WebSocket" not in text:
            self.problems.append(text)

    @property
    def host(self) -> Locator:
        return self.page.locator("union-assistant")

    @property
    def launcher(self) -> Locator:
        return self.page.locator(".launcher")

    @property
    def panel(self) -> Locator:
        return self.page.locator(".panel")

    @property
    def log(self) -> Locator:
        return self.page.locator(".log")

    @property
    def input(self) -> Locator:
        return self.page.locator(".composer textarea")

    @property
    def status(self) -> Locator:
        return self.page.locator(".status-card")

    @property
    def badge(self) -> Locator:
        return self.page.locator(".badge")

    def messages(self, author: str) -> Locator:
        return self.page.locator(f".message.{author} .bubble")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def ready(self) -> "Widget":
        """The greeting is there."""
        expect(self.messages("bot").first).to_contain_text("您好")
        return self

    def say(self, text: str) -> "Widget":
        self.input.fill(text)
        self.input.press("Enter")
        return self

    def sees(self, text: str) -> "Widget":
        expect(self.log).to_contain_text(text)
        return self

    def menu(self, item: str = "") -> None:
        self.page.locator(".menu").click()
        if item:
            self.button(item).click()
