"""What the volunteer service does about commands and events, with fakes in place of the database."""

from datetime import date
from uuid import uuid4

import pytest

from contracts.organization.events import PlaceFact, PlacesImported
from contracts.volunteer.errors import (
    DispatchNotFound,
    SessionsOverlap,
    StepForbidden,
    TeamNameTaken,
    TeamNotFound,
    TimeNotSane,
    VolunteerNotFound,
)
from contracts.volunteer.events import (
    DispatchAccepted,
    DispatchDeclined,
    DispatchLapsed,
    DispatchStoodDown,
    TeamActivated,
    TeamSuspended,
    VolunteerCheckedIn,
    VolunteerCheckedOut,
    VolunteersDispatched,
    VolunteersExhausted,
)
from services.volunteer import handlers
from services.volunteer.domain.callout import Terms, callout_id_of
from services.volunteer.domain.dispatch import State
from services.volunteer.domain.hours import HourRules
from services.volunteer.domain.team import TeamState
from tests.unit.volunteer.registers import unit_of_work
from tests.unit.volunteer.samples import (
    COMMUNITY,
    COURTYARD,
    GRID,
    GRIEVANCE,
    HOUR,
    MINUTE,
    NOON,
    asked_volunteer,
    assigned,
    step,
    volunteer,
)

TERMS, RULES = Terms(), HourRules()


def crew(number=3):
    return unit_of_work(*(volunteer(name=f"志愿者{each}") for each in range(number)))


def call_out(uow, **different):
    handlers.call_out_volunteers(uow, assigned(**different), TERMS, now=NOON)
    return uow.callouts.find(callout_id_of(different.get("grievance_id", GRIEVANCE), different.get("round", 1)))


def end(uow, at=NOON, grievance_id=GRIEVANCE):
    handlers.stand_down(uow, COMMUNITY, grievance_id, at, now=NOON)


def on_the_spot(uow, dispatch, at=NOON):
    handlers.accept_dispatch(uow, step(dispatch.id), now=at)
    handlers.check_in(uow, step(dispatch.id), now=at)
    uow.callouts.settle()


def kinds(uow):
    return [type(event) for event in uow.published]


# -- volunteers


def test_a_volunteer_is_registered_once_with_skills_as_codes_and_today_as_first_day():
    uow = unit_of_work()
    asked = asked_volunteer(skills=["搬运", "修鞋"], name=" 孙三 ")
    assert handlers.register_volunteers(uow, COMMUNITY, [asked], now=NOON) == 1
    assert handlers.register_volunteers(uow, COMMUNITY, [asked | {"name": "别人"}], now=NOON) == 0
    [kept] = uow.volunteers
    assert (kept.name, kept.skills, kept.joined_on) == ("孙三", ["carrying", "修鞋"], date(2026, 5, 6))


def test_the_same_volunteer_twice_in_one_list_counts_once():
    uow = unit_of_work()
    asked = asked_volunteer()
    assert handlers.register_volunteers(uow, COMMUNITY, [asked, asked, asked_volunteer()], now=NOON) == 2


def test_only_what_is_said_about_availability_changes():
    one = volunteer(paused_until=date(2026, 5, 9))
    uow = unit_of_work(one)
    handlers.change_availability(uow, {"id": one.id, "always": False})
    assert (one.always, one.paused_until) == (False, date(2026, 5, 9))
    window = {"weekday": 6, "starts": "09:00", "ends": "11:00"}
    handlers.change_availability(uow, {"id": one.id, "paused_until": None, "windows": [window]})
    assert (one.always, one.paused_until, [vars(each) for each in one.windows]) == (False, None, [window])


def test_the_availability_of_a_stranger_cannot_be_changed():
    with pytest.raises(VolunteerNotFound):
        handlers.change_availability(unit_of_work(), {"id": uuid4(), "always": True})


# -- teams


