"""An account from its first day to the end of its logins, and what the audit says of it."""

import csv
import io
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Download

from api.console.texts import console_texts
from tests.browser.pages.centre import PASSWORD
from tests.browser.pages.colleague import Colleague, check, picture
from tests.browser.pages.conftest import Opening, Stranger

USERNAME, NAME = "xiaohe", "小何"
BACKUP_CODES = 10


def fill(colleague: Colleague, **fields: str) -> None:
    for label, value in fields.items():
        colleague.dialog.last.get_by_label(label, exact=True).fill(value)


def create(administrator: Colleague) -> None:
    administrator.button("新建账号").click()
    fill(administrator, 用户名=USERNAME, 姓名=NAME, 初始密码=PASSWORD)
    administrator.dialog.get_by_role("button", name="新建账号").click()
    administrator.sees("账号已建好")
    administrator.page.get_by_role("button", name=f"管理{NAME}的账号").wait_for()


def enrol(newcomer: Colleague) -> list[str]:
    """Set up the second factor with an authenticator; the backup codes."""
    newcomer.open("/account")
    newcomer.button("开始开通").click()
    fill(newcomer, 登录密码=PASSWORD)
    newcomer.dialog.get_by_role("button", name="开始开通").click()
    newcomer.page.get_by_role("img", name="动态验证码的二维码").wait_for()
    check(newcomer)
    secret = newcomer.dialog.locator(".font-mono").inner_text()
    fill(newcomer, **{"6 位验证码": pyotp.TOTP(secret).now()})
    newcomer.button("确认开通").click()
    newcomer.page.get_by_role("dialog", name="备用码").wait_for()
    newcomer.settle()
    check(newcomer)
    codes = newcomer.dialog.locator(".font-mono").inner_text().split()
    newcomer.button("我已经存好了").click()
    newcomer.dialog.wait_for(state="hidden")
    return codes


def rows_of(download: Download) -> list[list[str]]:
    text = download.path().read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_life_of_an_account(
    at_desk: Opening, stranger: Stranger, pictures: Path | None
) -> None:
    administrator = at_desk("administrator", "/people")
    create(administrator)

    newcomer = stranger()
    newcomer.log_in(USERNAME, PASSWORD)
    codes = enrol(newcomer)
    assert len(set(codes)) == BACKUP_CODES
    newcomer.open("/account")
    newcomer.sees(f"还有 {BACKUP_CODES} 个备用码可用")
    assert not any(code in newcomer.page.content() for code in codes)

    elsewhere = stranger()
    elsewhere.log_in(USERNAME, PASSWORD)
    elsewhere.sees("这个账号开通了动态验证码。")
    elsewhere.log_in(USERNAME, PASSWORD, codes[0])
    elsewhere.open("/account").sees(f"还有 {BACKUP_CODES - 1} 个备用码可用")
    elsewhere.log_out()
    elsewhere.log_in(USERNAME, PASSWORD, codes[0])
    elsewhere.page.get_by_role("alert").wait_for()

    administrator.open("/people")
    administrator.page.get_by_role("button", name=f"管理{NAME}的账号").click()
    administrator.dialog.get_by_role("button", name="结束全部登录").click()
    administrator.sees("已保存")
    newcomer.button("修改密码").click()
    fill(
        newcomer,
        现在的密码=PASSWORD,
        新密码="another long password",
        再填一次新密码="another long password",
    )
    newcomer.button("保存").click()
    newcomer.sees(console_texts().session_over)
    newcomer.page.goto(f"{newcomer.url}/staff/account")
    newcomer.sees(console_texts().login.expired)
    assert "/staff/login" in newcomer.page.url

    administrator.open("/audit")
    administrator.page.get_by_label("对象的用户名或编号").fill(USERNAME)
    administrator.button("查找").click()
    administrator.sees("开通动态验证码")
    for act in ("新建账号", "登录", "结束全部登录"):
        administrator.content.get_by_text(act).first.wait_for()
    check(administrator)
    picture(administrator, "audit", pictures)
    with administrator.page.expect_download() as download:
        administrator.button("导出 CSV").click()
    heads, *rows = rows_of(download.value)
    assert {NAME} == {row[heads.index("对象名称")] for row in rows}
    assert {"新建账号", "开通动态验证码", "结束全部登录"} <= {
        row[heads.index("操作")] for row in rows
    }


@pytest.mark.parametrize("password", ["short", PASSWORD])
def test_a_wrong_password_lets_nobody_in(stranger: Stranger, password: str) -> None:
    visitor = stranger()
    visitor.log_in("nobody", password)
    visitor.page.get_by_role("alert").wait_for()
    assert visitor.page.url == f"{visitor.url}/staff/login"


def test_the_own_account_shows_its_logins(at_desk: Opening, pictures: Path | None) -> None:
    colleague = at_desk("agent", "/account")
    colleague.sees("就是这里")
    picture(colleague, "own-account", pictures)


def test_details_of_the_audit_are_in_words(at_desk: Opening) -> None:
    administrator = at_desk("administrator", "/audit")
    shown = administrator.content.inner_text()
    assert "文章：" in shown
    assert "article：" not in shown
