"""Yearly visits of those of 65 and over: when they fall due, and who is owed none."""

from datetime import date, timedelta

import pytest

from contracts.health.events import HomeVisitCancelled, YearlyVisitPlanned
from contracts.organization.events import ConsentWithdrawn, ElderLeft, PersonErased
from services.health import handlers
from services.health.domain.calendar import next_birthday, year_after
from services.health.domain.visit import State, visit_id_of, yearly_visit_id
from tests.unit.health.fakes import FakeUnitOfWork
from tests.unit.health.samples import (
    COMMUNITY,
    GRANDFATHER,
    GRANDMOTHER,
    GRIEVANCE,
    HOUSEHOLD,
    NOON,
    TODAY,
    elder,
    leader_assigned,
    registered,
)

SOON = TODAY + timedelta(days=30)
BORN = date(1950, SOON.month, SOON.day)
OTHER_HOUSEHOLD = "410181002011003020102"


@pytest.fixture
def uow():
    uow = FakeUnitOfWork()
    handlers.open_elder_records(uow, registered(elder(born_on=BORN)), now=NOON)
    uow.published.clear()
    return uow


def run(uow, *, now=NOON):
    return handlers.plan_yearly_visits(uow, ahead_days=30, now=now)


def yearly(uow, due_on=SOON):
    return uow.visits.get(yearly_visit_id(GRANDMOTHER, due_on))


def record(uow):
    return uow.elder_records.get(GRANDMOTHER)


def test_the_first_visit_is_due_on_the_next_birthday_and_planned_thirty_days_before(uow):
    run(uow)
    visit = yearly(uow)
    assert (visit.due_on, visit.place, visit.elder_ids) == (SOON, HOUSEHOLD, [GRANDMOTHER])
    [told] = uow.published
    assert isinstance(told, YearlyVisitPlanned), "doctors would have a notice for each"


def test_thirty_one_days_before_only_the_day_is_known(uow):
    run(uow, now=NOON - timedelta(days=1))
    assert record(uow).next_visit_on == SOON
    assert not uow.visits.kept


def test_running_again_plans_nothing_more(uow):
    run(uow)
    assert run(uow) == 0
    assert len(uow.visits.kept) == len(uow.published) == 1


@pytest.mark.parametrize(("born_on", "number"), [(date(1961, 5, 20), 1), (date(1961, 5, 21), 0)])
def test_only_whoever_has_reached_65_is_owed_a_visit(born_on, number):
    uow = FakeUnitOfWork()
    handlers.open_elder_records(uow, registered(elder(born_on=born_on)), now=NOON)
    run(uow)
    assert len(uow.visits.kept) == number


def test_a_visit_that_took_place_is_due_again_a_year_later(uow):
    run(uow)
    handlers.complete_visit(uow, yearly(uow).id, None, now=NOON)
    assert record(uow).next_visit_on == date(2027, 5, 20)
    run(uow)
    assert len(uow.visits.kept) == 1
    run(uow, now=NOON + timedelta(days=340))
    assert yearly(uow, date(2027, 5, 20)).state is State.PLANNED


def test_a_visit_that_was_missed_is_due_again_after_the_days_set(uow):
    run(uow)
    handlers.miss_visit(uow, yearly(uow).id, "无人应门", again_days=14, now=NOON)
    assert record(uow).next_visit_on == TODAY + timedelta(days=14)
    run(uow)
    assert yearly(uow, TODAY + timedelta(days=14)).state is State.PLANNED


def test_another_visit_does_not_stand_for_the_yearly_one(uow):
    run(uow)
    command = {"id": GRANDFATHER, "community": COMMUNITY, "elder_ids": [GRANDMOTHER], "purpose": None}
    handlers.plan_visit(uow, command, within_days=3, now=NOON)
    handlers.complete_visit(uow, command["id"], None, now=NOON)
    assert record(uow).next_visit_on == SOON


