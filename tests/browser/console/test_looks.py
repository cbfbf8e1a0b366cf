"""The inbox at a desk and on a phone: accessible, whole, without errors, whatever is open."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.storage.models import Staff
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.console.conftest import CHEN, NewCase, SignIn, answer
from tests.browser.console.desk import Desk
from tests.browser.stage import Stage

Look = Callable[[str], None]
ACTS = {
    "标签": "labels",
    "转交": "transfer",
    "稍后处理": "snooze",
    "放回队列": "put-back",
    "交还小助手": "release",
}


@pytest.fixture(params=[DESKTOP, PHONE], ids=["1280x800", "390x844"])
def desk(
    request: pytest.FixtureRequest,
    stage: Stage,
    staff: dict[str, Staff],
    sign_in: SignIn,
    new_case: NewCase,
) -> Desk:
    """A case that one has; nothing is said over it."""
    stage.knowledge_says("老板三个月没发工资", answer())
    case = new_case()
    stage.run(stage.desk.claim(case.id, staff[CHEN]))
    desk = sign_in(CHEN, viewport=request.param)
    desk.view("我的").click()
    return desk.open(case.employer)


@pytest.fixture
def look(desk: Desk, shots: Path | None) -> Look:
    """Check what is shown; keep a picture of it where there is a folder for that."""

    def check(name: str) -> None:
        if shots is not None:
            width = desk.page.evaluate("innerWidth")
            desk.page.screenshot(path=shots / f"inbox-{name}-{width}.png")
        desk.check()

    return check


def test_the_columns(desk: Desk, look: Look) -> None:
    desk.say("您好，我是陈立，工资条还在吗？")
    expect(desk.bubbles("staff")).to_have_count(1)
    look("case")
    desk.button("建议回复").click()
    expect(desk.page.locator(".talk-suggestion")).to_contain_text("依据")
    look("suggestion")
    desk.to_side()
    for tab, name in {"案件": "package", "职工": "card", "备注": "notes", "知识": "search"}.items():
        desk.side(tab)
        look(name)
    desk.to_list()
    look("list")


def test_what_asks(desk: Desk, look: Look) -> None:
    for act, name in ACTS.items():
        expect(desk.choose(act)).to_be_visible()
        look(name)
        desk.close_dialog()
    desk.button("办结").click()
    expect(desk.dialog).to_be_visible()
    look("resolve")
    desk.pick("结果", "调解")
    desk.close_dialog()
    desk.page.keyboard.press("?")
    expect(desk.dialog).to_be_visible()
    look("keys")
    desk.close_dialog()
    desk.to_list()
    desk.button("筛选").click()
    expect(desk.dialog).to_be_visible()
    look("filters")
