"""Every dialog of review, knowledge, reports and people: it opens, fits and is accessible."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.browser.pages.colleague import Colleague, check, picture
from tests.browser.pages.conftest import Opening
from tests.browser.pages.knowledge import APPROVED, SUBMITTED

Act = Callable[[Colleague], object]


class Case(NamedTuple):
    """``opening`` leads from the page to the dialog with this ``title``; ``name``: of a picture."""

    who: str
    path: str
    title: str
    opening: Act
    name: str = ""


def press(button: str) -> Act:
    return lambda colleague: colleague.button(button).first.click()


def key(name: str) -> Act:
    return lambda colleague: colleague.page.keyboard.press(name)


def of_account(username: str, then: Act | None = None) -> Act:
    def opening(colleague: Colleague) -> None:
        colleague.page.get_by_text(username, exact=True).click()
        colleague.dialog.wait_for()
        if then is not None:
            then(colleague)

    return opening


EDITOR = f"/knowledge/articles/{SUBMITTED}"
CASES = (
    Case("agent", "/account", "键盘快捷键", key("?")),
    Case("agent", "/account", "修改密码", press("修改密码")),
    Case("agent", "/account", "动态验证码", press("开始开通")),
    Case("legal", "/review", "给文章加一种问法", key("v"), "proposal"),
    Case("legal", "/review", "加一条意图例句", key("n")),
    Case("legal", "/review", "加一道回归题", key("t")),
    Case("legal", "/review", "提议一篇新文章", key("d")),
    Case("legal", "/review/unanswered", "提议一篇新文章", press("起草文章")),
    Case("editor", "/knowledge", "新建条目", press("新建条目")),
    Case("supervisor", EDITOR, "退回修改", press("退回")),
    Case("supervisor", EDITOR, "申请下架", press("下架")),
    Case("supervisor", "/knowledge/publish", "回退上一次发布", press("回退上一次发布")),
    Case("supervisor", "/alerts", "关闭预警", press("关闭预警")),
    Case("administrator", "/people", "新建账号", press("新建账号"), "new-account"),
    Case("administrator", "/people", "小王（agent）", of_account("agent"), "account"),
    Case("administrator", "/people", "重设密码", of_account("agent", press("重设密码"))),
    Case("administrator", "/people", "停用账号", of_account("agent", press("停用账号"))),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.path}-{case.title}")
def test_a_dialog(case: Case, at_desk: Opening, pictures: Path | None) -> None:
    colleague = at_desk(case.who, case.path)
    case.opening(colleague)
    colleague.page.get_by_role("dialog", name=case.title).wait_for()
    check(colleague)
    if case.name:
        picture(colleague, case.name, pictures)
    colleague.page.keyboard.press("Escape")
    colleague.page.get_by_role("dialog", name=case.title).wait_for(state="hidden")


def test_the_form_of_what_is_wrong(at_desk: Opening) -> None:
    colleague = at_desk("legal", "/review")
    colleague.page.keyboard.press("2")
    colleague.page.get_by_label("正确的文章（选填）").wait_for()
    check(colleague)


def test_an_approved_revision_can_be_published(at_desk: Opening) -> None:
    colleague = at_desk("supervisor", f"/knowledge/articles/{APPROVED}")
    colleague.button("发布这一条").wait_for()
    check(colleague, is_whole=False)
