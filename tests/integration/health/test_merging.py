"""Two entries of the register were one elder: records and visits are united, in whatever order news of them comes."""

from datetime import date, timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from chassis.unit_of_work import UnitOfWork
from contracts.health.errors import ElderRecordNotFound
from contracts.organization.events import (
    ConsentGiven,
    ConsentWithdrawn,
    ElderFact,
    ElderLeft,
    EldersRegistered,
    PersonErased,
    PersonMerged,
)
from services.health import handlers, queries
from services.health.domain.visit import State, yearly_visit_id
from services.health.service import HealthService
from tests.overlapping import overlapping
from tests.unit.health.samples import COMMUNITY, HOUSEHOLD, NOON, TODAY

KEPT, GONE = UUID(int=21), UUID(int=22)
BORN = date(1950, 1, 1)
LATER = NOON + timedelta(hours=1)


def registered(*ids, household=HOUSEHOLD):
    elders = tuple(ElderFact(person_id=id, name="赵桂英", born_on=BORN, household=household) for id in ids)
    return EldersRegistered(community=COMMUNITY, elders=elders)


def merged(kept=KEPT, gone=GONE, at=LATER):
    return PersonMerged(community=COMMUNITY, kept_id=kept, gone_id=gone, merged_at=at)


def erased(*ids):
    return PersonErased(
        community=COMMUNITY, erasure_id=uuid4(), person_id=ids[0], known_as=ids, erased_at=LATER + timedelta(hours=1)
    )


def consent(kind, id, at, on=TODAY):
    said = {"given_on": on} if kind is ConsentGiven else {"withdrawn_on": on}
    return kind(community=COMMUNITY, consent_id=uuid4(), person_id=id, purpose="health_record", recorded_at=at, **said)


def hear(uow, event):
    """The handler of the event, as the service calls it."""
    handle = {
        EldersRegistered: handlers.open_elder_records,
        ElderLeft: handlers.note_elder_left,
        PersonMerged: handlers.merge_elders,
        PersonErased: handlers.erase_person,
        ConsentGiven: handlers.note_consent,
        ConsentWithdrawn: handlers.note_consent,
    }[type(event)]
    handle(uow, event, now=LATER)


def records(database):
    with database.reading() as connection:
        found = connection.execute(text("SELECT id, community FROM elder_records")).all()
    return [UUID(str(row.id)) for row in found]


def record(database, id=KEPT):
    with database.reading() as connection:
        return queries.open_elder_record(connection, id, on=TODAY)


def visits_of(database, id=KEPT):
    with database.reading() as connection:
        told = queries.list_visits(connection, on=TODAY, community=COMMUNITY)
    return [each for each in told["items"] if str(id) in each["elder_ids"]]


def write(uow, id, findings, *, now=NOON):
    handlers.update_elder_record(uow, {"id": id, "consent_on": TODAY, "record": findings}, now=now)


def visit(uow, *elders, done=True, findings=None):
    id = uuid4()
    handlers.plan_visit(
        uow, {"id": id, "community": COMMUNITY, "elder_ids": list(elders), "purpose": "探访"}, within_days=3, now=NOON
    )
    if done:
        handlers.complete_visit(uow, id, findings, now=NOON)
    return id


def test_a_record_that_only_the_gone_entry_had_is_the_others(uow, database):
    hear(uow, registered(GONE))
    write(uow, GONE, {"smoking": "never"})
    done = visit(uow, GONE, findings={"systolic": 150, "diastolic": 90})
    hear(uow, merged())
    assert records(database) == [KEPT]
    assert record(database)["record"]["smoking"] == "never"
    assert [each["id"] for each in visits_of(database)] == [str(done)]


def test_a_page_that_stands_open_for_the_entry_that_is_gone_works_on_the_one_that_stays(uow, database):
    hear(uow, registered(KEPT, GONE))
    hear(uow, merged())
    write(uow, GONE, {"smoking": "never"})
    planned = visit(uow, KEPT, GONE, done=False)
    for id in (KEPT, GONE):
        assert (record(database, id)["id"], record(database, id)["record"]["smoking"]) == (str(KEPT), "never")
    [told] = [each for each in visits_of(database) if each["id"] == str(planned)]
    assert told["elder_ids"] == [str(KEPT)]


