"""Whether what a script expects has come."""

import asyncio
from collections import Counter
from typing import Final

from api.channels.wechat.simulator.codes import Code
from api.channels.wechat.simulator.delivery import Delivery
from api.channels.wechat.simulator.screen import By, Screen, Shown
from api.channels.wechat.simulator.state import PlatformState
from api.channels.wechat.simulator.steps import Awaited, Expected
from api.channels.wechat.simulator.texts import simulator_texts

_POLL_S: Final = 0.05


class UnmetError(Exception):
    """What was expected is not so; the message says what, in Chinese."""


class Since:
    """What has happened since somebody last did something.

    ``delivery``: of what the follower did last, if that was delivered.
    """

    def __init__(self, screen: Screen, state: PlatformState) -> None:
        self._screen = screen
        self._state = state
        self._seen = 0
        self._called = 0
        self.delivery: Delivery | None = None
        self._texts = simulator_texts()

    def mark(self) -> None:
        """Somebody does something now."""
        self._seen = len(self._screen)
        self._called = len(self._state.calls)

    async def wait_for(self, awaited: Awaited) -> None:
        """Return once it has come. Raises ``UnmetError``."""
        if awaited.refused is not None:
            await self._wait_for_refusal(awaited.refused, awaited.within)
            return

        def fits(shown: Shown) -> bool:
            return (awaited.contains or "") in shown.text and awaited.by in (None, shown.by)

        try:
            await self._screen.wait_for(fits, within_s=awaited.within, start=self._seen)
        except TimeoutError:
            wanted = self._texts.any_message
            if awaited.contains is not None:
                wanted = self._texts.quoted.format(words=awaited.contains)
            problem = self._texts.problems.nothing_came
            raise UnmetError(problem.format(seconds=awaited.within, wanted=wanted)) from None

    async def _wait_for_refusal(self, code: Code, within_s: float) -> None:
        try:
            async with asyncio.timeout(within_s):
                while all(  # noqa: ASYNC110 - the server notes its calls, nobody announces them
                    call.code is not code for call in self._state.calls[self._called :]
                ):
                    await asyncio.sleep(_POLL_S)
        except TimeoutError:
            problem = self._texts.problems.not_refused
            raise UnmetError(problem.format(seconds=within_s, code=code.value)) from None

    def require(self, expected: Expected) -> None:
        """Raises ``UnmetError`` for the first thing that is not so."""
        problems = self._texts.problems
        shown = self._screen.shown[self._seen :]
        answers = [each for each in shown if each.by is not By.PLATFORM_FAULT]
        words = "\n".join(each.text for each in answers)
        counts = (
            (problems.answers, expected.answers, len(answers)),
            (problems.faults, expected.faults, len(shown) - len(answers)),
            (problems.repeats, expected.repeats, _repeats(answers)),
            (
                problems.deliveries,
                expected.deliveries,
                0 if self.delivery is None else len(self.delivery.attempts),
            ),
        )
        for problem, wanted, found in counts:
            if wanted not in (None, found):
                raise UnmetError(problem.format(wanted=wanted, found=found))
        if expected.contains is not None and expected.contains not in words:
            raise UnmetError(problems.contains.format(wanted=expected.contains))
        if expected.lacks is not None and expected.lacks in words:
            raise UnmetError(problems.lacks.format(wanted=expected.lacks))
        if expected.by is not None and any(each.by is not expected.by for each in answers):
            raise UnmetError(problems.by.format(wanted=self._texts.by[expected.by]))


def _repeats(answers: list[Shown]) -> int:
    return sum(count - 1 for count in Counter(each.text for each in answers).values())
