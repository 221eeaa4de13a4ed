"""Green threads: what would block all of them is done beside them."""

import subprocess
import sys

from chassis.green import beside

GREEN = """
from chassis.green import beside, turn_green
turn_green()
import os, sys
import eventlet
from eventlet.patcher import original
reading, writing = os.pipe()
eventlet.spawn_after(0.01, os.write, writing, b"1")
assert beside(original("os").read, reading, 1) == b"1"
"""


def test_a_call_that_blocks_lets_green_threads_go_on() -> None:
    # Were it not so, nobody would ever write what is read.
    subprocess.run([sys.executable, "-W", "ignore", "-c", GREEN], check=True, timeout=30)


def test_in_a_process_without_green_threads_the_function_is_simply_called() -> None:
    assert beside(divmod, 7, 2) == (3, 1)