@pytest.mark.parametrize("act", [lambda uow, id: write(uow, id, {}), lambda uow, id: visit(uow, id, done=False)])
def test_of_whom_nothing_is_known_nothing_is_written(uow, act):
    hear(uow, registered(KEPT))
    hear(uow, merged(KEPT, GONE))
    with pytest.raises(ElderRecordNotFound):
        act(uow, uuid4())


def test_of_two_records_nothing_is_lost_and_what_was_written_later_holds(uow, database):
    hear(uow, registered(KEPT, GONE))
    write(uow, KEPT, {"smoking": "never", "lives_alone": True})
    write(uow, GONE, {"smoking": "daily", "allergies": ["青霉素"]}, now=LATER)
    mine, theirs = visit(uow, KEPT), visit(uow, GONE)
    together = visit(uow, KEPT, GONE, done=False)
    hear(uow, merged())
    told = record(database)
    assert (told["record"]["smoking"], told["record"]["lives_alone"], told["record"]["allergies"]) == (
        "daily",
        True,
        ["青霉素"],
    )
    assert {each["id"] for each in visits_of(database)} == {str(mine), str(theirs), str(together)}
    [both] = [each for each in visits_of(database) if each["id"] == str(together)]
    assert both["elder_ids"] == [str(KEPT)]


def test_a_withdrawal_of_either_takes_the_findings_of_both(uow, database):
    hear(uow, registered(KEPT, GONE))
    write(uow, KEPT, {"smoking": "never"})
    done = visit(uow, KEPT, findings={"systolic": 150, "diastolic": 90})
    hear(uow, consent(ConsentWithdrawn, GONE, NOON))
    hear(uow, merged())
    told = record(database)
    assert (told["record"], told["consent_on"]) == (None, None)
    with database.reading() as connection:
        assert queries.open_visit(connection, done, on=TODAY)["findings"] is None


def test_who_was_never_asked_has_not_withdrawn(uow, database):
    hear(uow, registered(KEPT, GONE))
    write(uow, GONE, {"smoking": "never"})
    hear(uow, merged())
    assert record(database)["consent_on"] == TODAY.isoformat()


def test_the_yearly_visit_is_planned_once(uow, database):
    hear(uow, registered(KEPT, GONE))
    assert handlers.plan_yearly_visits(uow, ahead_days=400, now=NOON) == 2
    hear(uow, merged())
    planned = [each for each in visits_of(database) if each["state"] == State.PLANNED]
    assert len(planned) == 1
    handlers.plan_yearly_visits(uow, ahead_days=400, now=NOON)
    assert [each for each in visits_of(database) if each["state"] == State.PLANNED] == planned


def test_a_yearly_visit_planned_to_the_gone_entry_alone_is_planned_to_the_other(uow, database):
    hear(uow, registered(GONE))
    handlers.plan_yearly_visits(uow, ahead_days=400, now=NOON)
    [before] = visits_of(database, GONE)
    hear(uow, registered(KEPT))
    hear(uow, merged())
    [planned] = [each for each in visits_of(database) if each["state"] == State.PLANNED]
    due_on = date.fromisoformat(before["due_on"])
    assert (planned["id"], planned["due_on"]) == (str(yearly_visit_id(KEPT, due_on)), before["due_on"])
    handlers.complete_visit(uow, UUID(planned["id"]), None, now=NOON)
    handlers.plan_yearly_visits(uow, ahead_days=30, now=NOON)
    assert [each for each in visits_of(database) if each["state"] == State.PLANNED] == []


