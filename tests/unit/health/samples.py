"""A community, its elders and a grievance that tests are told about."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from contracts.organization.events import ElderFact, EldersRegistered, LeaderAssigned

COMMUNITY = "410181002011"
GRID = "410181002011003"
COURTYARD = "41018100201100302"
HOUSEHOLD = "410181002011003020101"
NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
TODAY = date(2026, 5, 20)
GRIEVANCE = UUID("11111111-1111-4111-8111-111111111111")
GRANDMOTHER = UUID("22222222-2222-4222-8222-222222222222")
GRANDFATHER = UUID("33333333-3333-4333-8333-333333333333")

INDEPENDENT = {
    "eating": "independent",
    "grooming": "independent",
    "dressing": "independent",
    "toilet": "independent",
    "moving": "independent",
}


def elder(person_id: UUID = GRANDMOTHER, **different: Any) -> ElderFact:
    """A resident of sixty or over."""
    given: dict[str, Any] = {
        "person_id": person_id,
        "name": "张玉兰",
        "born_on": date(1950, 3, 8),
        "household": HOUSEHOLD,
    }
    return ElderFact(**given | different)


def registered(*elders: ElderFact) -> EldersRegistered:
    """The organization tells of these elders."""
    return EldersRegistered(community=COMMUNITY, elders=elders)


def couple() -> EldersRegistered:
    """Two elders of one household."""
    return registered(elder(), elder(GRANDFATHER, name="李德福", born_on=date(1948, 10, 1)))


def leader_assigned(**different: Any) -> LeaderAssigned:
    """The grid leader is named for an elder-care case."""
    given: dict[str, Any] = {
        "community": COMMUNITY,
        "grievance_id": GRIEVANCE,
        "place": HOUSEHOLD,
        "path": (COMMUNITY, GRID, COURTYARD, HOUSEHOLD),
        "category": "elder_care",
        "line": "support",
        "needs": ("visit",),
        "leader_id": uuid4(),
        "leader_name": "王桂兰",
        "post": "grid_leader",
        "reason": "第三网格网格长",
        "assigned_at": NOON,
    }
    return LeaderAssigned(**given | different)


def planned(**different: Any) -> dict[str, Any]:
    """The command that plans a visit by hand, as its schema loads it."""
    given: dict[str, Any] = {"id": uuid4(), "community": COMMUNITY, "elder_ids": [], "purpose": None}
    return given | different
