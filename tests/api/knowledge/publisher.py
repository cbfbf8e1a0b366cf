"""The publish command with an encoder in which the vectors do not matter.

``python -m tests.api.knowledge.publisher STEP …``: it kills itself when it says that it has
reached the step.
"""

import os
import signal
import sys
from types import ModuleType

from pydantic import BaseModel

from tests.knowledge_base import samples

# PyTorch takes seconds to load, and the fake does without.
_encoder = ModuleType("knowledge_base.encoder.encoder")
_encoder.Encoder = samples.FakeEncoder  # type: ignore[attr-defined]
sys.modules[_encoder.__name__] = _encoder

from knowledge_base.cli import main  # noqa: E402 - with the fake in its place
from knowledge_base.commands import publishing  # noqa: E402
from knowledge_base.engine import SearchEngine  # noqa: E402


def _run(die_at: str, *arguments: str) -> int:
    engine = samples.engine_of(samples.fake_encoder())
    SearchEngine.load = lambda model, settings=None: engine  # type: ignore[method-assign,assignment]
    say = publishing._say

    def say_and_die(line: BaseModel) -> None:
        say(line)
        if die_at and getattr(line, "step", getattr(line, "event", None)) == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    publishing._say = say_and_die
    return main(["publish", *arguments])


if __name__ == "__main__":
    raise SystemExit(_run(*sys.argv[1:]))