def test_nobody_goes_to_see_whoever_has_left_until_they_are_back(uow):
    run(uow)
    handlers.note_elder_left(uow, ElderLeft(community=COMMUNITY, person_id=GRANDMOTHER, left_on=TODAY), now=NOON)
    assert yearly(uow).state is State.CANCELLED
    assert isinstance(uow.published[-1], HomeVisitCancelled)
    assert run(uow) == 0
    handlers.open_elder_records(uow, registered(elder(born_on=BORN, household=OTHER_HOUSEHOLD)), now=NOON)
    run(uow)
    assert record(uow).next_visit_on == SOON


def test_a_visit_to_two_stays_with_the_one_who_lives_here(uow):
    handlers.open_elder_records(uow, registered(elder(GRANDFATHER, name="李德福")), now=NOON)
    command = {"id": GRANDFATHER, "community": COMMUNITY, "elder_ids": [GRANDMOTHER, GRANDFATHER], "purpose": None}
    handlers.plan_visit(uow, command, within_days=3, now=NOON)
    handlers.note_elder_left(uow, ElderLeft(community=COMMUNITY, person_id=GRANDMOTHER, left_on=TODAY), now=NOON)
    visit = uow.visits.get(command["id"])
    assert (visit.state, visit.elder_ids) == (State.PLANNED, [GRANDFATHER])


def test_whoever_was_erased_is_visited_no_more(uow):
    run(uow)
    erased = PersonErased(
        community=COMMUNITY, erasure_id=GRANDFATHER, person_id=GRANDMOTHER, known_as=(GRANDMOTHER,), erased_at=NOON
    )
    handlers.erase_person(uow, erased, now=NOON)
    assert yearly(uow).state is State.CANCELLED
    assert run(uow) == 0


def test_whoever_takes_consent_back_is_visited_no_more_and_whoever_was_not_asked_is(uow):
    assert record(uow).consent_on is None
    run(uow)
    withdrawn = ConsentWithdrawn(
        community=COMMUNITY,
        consent_id=GRANDFATHER,
        person_id=GRANDMOTHER,
        purpose="health_record",
        withdrawn_on=TODAY,
        recorded_at=NOON,
    )
    handlers.note_consent(uow, withdrawn, now=NOON)
    assert yearly(uow).state is State.CANCELLED
    assert run(uow) == 0


def test_the_visit_follows_an_elder_who_moves(uow):
    run(uow)
    handlers.open_elder_records(uow, registered(elder(born_on=BORN, household=OTHER_HOUSEHOLD)), now=NOON)
    assert (yearly(uow).place, record(uow).household) == (OTHER_HOUSEHOLD, OTHER_HOUSEHOLD)


@pytest.mark.parametrize(
    ("born_on", "today", "due_on"),
    [
        (date(1950, 5, 20), date(2026, 5, 20), date(2026, 5, 20)),
        (date(1950, 5, 19), date(2026, 5, 20), date(2027, 5, 19)),
        (date(1952, 2, 29), date(2026, 1, 1), date(2026, 3, 1)),
        (date(1952, 2, 29), date(2028, 1, 1), date(2028, 2, 29)),
    ],
)
def test_the_next_birthday_is_found_in_every_year(born_on, today, due_on):
    assert next_birthday(born_on, today) == due_on


def test_a_year_after_a_leap_day_is_the_first_of_march():
    assert year_after(date(2028, 2, 29)) == date(2029, 3, 1)


def test_a_visit_that_a_case_asks_for_goes_where_the_case_is(uow):
    handlers.plan_visit_for_grievance(uow, leader_assigned(), within_days=3, now=NOON)
    handlers.open_elder_records(uow, registered(elder(born_on=BORN, household=OTHER_HOUSEHOLD)), now=NOON)
    assert uow.visits.get(visit_id_of(GRIEVANCE, 1)).place == HOUSEHOLD
