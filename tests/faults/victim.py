"""Three small processes to be broken: a teller that is asked to tell, the relay of its outbox, and a listener.

`python -m tests.faults.victim listener` runs one until it is told to stop; the environment says what goes wrong.
"""

import sys

from chassis import green

if sys.argv[-1] != "relay":
    green.turn_green()

import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import eventlet
from greenlet import GreenletExit
from nameko.runners import ServiceRunner

from chassis import port, run
from chassis.broker import Delivery
from chassis.calls import answers
from chassis.config import Settings, database_url_of, read
from chassis.events import hears
from chassis.hearers import Hearers
from chassis.leased_outbox import Outbox
from chassis.logs import start_logging
from chassis.process import Process
from chassis.publisher import Publisher
from chassis.relay import Relay
from chassis.sluice import Sluice
from chassis.storage import Storage
from contracts.grievance.events import GrievanceResolved
from tests.faults.broken_build import break_promises
from tests.integration.chassis.things import NOON, REPOSITORIES, metadata, thing

TAKES = float(os.environ.get("TAKES", "0"))
"""Seconds that everything takes."""


class Refused(Exception):
    """An error like any other."""


def block() -> None:
    """Let no other green thread run for so long: what a long computation does."""
    eventlet.patcher.original("time").sleep(float(os.environ["BLOCKS"]))


def throw(kind: type[BaseException]) -> Callable[[], None]:
    """What raises this."""

    def raise_it() -> None:
        raise kind()

    return raise_it


MISDEEDS: dict[str, Callable[[], None]] = {
    "error": throw(Refused),
    "timeout": throw(eventlet.Timeout),
    "exit": throw(GreenletExit),
    "block": block,
}
wrongs = dict(part.split("=") for part in os.environ.get("WRONGS", "").split(",") if part)
"""What goes wrong, by the id of what is heard: `<id>=error:2` twice, `<id>=error` always."""

done_wrong: Counter[str] = Counter()


green.SILENCE = float(os.environ.get("SILENCE", green.SILENCE))


def say(what: str) -> None:
    """One line, at once."""
    print(what, flush=True)  # noqa: T201


def note_what_comes() -> None:
    """Say the id of every message that is handed to this process, done before or not."""
    take = port.Gatherer.take

    def noted(self: Any, delivery: Delivery) -> None:
        say(f"came {delivery.message.id}")
        take(self, delivery)

    port.Gatherer.take = noted  # type: ignore[method-assign]


def go_wrong(id: UUID) -> None:
    """Do what the environment wants at this id."""
    misdeed, _, times = wrongs.get(str(id), "").partition(":")
    if misdeed and (not times or done_wrong[str(id)] < int(times)):
        done_wrong[str(id)] += 1
        say(f"{misdeed} {id}")
        MISDEEDS[misdeed]()


class TellerService:
    """Does things when asked, and tells of them."""

    name = "teller"
    uow = Storage(metadata, **REPOSITORIES)

    @answers()
    def finish(self, command: dict[str, Any]) -> dict[str, Any]:
        """A thing is done and told of. Asked again, nothing more happens."""
        id = UUID(command["id"])
        with self.uow:
            if self.uow.things.find(id) is None:
                done = thing(id=id)
                self.uow.things.add(done)
                self.uow.publish(done.finished(NOON))
        return {"id": str(id)}


class ListenerService:
    """Does something about everything that is told."""

    name = "listener"
    uow = Storage(metadata, **REPOSITORIES)

    @hears(GrievanceResolved)
    def act(self, event: GrievanceResolved) -> None:
        """Something is done about it."""
        say(f"began {event.grievance_id}")
        eventlet.sleep(TAKES)
        self.uow.effects.add(event.grievance_id)
        go_wrong(event.grievance_id)


SERVICES = {each.name: each for each in (TellerService, ListenerService)}


def serve(name: str, settings: Settings) -> None:
    """One service, as `hemei serve` runs it."""
    process = Process(settings)
    runner = ServiceRunner(run.container_config(process))
    runner.add_service(SERVICES[name])
    told = run._stop_on_signals(runner)
    runner.start()
    say("started")
    run._wait(runner, told)
    process.close()


def relay(settings: Settings) -> None:
    """The relay of the teller's outbox, as `hemei relay` runs it."""
    outbox = Outbox("teller", database_url_of(settings.database_url, "teller"))
    sluice = Sluice(Hearers(settings.broker_url, tuple(SERVICES)))
    carrier = Relay([outbox], Publisher(settings.broker_url), Path(os.environ["READY_FILE"]), sluice=sluice)
    signal.signal(signal.SIGTERM, carrier.stop)
    say("started")
    carrier.run()


def main() -> None:
    """Run until told to stop."""
    role = sys.argv[1]
    if os.environ.get("NOTES"):
        note_what_comes()
    break_promises(os.environ.get("BREAKS", ""))
    settings = read("", Settings)
    start_logging(role, settings.log_level)
    if role == "relay":
        relay(settings)
    else:
        serve(role, settings)
    say("stopped")


if __name__ == "__main__":
    main()