def founding(uow, **different):
    facts = {
        "id": uuid4(),
        "community": COMMUNITY,
        "type": "women",
        "name": "巾帼暖心队",
        "slogan": "暖心",
        "charter": "章程",
        "member_ids": [one.id for one in uow.volunteers],
    }
    return facts | different


def test_a_team_is_founded_once_under_its_name():
    uow = crew(3)
    command = founding(uow)
    handlers.found_team(uow, command, now=NOON)
    handlers.found_team(uow, command, now=NOON)
    [team] = uow.teams
    assert (team.name, len(team.members), team.state) == ("巾帼暖心队", 3, TeamState.FOUNDED)
    with pytest.raises(TeamNameTaken):
        handlers.found_team(uow, founding(uow, name=" 巾帼暖心队 "), now=NOON)
    handlers.found_team(uow, founding(uow, community="410181002012", member_ids=[]), now=NOON)


def test_only_volunteers_of_the_community_can_be_members():
    stranger = volunteer(community="410181002012")
    uow = unit_of_work(stranger)
    with pytest.raises(VolunteerNotFound):
        handlers.found_team(uow, founding(uow), now=NOON)
    command = founding(uow, member_ids=[])
    handlers.found_team(uow, command, now=NOON)
    with pytest.raises(VolunteerNotFound):
        handlers.join_team(uow, command["id"], stranger.id, now=NOON)


def test_a_team_goes_from_founding_to_suspension_and_back():
    uow = crew(3)
    first, second, third = (one.id for one in uow.volunteers)
    command = founding(uow, member_ids=[first, second], charter="")
    handlers.found_team(uow, command, now=NOON)
    handlers.join_team(uow, command["id"], third, now=NOON)
    handlers.activate_team(uow, {"id": command["id"], "charter": "章程"}, now=NOON)
    handlers.leave_team(uow, command["id"], third, now=NOON)
    handlers.join_team(uow, command["id"], third, now=NOON)
    assert kinds(uow) == [TeamActivated, TeamSuspended, TeamActivated]


def test_an_unknown_team_cannot_be_joined():
    with pytest.raises(TeamNotFound):
        handlers.join_team(unit_of_work(), uuid4(), uuid4(), now=NOON)


# -- calling out


def test_places_are_remembered_without_the_households():
    uow = unit_of_work()
    kinds_told = ("community", "grid", "courtyard", "building", "household")
    places = tuple(PlaceFact(code=kind, kind=kind, name=kind, parent=None) for kind in kinds_told)
    handlers.remember_places(uow, PlacesImported(community=COMMUNITY, places=places))
    assert {code for _, code in uow.places.places} == {"community", "grid", "courtyard", "building"}


def test_a_leader_named_twice_calls_out_once():
    uow = crew(3)
    call_out(uow)
    call_out(uow, post="community_secretary", leader_id=uuid4())
    assert kinds(uow) == [VolunteersDispatched]


def test_a_reopened_grievance_is_called_out_anew():
    uow = crew(3)
    call_out(uow)
    end(uow)
    again = call_out(uow, round=2, assigned_at=NOON + MINUTE)
    assert kinds(uow).count(VolunteersDispatched) == 2
    assert len(again.dispatches) == 2


def test_an_end_that_overtakes_the_assignment_keeps_everybody_at_home():
    uow = crew(3)
    end(uow, at=NOON - HOUR)
    assert call_out(uow) is None
    assert uow.published == []


def test_the_end_of_another_grievance_keeps_nobody_at_home():
    uow = crew(3)
    end(uow, grievance_id=uuid4())
    assert call_out(uow) is not None


def test_a_late_end_of_the_first_round_leaves_the_second_alone():
    uow = crew(3)
    call_out(uow)
    second = call_out(uow, round=2, assigned_at=NOON)
    end(uow, at=NOON - MINUTE / 2)
    assert [dispatch.state for dispatch in second.dispatches] == [State.OFFERED] * 2
    assert kinds(uow).count(DispatchStoodDown) == 2


