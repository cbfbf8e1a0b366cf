"""Without a mouse, without sight, without motion, and enlarged."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser import replies
from tests.browser.conftest import DESKTOP, PHONE, Opening
from tests.browser.looks import check
from tests.browser.site import Site
from tests.browser.stage import Stage
from tests.browser.widget import Widget

_FOCUSED = """() => {
  const node = document.querySelector('union-assistant').shadowRoot.activeElement;
  return node && (node.getAttribute('aria-label') || node.textContent || node.tagName).trim();
}"""


def focused(widget: Widget) -> str:
    return str(widget.page.evaluate(_FOCUSED))


def press(widget: Widget, *keys: str) -> str:
    for key in keys:
        widget.page.keyboard.press(key)
    return focused(widget)


def launcher_page(stage: Stage, site: Site, name: str = "/keyboard") -> str:
    return site.put(
        name,
        "<!doctype html><html lang=zh-CN><title>单位网页</title>"
        '<meta name="viewport" content="width=device-width">'
        f'<script type=module src="{stage.url}/widget.js"></script>'
        "<main><h1>单位网页</h1><a href=#>第一个链接</a></main><union-assistant></union-assistant>",
    )


def test_a_conversation_by_keyboard(stage: Stage, site: Site, open_page: Opening) -> None:
    stage.bot_says("加班费怎么算", replies.ANSWER)
    widget = open_page(base=launcher_page(stage, site), path="", viewport=DESKTOP)
    expect(widget.launcher).to_be_visible()
    widget.page.get_by_role("link", name="第一个链接").focus()
    assert press(widget, "Tab") == "问小助手"
    widget.page.keyboard.press("Enter")
    widget.ready()
    expect(widget.input).to_be_focused()
    widget.page.keyboard.type("加班费怎么算")
    widget.page.keyboard.press("Enter")
    widget.sees("不低于工资的")
    expect(widget.input).to_be_focused()
    assert press(widget, "Shift+Tab") == "单位不给怎么办"
    assert press(widget, "Shift+Tab", "Shift+Tab") == "没帮助"
    widget.page.keyboard.press("Space")
    expect(widget.button("没帮助")).to_have_attribute("aria-pressed", "true")
    assert press(widget, "Shift+Tab") == "有帮助"
    assert press(widget, "Shift+Tab").startswith("出处 2 条")
    widget.page.keyboard.press("Enter")
    expect(widget.page.locator(".citations li").first).to_be_visible()
    widget.page.keyboard.press("Escape")
    expect(widget.panel).to_be_hidden()
    expect(widget.launcher).to_be_focused()


def test_focus_goes_on_from_a_suggestion(widget_of: Callable[..., Widget]) -> None:
    widget = widget_of(DESKTOP)
    widget.button("讨薪").focus()
    widget.page.keyboard.press("Enter")
    widget.sees("收到：老板拖欠工资怎么办")
    expect(widget.input).to_be_focused()


def test_a_new_message_leaves_the_focus_and_what_is_written(
    stage: Stage, widget_of: Callable[..., Widget]
) -> None:
    stage.bot_says("老板三个月没发工资", replies.HANDOFF)
    widget = widget_of(DESKTOP)
    widget.say("老板三个月没发工资").sees("已经转给")
    widget.input.fill("我正在写")
    stage.claim()
    stage.staff_says("您好")
    widget.sees("您好")
    expect(widget.input).to_be_focused()
    expect(widget.input).to_have_value("我正在写")


def test_a_sheet_takes_the_focus_and_gives_it_back(widget_of: Callable[..., Widget]) -> None:
    widget = widget_of(DESKTOP)
    widget.page.locator(".menu").focus()
    widget.page.keyboard.press("Enter")
    expect(widget.page.get_by_role("heading", name="设置和我的数据")).to_be_focused()
    expect(widget.input).to_be_hidden()
    widget.page.keyboard.press("Escape")
    expect(widget.page.locator(".menu")).to_be_focused()
    expect(widget.panel).to_be_visible()


def test_on_a_phone_the_focus_stays_in_the_window(
    stage: Stage, site: Site, open_page: Opening
) -> None:
    widget = open_page(base=launcher_page(stage, site), path="", viewport=PHONE)
    widget.launcher.click()
    widget.ready()
    expect(widget.panel).to_have_attribute("aria-modal", "true")
    expect(widget.launcher).to_be_hidden()
    widget.page.locator(".menu").focus()
    seen = {press(widget, "Tab") for _ in range(24)}
    assert "None" not in seen
    assert {"关闭对话", "设置和我的数据", "隐私说明"} <= seen
    assert "None" not in {press(widget, "Shift+Tab") for _ in range(24)}


def test_replies_are_announced_once_and_history_is_not(
    stage: Stage, widget_of: Callable[..., Widget]
) -> None:
    stage.bot_says("加班费怎么算", replies.ANSWER)
    widget = widget_of(PHONE)
    live = widget.page.locator("[aria-live=polite].hidden")
    widget.say("加班费怎么算").sees("不低于工资的")
    expect(live).to_contain_text("小助手：加班费看是哪种班")
    assert "**" not in live.inner_text()
    widget.page.reload()
    widget.sees("不低于工资的")
    expect(live).to_be_empty()


def test_enter_that_chooses_a_candidate_does_not_send(widget_of: Callable[..., Widget]) -> None:
    widget = widget_of(PHONE)
    widget.input.fill("gongzi")
    widget.input.evaluate(
        "(node) => node.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    expect(widget.input).to_have_value("gongzi")
    widget.page.keyboard.press("Shift+Enter")
    expect(widget.input).to_have_value("gongzi\n")


@pytest.mark.parametrize("width", [360, 390, 430])
def test_phones(
    stage: Stage, widget_of: Callable[..., Widget], shots: Path | None, width: int
) -> None:
    stage.bot_says("加班费怎么算", replies.ANSWER)
    widget = widget_of({"width": width, "height": 740})
    widget.say("加班费怎么算").sees("不低于工资的")
    check(widget, "phone", shots)
    for target in widget.page.locator(".panel button:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert box["width"] >= 24, target.inner_text()
        assert box["height"] >= 24, target.inner_text()


@pytest.mark.parametrize(("factor", "name"), [(2, "zoom-200"), (4, "zoom-400")])
def test_zoom(
    stage: Stage, widget_of: Callable[..., Widget], shots: Path | None, factor: int, name: str
) -> None:
    """A page that is zoomed has so many pixels fewer."""
    stage.bot_says("加班费怎么算", replies.ANSWER)
    widget = widget_of({"width": 1280 // factor, "height": 800 // factor})
    widget.say("加班费怎么算").sees("不低于工资的")
    expect(widget.input).to_be_in_viewport(ratio=1)
    check(widget, name, shots)


def test_the_window_shrinks_with_the_keyboard_of_the_phone(
    stage: Stage, site: Site, open_page: Opening, shots: Path | None
) -> None:
    widget = open_page(base=launcher_page(stage, site), path="", viewport=PHONE)
    widget.launcher.click()
    widget.ready()
    widget.page.set_viewport_size({"width": 390, "height": 500})
    expect(widget.input).to_be_in_viewport(ratio=1)
    expect(widget.page.locator(".head")).to_be_in_viewport(ratio=1)
    check(widget, "keyboard", shots)


def test_nothing_moves_for_those_who_want_no_motion(
    open_page: Opening, context_of: Callable[..., BrowserContext]
) -> None:
    moving = "() => document.querySelector('union-assistant').shadowRoot.getAnimations().length"
    names = """() => [...document.querySelector('union-assistant').shadowRoot.querySelectorAll('*')]
        .filter((node) => getComputedStyle(node).animationName !== 'none').length"""
    still = open_page(viewport=DESKTOP, reduced_motion="reduce").ready()
    assert still.page.evaluate(names) == 0
    assert still.page.evaluate(moving) == 0
    assert open_page(viewport=DESKTOP).ready().page.evaluate(names) > 0


def test_what_the_device_asks_for_is_the_first_setting(open_page: Opening) -> None:
    widget = open_page(contrast="more").ready()
    expect(widget.page.locator(".root")).to_have_attribute("data-contrast", "high")


@pytest.fixture
def widget_of(open_page: Opening) -> Callable[..., Widget]:
    return lambda viewport: open_page(viewport=viewport).ready()
