"""What holds in every state: nothing inaccessible, nothing cut off, no error of the page."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

from tests.browser.widget import Widget

_axe = Axe()
_OVERFLOW = """() => {
  const root = document.querySelector('union-assistant').shadowRoot;
  const wide = [...root.querySelectorAll('.panel *')].filter((node) =>
    node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== 'visible'
    && !node.closest('.hidden') && !node.matches('.name, textarea, input, select'));
  return [document.documentElement.scrollWidth > innerWidth ? 'page' : '',
          ...wide.map((node) => node.className)].filter(Boolean);
}"""


def check(widget: Widget, name: str, shots: Path | None) -> None:
    """Check a state; keep a picture of it where there is a folder for that."""
    if shots is not None:
        width = widget.page.evaluate("innerWidth")
        widget.page.screenshot(path=shots / f"{name}-{width}.png")
    violations = _axe.run(widget.page).response["violations"]
    found = [(each["id"], [node["target"] for node in each["nodes"]]) for each in violations]
    assert found == []
    assert widget.page.evaluate(_OVERFLOW) == []
    assert widget.problems == []
