"""Commands for operators of the account: publish the menu."""

import difflib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from api.channels.wechat.menu import MENU_FILE, MenuError, load_menu
from api.channels.wechat.platform import Platform
from api.channels.wechat.platform_errors import PlatformError

_FIRST: Final = ("name", "type", "key", "url")


async def publish_command(platform: Platform, *, dry_run: bool, menu_file: Path = MENU_FILE) -> int:
    """Print how the published menu differs from the file, and publish the file.

    Returns the exit status: 0 they are the same now; 1 they differ, in a dry run; 2 the file
    cannot be used, or the platform refused.
    """
    try:
        menu = load_menu(menu_file).as_platform()
        published = await platform.menu()
        difference = _difference(published, menu)
        if not difference:
            print("the published menu is the same already")
            return 0
        print(difference, end="")
        if dry_run:
            print("nothing was published: this is a dry run")
            return 1
        await platform.publish_menu(menu)
    except (MenuError, PlatformError) as error:
        print(error, file=sys.stderr)
        return 2
    print("published: phones show it within minutes, when the account is opened again")
    return 0


def _difference(published: Mapping[str, Any] | None, menu: Mapping[str, Any]) -> str:
    lines = difflib.unified_diff(
        _lines_of(published), _lines_of(menu), "published", "menu.yml", n=1000
    )
    return "".join(lines)


def _lines_of(menu: Mapping[str, Any] | None) -> list[str]:
    if menu is None:
        return []
    buttons = _tidy(menu.get("button") or [])
    return yaml.safe_dump(buttons, allow_unicode=True, sort_keys=False).splitlines(keepends=True)


def _tidy(part: Any) -> Any:
    """The same for the same menu: the platform adds empty fields, in an order of its own."""
    if isinstance(part, list):
        return [_tidy(each) for each in part]
    if not isinstance(part, dict):
        return part
    rest = sorted(part.keys() - set(_FIRST))
    return {field: _tidy(part[field]) for field in (*_FIRST, *rest) if part.get(field)}
