"""A disk that is slow on command: a small library that is preloaded into the product.

No mock: the calls by which SQLite, logs and uploads reach the disk (``fdatasync``, ``pwrite64``,
``write``…) wait before they do their work, and the library counts them for each process, which
shows that they really came by.
"""

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.faults.preloading import compiled

_DELAYS: Final = struct.Struct("=4i")
_SLOT: Final = struct.Struct("=4i")
_SLOTS: Final = 1023
"""Both layouts are those of ``slow_disk.c``."""
_WRITES_ARE_QUICKER: Final = 10
"""A write ends in the page cache unless that is full; a sync has to reach the disk."""


@dataclass(frozen=True)
class DiskCalls:
    """What of one process waited for the disk."""

    syncs: int = 0
    writes: int = 0
    slept_ms: int = 0

    def since(self, before: "DiskCalls") -> "DiskCalls":
        """What came after ``before``."""
        return DiskCalls(
            self.syncs - before.syncs, self.writes - before.writes, self.slept_ms - before.slept_ms
        )


class SlowDisk:
    """Makes everything below one folder slow, for processes with this ``environment``."""

    def __init__(self, scratch: Path, folder: Path) -> None:
        """Compile the library into ``scratch``. Raises ``MissingToolError``."""
        self.library = compiled("slow_disk.c", scratch)
        control = scratch / "slow-disk.control"
        control.write_bytes(bytes(_DELAYS.size + _SLOTS * _SLOT.size))
        with control.open("r+b") as file:
            self._control = mmap.mmap(file.fileno(), 0)
        self.environment = {"SLOW_DISK_CONTROL": str(control), "SLOW_DISK_FOLDER": str(folder)}

    def slow_down(self, from_ms: int, to_ms: int) -> None:
        """Let each sync wait this long, and each write a tenth of it."""
        quick = _WRITES_ARE_QUICKER
        _DELAYS.pack_into(self._control, 0, from_ms, to_ms, from_ms // quick, to_ms // quick)

    def recover(self) -> None:
        """Let it be as quick as it is."""
        _DELAYS.pack_into(self._control, 0, 0, 0, 0, 0)

    def calls(self) -> dict[int, DiskCalls]:
        """What has waited so far, by process id."""
        slots = _SLOT.iter_unpack(self._control[_DELAYS.size :])
        return {pid: DiskCalls(*counts) for pid, *counts in slots if pid}
