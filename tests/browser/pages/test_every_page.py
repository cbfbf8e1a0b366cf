"""Every page of the console, for every role: those of the navigation, and all that there are."""

import importlib
from pathlib import Path

import pytest

from api.console.navigation import navigation
from api.console.page import pages
from api.console.pages import PAGE_MODULES
from api.console.texts import console_texts
from api.staff.permissions import may
from api.storage.models import Role
from tests.browser.pages.colleague import check, picture
from tests.browser.pages.conftest import Console, Opening, Stranger
from tests.browser.pages.knowledge import SUBMITTED

for module in PAGE_MODULES:
    importlib.import_module(module)
WALKERS = (Role.SUPERVISOR, Role.ADMINISTRATOR, Role.LEGAL, Role.EDITOR, Role.AGENT)
"""The first of them who may open a page looks at it closely."""
PICTURES = {
    "/desk-settings": "settings",
    "/figures": "figures",
    "/knowledge": "knowledge",
    "/knowledge/articles/{article_id}": "editor",
    "/knowledge/publish": "publish",
    "/monthly": "monthly",
    "/people": "people",
    "/review": "review",
    "/review/proposals": "proposals",
    "/review/unanswered": "unanswered",
}
ON_A_PHONE = ("/figures", "/knowledge", "/review")
FEWEST_CHARS = 20


def address(path: str, console: Console) -> str:
    """A page with something on it that there is."""
    places = {"article_id": SUBMITTED, "conversation_id": console.centre.waiting}
    return path.format_map(places)


def opens(path: str, role: Role) -> bool:
    permission = pages[path]
    return permission is None or may(role, permission)


def first_to_open(path: str) -> Role:
    return next(role for role in WALKERS if opens(path, role))


@pytest.mark.parametrize(
    ("role", "path"),
    [(role, path) for role in WALKERS for path in pages if opens(path, role)],
)
def test_a_page_is_there_for_those_who_may(
    role: Role, path: str, at_desk: Opening, console: Console, pictures: Path | None
) -> None:
    colleague = at_desk(role, address(path, console))
    assert colleague.heading
    shown = colleague.content.inner_text()
    assert console_texts().forbidden not in shown
    assert len(shown) > FEWEST_CHARS
    is_first = role is first_to_open(path)
    check(colleague, is_whole=is_first)
    if is_first and path in PICTURES:
        picture(colleague, PICTURES[path], pictures, phone=path in ON_A_PHONE)


@pytest.mark.parametrize("role", WALKERS)
def test_the_others_are_told_so(role: Role, at_desk: Opening, console: Console) -> None:
    colleague = at_desk(role, "/account")
    for path in pages:
        if not opens(path, role):
            colleague.page.goto(f"{colleague.url}/staff{address(path, console)}")
            assert colleague.content.inner_text() == console_texts().forbidden, path
            assert colleague.heading
    assert colleague.problems == []


@pytest.mark.parametrize("role", WALKERS)
def test_the_navigation_leads_to_what_one_may_open(role: Role, at_desk: Opening) -> None:
    colleague = at_desk(role, "/account")
    entries = sorted(
        (entry for entry in navigation if opens(entry.path, role)), key=lambda entry: entry.order
    )
    links = colleague.page.get_by_role("navigation", name=console_texts().menu).get_by_role("link")
    assert [text.split("\n")[-1] for text in links.all_inner_texts()] == [
        entry.label for entry in entries
    ]
    links.last.click()
    colleague.page.wait_for_url(f"**/staff{entries[-1].path}")
    colleague.settle()
    assert links.last.get_attribute("aria-current") == "page"
    assert colleague.problems == []


def test_a_case_in_hand(at_desk: Opening, console: Console, pictures: Path | None) -> None:
    colleague = at_desk(Role.AGENT, f"/cases/{console.centre.claimed}")
    colleague.sees("示例服饰有限公司")
    check(colleague)
    picture(colleague, "inbox", pictures, phone=True)


def test_who_is_not_logged_in_is_asked_to(
    stranger: Stranger, console: Console, pictures: Path | None
) -> None:
    colleague = stranger()
    for path in pages:
        colleague.page.goto(f"{colleague.url}/staff{address(path, console)}")
        assert colleague.page.url.startswith(f"{colleague.url}/staff/login"), path
    check(colleague)
    picture(colleague, "login", pictures)
