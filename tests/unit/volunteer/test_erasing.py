"""Erasing a volunteer: the hours stay under an id that leads to nobody, and work goes on without them."""

from uuid import uuid4

from contracts.event import ERASED, ClassCount
from contracts.organization.events import PersonErased
from contracts.volunteer.events import DispatchStoodDown, TeamSuspended, VolunteerErased, VolunteersDispatched
from services.volunteer import handlers
from services.volunteer.domain.callout import Terms, callout_id_of
from services.volunteer.domain.dispatch import State
from services.volunteer.domain.team import Membership, TeamState
from tests.unit.volunteer.registers import unit_of_work
from tests.unit.volunteer.samples import COMMUNITY, GRIEVANCE, MINUTE, NOON, assigned, team, volunteer

NAME, PHONE = "欧阳丹", "13977715551"
ONE = volunteer(name=NAME, phone=PHONE).id


def crew():
    """Two who can carry, one of them with a name and a telephone."""
    return unit_of_work(volunteer(id=ONE, name=NAME, phone=PHONE), volunteer(name="冯四"), volunteer(name="郑三"))


def told(community=COMMUNITY):
    return PersonErased(community=community, erasure_id=uuid4(), person_id=ONE, known_as=(ONE,), erased_at=NOON)


def erase(uow, event=None):
    handlers.erase_person(uow, event or told(), Terms(), now=NOON + MINUTE)


def published(uow, kind):
    return [event for event in uow.published if isinstance(event, kind)]


def called_out(uow, hands):
    handlers.call_out_volunteers(uow, assigned(hands=hands), Terms(), now=NOON)
    return uow.callouts.find(callout_id_of(GRIEVANCE, 1))


def test_the_row_stays_and_leads_to_nobody():
    uow = crew()
    erase(uow)
    left = uow.volunteers.get(ONE)
    assert (left.name, left.phone, left.skills, left.home_place) == (ERASED, None, [], COMMUNITY)
    assert not left.is_available(NOON)
    assert {one.name for one in uow.volunteers} == {ERASED, "冯四", "郑三"}


def test_how_much_went_and_why_hours_stay_is_told_without_a_word_of_them():
    uow, event = crew(), told()
    erase(uow, event)
    [done] = published(uow, VolunteerErased)
    removed = (ClassCount(kind="ordinary", count=1), ClassCount(kind="contact", count=1))
    assert (done.erasure_id, done.removed, done.kept) == (event.erasure_id, removed, ("service_record",))
    assert not any(word in str(done) for word in (NAME, PHONE))


def test_an_offer_is_stood_down_its_words_go_and_the_next_one_is_asked():
    uow = crew()
    callout = called_out(uow, hands=3)
    another = next(one for one in callout.dispatches if one.volunteer_id != ONE)
    callout.decline(another.id, "家里有事", now=NOON)
    before = len(published(uow, VolunteersDispatched))
    erase(uow)
    [mine] = [one for one in callout.dispatches if one.volunteer_id == ONE]
    others = [one for one in callout.dispatches if one.volunteer_id != ONE]
    assert (mine.state, mine.reason, mine.decline_reason, mine.history) == (State.STOOD_DOWN, "", "", [])
    assert all(one.reason for one in others)
    assert [one.volunteer_id for one in published(uow, DispatchStoodDown)] == [ONE]
    assert len(published(uow, VolunteersDispatched)) == before, "everybody was asked already"


def test_they_leave_their_teams_and_one_that_becomes_too_small_is_suspended():
    uow = crew()
    small = team(2, state=TeamState.ACTIVE)
    small.memberships.append(Membership(volunteer_id=ONE, joined_at=NOON))
    uow.teams.add(small)
    erase(uow)
    assert ONE not in small.members
    assert [one.team_id for one in published(uow, TeamSuspended)] == [small.id]


def test_whoever_is_no_volunteer_or_of_another_community_is_answered_for_and_nobody_is_touched():
    uow = crew()
    erase(uow, told("410181002099"))
    [done] = published(uow, VolunteerErased)
    assert (done.removed, done.kept) == ((), ())
    assert uow.volunteers.get(ONE).name == NAME


def test_told_again_nothing_changes():
    uow = crew()
    erase(uow)
    erase(uow)
    assert published(uow, VolunteerErased)[1].removed == ()
    assert uow.volunteers.get(ONE).name == ERASED
