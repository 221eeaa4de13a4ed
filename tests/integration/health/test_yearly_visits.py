"""Yearly visits in the database: planned once also by two instances, in batches, and found by an elder's name."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

import pytest
from sqlalchemy import select, text

from chassis.scope import everywhere
from chassis.unit_of_work import UnitOfWork
from contracts.health.errors import ElderRecordNotFound
from contracts.organization.events import ConsentWithdrawn, ElderLeft
from services.health import handlers, queries
from services.health.domain.visit import yearly_visit_id
from services.health.persistence import elder_records
from services.health.service import HealthService
from tests.unit.health.samples import COMMUNITY, GRANDMOTHER, NOON, TODAY, couple, elder, registered

OTHER_HOUSEHOLD = "410181002011003020102"
DUE_NOW = {"born_on": date(1950, 5, 20)}


def run(uow):
    return handlers.plan_yearly_visits(uow, ahead_days=30, now=NOON)


def listed(database, call=queries.list_visits, **wanted):
    with database.reading() as connection:
        return call(connection, on=TODAY, **wanted)


def neighbours(number):
    ids = [uuid5(GRANDMOTHER, str(each)) for each in range(number)]
    return [elder(id, name=f"邻居{each}", **DUE_NOW) for each, id in enumerate(ids)]


def test_two_instances_plan_each_visit_once(database, uow):
    handlers.open_elder_records(uow, registered(*neighbours(40)), now=NOON)

    def instance(_):
        with everywhere():
            return run(UnitOfWork(database, HealthService.uow.metadata, HealthService.uow.repositories))

    with ThreadPoolExecutor(2) as both:
        [*both.map(instance, range(2))]
    assert listed(database)["total"] == 40
    with database.reading() as connection:
        kinds = [*connection.execute(text("SELECT type FROM outbox")).scalars()]
    assert kinds.count("health.yearly_visit_planned.v1") == 40
    assert run(uow) == 0


def test_a_run_looks_at_a_bounded_number_and_the_next_goes_on(database, uow, monkeypatch):
    monkeypatch.setattr(handlers, "MOST_AT_ONCE", 3)
    handlers.open_elder_records(uow, registered(*neighbours(5)), now=NOON)
    assert [run(uow), run(uow), run(uow)] == [3, 2, 0]
    assert listed(database)["total"] == 5


def test_visits_and_elders_are_found_by_a_part_of_the_name_and_say_whom_they_are_for(database, uow):
    handlers.open_elder_records(uow, registered(elder(**DUE_NOW), *neighbours(2)), now=NOON)
    run(uow)
    [found] = listed(database, q="玉兰")["items"]
    assert found["elders"] == [{"id": str(GRANDMOTHER), "name": "张玉兰", "age": 76, "missed_in_a_row": 0}]
    assert listed(database, q="zyl") == listed(database, q=" ZYL ") == listed(database, q="玉兰")
    assert listed(database, q="%")["total"] == listed(database, q="lyz")["total"] == 0
    assert listed(database, queries.list_elder_records, q="邻居")["total"] == 2
    assert listed(database, queries.list_elder_records, q="lj")["total"] == 2
    assert listed(database, queries.list_elder_records, q="zyl")["total"] == 1
    assert listed(database, queries.list_elder_records, q="玉兰")["items"][0]["next_visit_on"] == TODAY.isoformat()


def test_a_visit_follows_the_move_and_is_called_off_when_the_elder_leaves(database, uow):
    handlers.open_elder_records(uow, registered(elder(**DUE_NOW)), now=NOON)
    run(uow)
    handlers.open_elder_records(uow, registered(elder(**DUE_NOW, household=OTHER_HOUSEHOLD)), now=NOON)
    [moved] = listed(database)["items"]
    assert moved["place"] == OTHER_HOUSEHOLD
    handlers.note_elder_left(uow, ElderLeft(community=COMMUNITY, person_id=GRANDMOTHER, left_on=TODAY), now=NOON)
    [left] = listed(database)["items"]
    assert (left["state"], left["elders"]) == ("cancelled", [])
    assert listed(database, queries.list_elder_records)["total"] == run(uow) == 0
    handlers.open_elder_records(uow, registered(elder(**DUE_NOW)), now=NOON)
    assert listed(database, queries.list_elder_records)["total"] == 1


def test_of_an_elder_who_left_long_ago_the_visits_are_called_off_and_no_more_are_planned(database, uow):
    handlers.open_elder_records(uow, registered(elder(**DUE_NOW)), now=NOON)
    run(uow)
    gone = ElderLeft(community=COMMUNITY, person_id=GRANDMOTHER, left_on=TODAY, is_belated=True)
    for _ in range(2):
        handlers.note_elder_left(uow, gone, now=NOON)
    assert [visit["state"] for visit in listed(database)["items"]] == ["cancelled"]
    assert listed(database, queries.list_elder_records)["total"] == run(uow) == 0


def test_of_an_elder_who_left_long_ago_and_has_no_record_nothing_is_asked_while_a_record_to_come_is_waited_for(uow):
    gone = {"community": COMMUNITY, "person_id": GRANDMOTHER, "left_on": TODAY}
    handlers.note_elder_left(uow, ElderLeft(**gone, is_belated=True), now=NOON)
    with pytest.raises(ElderRecordNotFound):
        handlers.note_elder_left(uow, ElderLeft(**gone), now=NOON)


def test_a_consent_from_before_the_register_is_told_once_and_is_older_than_what_the_register_knows(database, uow):
    handlers.open_elder_records(uow, couple(), now=NOON)
    with database.writing() as connection:
        connection.execute(elder_records.update().where(elder_records.c.id == GRANDMOTHER).values(consent_on=TODAY))
    assert [handlers.tell_old_consents(uow), handlers.tell_old_consents(uow)] == [1, 0]
    with database.reading() as connection:
        kinds = [*connection.execute(text("SELECT type FROM outbox")).scalars()]
        consent_at = connection.execute(
            select(elder_records.c.consent_at).where(elder_records.c.id == GRANDMOTHER)
        ).scalar_one()
    assert kinds.count("health.elder_consented.v1") == 1
    assert consent_at == datetime(2026, 5, 19, 16, tzinfo=UTC)


def test_whoever_took_consent_back_is_passed_over(database, uow):
    handlers.open_elder_records(uow, couple(), now=NOON)
    withdrawn = ConsentWithdrawn(
        community=COMMUNITY,
        consent_id=UUID(int=1),
        person_id=GRANDMOTHER,
        purpose="health_record",
        withdrawn_on=TODAY,
        recorded_at=NOON,
    )
    handlers.note_consent(uow, withdrawn, now=NOON)
    assert run(uow) == 1, "the other one is owed a visit"
    assert yearly_visit_id(GRANDMOTHER, TODAY) not in {UUID(each["id"]) for each in listed(database)["items"]}
