"""What a person types at the terminal: words of the follower, or commands."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from api.channels.wechat.simulator.actor import Actor
from api.channels.wechat.simulator.delivery import Delivery
from api.channels.wechat.simulator.display import Display
from api.channels.wechat.simulator.follower import NotFollowingError, NothingToTapError
from api.channels.wechat.simulator.simulator import Simulator
from api.channels.wechat.simulator.texts import simulator_texts

QUIT: Final = "/quit"

_Act = Callable[[str], Awaitable[Delivery | None]]
_Arrange = Callable[[str], str]


class Console:
    """Carries out lines. What the follower does is not waited for, so that one can go on typing
    while a slow answer is under way."""

    def __init__(self, simulator: Simulator, actor: Actor, display: Display) -> None:
        self._simulator = simulator
        self._actor = actor
        self._display = display
        self._texts = simulator_texts()
        self._running: set[asyncio.Task[None]] = set()
        self._acts: dict[str, _Act] = {
            "/tap": self._tap,
            "/click": lambda key: actor.click(_some(key)),
            "/scan": lambda scene: actor.scan(_some(scene)),
            "/subscribe": lambda scene: actor.subscribe(scene or None),
            "/unsubscribe": lambda _: actor.unsubscribe(),
            "/image": lambda file: actor.send_image(Path(_some(file)).expanduser()),
            "/voice": lambda words: actor.speak(words or None),
        }
        self._arrangements: dict[str, _Arrange] = {
            "/help": lambda _: self._texts.help,
            "/hours": self._move_clock,
            "/slow": self._slow,
            "/lose": self._lose,
            "/expire": self._expire,
            "/quota": lambda _: self._texts.quota.format(left=actor.follower.quota_left),
        }

    async def run(self, lines: AsyncIterator[str]) -> None:
        """Carry out lines until ``/quit`` or their end, and let what goes on come to its end."""
        async for line in lines:
            if line.strip() == QUIT:
                break
            self.do(line.strip())
        await asyncio.gather(*self._running)

    def do(self, line: str) -> None:
        """Carry out a line."""
        command, _, argument = line.partition(" ")
        if not line:
            return
        if not line.startswith("/"):
            self._start(self._actor.say, line)
        elif act := self._acts.get(command):
            self._start(act, argument.strip())
        elif arrange := self._arrangements.get(command):
            self._display.say(self._remark(arrange, argument.strip()))
        else:
            self._display.say(self._texts.unknown_command)

    def _remark(self, arrange: _Arrange, argument: str) -> str:
        try:
            return arrange(argument)
        except ValueError:
            return self._texts.needs_argument

    def _start(self, act: _Act, argument: str) -> None:
        task = asyncio.create_task(self._carry_out(act, argument))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _carry_out(self, act: _Act, argument: str) -> None:
        try:
            delivery = await act(argument)
        except NotFollowingError:
            self._display.say(self._texts.not_following)
        except NothingToTapError:
            self._display.say(self._texts.nothing_to_tap)
        except ValueError:
            self._display.say(self._texts.needs_argument)
        except OSError as error:
            self._display.say(self._texts.no_file.format(path=error.filename))
        else:
            if delivery is not None and len(delivery.attempts) > 1:
                self._display.say(self._texts.repeated.format(times=len(delivery.attempts)))

    async def _tap(self, number: str) -> Delivery | None:
        link = self._actor.link(int(number))
        if link.url is not None:
            self._display.say(self._texts.opens_page.format(url=link.url))
        return await self._actor.tap(link)

    def _move_clock(self, hours: str) -> str:
        self._simulator.clock.advance(timedelta(hours=float(hours)))
        return self._texts.hours_moved.format(hours=float(hours))

    def _slow(self, seconds: str) -> str:
        faults = self._simulator.faults
        faults.latency_s = faults.answer_delay_s = max(0.0, float(seconds))
        return self._texts.slow.format(seconds=faults.latency_s)

    def _lose(self, _: str) -> str:
        self._simulator.faults.lose_answers()
        return self._texts.answer_will_be_lost

    def _expire(self, _: str) -> str:
        self._simulator.state.tokens.expire()
        return self._texts.tokens_expired


def _some(argument: str) -> str:
    """Raises ``ValueError`` for nothing."""
    if not argument:
        raise ValueError
    return argument
