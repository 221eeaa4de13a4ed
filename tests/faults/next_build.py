"""The next build of the teller or the listener: one field more in an event, and a second major of it beside the first.

`python -m tests.faults.next_build listener` runs it as `tests.faults.victim` runs today's.
"""

from tests.faults import victim  # first of all: it turns the process green

# isort: split

import os
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import func, select

from chassis.calls import answers
from chassis.events import hears
from chassis.storage import Storage
from contracts.event import Event
from contracts.grievance import events
from tests.integration.chassis.things import COMMUNITY, NOON, REPOSITORIES, effects, metadata, thing


@dataclass(frozen=True, kw_only=True)
class GrievanceResolved(events.GrievanceResolved):
    """Today's with one field more, that may be missing."""

    resolved_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Settled(Event):
    """The same fact in a shape that today's build cannot read."""

    version: ClassVar[int] = 2
    about = "grievance_id"

    grievance_id: UUID
    settled_by: str


# The name that classes in `contracts.grievance.events` have on the wire, told by their module and their own name.
GrievanceResolved.__module__ = _Settled.__module__ = events.__name__
_Settled.__name__ = "GrievanceResolved"


class TellerService:
    """Tells the first major with its new field, and the second beside it once it is told to."""

    name = "teller"
    uow = Storage(metadata, **REPOSITORIES)

    @answers()
    def finish(self, command: dict[str, Any]) -> dict[str, Any]:
        """A thing is done and told of, once."""
        id = UUID(command["id"])
        with self.uow:
            if self.uow.things.find(id) is None:
                self.uow.things.add(thing(id=id))
                self.uow.publish(
                    GrievanceResolved(community=COMMUNITY, grievance_id=id, resolved_at=NOON, resolved_by="李一")
                )
                if os.environ.get("TELLS_BOTH"):
                    self.uow.publish(_Settled(community=COMMUNITY, grievance_id=id, settled_by="李一"))
        return {"id": str(id)}


class ListenerService:
    """Hears both majors, the second on a queue of its own, where an older build never meets it."""

    name = "listener"
    uow = Storage(metadata, **REPOSITORIES)

    @hears(GrievanceResolved)
    def act(self, event: GrievanceResolved) -> None:
        """Whichever comes first."""
        self._act_once(event.grievance_id)

    @hears(_Settled, queue="second")
    def act_on_second(self, event: _Settled) -> None:
        """Whichever comes first."""
        self._act_once(event.grievance_id)

    def _act_once(self, id: UUID) -> None:
        # Both may be here at once, from two queues: what a service does by an aggregate's lock and state.
        self.uow.connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(str(id)))))
        if self.uow.connection.execute(select(effects).where(effects.c.cause == id)).first() is None:
            self.uow.effects.add(id)


victim.SERVICES.update({each.name: each for each in (TellerService, ListenerService)})

if __name__ == "__main__":
    victim.main()
