"""Home visits, from planning to their end, with news in any order."""

from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.health.errors import (
    ConsentMissing,
    ElderRecordNotFound,
    StepForbidden,
    VisitDueInPast,
    VisitNeedsPlace,
    VisitNotFound,
)
from contracts.health.events import HomeVisitCancelled, HomeVisitDone, HomeVisitMissed, HomeVisitPlanned
from services.health import handlers
from services.health.domain.rounds import is_over
from services.health.domain.visit import State, visit_id_of
from tests.unit.health.fakes import FakeUnitOfWork
from tests.unit.health.samples import (
    COMMUNITY,
    COURTYARD,
    GRANDFATHER,
    GRANDMOTHER,
    GRIEVANCE,
    HOUSEHOLD,
    NOON,
    TODAY,
    couple,
    leader_assigned,
    planned,
)

LATER = NOON + timedelta(hours=2)


@pytest.fixture
def uow():
    uow = FakeUnitOfWork()
    handlers.open_elder_records(uow, couple(), now=NOON)
    uow.published.clear()
    return uow


def assign(uow, within_days=3, **different):
    handlers.plan_visit_for_grievance(uow, leader_assigned(**different), within_days=within_days, now=NOON)


def by_hand(uow, **different):
    command = planned(**different)
    handlers.plan_visit(uow, command, within_days=3, now=NOON)
    return uow.visits.get(command["id"])


def end(uow, at=LATER):
    handlers.cancel_visits(uow, COMMUNITY, GRIEVANCE, at, now=at)


def visit(uow, round=1):
    return uow.visits.get(visit_id_of(GRIEVANCE, round))


def consent(uow, *elders):
    for id in elders:
        handlers.update_elder_record(uow, {"id": id, "consent_on": TODAY, "record": {}}, now=NOON)


# -- planning for a case


def test_a_case_that_needs_a_visit_plans_one_for_the_elders_of_its_household(uow):
    assign(uow)
    assert set(visit(uow).elder_ids) == {GRANDMOTHER, GRANDFATHER}
    [told] = uow.published
    assert isinstance(told, HomeVisitPlanned)
    assert (told.grievance_id, told.place, told.due_on) == (GRIEVANCE, HOUSEHOLD, TODAY + timedelta(days=3))
    assert told.reason == "诉求需要上门看望：该住户有60岁以上老人，3天内上门"


def test_a_case_elsewhere_plans_a_visit_to_the_place_without_naming_an_elder(uow):
    assign(uow, place=COURTYARD)
    assert visit(uow).elder_ids == []
    assert "没有登记老人" in uow.published[0].reason


def test_elders_of_another_community_with_the_same_household_code_are_not_visited(uow):
    assign(uow, community="410181002012")
    assert visit(uow).elder_ids == []


def test_the_days_allowed_for_a_visit_are_a_setting(uow):
    assign(uow, within_days=7)
    assert uow.published[0].due_on == TODAY + timedelta(days=7)
    assert "7天内上门" in uow.published[0].reason


def test_one_visit_is_planned_in_a_round_however_often_the_leader_is_named(uow):
    assign(uow)
    assign(uow)
    assert len(uow.published) == 1


def test_a_reopened_case_plans_another_visit(uow):
    assign(uow)
    end(uow)
    assign(uow, round=2, assigned_at=LATER + timedelta(hours=1))
    assert (visit(uow, 1).state, visit(uow, 2).state) == (State.CANCELLED, State.PLANNED)


# -- planning by hand


def test_a_visit_by_hand_goes_to_the_elders_household_where_no_place_is_given(uow):
    made = by_hand(uow, elder_ids=[GRANDMOTHER, GRANDMOTHER], purpose="复查血压")
    assert (made.place, made.elder_ids, made.due_on) == (HOUSEHOLD, [GRANDMOTHER], TODAY + timedelta(days=3))


def test_a_visit_by_hand_to_a_household_is_for_its_elders(uow):
    assert set(by_hand(uow, place=HOUSEHOLD).elder_ids) == {GRANDMOTHER, GRANDFATHER}
    assert by_hand(uow, place=COURTYARD).elder_ids == []


def test_what_a_visit_by_hand_is_for_is_not_told(uow):
    by_hand(uow, elder_ids=[GRANDMOTHER], purpose="复查血压")
    assert uow.published[0].reason == "人工安排上门看望"


def test_planning_the_same_visit_again_changes_nothing(uow):
    command = planned(place=HOUSEHOLD)
    for _ in range(2):
        handlers.plan_visit(uow, command, within_days=3, now=NOON)
    assert len(uow.published) == 1


def test_a_visit_needs_a_place_or_an_elder(uow):
    with pytest.raises(VisitNeedsPlace) as refused:
        by_hand(uow)
    assert "place" in refused.value.fields


def test_a_visit_to_an_unknown_elder_is_refused(uow):
    with pytest.raises(ElderRecordNotFound):
        by_hand(uow, elder_ids=[uuid4()])


def test_a_visit_may_be_due_today_but_not_yesterday(uow):
    assert by_hand(uow, place=HOUSEHOLD, due_on=TODAY).due_on == TODAY
    with pytest.raises(VisitDueInPast) as refused:
        by_hand(uow, place=HOUSEHOLD, due_on=TODAY - timedelta(days=1))
    assert "due_on" in refused.value.fields


# -- done and missed


