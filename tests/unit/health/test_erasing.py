"""Erasing an elder: the record and what was found go, and late news brings nothing back."""

from uuid import uuid4

import pytest

from contracts.event import ClassCount
from contracts.health.events import ElderErased, HomeVisitCancelled
from contracts.organization.events import PersonErased
from services.health import handlers
from services.health.domain.visit import State
from tests.unit.health.fakes import FakeUnitOfWork
from tests.unit.health.samples import COMMUNITY, GRANDMOTHER, NOON, TODAY, couple

OTHER = next(one.person_id for one in couple().elders if one.person_id != GRANDMOTHER)


@pytest.fixture
def uow() -> FakeUnitOfWork:
    uow = FakeUnitOfWork()
    handlers.open_elder_records(uow, couple(), now=NOON)
    return uow


def told(community: str = COMMUNITY, **more) -> PersonErased:
    facts = {"erasure_id": uuid4(), "person_id": GRANDMOTHER, "known_as": (GRANDMOTHER,), "erased_at": NOON}
    return PersonErased(community=community, **facts, **more)


def visited(uow: FakeUnitOfWork, *elders, findings=None):
    id = uuid4()
    command = {"id": id, "community": COMMUNITY, "elder_ids": list(elders), "purpose": "独居探访"}
    handlers.plan_visit(uow, command, within_days=3, now=NOON)
    if findings:
        for elder in elders:
            handlers.update_elder_record(uow, {"id": elder, "record": {}, "consent_on": TODAY}, now=NOON)
        handlers.complete_visit(uow, id, findings, now=NOON)
    return uow.visits.get(id)


def test_the_record_goes_and_the_others_stay(uow):
    handlers.erase_person(uow, told(), now=NOON)
    assert list(uow.elder_records.kept) == [OTHER]


def test_what_was_found_on_visits_goes_also_where_it_was_found_of_two(uow):
    visit = visited(uow, GRANDMOTHER, OTHER, findings={"systolic": 150})
    handlers.erase_person(uow, told(), now=NOON)
    assert (visit.findings, visit.purpose, visit.elder_ids, visit.state) == (None, None, [OTHER], State.DONE)


def test_a_visit_to_others_keeps_what_was_found(uow):
    visit = visited(uow, OTHER, findings={"systolic": 150})
    handlers.erase_person(uow, told(), now=NOON)
    assert visit.findings == {"systolic": 150}


def test_a_visit_planned_for_nobody_else_is_called_off(uow):
    alone, together = visited(uow, GRANDMOTHER), visited(uow, GRANDMOTHER, OTHER)
    handlers.erase_person(uow, told(), now=NOON)
    assert (alone.state, together.state) == (State.CANCELLED, State.PLANNED)
    assert [each.visit_id for each in uow.published if isinstance(each, HomeVisitCancelled)] == [alone.id]


def test_how_much_was_removed_is_told_by_class_and_nothing_of_it(uow):
    visited(uow, GRANDMOTHER, findings={"systolic": 150})
    event = told()
    handlers.erase_person(uow, event, now=NOON)
    assert uow.published[-1] == ElderErased(
        community=COMMUNITY,
        erasure_id=event.erasure_id,
        removed=(ClassCount(kind="ordinary", count=1), ClassCount(kind="sensitive_health", count=2)),
        erased_at=NOON,
    )


def test_whoever_is_not_known_here_is_answered_for_too(uow):
    uow.elder_records.kept.clear()
    handlers.erase_person(uow, told(), now=NOON)
    assert uow.published[-1].removed == ()


def test_news_that_comes_late_opens_no_record_again(uow):
    handlers.erase_person(uow, told(), now=NOON)
    handlers.open_elder_records(uow, couple(), now=NOON)
    assert list(uow.elder_records.kept) == [OTHER]


def test_whoever_had_left_long_ago_and_comes_back_has_a_record_again(uow):
    handlers.erase_person(uow, told(may_return=True), now=NOON)
    assert list(uow.elder_records.kept) == [OTHER]
    handlers.open_elder_records(uow, couple(), now=NOON)
    assert set(uow.elder_records.kept) == {GRANDMOTHER, OTHER}


def test_told_again_nothing_changes(uow):
    handlers.erase_person(uow, told(), now=NOON)
    handlers.erase_person(uow, told(), now=NOON)
    assert uow.published[-1].removed == ()
    assert list(uow.elder_records.kept) == [OTHER]


def test_an_erasure_in_another_community_touches_nobody_here(uow):
    handlers.erase_person(uow, told("410181002099"), now=NOON)
    assert len(uow.elder_records.kept) == 2
