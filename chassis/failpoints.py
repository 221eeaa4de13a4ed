"""Failpoints: named places where a test makes a process fail on purpose; without HEMEI_FAILPOINT they do nothing.

`HEMEI_FAILPOINT="relay.after_confirm=exit:0.05;listener.before_commit=raise@3"`: at each passage of the named place,
what stands after `=` happens. `exit` ends the process at once, as SIGKILL would; `raise` raises `Failed`; `stop` stops
the process as SIGSTOP would, until somebody continues it; `pause:2` waits so many seconds. A number after `exit:` or
`raise:` is the share of passages it happens at; `@3` lets it happen at the third passage only.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass


class Failed(Exception):
    """A failpoint was told to raise."""


@dataclass(frozen=True)
class Failure:
    """What happens at one place: at every passage, at a share of them, or at the `only` one."""

    action: str
    number: float
    only: int


def read_failures(text: str) -> dict[str, Failure]:
    """What HEMEI_FAILPOINT says, by place. Raises `ValueError` where it cannot be read."""
    return {place: _failure(what) for place, _, what in (part.partition("=") for part in text.split(";") if part)}


def _failure(what: str) -> Failure:
    what, _, only = what.partition("@")
    action, _, number = what.partition(":")
    if action not in ACTIONS:
        raise ValueError(f"{action} is none of {', '.join(ACTIONS)}")
    return Failure(action, float(number or 1), int(only or 0))


def _exit(_seconds: float) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stop(_seconds: float) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _raise(_seconds: float) -> None:
    raise Failed


ACTIONS: dict[str, Callable[[float], None]] = {"exit": _exit, "raise": _raise, "stop": _stop, "pause": time.sleep}


class Failpoints:
    """Counts the passages and lets happen what was asked for."""

    def __init__(self, failures: dict[str, Failure], chance: Callable[[], float] = random.random) -> None:
        self._failures, self._chance = failures, chance
        self._passages: Counter[str] = Counter()

    def __call__(self, place: str) -> None:
        """The process passes here."""
        if (failure := self._failures.get(place)) is None:
            return
        self._passages[place] += 1
        if failure.only and self._passages[place] != failure.only:
            return
        if failure.action == "pause" or self._chance() < failure.number:
            ACTIONS[failure.action](failure.number)


def _nothing(_place: str) -> None:
    """Nobody has asked for a failure."""


def failpoint_of(text: str) -> Callable[[str], None]:
    """The function that the places call: one that does nothing where no failure is asked for."""
    return Failpoints(read_failures(text)) if text else _nothing


failpoint = failpoint_of(os.environ.get("HEMEI_FAILPOINT", ""))
