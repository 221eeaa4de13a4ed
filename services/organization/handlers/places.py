"""What is done to the place tree."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from chassis.unit_of_work import UnitOfWork
from contracts.organization.events import PlacesImported
from services.organization.domain.places import Place
from services.organization.domain.tree import COLUMNS, REQUIRED, plan_places
from services.organization.handlers.sheets import read_sheet, refuse, shown

MOST_IN_ONE_EVENT = 400
"""As the events promise: an envelope stays well under 64 KiB."""


def import_places(
    uow: UnitOfWork, community: str, file: str, *, preview: bool, most_rows: int, now: datetime
) -> dict[str, Any]:
    """Add and change places as the file says, all of them or none; a preview only says what would be done."""
    sheet = read_sheet(file, COLUMNS, REQUIRED, most_rows)
    with uow:
        registered = uow.communities.find(community)
        plan = plan_places(community, sheet, known=uow.places.all_of(community), registered=registered)
        if not preview:
            refuse(plan.faults)
            if plan.community is not None:
                uow.communities.keep(plan.community)
            uow.places.keep(plan.places, now)
            uow.publish(*told(community, plan.places))
    return {
        "community": community,
        "preview": preview,
        "rows": len(sheet.rows),
        "added": plan.added,
        "changed": plan.changed,
        "unchanged": plan.unchanged,
        "ignored_columns": list(sheet.ignored),
        "added_rows": plan.added_rows,
        "changed_rows": plan.changed_rows,
        "fault_count": len(plan.faults),
        "faults": shown(plan.faults),
    }


def told(community: str, places: Sequence[Place]) -> Iterator[PlacesImported]:
    """What other services are told of these."""
    for start in range(0, len(places), MOST_IN_ONE_EVENT):
        chunk = places[start : start + MOST_IN_ONE_EVENT]
        yield PlacesImported(community=community, places=tuple(place.fact() for place in chunk))
