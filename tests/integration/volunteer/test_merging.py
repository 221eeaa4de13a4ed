"""Two entries of the register were one person: as a volunteer, and as somebody who is helped."""

from datetime import timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from contracts import wire
from contracts.organization.events import PersonErased, PersonMerged
from contracts.volunteer.errors import VolunteerNotFound
from contracts.volunteer.events import DispatchStoodDown, PairingClosed, TeamSuspended
from services.volunteer import handlers
from services.volunteer.persistence.tables import metadata
from tests.building import unit_of_work
from tests.integration.volunteer.desks import TREE, ask, hear, tell_places
from tests.integration.volunteer.test_pairing_calls import command
from tests.integration.volunteer.test_volunteer_calls import call_out, founding, person, register, serve
from tests.overlapping import overlapping
from tests.unit.volunteer.samples import COMMUNITY, HOUR, NOON, assigned

KEPT, GONE = str(UUID(int=31)), str(UUID(int=32))


def told_of(desk, event):
    with desk.reading() as connection:
        bodies = connection.execute(select(metadata.tables["outbox"].c.body).order_by("id")).scalars().all()
    return [told for body in bodies if type(told := wire.from_bytes(bytes(body)).event()) is event]


def merged(kept=KEPT, gone=GONE):
    return PersonMerged(community=COMMUNITY, kept_id=UUID(kept), gone_id=UUID(gone), merged_at=NOON)


def merge(desk, event=None):
    hear(desk, "merge_volunteers", event or merged())


def volunteer(desk, id=KEPT):
    return ask(desk, "get_volunteer", id=id)


@pytest.fixture
def twins(desk):
    """One person, registered as a volunteer twice."""
    tell_places(desk, *TREE)
    register(
        desk,
        person("李四", id=KEPT, skills=["搬运"], phone=None, joined_on="2024-01-01"),
        person("李四", id=GONE, skills=["修鞋"], is_party_member=True, joined_on="2020-07-01"),
    )
    return desk


def test_who_was_registered_twice_is_one_with_what_both_said(twins):
    merge(twins)
    told = volunteer(twins)
    assert (told["skill_names"], told["joined_on"], told["is_party_member"], told["phone"]) == (
        ["搬运", "修鞋"],
        "2020-07-01",
        True,
        "13800001234",
    )
    assert [row["id"] for row in ask(twins, "list_volunteers", community=COMMUNITY)["items"]] == [KEPT]
    with pytest.raises(VolunteerNotFound):
        volunteer(twins, GONE)


def test_who_was_a_volunteer_only_under_the_id_that_is_gone_goes_on_under_the_other(desk):
    register(desk, person("李四", id=GONE))
    merge(desk)
    assert (volunteer(desk)["name"], volunteer(desk)["phone"]) == ("李四", "13800001234")


def test_hours_are_added_up(twins):
    for hours, name in ((2, KEPT), (3, GONE)):
        others = [KEPT, GONE][name == KEPT]
        ask(twins, "change_availability", id=others, paused_until="2099-01-01")
        serve(twins, uuid4(), NOON + hours * 24 * HOUR, hours)
        ask(twins, "change_availability", id=others, paused_until=None)
    before = [volunteer(twins, id)["hours"] for id in (KEPT, GONE)]
    assert sorted(before) == [2.0, 3.0]
    merge(twins)
    assert volunteer(twins)["hours"] == 5.0
    merge(twins)
    assert volunteer(twins)["hours"] == 5.0


def test_teams_are_united_and_one_that_was_too_small_all_along_is_suspended(twins):
    others = [person(f"队员{number}") for number in range(2)]
    register(twins, *others)
    ids = [one["id"] for one in others]
    words = {"slogan": "说到做到", "charter": "随叫随到"}
    small = ask(twins, "found_team", **founding(member_ids=[KEPT, GONE, ids[0]], name="小队", **words))
    large = ask(twins, "found_team", **founding(member_ids=[GONE, *ids], name="大队", **words))
    for team in (small, large):
        ask(twins, "activate_team", id=team["id"])
    merge(twins)
    states = {team["name"]: (team["state"], team["members_now"]) for team in ask(twins, "list_teams")["items"]}
    assert states == {"小队": ("suspended", 2), "大队": ("active", 3)}
    assert [str(event.team_id) for event in told_of(twins, TeamSuspended)] == [small["id"]]
    assert KEPT in {member["volunteer_id"] for member in ask(twins, "get_team", id=large["id"])["members"]}


def test_who_was_asked_twice_comes_once_and_somebody_else_is_asked(twins):
    offered = call_out(twins, hands=2)
    assert {one["volunteer_id"] for one in offered} == {KEPT, GONE}
    [accepted] = [one["id"] for one in offered if one["volunteer_id"] == GONE]
    ask(twins, "accept_dispatch", id=accepted)
    register(twins, person("王五"))
    merge(twins)
    now = {one["id"]: one for one in ask(twins, "list_dispatches")["items"]}
    assert (now[accepted]["volunteer_id"], now[accepted]["state"]) == (KEPT, "accepted")
    assert sorted(one["state"] for one in now.values()) == ["accepted", "offered", "stood_down"]
    assert [str(event.volunteer_id) for event in told_of(twins, DispatchStoodDown)] == [KEPT]
    assert volunteer(twins)["open_dispatches"] == 1


