from typing import Any

import pytest

from api.channels.wechat.simulator.codes import Code, Refused
from api.channels.wechat.simulator.menus import require_menu


def button(name: str = "办事", **fields: Any) -> dict[str, Any]:
    return {"name": name, **fields}


def test_three_buttons_with_five_below_are_a_menu() -> None:
    below = [button("工" * 20, type="click", key="k")] * 5
    require_menu({"button": [button("医疗互助", sub_button=below)] * 3})


@pytest.mark.parametrize(
    ("menu", "code"),
    [
        ({}, Code.INVALID_JSON),
        ({"button": []}, Code.INVALID_BUTTON_COUNT),
        ({"button": [button()] * 4}, Code.INVALID_BUTTON_COUNT),
        ({"button": ["x"]}, Code.INVALID_JSON),
        ({"button": [button("")]}, Code.INVALID_BUTTON_NAME),
        ({"button": [button("工会小助手办")]}, Code.INVALID_BUTTON_NAME),
        ({"button": [button(sub_button=[button()] * 6)]}, Code.INVALID_SUB_BUTTON_COUNT),
        ({"button": [button(sub_button=[button("工" * 21)])]}, Code.INVALID_SUB_BUTTON_NAME),
    ],
)
def test_anything_larger_is_refused(menu: dict[str, Any], code: Code) -> None:
    with pytest.raises(Refused) as caught:
        require_menu(menu)
    assert caught.value.code is code
