"""What the integration tests of the volunteer service are built from."""

from typing import Any

import msgspec

from contracts.organization.events import PlaceFact, PlacesImported
from services.volunteer import handlers
from services.volunteer.service import VolunteerService
from tests.unit.volunteer.samples import BUILDING, COMMUNITY, COURTYARD, GRID, OTHER_COURTYARD, OTHER_GRID

TREE = (
    PlaceFact(code=COMMUNITY, kind="community", name="陇海路社区", parent=None),
    PlaceFact(code=GRID, kind="grid", name="第一网格", parent=COMMUNITY),
    PlaceFact(code=OTHER_GRID, kind="grid", name="第二网格", parent=COMMUNITY),
    PlaceFact(code=COURTYARD, kind="courtyard", name="交通庭院", parent=GRID),
    PlaceFact(code=OTHER_COURTYARD, kind="courtyard", name="陇海花苑", parent=GRID),
    PlaceFact(code=BUILDING, kind="building", name="1号楼", parent=COURTYARD),
)


def tell_places(desk: Any, *places: PlaceFact) -> None:
    """The organization service tells of these places."""
    handlers.remember_places(desk.uow, PlacesImported(community=COMMUNITY, places=places))


def ask(desk: Any, call: str, **command: Any) -> Any:
    """Ask as the gateway does: the command travels as JSON, and so does the answer."""
    [entrypoint] = getattr(VolunteerService, call).nameko_entrypoints
    loaded = entrypoint.schema().load(msgspec.json.decode(msgspec.json.encode(command)))
    return msgspec.json.decode(msgspec.json.encode(entrypoint.method(desk, loaded)))


def hear(desk: Any, method: str, event: Any) -> None:
    """The service hears an event."""
    [entrypoint] = getattr(VolunteerService, method).nameko_entrypoints
    entrypoint.hearing.handle(desk, event)
