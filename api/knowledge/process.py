"""The ``publish`` command in a process of its own: building needs the encoder, which the gateway
has no memory and no time for."""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from knowledge_base.commands.publishing import SWITCH
from knowledge_base.publishing.plan import Ended, Progress, PublicationPlan, Ready, RollBackPlan

COMMAND = (sys.executable, "-m", "knowledge_base", "publish")
DIED = "died"
"""The reason where it ended without a word."""
_LINE_MAX_BYTES = 32 * 1024 * 1024
"""The report of the gate is one line."""
_ERROR_MAX_BYTES = 4000

Event = Annotated[Progress | Ready | Ended, Field(discriminator="event")]
_LINE: TypeAdapter[Progress | Ready | Ended] = TypeAdapter(Event)


class PublishProcess:
    """One that runs; see :mod:`knowledge_base.commands.publishing` for what it says."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._errors = asyncio.create_task(self._last_words())

    async def events(self) -> AsyncIterator[Progress | Ready | Ended]:
        """What it tells, until it ends. A process that dies tells no ``Ended``."""
        assert self._process.stdout is not None  # noqa: S101 - it was started with pipes
        async for line in self._process.stdout:
            # Libraries may print, too.
            with contextlib.suppress(ValidationError):
                yield _LINE.validate_json(line)

    def switch(self) -> None:
        """Let it go on after ``Ready``."""
        assert self._process.stdin is not None  # noqa: S101 - it was started with pipes
        self._process.stdin.write(f"{SWITCH}\n".encode())

    async def error(self) -> str:
        """The last line on its standard error, once it has ended."""
        await self._process.wait()
        return await self._errors

    async def stop(self) -> None:
        """End it if it still runs."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._errors

    async def _last_words(self) -> str:
        assert self._process.stderr is not None  # noqa: S101 - it was started with pipes
        kept = b""
        while chunk := await self._process.stderr.read(_ERROR_MAX_BYTES):
            kept = (kept + chunk)[-_ERROR_MAX_BYTES:]
        lines = kept.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""


@asynccontextmanager
async def started(
    plan: PublicationPlan | RollBackPlan,
    arguments: Sequence[str],
    command: Sequence[str] = COMMAND,
) -> AsyncIterator[PublishProcess]:
    """Start the command with a plan; it is ended with the block.

    Raises:
        OSError: it cannot be started.
    """
    option = "--back" if isinstance(plan, RollBackPlan) else "--plan"
    with tempfile.TemporaryDirectory(prefix="publish-") as scratch:
        file = Path(scratch) / "plan.json"
        file.write_text(plan.model_dump_json(), encoding="utf-8")
        process = PublishProcess(
            await asyncio.create_subprocess_exec(
                *command,
                option,
                str(file),
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=_LINE_MAX_BYTES,
            )
        )
        try:
            yield process
        finally:
            await process.stop()
