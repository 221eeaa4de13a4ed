"""A service in a process of its own, for tests that stop and kill it: it does what its environment says."""

from chassis.green import turn_green

turn_green()

import os  # noqa: E402
from typing import Any  # noqa: E402

import eventlet  # noqa: E402
from nameko.extensions import DependencyProvider  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from chassis import run  # noqa: E402
from chassis.calls import answers  # noqa: E402
from chassis.config import Settings, read  # noqa: E402
from chassis.events import hears  # noqa: E402
from chassis.logs import start_logging  # noqa: E402
from chassis.port import Port  # noqa: E402
from chassis.process import Process  # noqa: E402
from chassis.storage import Storage  # noqa: E402
from chassis.timers import every  # noqa: E402
from contracts.grievance.events import GrievanceResolved  # noqa: E402
from tests.integration.chassis.things import REPOSITORIES, metadata  # noqa: E402

TAKES = float(os.environ.get("TAKES", "0"))
"""Seconds that everything takes."""

FAULTS: list[type[BaseException]] = [eventlet.Timeout, ValueError] if os.environ.get("FAULTY") else []
faults = {where: list(FAULTS) for where in ("event", "timer", "call")}


def say(what: str) -> None:
    """One line, at once."""
    print(what, flush=True)  # noqa: T201


def fail(where: str) -> None:
    """Raise one fault after the other, where the environment says so."""
    if faults[where]:
        fault = faults[where].pop()
        say(f"{where} raises {fault.__name__}")
        raise fault() if fault is eventlet.Timeout else fault("13800001111")


class OwnPort(DependencyProvider):
    """Gives the port itself."""

    port = Port()

    def get_dependency(self, _context: Any) -> Port:
        """The port."""
        return self.port


class PatientService:
    """Does everything slowly."""

    name = "patient"
    port = OwnPort()
    uow = Storage(metadata, **REPOSITORIES)

    @hears(GrievanceResolved)
    def act(self, event: GrievanceResolved) -> None:
        """Something is done about it."""
        say(f"began {event.grievance_id}")
        fail("event")
        eventlet.sleep(TAKES)
        self.uow.effects.add(event.grievance_id)
        say(f"did {event.grievance_id}")

    @answers()
    def say_again(self, command: dict[str, Any]) -> dict[str, Any]:
        """The same again."""
        say("asked")
        fail("call")
        eventlet.sleep(TAKES)
        return command

    @answers()
    def obey(self, command: dict[str, Any]) -> dict[str, Any]:
        """Pause these queues and no others."""
        self.port.obey(command["paused"])
        return {"paused": sorted(self.port.paused()), "in_flight": self.port.in_flight()}

    @every(seconds=float(os.environ.get("TICKS_EVERY", "0.4")))
    def tick(self) -> None:
        """Time goes by."""
        fail("timer")
        say("tick")


def main() -> None:
    """Run until told to stop."""
    settings = read("", Settings)
    start_logging("patient", settings.log_level)
    process = Process(settings)
    runner = ServiceRunner(run.container_config(process))
    runner.add_service(PatientService)
    told = run._stop_on_signals(runner)
    run._begin_to_see("patient", settings)
    runner.start()
    process.reporter.start()
    say("started")
    run._wait(runner, told)
    process.close()
    say("stopped")


if __name__ == "__main__":
    main()
