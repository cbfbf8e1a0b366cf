"""A case from the worker's question to the rating: the worker in the window, two colleagues."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from api.conversations import access
from api.inbox import canned_replies, labels
from api.inbox.labels import Colour
from api.members.vault import Field
from api.storage.models import Member, Rating, Staff, Worker, new_id, now
from tests.browser.console.conftest import CHEN, LI, ZHOU, Case, NewCase, SignIn, answer
from tests.browser.console.desk import Desk
from tests.browser.stage import Stage

ID_NUMBER, MASKED = "330110199001011234", "3301**********1234"


@pytest.fixture(scope="module")
def prepared(stage: Stage, staff: dict[str, Staff]) -> None:
    """What the desk has set up before: a canned reply, a label, articles."""
    database = stage.app.state.database

    async def prepare() -> None:
        await canned_replies.create(
            database,
            staff[LI],
            shortcut="问候",
            title="第一句",
            text="{姓名}好，我是{坐席}，{单位}的事我来跟。",
        )
        await labels.create(database, staff[LI], "欠薪", Colour.RED)

    stage.run(prepare())
    stage.knowledge_says("加班费怎么算", answer())
    stage.knowledge_says("老板三个月没发工资", answer())


def test_from_the_question_to_the_rating(
    stage: Stage, prepared: None, sign_in: SignIn, new_case: NewCase
) -> None:
    li, chen = sign_in(LI), sign_in(CHEN)
    case = new_case()
    recognise(stage, case)
    both_see_it_come(li, chen, case)
    li.open(case.employer).claim()
    case.worker.sees("李敏已经接手")
    expect(chen.row(case.employer)).to_have_count(0)
    everything_said_and_known_is_there(li, case)
    what_the_knowledge_base_says_goes_into_the_reply(li)
    a_canned_reply_is_filled(li, case)
    a_suggested_reply_is_edited(li, case)
    each_sees_the_other_write(li, case)
    notes_and_labels_are_for_colleagues(li, case)
    the_case_goes_to_the_lawyer(li, chen, case)
    numbers_are_shown_for_a_reason(chen)
    the_case_is_put_aside_and_comes_back(chen, case)
    it_is_finished_and_rated(stage, chen, case)
    every_act_is_in_the_audit(sign_in(ZHOU), case)


def both_see_it_come(li: Desk, chen: Desk, case: Case) -> None:
    for desk in (li, chen):
        expect(desk.row(case.employer)).to_contain_text("三个月没发工资")
        expect(desk.row(case.employer)).to_contain_text("紧急")
        expect(desk.row(case.employer)).to_contain_text("剩")


def everything_said_and_known_is_there(desk: Desk, case: Case) -> None:
    expect(desk.log).to_contain_text("加班费怎么算")
    expect(desk.log).to_contain_text("平时下班后：不低于工资的 150%")
    expect(desk.log).to_contain_text("老板三个月没发工资")
    package = desk.side("案件")
    expect(package).to_contain_text("涉及具体案情")
    expect(package).to_contain_text("三个月没发工资")
    expect(package.get_by_role("definition").filter(has_text=case.employer)).to_be_visible()
    expect(package).to_contain_text("包薪制、工资包含加班费合法吗 · 怎么办理")
    expect(package).to_contain_text("相关度 95%")
    expect(package).to_contain_text("关键词 1.50 · 语义 0.80 · 综合 0.90")
    package.get_by_role("button", name="机器人的理解").click()
    expect(package).to_contain_text("ask · 把握 90%")


def what_the_knowledge_base_says_goes_into_the_reply(desk: Desk) -> None:
    panel = desk.side("知识")
    panel.get_by_label("搜知识库").fill("加班费怎么算")
    panel.get_by_label("搜知识库").press("Enter")
    expect(panel).to_contain_text("依据：《加班费怎么算》")
    panel.get_by_role("button", name="放进回复框").click()
    expect(desk.reply).to_have_value(re.compile("依据：《加班费怎么算》《余杭区加班费标准》$"))
    panel.get_by_label("搜知识库").fill("今天天气")
    panel.get_by_role("button", name="搜索").click()
    expect(panel).to_contain_text("没有把握的结果")
    desk.reply.fill("")


def a_canned_reply_is_filled(desk: Desk, case: Case) -> None:
    desk.reply.fill("/问")
    expect(desk.page.get_by_role("option", name="/问候")).to_be_visible()
    desk.reply.press("Enter")
    words = f"张桂花好，我是李敏，{case.employer}的事我来跟。"
    expect(desk.reply).to_have_value(words)
    desk.reply.press("Control+Enter")
    case.worker.sees(words)
    expect(case.worker.page.locator(".who").last).to_contain_text("李敏")
    expect(desk.reply).to_have_value("")


def a_suggested_reply_is_edited(desk: Desk, case: Case) -> None:
    desk.button("建议回复").click()
    suggestion = desk.page.locator(".talk-suggestion")
    expect(suggestion).to_contain_text("依据：《加班费怎么算》")
    suggestion.get_by_role("button", name="放进回复框").click()
    expect(desk.reply).to_have_value(re.compile("^加班费看是哪种班"))
    desk.reply.press("End")
    desk.reply.press_sequentially("\n工资条先收好。")
    desk.button("发送").click()
    case.worker.sees("工资条先收好。")
    # The one who writes learns that it was read.
    expect(desk.bubbles("staff").last).to_contain_text("已读")


def each_sees_the_other_write(desk: Desk, case: Case) -> None:
    case.worker.input.press_sequentially("工资条")
    expect(desk.log).to_contain_text("职工正在输入…")
    desk.reply.press_sequentially("好")
    expect(case.worker.page.locator(".message.staff .typing")).to_be_visible()
    case.worker.say("工资条都在")
    expect(desk.bubbles("worker").last).to_contain_text("工资条都在")
    desk.say("好的，收到。")
    case.worker.sees("好的，收到。")


def notes_and_labels_are_for_colleagues(desk: Desk, case: Case) -> None:
    panel = desk.side("备注")
    panel.get_by_label("写备注").fill("先查用工登记")
    panel.get_by_role("button", name="记下").click()
    expect(panel.locator(".side-note")).to_contain_text("李敏")
    expect(panel.get_by_label("写备注")).to_have_value("")
    desk.choose("标签").get_by_role("checkbox", name="欠薪").click()
    expect(desk.row(case.employer)).to_contain_text("欠薪")
    desk.dialog.get_by_role("button", name="关闭").click()
    expect(desk.dialog).to_have_count(0)
    assert "先查用工登记" not in case.worker.log.inner_text()


def the_case_goes_to_the_lawyer(li: Desk, chen: Desk, case: Case) -> None:
    li.choose("转交")
    li.pick("指定同事", "陈立")
    li.dialog.get_by_role("button", name="转交").click()
    li.told("陈立")
    expect(li.row(case.employer)).to_have_count(0)
    expect(li.heading).to_be_hidden()
    case.worker.sees("陈立")
    chen.view("我的").click()
    chen.open(case.employer)
    expect(chen.log).to_contain_text("工资条先收好。")
    expect(chen.side("备注")).to_contain_text("先查用工登记")
    chen.say("我是法务陈立，明天给您写仲裁申请。")
    case.worker.sees("我是法务陈立")


def numbers_are_shown_for_a_reason(desk: Desk) -> None:
    card = desk.side("职工")
    expect(card).to_contain_text(MASKED)
    expect(card).not_to_contain_text(ID_NUMBER)
    card.get_by_role("button", name="显示完整号码").click()
    desk.dialog.get_by_label("为什么要看").fill("写仲裁申请")
    desk.dialog.get_by_role("button", name="显示", exact=True).click()
    expect(card).to_contain_text(ID_NUMBER)
    desk.side("案件")


def the_case_is_put_aside_and_comes_back(desk: Desk, case: Case) -> None:
    desk.choose("稍后处理").get_by_role("button", name="1 小时后").click()
    expect(desk.row(case.employer)).to_contain_text("稍后")
    expect(desk.button("取消稍后")).to_be_visible()
    desk.view("待接手").click()  # what is open now is not looked at
    case.worker.say("材料还要带什么")
    desk.view("我的").click()
    expect(desk.row(case.employer)).not_to_contain_text("稍后")
    expect(desk.bubbles("worker").last).to_contain_text("材料还要带什么")
    expect(desk.button("取消稍后")).to_be_hidden()


def it_is_finished_and_rated(stage: Stage, desk: Desk, case: Case) -> None:
    desk.button("办结").click()
    desk.pick("结果", "法律援助")
    desk.dialog.get_by_label("处理情况").fill("代写仲裁申请")
    desk.dialog.get_by_role("button", name="办结").click()
    expect(desk.page.get_by_text("已结：代写仲裁申请")).to_be_visible()
    expect(desk.reply).to_be_hidden()
    worker = case.worker
    expect(worker.status).to_contain_text("这次会话已结束")
    worker.page.get_by_label("5 分，很满意").check(force=True)
    worker.button("提交评分").click()
    worker.sees("谢谢您，5 分已记下。")

    async def score() -> int | None:
        async with stage.app.state.database.read() as session:
            found: int | None = await session.scalar(
                select(Rating.score).where(Rating.conversation_id == case.id)
            )
            return found

    assert stage.run(score()) == 5


def every_act_is_in_the_audit(desk: Desk, case: Case) -> None:
    desk.page.goto(desk.url + "/staff/audit")
    desk.page.get_by_label("对象的用户名或编号").fill(case.id)
    desk.button("查找").click()
    acts = ["接手", "贴标签", "转交", "查看会员证件和电话", "稍后处理", "办结"]
    for act in acts:
        expect(desk.page.locator("#content")).to_contain_text(act)


def recognise(stage: Stage, case: Case) -> None:
    """The worker is found in the roster."""

    async def find() -> None:
        vault, member_id = stage.app.state.vault, new_id()
        async with stage.app.state.database.write() as session:
            session.add(
                Member(
                    id=member_id,
                    name="张桂花",
                    id_number=vault.seal(ID_NUMBER, Field.ID_NUMBER, member_id),
                    id_number_hash=member_id,
                    union_name="星光电子厂工会",
                )
            )
            await session.flush()
            conversation = await access.find_conversation(session, case.id)
            assert conversation is not None
            worker = await session.get_one(Worker, conversation.worker_id)
            worker.member_id, worker.verified_at = member_id, now()

    stage.run(find())


def test_two_claim_at_once(sign_in: SignIn, new_case: NewCase) -> None:
    li, chen = sign_in(LI), sign_in(CHEN)
    case = new_case()
    for desk in (li, chen):
        desk.open(case.employer)
        expect(desk.button("接手")).to_be_visible()
    for desk in (li, chen):
        desk.button("接手").dispatch_event("click")
    expect(li.reply.or_(li.page.get_by_text("陈立").first)).to_be_visible()
    has_it, late = (li, chen) if li.reply.is_visible() else (chen, li)
    name = "李敏" if has_it is li else "陈立"
    late.told(name)
    expect(has_it.reply).to_be_visible()
    expect(late.reply).to_be_hidden()
    expect(late.row(case.employer)).to_have_count(0)
    case.worker.sees(f"{name}已经接手")
    assert case.worker.log.inner_text().count("已经接手") == 1
