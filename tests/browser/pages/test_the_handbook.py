"""The handbook shows what there is, and has every picture that it shows."""

import re

from tests.browser.pages.gateway import ROOT

HANDBOOK, IMAGES = ROOT / "docs" / "zh", ROOT / "docs" / "images"


def test_every_picture_of_the_console_is_shown_and_there() -> None:
    shown = {
        name
        for page in HANDBOOK.glob("*.md")
        for name in re.findall(r"\.\./images/([\w-]+\.png)", page.read_text(encoding="utf-8"))
    }
    assert {name for name in shown if not (IMAGES / name).is_file()} == set()
    assert {path.name for path in IMAGES.glob("console-*.png")} <= shown


def test_every_page_on_the_console_has_a_picture() -> None:
    for page in HANDBOOK.glob("console-*.md"):
        assert "../images/console-" in page.read_text(encoding="utf-8"), page.name
