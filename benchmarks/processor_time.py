"""What processes cost, read from ``/proc``: time on a processor, and memory."""

import os
from collections.abc import Mapping
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_PARENT, _OWN_AND_CHILDRENS_TIME = 1, slice(11, 15)
"""Fields of ``stat`` behind the command: ppid; utime, stime, cutime and cstime (proc(5))."""


def processor_seconds(processes: Mapping[str, int]) -> dict[str, float]:
    """Seconds on a processor up to now, of each process with everything below it.

    Of what has ended below it, too, once that was waited for.
    """
    return {
        name: sum(_ticks(each) for each in _tree(process)) / _TICKS_A_SECOND
        for name, process in processes.items()
    }


def busy_seconds() -> float:
    """Seconds that the machine's processors have worked up to now, for whomever."""
    first, *_ = Path("/proc/stat").read_text(encoding="ascii").splitlines()
    # user, nice, system; idle and iowait; irq, softirq. Guests are in user and nice.
    user, nice, system, _, _, irq, softirq, *_ = (int(field) for field in first.split()[1:])
    return (user + nice + system + irq + softirq) / _TICKS_A_SECOND


def memory_mib(processes: Mapping[str, int]) -> dict[str, float]:
    """Memory in MiB of each process with everything below it; what processes share is split."""
    return _sums_mib(processes, "Pss:")


def resident_mib(processes: Mapping[str, int]) -> dict[str, float]:
    """The same, but what processes share counts in each of them: it does not move when others on
    the machine map the same libraries, so it can be compared over time."""
    return _sums_mib(processes, "Rss:")


def _sums_mib(processes: Mapping[str, int], field: str) -> dict[str, float]:
    return {
        name: round(sum(_rollup_kib(each, field) for each in _tree(process)) / 1024, 1)
        for name, process in processes.items()
    }


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _stat(int(folder.name))
        if fields:
            children.setdefault(int(fields[_PARENT]), []).append(int(folder.name))
    found = [root]
    for process in found:
        found += children.get(process, [])
    return found


def _ticks(process: int) -> int:
    return sum(int(field) for field in _stat(process)[_OWN_AND_CHILDRENS_TIME])


def _stat(process: int) -> list[str]:
    """The fields behind the command, which may hold blanks; none if the process has ended."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _rollup_kib(process: int, field: str) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(field))
