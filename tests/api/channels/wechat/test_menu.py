import string
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from api.channels.wechat.menu import Menu, MenuError, View, load_menu, topic_of

CLICK = {"name": "讨薪", "key": "wages", "text": "老板拖欠工资怎么办"}


def menu_of(*columns: dict[str, Any]) -> dict[str, Any]:
    return {"columns": list(columns)}


def column(*entries: dict[str, Any], name: str = "维权") -> dict[str, Any]:
    return {"name": name, "entries": list(entries)}


def clicks(number: int) -> list[dict[str, Any]]:
    return [{**CLICK, "key": f"key-{index}"} for index in range(number)]


def problem_with(tmp_path: Path, menu: object) -> str:
    path = tmp_path / "menu.yml"
    path.write_text(yaml.safe_dump(menu, allow_unicode=True), encoding="utf-8")
    with pytest.raises(MenuError) as caught:
        load_menu(path)
    return str(caught.value)


def test_the_menu_is_shown_whole() -> None:
    menu = load_menu()
    assert all(len(column.name) <= 4 for column in menu.columns)
    assert all(len(entry.name) <= 8 for column in menu.columns for entry in column.entries)


def test_the_menu_opens_no_pages() -> None:
    entries = [entry for column in load_menu().columns for entry in column.entries]
    assert not [entry for entry in entries if isinstance(entry, View)]


def test_a_click_stands_for_words() -> None:
    assert topic_of("wage-arrears") == "老板拖欠工资怎么办"
    assert topic_of("person") == "转人工"
    assert topic_of("nothing of ours") is None


def test_every_button_that_is_published_has_a_topic() -> None:
    buttons = load_menu().as_platform()["button"]
    keys = [entry["key"] for button in buttons for entry in button["sub_button"]]
    assert len(keys) == len(set(keys)) > 10
    assert all(topic_of(key) for key in keys)


def test_the_form_the_platform_wants() -> None:
    page = {"name": "网站", "url": "https://example.com/a?b=1"}
    menu = Menu.model_validate(menu_of(column(CLICK, page)))
    assert menu.as_platform() == {
        "button": [
            {
                "name": "维权",
                "sub_button": [
                    {"type": "click", "name": "讨薪", "key": "wages"},
                    {"type": "view", "name": "网站", "url": "https://example.com/a?b=1"},
                ],
            }
        ]
    }
    assert menu.topics() == {"wages": "老板拖欠工资怎么办"}


@pytest.mark.parametrize(
    ("menu", "place"),
    [
        (menu_of(), "columns"),
        (menu_of(*(column(each) for each in clicks(4))), "columns"),
        (menu_of(column()), "columns.0.entries"),
        (menu_of(column(*clicks(6))), "columns.0.entries"),
        (menu_of(column(CLICK, name="六个字的名字")), "columns.0.name"),
        (menu_of(column(CLICK, name=" ")), "columns.0.name"),
        (menu_of(column({**CLICK, "name": "字" * 21})), "columns.0.entries.0.Click.name"),
        (menu_of(column({**CLICK, "key": "k" * 129})), "columns.0.entries.0.Click.key"),
        (menu_of(column({**CLICK, "text": "字" * 501})), "columns.0.entries.0.Click.text"),
        (menu_of(column({**CLICK, "text": "两\n行"})), "columns.0.entries.0.Click.text"),
        (menu_of(column({**CLICK, "colour": "red"})), "columns.0.entries.0.Click.colour"),
        (menu_of(column({"name": "讨薪", "key": "wages"})), "columns.0.entries.0.Click.text"),
        (menu_of(column({"name": "网", "url": "ftp://a"})), "columns.0.entries.0.View.url"),
        (menu_of(column({"name": "网", "url": "javascript:1"})), "columns.0.entries.0.View.url"),
        (
            menu_of(column({"name": "网", "url": "https://a/" + "b" * 1015})),
            "columns.0.entries.0.View.url",
        ),
        (menu_of(column(CLICK, CLICK)), "keys more than once: wages"),
        ([], "menu.yml"),
    ],
)
def test_what_the_platform_would_not_take_is_refused(
    tmp_path: Path, menu: object, place: str
) -> None:
    assert place in problem_with(tmp_path, menu)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "menu.yml"
    with pytest.raises(MenuError, match=r"menu\.yml"):
        load_menu(path)
    path.write_text("columns: [", encoding="utf-8")
    with pytest.raises(MenuError, match=r"menu\.yml"):
        load_menu(path)
    path.write_bytes(b"columns: \xff")
    with pytest.raises(MenuError, match=r"menu\.yml"):
        load_menu(path)


@given(st.text(alphabet="讨薪é😀" + string.ascii_letters, min_size=1, max_size=40))
def test_names_are_measured_in_bytes(name: str) -> None:
    fits = len(name.encode()) <= 16
    try:
        Menu.model_validate(menu_of(column(CLICK, name=name)))
    except ValueError:
        assert not fits
    else:
        assert fits
