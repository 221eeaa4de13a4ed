"""Roles and grants: what is held where, and who may give what to whom."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.accounts.errors import MayNotGrant, PlaceNeeded, SubjectNeeded
from services.accounts.domain.grants import Wanted, areas_managed, covers, grant, may_grant, may_manage
from services.accounts.domain.keys import KeyGrant, may_hand_on, still_carried
from services.accounts.domain.roles import Role, check_held_at

HERE, THERE, STREET, CITY = "410181002011", "410181002012", "410181002", "4101"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
UNIT = uuid4()


@dataclass(frozen=True)
class Holds:
    """A role at a place."""

    role: Role
    community: str = HERE
    place: str | None = None


IN_A_COMMUNITY = [Role.RESIDENT, Role.OFFICE, Role.SECRETARY, Role.DOCTOR]


@pytest.mark.parametrize("role", IN_A_COMMUNITY)
def test_most_roles_are_held_in_a_community_and_nowhere_else(role: Role) -> None:
    check_held_at(role, HERE, None, None)
    for community in ("", CITY, STREET):
        with pytest.raises(PlaceNeeded):
            check_held_at(role, community, None, None)


@pytest.mark.parametrize("role", [Role.BUILDING_LEADER, Role.GRID_LEADER])
def test_a_leader_holds_a_place_in_a_community(role: Role) -> None:
    check_held_at(role, HERE, "G1", None)
    with pytest.raises(PlaceNeeded):
        check_held_at(role, HERE, None, None)
    with pytest.raises(PlaceNeeded):
        check_held_at(role, STREET, "G1", None)


@pytest.mark.parametrize("role", [Role.PARTNER, Role.VOLUNTEER])
def test_partner_and_volunteer_stand_for_somebody_and_nobody_else_does(role: Role) -> None:
    check_held_at(role, HERE, None, UNIT)
    with pytest.raises(SubjectNeeded):
        check_held_at(role, HERE, None, None)
    with pytest.raises(SubjectNeeded):
        check_held_at(Role.OFFICE, HERE, None, UNIT)


def test_a_viewer_looks_at_a_street_or_a_city_and_at_no_single_community() -> None:
    for community in (STREET, CITY, "410181"):
        check_held_at(Role.VIEWER, community, None, None)
    for community in ("", HERE):
        with pytest.raises(PlaceNeeded):
            check_held_at(Role.VIEWER, community, None, None)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMINISTRATOR])
def test_operators_and_administrators_are_held_anywhere(role: Role) -> None:
    for community in ("", CITY, STREET, HERE):
        check_held_at(role, community, None, None)
    with pytest.raises(PlaceNeeded):
        check_held_at(role, STREET, "G1", None)


def test_what_is_held_covers_what_lies_below_and_nothing_beside() -> None:
    assert covers(Holds(Role.ADMINISTRATOR, ""), HERE, "G1")
    assert covers(Holds(Role.ADMINISTRATOR, STREET), HERE)
    assert covers(Holds(Role.GRID_LEADER, HERE, "G1"), HERE, "G1")
    assert not covers(Holds(Role.ADMINISTRATOR, HERE), THERE)
    assert not covers(Holds(Role.ADMINISTRATOR, HERE), STREET)
    assert not covers(Holds(Role.GRID_LEADER, HERE, "G1"), HERE)
    assert not covers(Holds(Role.GRID_LEADER, HERE, "G1"), HERE, "G2")


@pytest.mark.parametrize("role", list(Role))
def test_an_administrator_gives_everything_at_or_below_the_own_place_and_nothing_above(role: Role) -> None:
    held = [Holds(Role.ADMINISTRATOR, STREET)]
    assert may_grant(held, role, STREET, None)
    assert may_grant(held, role, HERE, "G1")
    assert not may_grant(held, role, CITY, None)
    assert not may_grant(held, role, "", None)
    assert not may_grant(held, role, "410182002011", None)


GIVEN = {"resident", "volunteer", "building_leader", "grid_leader", "doctor", "partner"}


@pytest.mark.parametrize("giver", [Role.SECRETARY, Role.OFFICE])
@pytest.mark.parametrize("role", list(Role))
def test_secretary_and_office_give_what_a_community_needs_within_theirs(giver: Role, role: Role) -> None:
    held = [Holds(giver)]
    assert may_grant(held, role, HERE, None) == (role.value in GIVEN)
    assert not may_grant(held, role, THERE, None)
    assert not may_grant(held, role, STREET, None)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.SECRETARY, Role.OFFICE}))
def test_nobody_else_gives_anything(role: Role) -> None:
    held = [Holds(role, ""), Holds(role, HERE), Holds(role, HERE, "G1")]
    assert not any(may_grant(held, each, HERE, "G1") for each in Role)
    assert areas_managed(held) == []


def test_a_grant_is_made_by_whoever_may_give_it() -> None:
    by, account = uuid4(), uuid4()
    wanted = Wanted(role=Role.DOCTOR, community=HERE)
    made = grant(uuid4(), account, wanted, [Holds(Role.OFFICE)], by=by, now=NOON)
    assert (made.account_id, made.role, made.granted_by, made.is_held) == (account, Role.DOCTOR, by, True)
    with pytest.raises(MayNotGrant):
        grant(uuid4(), account, wanted, [Holds(Role.OFFICE, THERE)], by=by, now=NOON)


def test_a_grant_is_held_until_it_is_revoked_once() -> None:
    made = grant(uuid4(), uuid4(), Wanted(role=Role.DOCTOR, community=HERE), [Holds(Role.OFFICE)], by=UNIT, now=NOON)
    first, second = uuid4(), uuid4()
    made.revoke(by=first, now=NOON)
    made.revoke(by=second, now=NOON)
    assert (made.is_held, made.revoked_by) == (False, first)


def test_an_account_is_managed_by_whoever_could_have_made_all_of_it() -> None:
    secretary = [Holds(Role.SECRETARY)]
    assert may_manage(secretary, HERE, [])
    assert may_manage(secretary, HERE, [Holds(Role.DOCTOR), Holds(Role.GRID_LEADER, HERE, "G1")])
    assert not may_manage(secretary, HERE, [Holds(Role.DOCTOR), Holds(Role.DOCTOR, THERE)])
    assert not may_manage(secretary, HERE, [Holds(Role.SECRETARY)])
    assert not may_manage(secretary, THERE, [])
    assert not may_manage(secretary, "", [])
    assert not may_manage([Holds(Role.DOCTOR)], HERE, [])


def carried(role: Role, community: str = HERE, place: str | None = None) -> KeyGrant:
    return KeyGrant(id=uuid4(), role=role, community=community, place=place)


def test_a_key_carries_what_its_owner_holds_or_may_give() -> None:
    secretary = [Holds(Role.SECRETARY)]
    assert may_hand_on(secretary, carried(Role.SECRETARY))
    assert may_hand_on(secretary, carried(Role.SECRETARY, HERE, "G1"))
    assert may_hand_on(secretary, carried(Role.DOCTOR))
    assert not may_hand_on(secretary, carried(Role.OFFICE))
    assert not may_hand_on(secretary, carried(Role.SECRETARY, THERE))
    leader = [Holds(Role.GRID_LEADER, HERE, "G1")]
    assert may_hand_on(leader, carried(Role.GRID_LEADER, HERE, "G1"))
    assert not may_hand_on(leader, carried(Role.GRID_LEADER, HERE))


def test_a_key_keeps_only_what_its_owner_could_still_hand_on() -> None:
    here, there = carried(Role.DOCTOR), carried(Role.DOCTOR, THERE)
    assert still_carried([Holds(Role.OFFICE)], [here, there]) == [here]
    assert still_carried([], [here, there]) == []
