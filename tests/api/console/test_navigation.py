"""Where each member of staff begins."""

import importlib

import pytest

from api.console.navigation import entries_for, home_of
from api.console.pages import PAGE_MODULES
from api.staff.permissions import may
from api.storage.models import Role

for module in PAGE_MODULES:
    importlib.import_module(module)


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.AGENT, "/staff/"),
        (Role.LEGAL, "/staff/"),
        (Role.SUPERVISOR, "/staff/"),
        (Role.EDITOR, "/staff/review"),
        (Role.ADMINISTRATOR, "/staff/figures"),
    ],
)
def test_the_first_page_is_one_that_opens(role: Role, home: str) -> None:
    assert home_of(role) == home


@pytest.mark.parametrize("role", Role)
def test_only_pages_that_open_are_in_the_navigation(role: Role) -> None:
    entries = entries_for(role)
    assert all(each.permission is None or may(role, each.permission) for each in entries)
    assert [each.order for each in entries] == sorted(each.order for each in entries)
