"""Gives back the memory of a file that the process has mapped and read once.

OpenVINO maps the file of the weights and packs them anew for the processor. The pages of the file
stay in the process, 60 MB that nothing reads again; what is, comes back from the disk's cache.
"""

import ctypes
import re
from pathlib import Path
from typing import Final

_MAPS: Final = Path("/proc/self/maps")
_LINE: Final = re.compile(r"(\w+)-(\w+) r--s \w+ \S+ \d+ +(.+)")
"""A shared mapping that cannot be written: its pages are those of the file, nothing can be lost."""
_DONT_NEED: Final = 4
"""``MADV_DONTNEED`` of madvise(2)."""


def give_back(file: Path) -> int:
    """Give back the pages of a mapped file; return how many mappings there were.

    Elsewhere than on Linux nothing happens.
    """
    if not _MAPS.is_file():
        return 0
    mappings = [_LINE.fullmatch(line) for line in _MAPS.read_text(encoding="utf-8").splitlines()]
    ranges = [
        (int(each[1], 16), int(each[2], 16))
        for each in mappings
        if each and Path(each[3]) == file.resolve()
    ]
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
    for start, end in ranges:
        advise(start, end - start, _DONT_NEED)
    return len(ranges)
