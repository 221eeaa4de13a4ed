"""What the system's processes take: memory, and work while nothing happens."""

import time
from typing import NamedTuple

import psutil

from benchmarks.figures import Figures

MIB = 1024 * 1024


class Taken(NamedTuple):
    """One process: resident memory, its proportional share of shared pages, and CPU while idle."""

    rss_mib: float
    pss_mib: float | None
    idle_cpu_percent: float


def members(root: psutil.Process) -> dict[str, psutil.Process]:
    """The processes of a running system by name: the one that was started, or all that it supervises."""
    supervised = root.children()
    return {_name(process): process for process in supervised} if supervised else {"hemei": root}


def _name(process: psutil.Process) -> str:
    """`… -m cli.main serve volunteer` is "volunteer"."""
    return str(process.cmdline()[-1])


def taken(root: psutil.Process, seconds: float) -> dict[str, Taken]:
    """Watch every process while nothing is asked of it."""
    found = members(root)
    before = {name: _busy(process) for name, process in found.items()}
    time.sleep(seconds)
    return {
        name: Taken(
            rss_mib=round(process.memory_info().rss / MIB, 1),
            pss_mib=_pss(process),
            idle_cpu_percent=round(100 * (_busy(process) - before[name]) / seconds, 2),
        )
        for name, process in found.items()
    }


def _busy(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _pss(process: psutil.Process) -> float | None:
    try:
        return round(float(process.memory_full_info().pss) / MIB, 1)
    except (psutil.AccessDenied, AttributeError):
        return None


def figures_of(found: dict[str, Taken]) -> Figures:
    """Each process's figures under `<process>.<figure>`, and the largest of each."""
    figures = {
        f"{name}.{figure}": value
        for name, each in found.items()
        for figure, value in each._asdict().items()
        if value is not None
    }
    figures["largest_rss_mib"] = max(each.rss_mib for each in found.values())
    figures["largest_idle_cpu_percent"] = max(each.idle_cpu_percent for each in found.values())
    return figures
