import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from api.channels.wechat.simulator import Code, Follower, Simulator
from api.channels.wechat.simulator.actor import Actor
from api.channels.wechat.simulator.clock import MovableClock
from api.channels.wechat.simulator.desk import Desk, StaffError
from api.channels.wechat.simulator.platform_server import SEND, STABLE_TOKEN
from api.channels.wechat.simulator.player import Player
from api.channels.wechat.simulator.script import Script
from api.channels.wechat.simulator.session import Session, Who
from api.channels.wechat.simulator.state import Call
from tests.api.channels.wechat.simulator.conftest import MEDIUM_S
from tests.api.channels.wechat.simulator.stub_gateway import StubGateway

pytestmark = pytest.mark.anyio


@pytest.fixture
def session(clock: MovableClock) -> Session:
    return Session(clock)


@pytest.fixture
async def desk(simulator: Simulator) -> AsyncIterator[Desk]:
    desk = await Desk.log_in(simulator.gateway_url, "xiaoan", "right")
    yield desk
    await desk.close()


class Stage:
    """Plays steps for one follower; ``problem`` is what the last one lacked."""

    def __init__(
        self, simulator: Simulator, follower: Follower, session: Session, folder: Path
    ) -> None:
        self.simulator = simulator
        self.actor = Actor(follower, session)
        self.session = session
        self.file = folder / "script.yml"

    async def play(self, *steps: str, desk: Desk | None = None) -> str:
        lines = "\n".join(f"- {step}" for step in steps)
        self.file.write_text(f"title: 试\nsteps:\n{lines}\n", encoding="utf-8")
        player = Player(self.simulator, self.actor, self.session, desk)
        played = await player.play(Script.load(self.file))
        return played[-1].problem


@pytest.fixture
def stage(simulator: Simulator, follower: Follower, session: Session, tmp_path: Path) -> Stage:
    return Stage(simulator, follower, session, tmp_path)


async def test_a_script_is_played(
    gateway: StubGateway, stage: Stage, tmp_path: Path, clock: MovableClock
) -> None:
    gateway.answer = lambda message: (
        '答 <a href="weixin://bizmsgmenu?msgmenucontent=再问&msgmenuid=m">再问</a>'
    )
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8")
    started = clock()
    problem = await stage.play(
        "subscribe:",
        "say: 您好",
        "wait_for: {contains: 答, by: passive, within: 1}",
        "expect: {answers: 1, faults: 0, repeats: 0, deliveries: 1, by: passive, lacks: 错}",
        "tap: 1",
        "tap: 再问",
        "click: topics",
        "scan: poster",
        "voice: 工伤",
        "voice:",
        "image: a.jpg",
        "hours: 49",
        "unsubscribe:",
    )
    assert problem == ""
    assert (clock() - started).days == 2
    assert gateway.kinds == [
        *("subscribe", "text", "text", "text", "click"),
        *("scan", "voice", "voice", "image", "unsubscribe"),
    ]
    assert [entry.text for entry in stage.session.entries if entry.who is Who.FOLLOWER] == [
        "关注了公众号",
        "您好",
        "点了“再问”",
        "点了“再问”",
        "点了菜单 topics",
        "扫了二维码 poster",
        "[语音] 工伤",
        "[语音]",
        "[图片]",
        "取消了关注",
    ]


async def test_what_does_not_hold_is_named(gateway: StubGateway, stage: Stage) -> None:
    gateway.answer = lambda message: "您好"
    problems = {
        "wait_for: {contains: 工伤, within: 0.01}": "没有等到“工伤”",
        "wait_for: {by: customer_service, within: 0.01}": "没有等到消息",
        "wait_for: {refused: 45015, within: 0.01}": "没有拒绝（45015）",
        "expect: {answers: 0}": "应有0条答复，实有1条",
        "expect: {faults: 1}": "应有1次故障提示，实有0次",
        "expect: {deliveries: 2}": "应推送2次，实推送1次",
        "expect: {repeats: 1}": "应有1条重复，实有0条",
        "expect: {contains: 工伤}": "没有看到“工伤”",
        "expect: {lacks: 您}": "不该看到“您”",
        "expect: {by: customer_service}": "应由“公众号（客服消息）”送达",
        "tap: 1": "没有这个可以点的",
        "image: none.jpg": "none.jpg",
        "staff_claims:": "--staff",
    }
    for step, problem in problems.items():
        assert problem in await stage.play("say: 您好", step)


