"""What the platform accepts as an account's menu.

Source: https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/
Creating_Custom-Defined_Menu.html
"""

from typing import Any, Final

from api.channels.wechat.simulator.codes import Code, Refused

_BUTTONS_MAX: Final = 3
_SUB_BUTTONS_MAX: Final = 5
_NAME_MAX_BYTES: Final = 16
_SUB_NAME_MAX_BYTES: Final = 60


def require_menu(menu: dict[str, Any]) -> None:
    """Raises ``Refused``: 47001, and 40016, 40018, 40023, 40025 for sizes."""
    buttons = menu.get("button")
    if not isinstance(buttons, list):
        raise Refused(Code.INVALID_JSON)
    if not 1 <= len(buttons) <= _BUTTONS_MAX:
        raise Refused(Code.INVALID_BUTTON_COUNT)
    for button in buttons:
        _require_name(button, _NAME_MAX_BYTES, Code.INVALID_BUTTON_NAME)
        below = button.get("sub_button", [])
        if not isinstance(below, list) or len(below) > _SUB_BUTTONS_MAX:
            raise Refused(Code.INVALID_SUB_BUTTON_COUNT)
        for sub_button in below:
            _require_name(sub_button, _SUB_NAME_MAX_BYTES, Code.INVALID_SUB_BUTTON_NAME)


def _require_name(button: object, max_bytes: int, code: Code) -> None:
    if not isinstance(button, dict):
        raise Refused(Code.INVALID_JSON)
    name = button.get("name")
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= max_bytes:
        raise Refused(code)
