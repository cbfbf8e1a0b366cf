import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api.channels.wechat.simulator import SimulatedAccount
from api.channels.wechat.simulator.serving import serving
from api.channels.wechat.simulator.terminal import simulate_command
from tests.api.channels.wechat.simulator.conftest import MEDIUM_S
from tests.api.channels.wechat.simulator.stub_gateway import StubGateway

pytestmark = pytest.mark.anyio
LINK = '<a href="weixin://bizmsgmenu?msgmenucontent=要带什么&msgmenuid=m">要带什么</a>'


@pytest.fixture
async def gateway_url(gateway: StubGateway) -> AsyncIterator[str]:
    async with serving(gateway.app) as url:
        yield url


async def typed(*lines: str) -> AsyncIterator[str]:
    """Lines by somebody who reads before typing on."""
    for line in lines:
        yield line
        await asyncio.sleep(0.05)


async def simulate(gateway_url: str, *lines: str, **options: Any) -> tuple[int, str]:
    """The exit status and what was printed."""
    out = io.StringIO()
    status = await simulate_command(
        gateway=gateway_url,
        **{
            "port": 0,
            "environment": {},
            "lines": typed(*lines),
            "out": out,
            "wait_s": 5.0,
            **options,
        },
    )
    return status, out.getvalue()


def script(tmp_path: Path, *steps: str) -> Path:
    path = tmp_path / "script.yml"
    text = "\n".join(f"- {step}" for step in steps)
    path.write_text(f"title: 试\nsteps:\n{text}\n", encoding="utf-8")
    return path


class TestScript:
    async def test_a_session_is_recorded(
        self, gateway: StubGateway, gateway_url: str, tmp_path: Path
    ) -> None:
        gateway.answer = lambda message: f"可以申请。{LINK}"
        record = tmp_path / "record.json"
        steps = script(tmp_path, "say: 医疗互助", "expect: {answers: 1}")
        status, printed = await simulate(gateway_url, script=steps, record=record)
        assert status == 0
        assert "可以申请。[1] 要带什么" in printed
        assert "全部达到" in printed
        told = json.loads(record.read_text(encoding="utf-8"))
        assert (told["title"], told["passed"]) == ("试", True)
        assert told["steps"] == [
            {"say": "医疗互助", "problem": None},
            {"expect": {"answers": 1}, "problem": None},
        ]
        asked, answered = told["session"]
        assert (asked["who"], asked["text"]) == ("follower", "医疗互助")
        assert (answered["by"], answered["links"]) == ("passive", ["要带什么"])
        assert told["deliveries"][0]["attempts"][0]["outcome"] == "replied"
        assert SimulatedAccount().secret not in record.read_text(encoding="utf-8")

    async def test_an_expectation_that_does_not_hold_is_status_1(
        self, gateway_url: str, tmp_path: Path
    ) -> None:
        record = tmp_path / "record.json"
        steps = script(tmp_path, "say: 医疗互助", "expect: {answers: 1}")
        status, printed = await simulate(gateway_url, script=steps, record=record)
        assert status == 1
        assert "应有1条答复，实有0条" in printed
        assert not json.loads(record.read_text(encoding="utf-8"))["passed"]

    async def test_a_colleague_logs_in(
        self, gateway: StubGateway, gateway_url: str, tmp_path: Path
    ) -> None:
        steps = script(tmp_path, "say: 您好")
        assert (await simulate(gateway_url, script=steps, staff="a:right"))[0] == 0
        assert [path for path, _ in gateway.staff_calls] == ["login", "logout"]
        status, printed = await simulate(gateway_url, script=steps, staff="a:wrong")
        assert status == 2
        assert "用户名或密码不对" in printed

    async def test_a_script_with_a_mistake_does_not_begin(
        self, gateway_url: str, tmp_path: Path
    ) -> None:
        status, printed = await simulate(gateway_url, script=script(tmp_path, "sing: a"))
        assert status == 2
        assert "step 1" in printed