def test_two_callouts_in_a_row_share_the_load():
    uow = crew(4)
    first, second = call_out(uow), call_out(uow, grievance_id=uuid4())
    asked = [dispatch.volunteer_id for one in (first, second) for dispatch in one.dispatches]
    assert len(set(asked)) == 4


def test_nobody_at_all_is_told_back_to_the_case():
    uow = unit_of_work()
    call_out(uow)
    [told] = uow.published
    assert isinstance(told, VolunteersExhausted)
    assert (told.wanted, told.found, told.grievance_id) == (2, 0, GRIEVANCE)


def test_a_no_is_followed_by_the_next_offer_at_once():
    uow = crew(3)
    callout = call_out(uow)
    handlers.decline_dispatch(uow, step(callout.dispatches[0].id, reason="值班"), TERMS, now=NOON)
    assert kinds(uow) == [VolunteersDispatched, DispatchDeclined, VolunteersDispatched]
    assert callout.dispatches[0].decline_reason == "值班"


def test_a_no_after_everybody_was_asked_is_told_once():
    uow = crew(2)
    callout = call_out(uow)
    for dispatch in list(callout.dispatches):
        handlers.decline_dispatch(uow, step(dispatch.id), TERMS, now=NOON)
    [told] = uow.told(VolunteersExhausted)
    assert (told.wanted, told.found) == (2, 1), "when the first said no, the other was still asked"


def test_silence_is_followed_by_the_next_offer():
    uow = crew(3)
    callout = call_out(uow)
    handlers.accept_dispatch(uow, step(callout.dispatches[0].id), now=NOON)
    handlers.lapse_unanswered(uow, [callout.id], TERMS, now=NOON + 31 * MINUTE)
    assert kinds(uow) == [VolunteersDispatched, DispatchAccepted, DispatchLapsed, VolunteersDispatched]
    assert uow.roster.load[callout.dispatches[1].volunteer_id] == 0


def test_when_enough_have_said_yes_nobody_more_is_looked_for():
    uow = crew(5)
    callout = call_out(uow)
    for dispatch in list(callout.dispatches):
        handlers.accept_dispatch(uow, step(dispatch.id), now=NOON)
    looked = uow.roster.asked
    handlers.lapse_unanswered(uow, [callout.id], TERMS, now=NOON + HOUR)
    assert len(callout.dispatches) == 2
    assert uow.roster.asked == looked


def test_after_the_end_a_silence_brings_nobody_new():
    uow = crew(3)
    callout = call_out(uow)
    end(uow)
    handlers.lapse_unanswered(uow, [callout.id], TERMS, now=NOON + HOUR)
    assert kinds(uow) == [VolunteersDispatched, DispatchStoodDown, DispatchStoodDown]


def test_an_unknown_dispatch_cannot_be_answered():
    for handle in (handlers.accept_dispatch, handlers.check_in):
        with pytest.raises(DispatchNotFound):
            handle(unit_of_work(), step(uuid4()), now=NOON)


# -- serving


def test_a_check_out_brings_the_hours_into_the_ledger():
    uow = crew(2)
    dispatch = call_out(uow).dispatches[0]
    on_the_spot(uow, dispatch)
    handlers.check_out(uow, step(dispatch.id, note="楼道清完了"), RULES, now=NOON + 100 * MINUTE)
    assert kinds(uow)[-2:] == [VolunteerCheckedIn, VolunteerCheckedOut]
    [(of, entry)] = uow.hours.lines
    assert (of["dispatch_id"], entry.minutes_served, entry.minutes_credited) == (dispatch.id, 100, 90)
    assert dispatch.history[-1].note == "楼道清完了"


