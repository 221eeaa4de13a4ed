"""Spans on their way to a collector: from green processes and from others, and never in anybody's way."""

import subprocess
import sys

import pytest

from tests.collector import collector
from tests.servers.ports import PRIVATE, free_ports
from tests.waiting import eventually

GREEN = "from chassis.green import turn_green; turn_green()\n"
NOT_GREEN = ""

WORK = """
import sys, time
from threading import Thread
from chassis.tracing import start_tracing
assert ("eventlet" in sys.modules) == GREEN
tracing = start_tracing("grievance", ENDPOINT)

def work():
    for number in range(20):
        with tracing.ticking("grievance", f"run{number}"):
            time.sleep(0.01)

def say(word):
    print(word, flush=True)

sys.stdin.readline()
work()
say("worked")
workers = [Thread(target=work) for _ in range(3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
say("worked on")
tracing.stop()
say("stopped")
"""


class Worker:
    """A process that traces its work, in step with the test."""

    def __init__(self, colour: str, endpoint: str) -> None:
        settings = f"GREEN = {colour == GREEN}; ENDPOINT = {endpoint!r}\n"
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", colour + settings + WORK],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_BSP_SCHEDULE_DELAY": "20", "PATH": ""},
        )
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def says(self) -> str:
        """The next word; a worker that hangs is ended by the time limit of the test."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ends(self) -> str:
        """What it complained about, once it has ended well."""
        _, complaints = self.process.communicate(timeout=30)
        assert self.process.returncode == 0, complaints
        return complaints


@pytest.mark.parametrize("colour", [GREEN, NOT_GREEN], ids=["green", "not green"])
def test_spans_reach_the_collector_all_of_them_at_the_latest_when_the_process_stops(colour: str) -> None:
    with collector() as told:
        worker = Worker(colour, told.url)
        assert [worker.says() for _ in range(3)] == ["worked", "worked on", "stopped"]
        worker.ends()
        assert len(told.spans) == 80
        assert {span.service for span in told.spans} == {"grievance"}


@pytest.mark.parametrize("colour", [GREEN, NOT_GREEN], ids=["green", "not green"])
def test_a_collector_that_does_not_answer_holds_up_nobody(colour: str) -> None:
    with collector() as told:
        told.answers.clear()
        worker = Worker(colour, told.url)
        eventually(lambda: told.bodies, within=20)
        assert [worker.says() for _ in range(3)] == ["worked", "worked on", "stopped"]
        worker.ends()
        told.answers.set()


@pytest.mark.parametrize("colour", [GREEN, NOT_GREEN], ids=["green", "not green"])
@pytest.mark.parametrize("endpoint", [f"http://127.0.0.1:{free_ports(1, PRIVATE)[0]}", "http://nowhere.invalid:4318"])
def test_a_collector_that_is_away_holds_up_nobody(colour: str, endpoint: str) -> None:
    worker = Worker(colour, endpoint)
    assert [worker.says() for _ in range(3)] == ["worked", "worked on", "stopped"]
    worker.ends()


def test_what_is_told_after_the_collector_has_come_back_arrives() -> None:
    (port,) = free_ports(1, PRIVATE)
    worker = Worker(GREEN, f"http://127.0.0.1:{port}")
    assert worker.says() == "worked"
    with collector(port) as told:
        assert [worker.says() for _ in range(2)] == ["worked on", "stopped"]
        worker.ends()
        assert told.spans