async def test_who_does_not_follow_cannot_go_on(stage: Stage) -> None:
    assert "还没有关注" in await stage.play("unsubscribe:", "say: 您好")


async def test_nothing_is_done_after_a_failure(gateway: StubGateway, stage: Stage) -> None:
    await stage.play("expect: {answers: 1}", "say: 您好")
    assert gateway.received == []


@pytest.mark.parametrize("limit_s", [MEDIUM_S])
async def test_faults_are_arranged(
    gateway: StubGateway, stage: Stage, simulator: Simulator
) -> None:
    gateway.answer = lambda message: "您好"
    token, _ = simulator.state.tokens.give(forced=False)
    problem = await stage.play(
        "lose_answers: 1",
        "fail: {code: 45047}",
        "expire_tokens:",
        "slow: 0.01",
        "say: 您好",
        "pause: 0.01",
        "expect: {deliveries: 2, answers: 1}",
    )
    assert problem == ""
    assert simulator.faults.take_failure(SEND) is Code.QUOTA_USED
    assert (simulator.faults.latency_s, simulator.faults.answer_delay_s) == (0.01, 0.01)
    assert simulator.state.tokens.give(forced=False)[0] != token


async def test_a_refusal_can_be_waited_for(
    gateway: StubGateway, stage: Stage, simulator: Simulator, clock: MovableClock
) -> None:
    playing = asyncio.create_task(stage.play("say: 您好", "wait_for: {refused: 45015, within: 1}"))
    while not gateway.received:  # noqa: ASYNC110 - the stub announces nothing
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.02)
    simulator.state.calls += [
        Call(STABLE_TOKEN, Code.OK, clock()),
        Call(SEND, Code.OUT_OF_WINDOW, clock()),
    ]
    assert await playing == ""


class TestDesk:
    @staticmethod
    def case(conversation_id: str, waiting_since: str, **fields: Any) -> dict[str, Any]:
        return {
            "conversation_id": conversation_id,
            "channel": "wechat",
            "claimed_by": None,
            "waiting_since": waiting_since,
        } | fields

    async def test_a_colleague_takes_the_newest_case_and_writes(
        self, gateway: StubGateway, stage: Stage, desk: Desk
    ) -> None:
        cases = [
            self.case("old", "2026-11-24T09:00:00+08:00"),
            self.case("new", "2026-11-24T09:05:00+08:00"),
            self.case("web", "2026-11-24T09:06:00+08:00", channel="web"),
            self.case("taken", "2026-11-24T09:07:00+08:00", claimed_by="小李"),
        ]
        gateway.staff = lambda path, body: (
            JSONResponse({"cases": cases}) if path == "conversations" else Response(status_code=204)
        )
        problem = await stage.play(
            "staff_claims:", "staff_says: 您好", "staff_resolves: 办好了", desk=desk
        )
        assert problem == ""
        [_, _, claim, message, resolve] = gateway.staff_calls
        assert claim == ("conversations/new/claim", None)
        assert message[0] == "conversations/new/messages"
        assert message[1]["text"] == "您好"
        assert resolve == ("conversations/new/resolve", {"outcome": "办好了"})
        assert [entry.who for entry in stage.session.entries] == [Who.STAFF] * 3

    async def test_there_may_be_no_case(
        self, gateway: StubGateway, stage: Stage, desk: Desk
    ) -> None:
        gateway.staff = lambda path, body: JSONResponse({"cases": []})
        assert "没有等待接手" in await stage.play("staff_claims:", desk=desk)

    async def test_a_refusal_is_named(self, gateway: StubGateway, stage: Stage, desk: Desk) -> None:
        error = {"error": {"message": "请稍候"}}
        gateway.staff = lambda path, body: JSONResponse(error, status_code=429)
        problem = await stage.play("staff_claims:", desk=desk)
        assert "429" in problem
        assert "请稍候" in problem

    async def test_a_wrong_password_lets_nobody_in(self, simulator: Simulator) -> None:
        with pytest.raises(StaffError, match="用户名或密码不对"):
            await Desk.log_in(simulator.gateway_url, "xiaoan", "wrong")
