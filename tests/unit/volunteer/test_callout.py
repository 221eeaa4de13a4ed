"""A call-out from the first offer to the last check-out."""

from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.volunteer.errors import DispatchNotFound, StepForbidden, TimeNotSane
from contracts.volunteer.events import (
    DispatchDeclined,
    DispatchLapsed,
    DispatchStoodDown,
    VolunteerCheckedOut,
    VolunteersDispatched,
    VolunteersExhausted,
)
from services.volunteer.domain.callout import Terms, callout_id_of, load_changes
from services.volunteer.domain.dispatch import STEPS, State
from tests.unit.volunteer.samples import GRIEVANCE, HOUR, MINUTE, NOON, callout, candidate, candidates

TERMS = Terms()


def filled(number=2, ready=None, **different):
    """A call-out with its first offers made."""
    case = callout(hands=number, **different)
    told = case.fill(ready if ready is not None else candidates(number), TERMS, now=NOON)
    return case, told


def states(case):
    return [dispatch.state for dispatch in case.dispatches]


def in_state(state):
    """A call-out of one whose only dispatch has come to this state, and that dispatch's id."""
    case, _ = filled(1)
    id = case.dispatches[0].id
    if state in (State.ACCEPTED, State.CHECKED_IN, State.CHECKED_OUT):
        case.accept(id, now=NOON)
    if state in (State.CHECKED_IN, State.CHECKED_OUT):
        case.check_in(id, at=NOON, now=NOON)
    if state is State.CHECKED_OUT:
        case.check_out(id, at=NOON + HOUR, now=NOON + HOUR)
    if state is State.DECLINED:
        case.decline(id, "没空", now=NOON)
    if state is State.LAPSED:
        case.lapse(now=NOON + HOUR)
    if state is State.STOOD_DOWN:
        case.stand_down(now=NOON)
    assert case.dispatches[0].state is state
    return case, id


# -- asking


def test_as_many_are_asked_as_hands_are_wanted_each_with_a_reason():
    case, [told] = filled(2, candidates(5, skills=["carrying"]))
    assert states(case) == [State.OFFERED, State.OFFERED]
    assert isinstance(told, VolunteersDispatched)
    assert {fact.dispatch_id for fact in told.dispatches} == {dispatch.id for dispatch in case.dispatches}
    assert [fact.reason for fact in told.dispatches] == ["同社区；会搬运；手头0件"] * 2
    assert (told.subject, told.grievance_id, told.dispatched_at) == (str(case.id), GRIEVANCE, NOON)


def test_two_are_asked_where_the_category_names_no_number():
    assert callout(hands=0).wanted == 2
    assert callout(hands=0, terms=Terms(default_hands=5)).wanted == 5
    assert callout(hands=1).wanted == 1


def test_an_offer_waits_for_its_answer_as_long_as_set():
    case = callout()
    case.fill(candidates(1), Terms(answer_within=timedelta(minutes=5)), now=NOON)
    assert case.dispatches[0].answer_by == NOON + 5 * MINUTE


def test_nobody_more_is_asked_while_enough_are_asked_or_have_said_yes():
    case, _ = filled(2)
    assert case.fill(candidates(5), TERMS, now=NOON) == []
    case.accept(case.dispatches[0].id, now=NOON)
    case.accept(case.dispatches[1].id, now=NOON)
    assert case.fill(candidates(5), TERMS, now=NOON) == []


def test_a_round_has_one_callout_however_often_its_leader_is_named():
    assert callout_id_of(GRIEVANCE, 1) == callout_id_of(GRIEVANCE, 1) == callout().id
    assert callout_id_of(GRIEVANCE, 1) != callout_id_of(GRIEVANCE, 2) == callout(round=2).id


def test_when_too_few_can_be_asked_it_is_told_how_many_were_found():
    case, [dispatched, exhausted] = filled(3, candidates(1))
    assert isinstance(dispatched, VolunteersDispatched)
    assert (exhausted.wanted, exhausted.found) == (3, 1)
    assert exhausted.reason == "本社区共1名志愿者，已联系1名，此刻没空0名"
    assert case.exhausted_at == NOON


def test_when_nobody_can_be_asked_no_dispatch_is_told():
    _, [told] = filled(1, [])
    assert isinstance(told, VolunteersExhausted)
    assert (told.wanted, told.found, told.reason) == (1, 0, "本社区还没有登记志愿者")


def test_that_nobody_is_left_is_told_once_and_yet_newcomers_are_asked():
    case, _ = filled(1, candidates(1))
    case.decline(case.dispatches[0].id, "", now=NOON)
    assert [type(event) for event in case.fill([], TERMS, now=NOON)] == [VolunteersExhausted]
    assert case.fill([], TERMS, now=NOON) == []
    assert [type(event) for event in case.fill(candidates(1), TERMS, now=NOON)] == [VolunteersDispatched]


# -- answers


def test_a_no_brings_the_next_candidate_and_never_the_same_again():
    first, second = candidate("甲", open_dispatches=0), candidate("乙", open_dispatches=1)
    case, _ = filled(1, [first, second])
    told = case.decline(case.dispatches[0].id, "孩子生病", now=NOON)
    assert isinstance(told, DispatchDeclined)
    [next_offer] = case.fill([first, second], TERMS, now=NOON)
    assert [fact.name for fact in next_offer.dispatches] == ["乙"]
    assert case.dispatches[0].decline_reason == "孩子生病"
    case.decline(case.dispatches[1].id, "", now=NOON)
    [exhausted] = case.fill([first, second], TERMS, now=NOON)
    assert isinstance(exhausted, VolunteersExhausted)