def test_of_two_pairings_for_the_same_help_the_earlier_goes_on(twins):
    helper = person("钱二")
    register(twins, helper)
    later = ask(twins, "set_up_pairing", **command(helper["id"], person_id=KEPT))
    twins.clock.now = NOON - timedelta(days=30)
    earlier = ask(twins, "set_up_pairing", **command(helper["id"], person_id=GONE))
    other = ask(twins, "set_up_pairing", **command(helper["id"], person_id=GONE, help_type="care"))
    twins.clock.now = NOON
    ask(twins, "log_contact", id=earlier["id"], contact_id=str(uuid4()), kind="visit", note="膝盖疼")
    merge(twins)
    found = {one["id"]: one for one in ask(twins, "list_pairings", community=COMMUNITY)["items"]}
    states = {id: (one["state"], one["beneficiary_id"]) for id, one in found.items()}
    assert states == {
        later["id"]: ("ended", KEPT),
        earlier["id"]: ("active", KEPT),
        other["id"]: ("active", KEPT),
    }
    assert ask(twins, "get_pairing", id=later["id"])["end_reason"] == "merged"
    assert [str(event.pairing_id) for event in told_of(twins, PairingClosed)] == [later["id"]]


def test_who_helps_and_has_helped_is_called_by_the_id_that_stays(twins):
    pairing = ask(twins, "set_up_pairing", **command(GONE))
    ask(twins, "log_contact", id=pairing["id"], contact_id=str(uuid4()), kind="visit", note="膝盖疼")
    merge(twins)
    told = ask(twins, "get_pairing", id=pairing["id"])
    assert told["volunteer_id"] == KEPT
    assert GONE not in str(told)
    ask(twins, "hand_over_pairing", id=pairing["id"], volunteer_id=GONE)  # said by whoever still knows that id
    assert ask(twins, "get_pairing", id=pairing["id"])["volunteer_id"] == KEPT


def test_who_is_registered_late_under_the_id_that_is_gone_is_known(twins):
    merge(twins)
    register(twins, person("李四", id=GONE))
    assert [row["id"] for row in ask(twins, "list_volunteers", community=COMMUNITY)["items"]] == [KEPT]


@pytest.mark.parametrize("order", [*permutations(range(2))])
def test_who_was_erased_has_no_name_whatever_comes_first(twins, order):
    ids = (UUID(KEPT), UUID(GONE))
    erased = PersonErased(community=COMMUNITY, erasure_id=uuid4(), person_id=ids[0], known_as=ids, erased_at=NOON)
    steps = (lambda: merge(twins), lambda: hear(twins, "erase_person", erased))
    for number in order:
        steps[number]()
    assert {row["name"] for row in ask(twins, "list_volunteers", community=COMMUNITY)["items"]} <= {"已删除"}


@pytest.mark.parametrize("order", [*permutations(range(2))])
def test_an_entry_that_took_in_another_may_become_part_of_a_third(twins, order):
    third = str(UUID(int=33))
    events = (merged(), merged(third, KEPT))
    for number in order:
        merge(twins, events[number])
    assert [row["id"] for row in ask(twins, "list_volunteers", community=COMMUNITY)["items"]] == [third]
    assert {*volunteer(twins, third)["skill_names"]} == {"搬运", "修鞋"}


# -- at the same time


@pytest.mark.parametrize("order", [*permutations(range(2))])
def test_of_two_merges_in_a_chain_at_once_hours_are_not_left_with_nobody(twins, order):
    ask(twins, "change_availability", id=KEPT, paused_until="2099-01-01")
    serve(twins, uuid4(), NOON, 3)
    third = str(UUID(int=33))
    register(twins, person("李四", id=third))
    first, second = ([merged(), merged(third, KEPT)][number] for number in order)
    assert at_once(twins, first, lambda uow: merging_of(twins, uow, second)) == []
    assert volunteer(twins, third)["hours"] == 3.0
    assert [row["id"] for row in ask(twins, "list_volunteers", community=COMMUNITY)["items"]] == [third]


def test_who_joins_a_team_under_the_id_that_is_just_going_joins_it_under_the_other(twins):
    team = founding()
    ask(twins, "found_team", **team)
    join = lambda uow: handlers.join_team(uow, UUID(team["id"]), UUID(GONE), now=NOON)  # noqa: E731
    assert at_once(twins, merged(), join) == []
    assert [each["volunteer_id"] for each in ask(twins, "get_team", id=team["id"])["members"]] == [KEPT]


def test_nobody_is_asked_under_an_id_that_is_just_going(twins):
    ask(twins, "change_availability", id=KEPT, paused_until="2099-01-01")
    event = assigned(hands=1)
    asked = lambda uow: handlers.call_out_volunteers(uow, event, twins.settings.terms, now=NOON)  # noqa: E731
    assert at_once(twins, merged(), asked) == []
    with twins.reading() as connection:
        dispatched = connection.execute(select(metadata.tables["dispatches"].c.volunteer_id)).scalars().all()
    assert UUID(GONE) not in dispatched


def merging_of(desk, uow, event):
    handlers.merge_volunteers(uow, event, desk.settings.terms, now=NOON)


def at_once(desk, event, second):
    """The merge stands open while the second is done; what the second raised."""
    other = unit_of_work("volunteer", desk.uow._database)
    return overlapping(desk.uow, lambda: merging_of(desk, desk.uow, event), lambda: second(other))
