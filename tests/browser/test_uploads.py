"""Files for the colleague: sent, cancelled, sent again, refused."""

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Route, expect

from tests.api.attachments.samples import HTML, jpeg, pdf
from tests.browser import replies
from tests.browser.conftest import DESKTOP, PHONE, Opening
from tests.browser.looks import check
from tests.browser.stage import Stage
from tests.browser.widget import Widget

UPLOADS = "**/attachments"


@pytest.fixture(params=[PHONE, DESKTOP], ids=["390x844", "1280x800"])
def widget(request: pytest.FixtureRequest, stage: Stage, open_page: Opening) -> Widget:
    """A conversation that waits for a colleague."""
    stage.bot_says("老板三个月没发工资", replies.HANDOFF)
    widget = open_page(viewport=request.param).ready()
    return widget.say("老板三个月没发工资").sees("已经转给服务中心的同事")


def choose(widget: Widget, content: bytes, name: str = "工资条.jpg") -> None:
    kind = "application/pdf" if name.endswith("pdf") else "image/jpeg"
    payload: FilePayload = {"name": name, "mimeType": kind, "buffer": content}
    widget.page.locator("input[type=file]").set_input_files(payload)


def test_a_picture_and_a_document(stage: Stage, widget: Widget) -> None:
    choose(widget, jpeg())
    expect(widget.messages("worker").last).to_have_text("图片")
    choose(widget, pdf(), "劳动合同.pdf")
    expect(widget.messages("worker").last).to_have_text("文件：劳动合同.pdf")
    expect(widget.page.locator(".files li")).to_have_count(0)
    assert stage.texts()[-2:] == ["[图片]", "[文件：劳动合同.pdf]"]


def test_progress_and_cancelling(stage: Stage, widget: Widget, shots: Path | None) -> None:
    held: list[Route] = []
    widget.page.route(UPLOADS, lambda route: held.append(route))
    choose(widget, jpeg())
    item = widget.page.locator(".files li")
    expect(item).to_contain_text("正在上传")
    expect(item.get_by_role("progressbar")).to_be_visible()
    check(widget, "uploading", shots)
    widget.button("取消").click()
    expect(item).to_have_count(0)
    expect(widget.input).to_be_focused()
    assert stage.texts() == ["老板三个月没发工资"]


def test_sent_again_after_a_failure(stage: Stage, widget: Widget, shots: Path | None) -> None:
    widget.page.route(UPLOADS, lambda route: route.abort())
    choose(widget, jpeg())
    item = widget.page.locator(".files li")
    expect(item).to_contain_text("没有传上去")
    check(widget, "upload-failed", shots)
    widget.page.unroute(UPLOADS)
    widget.button("重试").click()
    expect(item).to_have_count(0)
    expect(widget.messages("worker").last).to_have_text("图片")
    assert stage.texts().count("[图片]") == 1


def test_what_is_no_picture_does_not_go(stage: Stage, widget: Widget) -> None:
    choose(widget, HTML)
    item = widget.page.locator(".files li")
    expect(item).to_contain_text("只能发图片")
    expect(widget.button("重试")).to_have_count(0)
    widget.button("移除").click()
    expect(item).to_have_count(0)


def test_a_refusal_of_the_gateway_is_said(stage: Stage, widget: Widget) -> None:
    choose(widget, b"\xff\xd8\xff" + bytes(40))  # begins like a photo, and is none
    expect(widget.page.locator(".files .note")).not_to_have_text("正在上传")
    expect(widget.button("移除")).to_be_visible()
    assert "[图片]" not in stage.texts()


def test_only_people_get_files(open_page: Opening) -> None:
    widget = open_page().ready()
    expect(widget.page.locator(".attach")).to_be_hidden()