def test_who_said_yes_can_take_it_back_and_the_next_one_is_asked():
    case, id = in_state(State.ACCEPTED)
    case.decline(id, "临时有事", now=NOON)
    assert case.missing == 1


def test_silence_makes_an_offer_lapse_at_its_time_and_not_before():
    case, _ = filled(2)
    case.accept(case.dispatches[0].id, now=NOON)
    assert case.lapse(now=NOON + 29 * MINUTE) == []
    [told] = case.lapse(now=NOON + 30 * MINUTE)
    assert isinstance(told, DispatchLapsed)
    assert states(case) == [State.ACCEPTED, State.LAPSED]
    assert case.lapse(now=NOON + HOUR) == []


def test_a_late_yes_is_welcome_while_the_offer_stands():
    case, _ = filled(1)
    told = case.accept(case.dispatches[0].id, by="赵一", note="刚看到", now=NOON + 45 * MINUTE)
    assert told.accepted_at == NOON + 45 * MINUTE
    last = case.dispatches[0].history[-1]
    assert (last.step, last.by, last.note) == ("accept", "赵一", "刚看到")


STEPS_TRIED = {
    "accept": lambda case, id: case.accept(id, now=NOON + HOUR),
    "decline": lambda case, id: case.decline(id, "", now=NOON + HOUR),
    "check-in": lambda case, id: case.check_in(id, at=NOON + HOUR, now=NOON + HOUR),
    "check-out": lambda case, id: case.check_out(id, at=NOON + HOUR, now=NOON + HOUR),
}


@pytest.mark.parametrize("step", STEPS_TRIED)
@pytest.mark.parametrize("state", State)
def test_a_state_allows_its_steps_and_says_so_of_all_others(state, step):
    case, id = in_state(state)
    allowed = list(STEPS.get(state, ()))
    if step in allowed:
        STEPS_TRIED[step](case, id)
        assert case.dispatches[0].history[-1].step == step
    else:
        with pytest.raises(StepForbidden) as refused:
            STEPS_TRIED[step](case, id)
        assert refused.value.facts == {"step": step, "status": state.value, "allowed": allowed}


def test_a_dispatch_of_another_callout_is_not_found():
    case, _ = filled(1)
    with pytest.raises(DispatchNotFound):
        case.accept(uuid4(), now=NOON)


# -- the grievance ends


def test_when_the_grievance_ends_who_has_not_come_stands_down_and_who_has_goes_on():
    case, _ = filled(3)
    here, coming, silent = case.dispatches
    for dispatch in (here, coming):
        case.accept(dispatch.id, now=NOON)
    case.check_in(here.id, at=NOON, now=NOON)
    told = case.stand_down(now=NOON + MINUTE)
    assert [type(event) for event in told] == [DispatchStoodDown] * 2
    assert {event.dispatch_id for event in told} == {coming.id, silent.id}
    assert here.state is State.CHECKED_IN
    assert case.check_out(here.id, at=NOON + HOUR, now=NOON + HOUR).minutes == 60


def test_nobody_is_asked_for_a_grievance_that_has_ended():
    case, _ = filled(2)
    case.stand_down(now=NOON)
    assert case.missing == 0
    assert case.fill(candidates(5), TERMS, now=NOON) == []
    assert case.stand_down(now=NOON) == []


# -- on the spot


def test_minutes_count_from_check_in_to_check_out():
    case, id = in_state(State.ACCEPTED)
    case.check_in(id, at=NOON + 20 * MINUTE, now=NOON + 20 * MINUTE)
    told = case.check_out(id, at=NOON + 65 * MINUTE, now=NOON + 65 * MINUTE)
    assert told.minutes == case.dispatches[0].minutes_served == 45


def test_a_check_in_is_neither_earlier_than_the_yes_nor_in_the_future():
    case, id = in_state(State.ACCEPTED)
    for at in (NOON - MINUTE, NOON + 3 * HOUR):
        with pytest.raises(TimeNotSane) as refused:
            case.check_in(id, at=at, now=NOON + 2 * HOUR)
        assert "at" in refused.value.fields
    assert case.check_in(id, at=NOON + HOUR, now=NOON + 2 * HOUR).checked_in_at == NOON + HOUR


def test_a_check_out_is_neither_earlier_than_the_check_in_nor_in_the_future():
    case, id = in_state(State.ACCEPTED)
    case.check_in(id, at=NOON + HOUR, now=NOON + HOUR)
    for at in (NOON + 59 * MINUTE, NOON + 4 * HOUR):
        with pytest.raises(TimeNotSane):
            case.check_out(id, at=at, now=NOON + 3 * HOUR)
    assert case.check_out(id, at=NOON + 2 * HOUR, now=NOON + 3 * HOUR).minutes == 60


def test_a_clock_that_runs_a_little_ahead_is_set_right():
    case, id = in_state(State.ACCEPTED)
    told = case.check_in(id, at=NOON + timedelta(seconds=50), now=NOON)
    assert told.checked_in_at == NOON


# -- load


def test_an_offer_adds_to_the_load_and_every_end_takes_it_off():
    case, [dispatched] = filled(2)
    assert sorted(load_changes(dispatched)) == sorted((one.volunteer_id, 1) for one in case.dispatches)
    first, second = case.dispatches
    declined = case.decline(first.id, "", now=NOON)
    assert load_changes(declined) == [(first.volunteer_id, -1)]
    accepted = case.accept(second.id, now=NOON)
    assert load_changes(accepted) == []
    case.check_in(second.id, at=NOON, now=NOON)
    served = case.check_out(second.id, at=NOON, now=NOON)
    assert isinstance(served, VolunteerCheckedOut)
    assert load_changes(served) == [(second.volunteer_id, -1)]
