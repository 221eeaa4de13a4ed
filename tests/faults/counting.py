"""Counting what became of grievances: what should be there and is not is lost, what is there too often is doubled."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.e2e.communities import Community
from tests.e2e.door import Door
from tests.faults.load import Filed

ALWAYS = {"exists": 1, "is assigned": 1, "filed": 1, "leader_assigned": 1}
EXPECTED = {
    "corridor_clutter": ALWAYS | {"volunteer_offered": 2, "dispatch": 2, "shown volunteer": 2},
    "flying_wire": ALWAYS | {"referred": 1, "referral": 1},
    "elder_care": ALWAYS | {"visit_planned": 1, "visit": 1},
    "other": ALWAYS,
}
"""How often each thing is there for a grievance of each category: lines of its timeline, and what helpers keep."""


def faults_in(door: Door, community: Community, filed: Mapping[str, Filed]) -> list[str]:
    """A sentence for everything lost or doubled; nothing where all is as it should be."""
    told = [
        fault
        for key, one in filed.items()
        if (fault := f"doubled: key {key} was answered with {one.ids}") and len(one.ids) != 1
    ]
    expected = {id: EXPECTED[one.category] for one in filed.values() for id in one.ids}
    there = _there(door, community)
    for id in expected.keys() | there.keys():
        wanted, found = Counter(expected.get(id, {})), there.get(id, Counter())
        told += [f"lost: {what} of {id}, {count} missing" for what, count in (wanted - found).items()]
        # A case stands in one state only: another than it should be in comes of what is missing.
        told += [
            f"doubled: {what} of {id}, {count} too many"
            for what, count in (found - wanted).items()
            if not what.startswith("is ")
        ]
    return told + _wrong_ledgers(door, community, filed)


def kinds(faults: list[str]) -> set[str]:
    """Whether things were lost, doubled, or both."""
    return {fault.partition(":")[0] for fault in faults}


def _there(door: Door, community: Community) -> dict[str, Counter[str]]:
    there: dict[str, Counter[str]] = {}
    for row in door.every("grievances", community=community.code):
        counts = there.setdefault(row["id"], Counter())
        counts["exists"] += 1
        counts[f"is {row['status']}"] += 1
        counts["shown volunteer"] += len(row["volunteers"])
        counts.update(entry["what"] for entry in door.case(row["id"])["timeline"])
    for what, path in {"dispatch": "dispatches", "referral": "referrals", "visit": "visits"}.items():
        for row in door.every(path, community=community.code):
            there.setdefault(row["grievance_id"], Counter())[what] += 1
    return {id: +counts for id, counts in there.items()}


def _wrong_ledgers(door: Door, community: Community, filed: Mapping[str, Filed]) -> list[str]:
    """What volunteers and units have on hand, against what was filed."""
    categories = Counter(one.category for one in filed.values())
    on_hand = {
        "dispatches on hand": (
            _sum(door, "volunteers", "open_dispatches", community),
            2 * categories["corridor_clutter"],
        ),
        "referrals on hand": (_sum(door, "units", "open_referrals", community), categories["flying_wire"]),
    }
    return [
        f"{'lost' if found < wanted else 'doubled'}: {what}, {found} instead of {wanted}"
        for what, (found, wanted) in on_hand.items()
        if found != wanted
    ]


def _sum(door: Door, path: str, name: str, community: Community) -> int:
    rows: list[dict[str, Any]] = door.every(path, community=community.code)
    return sum(int(row[name]) for row in rows)
