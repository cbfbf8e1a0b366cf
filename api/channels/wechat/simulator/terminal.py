"""``python -m api wechat simulate``: the platform for a demonstration without an account."""

import asyncio
import json
import os
import sys
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final, TextIO

import httpx2

from api.channels.wechat.simulator.account import SimulatedAccount
from api.channels.wechat.simulator.actor import Actor
from api.channels.wechat.simulator.console import QUIT, Console
from api.channels.wechat.simulator.delivery import LIMIT_S
from api.channels.wechat.simulator.desk import Desk, StaffError
from api.channels.wechat.simulator.display import Display
from api.channels.wechat.simulator.player import Played, Player
from api.channels.wechat.simulator.script import Script, ScriptError
from api.channels.wechat.simulator.session import Session
from api.channels.wechat.simulator.simulator import Simulator
from api.channels.wechat.simulator.texts import simulator_texts

GATEWAY: Final = "http://127.0.0.1:8000"
PORT: Final = 8900
"""Fixed, so that the gateway's settings stay right from one start to the next."""
WAIT_S: Final = 300.0
_POLL_S = 0.25


async def simulate_command(
    *,
    gateway: str = GATEWAY,
    port: int = PORT,
    script: Path | None = None,
    record: Path | None = None,
    staff: str | None = None,
    environment: Mapping[str, str] | None = None,
    lines: AsyncIterator[str] | None = None,
    out: TextIO | None = None,
    limit_s: float = LIMIT_S,
    wait_s: float = WAIT_S,
) -> int:
    """Play the platform and one follower, by a script or by what is typed.

    ``staff``: ``user:password`` of a colleague whom a script needs. ``environment``: where the
    account comes from, by default the program's own. ``wait_s``: seconds for the gateway to come.

    Returns the exit status: 0; 1 if an expectation did not hold; 2 if it could not begin.
    """
    environment = os.environ if environment is None else environment
    display = Display(out or sys.stdout)
    texts = simulator_texts()
    try:
        loaded = None if script is None else Script.load(script)
        account = SimulatedAccount.from_environment(environment)
    except ScriptError as error:
        display.say(texts.script_invalid.format(reason=error))
        return 2
    except ValueError as error:
        display.say(str(error))
        return 2
    async with AsyncExitStack() as stack:
        simulator = Simulator(gateway.rstrip("/"), account=account, limit_s=limit_s, port=port)
        try:
            await stack.enter_async_context(simulator)
        except OSError:
            display.say(texts.port_taken.format(port=port))
            return 2
        _say_how_to_start(simulator, environment, display)
        if not await _connect(simulator, display, wait_s):
            return 2
        session = Session(simulator.clock, display.show)
        actor = Actor(simulator.follower(), session)
        if loaded is None:
            display.say(texts.intro)
            await Console(simulator, actor, display).run(lines or _typed())
            told, status = {}, 0
        else:
            try:
                desk = None if staff is None else await _log_in(stack, simulator, staff)
            except StaffError as error:
                problem = texts.problems.staff_refused
                display.say(problem.format(status=error.status, message=error.message))
                return 2
            played = await Player(simulator, actor, session, desk).play(loaded)
            told, status = _result(loaded, played), _report(played, display)
        if record is not None:
            await asyncio.to_thread(_write, record, told | session.as_json(simulator.state))
        return status


def _say_how_to_start(
    simulator: Simulator, environment: Mapping[str, str], display: Display
) -> None:
    """Print the gateway's settings, but none that it has from the same environment already:
    those may be an account's real secrets."""
    texts = simulator_texts()
    display.say(texts.started.format(api_base=simulator.api_base))
    missing = [
        f"    {name}={value}"
        for name, value in simulator.settings_env().items()
        if environment.get(name) != value
    ]
    display.say("\n".join(missing) or texts.all_set)


async def _connect(simulator: Simulator, display: Display, wait_s: float) -> bool:
    """Wait until the gateway is up; whether it is, and serves this account."""
    texts = simulator_texts()
    display.say(texts.waiting.format(gateway=simulator.gateway_url))
    try:
        async with asyncio.timeout(wait_s):
            while True:
                try:
                    is_ours = await simulator.verify_gateway()
                    break
                except httpx2.TransportError:
                    await asyncio.sleep(_POLL_S)
    except TimeoutError:
        display.say(texts.not_connected.format(seconds=wait_s, gateway=simulator.gateway_url))
        return False
    display.say(texts.connected if is_ours else texts.not_ours)
    return is_ours


async def _log_in(stack: AsyncExitStack, simulator: Simulator, staff: str) -> Desk:
    username, _, password = staff.partition(":")
    desk = await Desk.log_in(simulator.gateway_url, username, password)
    stack.push_async_callback(desk.close)
    return desk


def _result(script: Script, played: Sequence[Played]) -> dict[str, Any]:
    return {
        "title": script.title,
        "passed": not any(each.problem for each in played),
        "steps": [
            {
                **each.step.model_dump(mode="json", exclude_unset=True),
                "problem": each.problem or None,
            }
            for each in played
        ],
    }


def _write(record: Path, told: dict[str, Any]) -> None:
    text = json.dumps(told, ensure_ascii=False, indent=2)
    record.write_text(f"{text}\n", encoding="utf-8")


def _report(played: Sequence[Played], display: Display) -> int:
    """Say what did not hold; returns the exit status."""
    texts = simulator_texts()
    problems = [each.problem for each in played if each.problem]
    for problem in problems:
        display.say(texts.step_failed.format(problem=problem))
    display.say(texts.failed if problems else texts.passed)
    return 1 if problems else 0


async def _typed() -> AsyncIterator[str]:
    """Lines of standard input. A thread reads them: neither files nor all terminals can be
    waited for, and a thread of the pool would hold up the end of the program."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, QUIT)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield await lines.get()
