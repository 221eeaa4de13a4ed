"""Two entries of the register were one person: on cases they are called by the id that stays."""

from itertools import permutations
from uuid import UUID, uuid4

import pytest

from chassis.fingerprints import use_secret
from contracts.event import ERASED
from contracts.organization.events import PersonErased, PersonMerged, PlacesImported
from services.grievance import handlers
from services.grievance.config import GrievanceSettings
from services.grievance.handlers import forgetting, merging
from tests.building import At, door, unit_of_work
from tests.integration.grievance.test_cases import COMMUNITY, command, file, leader_for, shown
from tests.integration.grievance.test_forgetting import TREE, filed, offered
from tests.overlapping import overlapping

KEPT, GONE = UUID(int=51), UUID(int=52)


@pytest.fixture
def desk(database_of):
    """The service with one household in its tree."""
    use_secret("a secret that is long enough to be none")
    found = door("grievance", database_of("grievance"), settings=GrievanceSettings(), clock=At())
    handlers.remember_places(found.uow, PlacesImported(community=COMMUNITY, places=TREE))
    return found


def merge(desk, kept=KEPT, gone=GONE):
    merging.merge_people(desk.uow, merged(desk, kept, gone))


def merged(desk, kept=KEPT, gone=GONE):
    return PersonMerged(community=COMMUNITY, kept_id=kept, gone_id=gone, merged_at=desk.clock())


def at_once(desk, event, second):
    """The merge stands open while the second is done; what the second raised."""
    other = unit_of_work("grievance", desk.uow._database)
    return overlapping(desk.uow, lambda: merging.merge_people(desk.uow, event), lambda: second(other))


def named(desk, id, leader):
    event = leader_for(id)
    handlers.record_leader(desk.uow, type(event)(**{**vars(event), "leader_id": leader}))


def kept_case(desk, id):
    with desk.uow as uow:
        return uow.grievances.get(id)


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_leader_and_helper_are_called_by_the_id_that_stays_whatever_comes_first(desk, order):
    id = UUID(file(desk, category="other")["id"])
    steps = (lambda: named(desk, id, GONE), lambda: offered(desk, id, GONE), lambda: merge(desk))
    for number in order:
        steps[number]()
    case = kept_case(desk, id)
    assert (case.leader.id, [each.volunteer_id for each in case.dispatches]) == (KEPT, [KEPT])
    assert str(GONE) not in str(shown(desk, id))


def test_whoever_is_complained_about_is_called_so_too(desk):
    before = UUID(file(desk, about_person=GONE)["id"])
    merge(desk)
    after = UUID(file(desk, about_person=GONE)["id"])
    assert [kept_case(desk, id).about_person for id in (before, after)] == [KEPT, KEPT]


def test_others_cases_stay_as_they_are(desk):
    id, somebody = filed(desk), uuid4()
    offered(desk, id, somebody)
    before = shown(desk, id)
    merge(desk)
    merge(desk)
    assert shown(desk, id) == before
    assert kept_case(desk, id).dispatches[0].volunteer_id == somebody


@pytest.mark.parametrize("order", [*permutations(range(2))])
def test_the_name_of_an_erased_helper_is_gone_whatever_comes_first(desk, order):
    id = filed(desk)
    offered(desk, id, GONE)
    erased = PersonErased(
        community=COMMUNITY, erasure_id=uuid4(), person_id=KEPT, known_as=(KEPT, GONE), erased_at=desk.clock()
    )
    steps = (lambda: merge(desk), lambda: forgetting.erase_person(desk.uow, erased, now=desk.clock()))
    for number in order:
        steps[number]()
    assert [each.name for each in kept_case(desk, id).dispatches] == [ERASED]


# -- at the same time


@pytest.mark.parametrize("order", [*permutations(range(2))])
def test_of_two_merges_in_a_chain_at_once_no_case_is_left_with_an_id_that_is_gone(desk, order):
    third = UUID(int=53)
    id = UUID(file(desk, category="other")["id"])
    named(desk, id, GONE)
    first, second = ([merged(desk), merged(desk, third, KEPT)][number] for number in order)
    assert at_once(desk, first, lambda uow: merging.merge_people(uow, second)) == []
    assert kept_case(desk, id).leader.id == third


def test_a_leader_who_is_named_under_the_id_that_is_just_going_is_called_by_the_other(desk):
    id = UUID(file(desk, category="other")["id"])
    event = leader_for(id, leader_id=GONE)
    assert at_once(desk, merged(desk), lambda uow: handlers.record_leader(uow, event)) == []
    assert kept_case(desk, id).leader.id == KEPT


def test_whoever_is_complained_about_while_they_are_merged_is_called_by_the_id_that_stays(desk):
    filing = command(about_person=GONE)
    assert at_once(desk, merged(desk), lambda uow: handlers.file_grievance(uow, filing, now=desk.clock())) == []
    assert kept_case(desk, filing["id"]).about_person == KEPT
