"""Does to a running product what is planned, and notes what it hit."""

import asyncio
import os
import signal
import time
import urllib.request
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.faults.clock import JumpingClock
from benchmarks.faults.schedule import Kind, Planned
from benchmarks.faults.slow_disk import SlowDisk
from benchmarks.product import process_ids
from scripts.ephemeral import EphemeralProduct, answers

_QUICKEST_MS: Final = 50
_LOOK_EVERY_S: Final = 0.5
_UP_WITHIN_S: Final = 240.0


@dataclass(frozen=True)
class Fault:
    """What was done. Times on the monotonic clock; ``hit``: what it did, as figures."""

    kind: Kind
    from_s: float
    to_s: float
    hit: dict[str, Any]


class Injector:
    """Faults for one product, which has to be started with this ``environment``."""

    def __init__(self, scratch: Path, folder: Path) -> None:
        """Prepare the libraries. Raises ``MissingToolError``."""
        self._disk = SlowDisk(scratch, folder)
        self._clock = JumpingClock(scratch)
        self.environment = {
            **self._disk.environment,
            **self._clock.environment,
            "LD_PRELOAD": " ".join(map(str, (self._disk.library, self._clock.library))),
        }

    async def run(
        self, product: EphemeralProduct, plan: Iterable[Planned], until_s: float
    ) -> AsyncIterator[Fault]:
        """One fault after another; none that would last beyond ``until_s``."""
        for planned in plan:
            if time.monotonic() + planned.pause_s + planned.lasts_s > until_s:
                return
            await asyncio.sleep(planned.pause_s)
            started = time.monotonic()
            match planned.kind:
                case Kind.KILL:
                    hit = await self._kill(product, planned.part)
                case Kind.SLOW_DISK:
                    hit = await self._slow_down(product, planned)
                case Kind.CLOCK_JUMP:
                    hit = await self._jump(product, planned)
            yield Fault(planned.kind, started, time.monotonic(), hit)

    async def _kill(self, product: EphemeralProduct, part: str) -> dict[str, Any]:
        pid = process_ids(product)[part]
        os.kill(pid, signal.SIGKILL)
        started = time.monotonic()
        while not await asyncio.to_thread(_is_back, product, part, pid):
            if time.monotonic() - started > _UP_WITHIN_S:
                raise RuntimeError(f"{part} did not come back within {_UP_WITHIN_S:.0f} s")
            await asyncio.sleep(_LOOK_EVERY_S)
        return {"part": part, "up_after_s": round(time.monotonic() - started, 1)}

    async def _slow_down(self, product: EphemeralProduct, planned: Planned) -> dict[str, Any]:
        before = self._disk.calls()
        self._disk.slow_down(_QUICKEST_MS, planned.amount)
        await asyncio.sleep(planned.lasts_s)
        after = self._disk.calls()
        self._disk.recover()
        hit: dict[str, Any] = {"sync_ms": [_QUICKEST_MS, planned.amount]}
        for part, pid in process_ids(product).items():
            if pid in after:
                delayed = after[pid].since(before[pid]) if pid in before else after[pid]
                hit[part] = vars(delayed)
        return hit

    async def _jump(self, product: EphemeralProduct, planned: Planned) -> dict[str, Any]:
        self._clock.jump_to(planned.amount)
        await asyncio.sleep(planned.lasts_s)
        shown = await asyncio.to_thread(_shown_offset, product)
        self._clock.jump_to(0)
        return {"jump_s": planned.amount, "gateway_showed_s": shown}


def _is_back(product: EphemeralProduct, part: str, killed: int) -> bool:
    return process_ids(product).get(part, killed) != killed and answers(f"{product.gateway}/readyz")


def _shown_offset(product: EphemeralProduct) -> float | None:
    """By how much the gateway's clock differs, from the date of a response; None: no response."""
    try:
        with urllib.request.urlopen(f"{product.gateway}/healthz", timeout=30) as response:  # noqa: S310 - own address
            shown = parsedate_to_datetime(response.headers["date"])
    except OSError:
        return None
    return round(shown.timestamp() - time.time())