class TestConsole:
    async def test_a_follower_talks(
        self, gateway: StubGateway, gateway_url: str, tmp_path: Path
    ) -> None:
        gateway.answer = lambda message: f"您好。{LINK}"
        (tmp_path / "a.jpg").write_bytes(b"\xff\xd8")
        status, printed = await simulate(
            gateway_url,
            "医疗互助",
            "/tap 1",
            f"/image {tmp_path / 'a.jpg'}",
            "/voice 工伤",
            "/click topics",
            "/scan poster",
            "",
            "/quit",
            "再来一句",
        )
        assert status == 0
        assert gateway.kinds == ["text", "text", "image", "voice", "click", "scan"]
        assert gateway.received[1].content == "要带什么"
        assert "[1] 要带什么" in printed
        assert "点了“要带什么”" in printed

    async def test_commands_answer(self, gateway_url: str) -> None:
        remarks = {
            "/help": "/tap 序号",
            "/hours 49": "往后拨了49小时",
            "/hours": "后面还要写点什么",
            "/slow 0.01": "0.01秒",
            "/slow soon": "后面还要写点什么",
            "/expire": "接口凭证已经过期",
            "/quota": "收到0条",
            "/sing": "没有这个动作",
            "/tap 1": "没有这个可以点的",
            "/tap one": "后面还要写点什么",
            "/click": "后面还要写点什么",
            "/image none.jpg": "none.jpg",
        }
        status, printed = await simulate(gateway_url, *remarks)
        assert status == 0
        after_intro = printed.partition("/help")[2]
        for remark in remarks.values():
            _, found, after_intro = after_intro.partition(remark)
            assert found, remark

    async def test_repeated_deliveries_are_told(
        self, gateway: StubGateway, gateway_url: str
    ) -> None:
        gateway.answer = lambda message: "您好"
        _, printed = await simulate(gateway_url, "/lose", "医疗互助", limit_s=MEDIUM_S)
        assert "平台推送了2次" in printed

    async def test_who_has_left_is_told_to_come_back(self, gateway_url: str) -> None:
        _, printed = await simulate(gateway_url, "/unsubscribe", "医疗互助", "/subscribe")
        assert "还没有关注公众号" in printed

    async def test_a_link_to_a_page_is_printed(
        self, gateway: StubGateway, gateway_url: str
    ) -> None:
        gateway.answer = lambda message: '<a href="https://example.org">页面</a>'
        out = io.StringIO()

        async def lines() -> AsyncIterator[str]:
            yield "医疗互助"
            async with asyncio.timeout(20):
                while "[1] 页面" not in out.getvalue():  # noqa: ASYNC110 - as a reader does
                    await asyncio.sleep(0.01)
            yield "/tap 1"

        await simulate(gateway_url, lines=lines(), out=out)
        assert "打开网页：https://example.org" in out.getvalue()


class TestStart:
    async def test_the_gateways_settings_are_printed(self, gateway_url: str) -> None:
        _, printed = await simulate(gateway_url)
        assert f"UNION_WECHAT_TOKEN={SimulatedAccount().token}" in printed
        assert "UNION_WECHAT_API_BASE=http://127.0.0.1:" in printed

    async def test_what_the_environment_has_is_not_printed(
        self, gateway: StubGateway, gateway_url: str
    ) -> None:
        environment = SimulatedAccount().settings_env("")
        _, printed = await simulate(gateway_url, environment=environment)
        assert "UNION_WECHAT_API_BASE" in printed
        assert environment["UNION_WECHAT_APP_SECRET"] not in printed

    async def test_a_gateway_with_other_settings_is_refused(self, gateway_url: str) -> None:
        status, printed = await simulate(gateway_url, environment={"UNION_WECHAT_TOKEN": "other"})
        assert status == 2
        assert "不认这个公众号" in printed

    async def test_a_gateway_that_does_not_come_is_not_waited_for(self, unused_url: str) -> None:
        status, printed = await simulate(unused_url, wait_s=0.01)
        assert status == 2
        assert "连不上" in printed

    async def test_a_port_that_is_taken_is_told(self, gateway_url: str) -> None:
        port = int(gateway_url.rpartition(":")[2])
        status, printed = await simulate(gateway_url, port=port)
        assert status == 2
        assert f"端口{port}" in printed

    async def test_an_account_that_cannot_be_is_told(self, gateway_url: str) -> None:
        status, printed = await simulate(
            gateway_url, environment={"UNION_WECHAT_ACCOUNT": "personal"}
        )
        assert status == 2
        assert "personal" in printed