def test_a_visit_that_took_place_is_told_without_what_was_found(uow):
    consent(uow, GRANDMOTHER, GRANDFATHER)
    assign(uow)
    handlers.complete_visit(uow, visit(uow).id, {"systolic": 182.0, "note": "头晕"}, now=LATER)
    assert visit(uow).findings == {"systolic": 182.0, "note": "头晕"}
    told = uow.published[-1]
    assert isinstance(told, HomeVisitDone)
    assert set(vars(told)) == {"community", "visit_id", "grievance_id", "done_at"}


def test_findings_need_the_consent_of_every_elder_visited(uow):
    consent(uow, GRANDMOTHER)
    assign(uow)
    with pytest.raises(ConsentMissing):
        handlers.complete_visit(uow, visit(uow).id, {"note": "头晕"}, now=LATER)


def test_findings_about_nobody_in_particular_are_not_kept(uow):
    assign(uow, place=COURTYARD)
    with pytest.raises(ConsentMissing):
        handlers.complete_visit(uow, visit(uow).id, {"note": "头晕"}, now=LATER)


def test_a_visit_without_findings_needs_no_consent(uow):
    assign(uow)
    handlers.complete_visit(uow, visit(uow).id, None, now=LATER)
    assert visit(uow).state is State.DONE


def test_why_a_visit_was_missed_is_kept_and_not_told(uow):
    assign(uow)
    handlers.miss_visit(uow, visit(uow).id, "老人住院", again_days=14, now=LATER)
    assert visit(uow).missed_reason == "老人住院"
    told = uow.published[-1]
    assert isinstance(told, HomeVisitMissed)
    assert set(vars(told)) == {"community", "visit_id", "grievance_id", "missed_at"}


def miss(uow, made, hours):
    handlers.miss_visit(uow, made.id, "无人应门", again_days=14, now=NOON + timedelta(hours=hours))
    return made.missed_in_a_row


def test_visits_missed_running_are_counted_for_the_elder_until_one_takes_place(uow):
    first, second, third, fourth = (by_hand(uow, elder_ids=[GRANDMOTHER]) for _ in range(4))
    assert [miss(uow, first, 1), miss(uow, second, 2)] == [1, 2]
    handlers.complete_visit(uow, third.id, None, now=NOON + timedelta(hours=3))
    assert miss(uow, fourth, 4) == 1


def test_visits_missed_by_one_elder_do_not_count_for_another(uow):
    miss(uow, by_hand(uow, elder_ids=[GRANDMOTHER]), 1)
    assert miss(uow, by_hand(uow, elder_ids=[GRANDFATHER]), 2) == 1


STEPS = {
    "done": lambda uow: handlers.complete_visit(uow, visit(uow).id, None, now=LATER),
    "miss": lambda uow: handlers.miss_visit(uow, visit(uow).id, "无人应门", again_days=14, now=LATER),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_taken_while_the_visit_is_planned_and_refused_afterwards(uow, state, step):
    assign(uow)
    visit(uow).state = state
    if state is State.PLANNED:
        STEPS[step](uow)
        assert visit(uow).state is not State.PLANNED
    else:
        with pytest.raises(StepForbidden) as refused:
            STEPS[step](uow)
        assert refused.value.code == "step_forbidden"
        assert refused.value.facts == {"step": step, "status": state, "allowed": []}
        assert len(uow.published) == 1


def test_a_visit_that_took_place_cannot_be_cancelled(uow):
    assign(uow)
    visit(uow).state = State.DONE
    with pytest.raises(StepForbidden):
        visit(uow).cancel(now=LATER)


def test_an_unknown_visit_is_not_found(uow):
    with pytest.raises(VisitNotFound):
        handlers.miss_visit(uow, uuid4(), "无人应门", again_days=14, now=NOON)


# -- the case ends


def test_when_the_case_ends_the_planned_visit_is_cancelled(uow):
    assign(uow)
    end(uow)
    assert isinstance(uow.published[-1], HomeVisitCancelled)
    assert visit(uow).state is State.CANCELLED


@pytest.mark.parametrize("state", [State.DONE, State.MISSED, State.CANCELLED])
def test_when_the_case_ends_a_visit_that_has_ended_stays_as_it_is(uow, state):
    assign(uow)
    visit(uow).state = state
    end(uow)
    assert visit(uow).state is state
    assert len(uow.published) == 1


def test_a_case_whose_end_was_heard_before_its_beginning_plans_no_visit(uow):
    end(uow, at=NOON - timedelta(minutes=1))
    assign(uow)
    assert not uow.published


def test_a_late_end_of_the_first_round_leaves_the_visits_of_the_second_alone(uow):
    assign(uow)
    assign(uow, round=2, assigned_at=LATER + timedelta(hours=1))
    end(uow, at=LATER)
    assert (visit(uow, 1).state, visit(uow, 2).state) == (State.CANCELLED, State.PLANNED)


def test_a_visit_planned_by_hand_for_a_case_is_cancelled_with_it(uow):
    made = by_hand(uow, elder_ids=[GRANDMOTHER], grievance_id=GRIEVANCE)
    unrelated = by_hand(uow, elder_ids=[GRANDMOTHER])
    end(uow)
    assert (made.state, unrelated.state) == (State.CANCELLED, State.PLANNED)


def test_a_visit_planned_by_hand_is_over_only_with_an_end_that_came_later():
    before, after = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
    assert not is_over(None, NOON, [before, before])
    assert is_over(None, NOON, [after])
    assert is_over(1, NOON, [before])
    assert not is_over(2, NOON, [before])