def test_who_was_visited_this_year_under_either_is_not_visited_twice(uow, database):
    hear(uow, registered(KEPT, GONE))
    handlers.plan_yearly_visits(uow, ahead_days=400, now=NOON)
    [theirs] = visits_of(database, GONE)
    handlers.complete_visit(uow, UUID(theirs["id"]), None, now=NOON)
    hear(uow, merged())
    handlers.plan_yearly_visits(uow, ahead_days=30, now=NOON)
    assert [each for each in visits_of(database) if each["state"] == State.PLANNED] == []


def test_twice_and_late_it_changes_nothing(uow, database):
    hear(uow, registered(KEPT, GONE))
    write(uow, GONE, {"smoking": "never"})
    event = merged()
    for _ in range(3):
        hear(uow, event)
    hear(uow, registered(GONE, household=HOUSEHOLD[:-1] + "9"))
    hear(uow, ElderLeft(community=COMMUNITY, person_id=GONE, left_on=TODAY))
    assert records(database) == [KEPT]
    told = record(database)
    assert (told["household"], told["record"]["smoking"]) == (HOUSEHOLD, "never")


def test_a_consent_given_for_the_gone_entry_that_comes_late_is_the_others(uow, database):
    hear(uow, registered(KEPT, GONE))
    hear(uow, merged())
    hear(uow, consent(ConsentGiven, GONE, NOON))
    assert record(database)["consent_on"] == TODAY.isoformat()


@pytest.mark.parametrize("order", [*permutations(range(4))])
def test_in_whatever_order_news_comes_there_is_one_record(uow, database, order):
    events = (registered(GONE), registered(KEPT), merged(), consent(ConsentGiven, KEPT, NOON))
    waiting = [events[number] for number in order]
    while waiting:
        event = waiting.pop(0)
        try:
            hear(uow, event)
        except ElderRecordNotFound:  # it is heard again later
            waiting.append(event)
    assert records(database) == [KEPT]
    assert record(database)["consent_on"] == TODAY.isoformat()


@pytest.mark.parametrize("known", [(GONE,), (KEPT,), (KEPT, GONE)])
@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_in_whatever_order_who_has_left_is_not_visited(uow, database, known, order):
    """The register tells of the leaving that follows from merging, besides that of the entry that is gone."""
    hear(uow, registered(*known))
    visit(uow, *known, done=False)
    handlers.plan_yearly_visits(uow, ahead_days=400, now=NOON)
    events = [merged(), left(KEPT, gone_id=GONE), *([left(GONE)] if GONE in known else [])]
    waiting = [events[number] for number in order if number < len(events)]
    while waiting:
        event = waiting.pop(0)
        try:
            hear(uow, event)
        except ElderRecordNotFound:  # it is heard again later
            waiting.append(event)
    assert records(database) == [KEPT]
    with database.reading() as connection:
        assert connection.execute(text("SELECT left_on FROM elder_records")).scalar() is not None
    assert [each for each in visits_of(database) if each["state"] == State.PLANNED] == []
    assert handlers.plan_yearly_visits(uow, ahead_days=400, now=NOON) == 0


def test_that_somebody_left_of_whom_no_record_is_kept_is_no_news_once_they_were_merged(uow, database):
    with pytest.raises(ElderRecordNotFound):
        hear(uow, left(KEPT, gone_id=GONE))
    hear(uow, merged())
    hear(uow, left(KEPT, gone_id=GONE))
    assert records(database) == []


def left(id, **more):
    return ElderLeft(community=COMMUNITY, person_id=id, left_on=TODAY, **more)


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_in_whatever_order_a_withdrawal_counts(uow, database, order):
    """The register tells of the withdrawal that follows from merging, where only the gone entry had withdrawn."""
    hear(uow, registered(KEPT, GONE))
    write(uow, KEPT, {"smoking": "never"})
    follows = consent(ConsentWithdrawn, KEPT, LATER)
    events = (consent(ConsentWithdrawn, GONE, NOON), merged(), follows)
    for number in order:
        hear(uow, events[number])
    assert (record(database)["record"], record(database)["consent_on"]) == (None, None)


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_in_whatever_order_a_withdrawal_before_the_other_entry_agreed_counts(uow, database, order):
    """The one that stays had withdrawn before the one that goes agreed: what follows from merging is later."""
    hear(uow, registered(KEPT, GONE))
    hear(uow, consent(ConsentGiven, KEPT, NOON - timedelta(hours=9)))
    write(uow, GONE, {"smoking": "never"})
    withdrawal, follows = (consent(ConsentWithdrawn, KEPT, at) for at in (NOON - timedelta(hours=3), LATER))
    events = (withdrawal, merged(), follows)
    for number in order:
        hear(uow, events[number])
    assert (record(database)["record"], record(database)["consent_on"]) == (None, None)


