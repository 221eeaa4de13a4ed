"""The journey of a case, of a message or of a chain: what happened to it, in every service, in the order of time."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from contracts.operations.errors import JourneyNotFound
from services.operations.persistence.journeys import steps

MOST = 2000
"""Steps in a journey; of a longer one the newest are shown."""

MOST_LOOKED_AT = 20_000
"""Steps of all chains of a case that are looked at to find those that concern it."""

MOST_CHAINS = 500

WAYS = (("grievance", steps.c.subject), ("correlation", steps.c.correlation), ("message", steps.c.message_id))
"""What an id may be, in the order it is looked for."""


def get_journey(connection: Connection, *, id: str) -> dict[str, Any]:
    """Everything that happened in the chains that a message, a correlation or a case belongs to. Of the chains of a
    case, which may concern many others too (a timer goes over all of them), only what led to it and came of it.
    Raises `JourneyNotFound`."""
    found_as, correlations = _find(connection, id)
    wanted = MOST_LOOKED_AT if found_as == "grievance" else MOST
    newest_first = select(steps).where(steps.c.correlation.in_(correlations)).order_by(steps.c.at.desc(), steps.c.id)
    found = list(connection.execute(newest_first.limit(wanted + 1)).mappings())
    concerned = _concerned(found, id) if found_as == "grievance" else found
    shown = sorted(concerned[:MOST], key=lambda step: (step["at"], step["id"]))
    return {
        "id": id,
        "found_as": found_as,
        "correlations": correlations,
        "participants": _participants(shown),
        "steps": [_shown(step) for step in shown],
        "is_cut": len(found) > wanted or len(concerned) > MOST,
    }


def _find(connection: Connection, id: str) -> tuple[str, list[str]]:
    for found_as, column in WAYS:
        chains = select(steps.c.correlation).where(column == id).order_by(steps.c.id.desc()).limit(MOST_LOOKED_AT)
        if found := list(dict.fromkeys(connection.execute(chains).scalars())):
            return found_as, found[:MOST_CHAINS]
    raise JourneyNotFound(id=id)


def _concerned(found: Sequence[RowMapping], subject: str) -> list[RowMapping]:
    """The steps of messages about this subject, of those they were caused by, and of those they caused."""
    about = {step["message_id"] for step in found if step["subject"] == subject}
    causes = {step["message_id"]: step["causation"] for step in found if step["causation"]}
    effects: dict[str, set[str]] = {}
    for effect, cause in causes.items():
        effects.setdefault(cause, set()).add(effect)
    led_to = _closure(about, lambda id: (causes[id],) if id in causes else ())
    came_of = _closure(about, lambda id: effects.get(id, ()))
    return [step for step in found if step["message_id"] in led_to | came_of]


def _closure(begin: Iterable[str], next_of: Any) -> set[str]:
    reached, ahead = set(begin), list(begin)
    while ahead:
        new = set(next_of(ahead.pop())) - reached
        reached |= new
        ahead += new
    return reached


def _participants(shown: Iterable[RowMapping]) -> list[str]:
    """In the order of their first appearance."""
    return list(dict.fromkeys(name for step in shown for name in (step["source"], step["target"]) if name))


def _shown(step: RowMapping) -> dict[str, Any]:
    row = {str(name): value for name, value in step.items() if name != "id"}
    waited = step["waited"] if step["waited"] >= 0 else None
    return row | {"at": datetime.fromtimestamp(step["at"], UTC), "waited": waited}
