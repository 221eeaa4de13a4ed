"""Bounded waiting: the only way a test waits for something."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

FIRST_PAUSE = 0.005
LONGEST_PAUSE = 0.1


def eventually(
    assertion: Callable[[], T],
    within: float = 5.0,
    *,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> T:
    """Ask until `assertion` raises no AssertionError and does not return False; hand back what it returned.

    After `within` seconds the last failure is raised. Any other exception is raised at once.
    """
    deadline = clock() + within
    length = FIRST_PAUSE
    while True:
        try:
            answer = assertion()
            if answer is not False:
                return answer
            failure = AssertionError("still False")
        except AssertionError as error:
            failure = error
        left = deadline - clock()
        if left <= 0:
            failure.add_note(f"waited {within:g} s for this")
            raise failure
        pause(min(length, left))
        length = min(length * 1.5, LONGEST_PAUSE)