@pytest.mark.parametrize("order", [*permutations(range(4))])
def test_who_was_erased_stays_erased_under_both_ids(uow, database, order):
    hear(uow, registered(GONE))
    events = (registered(GONE), registered(KEPT), merged(), erased(KEPT, GONE))
    for number in order:
        hear(uow, events[number])
    assert records(database) == []


@pytest.mark.parametrize("order", [*permutations(range(2))])
def test_an_entry_that_took_in_another_may_become_part_of_a_third(uow, database, order):
    third = UUID(int=23)
    hear(uow, registered(KEPT, GONE, third))
    write(uow, GONE, {"smoking": "never"})
    events = (merged(), merged(third, KEPT))
    for number in order:
        hear(uow, events[number])
    assert records(database) == [third]
    assert record(database, third)["record"]["smoking"] == "never"


# -- at the same time


@pytest.mark.parametrize("elders", [(GONE, KEPT), (GONE,)])
@pytest.mark.parametrize("order", [*permutations(range(2))])
def test_of_two_merges_in_a_chain_at_once_nothing_stays_under_an_id_that_is_gone(uow, database, order, elders):
    third = UUID(int=23)
    hear(uow, registered(*elders))
    write(uow, GONE, {"smoking": "never"})
    first, second = ([merged(), merged(third, KEPT)][number] for number in order)
    other = another(database)
    assert overlapping(uow, lambda: hear(uow, first), lambda: hear(other, second)) == []
    assert records(database) == [third]
    assert record(database, third)["record"]["smoking"] == "never"


@pytest.mark.parametrize(
    "news",
    [registered(GONE), consent(ConsentGiven, GONE, NOON), consent(ConsentWithdrawn, GONE, NOON)],
    ids=lambda event: type(event).__name__,
)
def test_news_of_the_gone_entry_while_it_is_merged_waits_until_it_is(uow, database, news):
    hear(uow, registered(KEPT))
    if not isinstance(news, EldersRegistered):
        hear(uow, registered(GONE))
    other = another(database)
    assert overlapping(uow, lambda: hear(uow, merged()), lambda: hear(other, news)) == []
    assert records(database) == [KEPT]
    if isinstance(news, ConsentGiven):
        assert record(database)["consent_on"] == TODAY.isoformat()


def test_who_is_erased_while_they_are_merged_is_gone_under_both_ids(uow, database):
    hear(uow, registered(GONE))
    other = another(database)
    assert overlapping(uow, lambda: hear(uow, merged()), lambda: hear(other, erased(KEPT, GONE))) == []
    assert records(database) == []


def another(database):
    return UnitOfWork(database, HealthService.uow.metadata, HealthService.uow.repositories)


def test_a_visit_that_is_planned_to_the_gone_entry_while_it_is_merged_is_for_the_other(uow, database):
    hear(uow, registered(KEPT, GONE))
    other = another(database)
    assert overlapping(uow, lambda: hear(uow, merged()), lambda: visit(other, GONE, done=False)) == []
    assert [each["elder_ids"] for each in visits_of(database)] == [[str(KEPT)]]


def test_what_a_doctor_writes_while_the_entry_is_merged_is_written_of_the_other(uow, database):
    hear(uow, registered(KEPT, GONE))
    other = another(database)
    assert overlapping(uow, lambda: hear(uow, merged()), lambda: write(other, GONE, {"smoking": "never"})) == []
    assert record(database)["record"]["smoking"] == "never"