def test_the_daily_cap_counts_all_sessions_of_the_day():
    uow = crew(1)
    first = call_out(uow, hands=1).dispatches[0]
    second = call_out(uow, hands=1, grievance_id=uuid4()).dispatches[0]
    on_the_spot(uow, first, at=NOON)
    handlers.check_out(uow, step(first.id), RULES, now=NOON + 7 * HOUR)
    uow.callouts.settle()
    on_the_spot(uow, second, at=NOON + 7 * HOUR)
    handlers.check_out(uow, step(second.id), RULES, now=NOON + 9 * HOUR)
    assert [entry.minutes_credited for _, entry in uow.hours.lines] == [420, 60]


def two_of_one():
    uow = crew(1)
    first = call_out(uow, hands=1).dispatches[0]
    second = call_out(uow, hands=1, grievance_id=uuid4()).dispatches[0]
    assert first.volunteer_id == second.volunteer_id
    handlers.accept_dispatch(uow, step(second.id), now=NOON)
    return uow, first, second


def test_nobody_is_in_two_places():
    uow, first, second = two_of_one()
    on_the_spot(uow, first)
    with pytest.raises(SessionsOverlap):
        handlers.check_in(uow, step(second.id), now=NOON + MINUTE)
    assert not uow.told(VolunteerCheckedIn)[1:]


def test_one_session_can_follow_another():
    uow, first, second = two_of_one()
    on_the_spot(uow, first)
    handlers.check_out(uow, step(first.id), RULES, now=NOON + HOUR)
    uow.callouts.settle()
    handlers.check_in(uow, step(second.id), now=NOON + HOUR)
    assert len(uow.told(VolunteerCheckedIn)) == 2


@pytest.mark.parametrize("minutes", [0, 30, 59])
def test_a_check_in_entered_later_cannot_lie_inside_another_session(minutes):
    uow, first, second = two_of_one()
    on_the_spot(uow, first)
    handlers.check_out(uow, step(first.id), RULES, now=NOON + HOUR)
    uow.callouts.settle()
    with pytest.raises(SessionsOverlap):
        handlers.check_in(uow, step(second.id, at=NOON + minutes * MINUTE), now=NOON + 2 * HOUR)


def test_a_check_out_cannot_reach_into_another_session():
    uow, first, second = two_of_one()
    handlers.accept_dispatch(uow, step(first.id), now=NOON)
    handlers.check_in(uow, step(first.id, at=NOON + 2 * HOUR), now=NOON + 3 * HOUR)
    uow.callouts.settle()
    handlers.check_out(uow, step(first.id, at=NOON + 3 * HOUR), RULES, now=NOON + 3 * HOUR)
    uow.callouts.settle()
    handlers.check_in(uow, step(second.id, at=NOON + HOUR), now=NOON + 3 * HOUR)
    uow.callouts.settle()
    with pytest.raises(SessionsOverlap):
        handlers.check_out(uow, step(second.id), RULES, now=NOON + 4 * HOUR)
    handlers.check_out(uow, step(second.id, at=NOON + 2 * HOUR), RULES, now=NOON + 4 * HOUR)
    assert len(uow.hours.lines) == 2


def test_a_check_in_needs_a_yes_and_a_true_time():
    uow = crew(1)
    dispatch = call_out(uow, hands=1).dispatches[0]
    with pytest.raises(StepForbidden) as refused:
        handlers.check_in(uow, step(dispatch.id), now=NOON)
    assert refused.value.facts["allowed"] == ["accept", "decline"]
    handlers.accept_dispatch(uow, step(dispatch.id), now=NOON)
    with pytest.raises(TimeNotSane):
        handlers.check_in(uow, step(dispatch.id, at=NOON + HOUR), now=NOON)


def test_homes_and_places_meet_in_the_reason():
    uow = unit_of_work(volunteer(home_place=COURTYARD), volunteer(home_place=GRID))
    callout = call_out(uow)
    assert [dispatch.reason for dispatch in callout.dispatches] == [
        "同楼院；会搬运；手头0件",
        "同网格；会搬运；手头0件",
    ]
