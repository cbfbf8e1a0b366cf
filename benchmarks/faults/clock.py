"""A wall clock that jumps, by ``libfaketime``; the monotonic clock goes on as it does."""

from pathlib import Path
from typing import Final

from benchmarks.faults.preloading import MissingToolError, compiled

_PLACES: Final = "**/faketime/libfaketimeMT.so.1"
_READ_EVERY_S: Final = 1


class JumpingClock:
    """Shifts the wall clock of processes with this ``environment``, all at once."""

    def __init__(self, scratch: Path) -> None:
        """Find the library. Raises ``MissingToolError``."""
        found = sorted(Path("/usr/lib").glob(_PLACES))
        if not found:
            raise MissingToolError(
                "jumps of the clock need libfaketime (Debian: apt install libfaketime)"
            )
        self.libraries = (compiled("monotonic_sleep.c", scratch), found[0])
        self._offset = scratch / "clock-offset"
        self.environment = {
            "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            # The file is read once a second; at every look at the clock would be thousands.
            "FAKETIME_CACHE_DURATION": str(_READ_EVERY_S),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Times of files stay true, as they do where a machine's clock jumps.
            "NO_FAKE_STAT": "1",
        }
        self.jump_to(0)

    def jump_to(self, seconds: int) -> None:
        """Let the clock show so many seconds more, or less, than the true time."""
        # In one step: who reads half a file would see another time.
        new = self._offset.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n", encoding="ascii")
        new.replace(self._offset)
