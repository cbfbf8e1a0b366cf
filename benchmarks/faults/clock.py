"""A wall clock that jumps: a small library that is preloaded; the monotonic clock goes on as it
does. ``libfaketime`` does the same, but its looks at the clock took a third of the gateway's time.
"""

import mmap
import struct
from pathlib import Path
from typing import Final

from benchmarks.faults.preloading import compiled

_SECONDS: Final = struct.Struct("=q")
"""The layout is that of ``jumping_clock.c``."""


class JumpingClock:
    """Shifts the wall clock of processes with this ``environment``, all at once."""

    def __init__(self, scratch: Path) -> None:
        """Compile the library into ``scratch``. Raises ``MissingToolError``."""
        self.library = compiled("jumping_clock.c", scratch)
        control = scratch / "jumping-clock.control"
        control.write_bytes(_SECONDS.pack(0))
        with control.open("r+b") as file:
            self._control = mmap.mmap(file.fileno(), 0)
        # Times of files stay true, as they do where a machine's clock jumps.
        self.environment = {"JUMPING_CLOCK_CONTROL": str(control)}

    def jump_to(self, seconds: int) -> None:
        """Let the clock show so many seconds more, or less, than the true time."""
        _SECONDS.pack_into(self._control, 0, seconds)
