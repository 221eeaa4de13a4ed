"""The unit of work: state, outbox and inbox together, or nothing; the same on SQLite and PostgreSQL."""

# ruff: noqa: PT012 - a unit of work ends with its block, and what it raises at its end is raised by the block

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from chassis import inbox
from chassis.context import Chain, within
from chassis.database import Database
from chassis.repository import ChangedMeanwhile
from chassis.unit_of_work import UnitOfWork, utc_now
from contracts import wire
from contracts.grievance.events import GrievanceRejected
from tests.integration.chassis.things import (
    COMMUNITY,
    NOON,
    Part,
    State,
    ThingNotFound,
    causes,
    count,
    metadata,
    resolved,
    rows,
    thing,
    things,
    work,
)
from tests.scopes import in_this_scope


class OnPurpose(Exception):
    """What a test raises to see it rolled back."""


def told(database: Database) -> list[wire.Envelope]:
    """What lies in the outbox, in the order it was told."""
    return [wire.from_bytes(bytes(row.body)) for row in rows(database, "outbox")]


def claim(uow: UnitOfWork) -> None:
    """Mark some message as handled."""
    inbox.claim(uow.connection, uow.table("inbox"), "things.main", {uuid4(): COMMUNITY}, utc_now())


# -- all or nothing


def test_state_outbox_and_inbox_are_saved_together(database: Database) -> None:
    chair = thing()
    with work(database) as uow:
        claim(uow)
        uow.things.add(chair)
        uow.effects.add(chair.id)
        uow.publish(resolved(chair.id))
    assert [count(database, table) for table in ("things", "effects", "outbox", "inbox")] == [1, 1, 1, 1]


@pytest.mark.parametrize("failure", [OnPurpose, KeyboardInterrupt, SystemExit])
def test_whatever_is_raised_nothing_of_the_work_remains(database: Database, failure: type[BaseException]) -> None:
    with pytest.raises(failure), work(database) as uow:
        claim(uow)
        uow.things.add(thing())
        uow.effects.add(uuid4())
        uow.publish(resolved(uuid4()))
        raise failure
    assert [count(database, table) for table in ("things", "effects", "outbox", "inbox")] == [0, 0, 0, 0]


def test_an_event_that_cannot_be_written_takes_the_state_with_it(database: Database) -> None:
    with pytest.raises(TypeError), work(database) as uow:
        uow.things.add(thing())
        uow.publish(replace(resolved(uuid4()), resolved_at=object()))  # type: ignore[arg-type]
    assert [count(database, table) for table in ("things", "outbox")] == [0, 0]


def test_state_that_the_database_refuses_takes_its_events_with_it(database: Database) -> None:
    chair = thing()
    with work(database) as uow:
        uow.things.add(chair)
    with pytest.raises(IntegrityError), work(database) as uow:
        uow.things.add(thing(id=chair.id))
        uow.publish(resolved(chair.id))
    assert [count(database, table) for table in ("things", "outbox")] == [1, 0]


def test_a_unit_of_work_can_be_used_again_after_a_failure_and_remembers_nothing_of_it(database: Database) -> None:
    uow = work(database)
    lost, kept = thing("lost"), thing("kept")
    with pytest.raises(OnPurpose), uow:
        uow.things.add(lost)
        uow.publish(resolved(lost.id))
        raise OnPurpose
    with uow:
        assert uow.things.find(lost.id) is None
        uow.things.add(kept)
        uow.publish(resolved(kept.id))
    assert [row.name for row in rows(database, "things")] == ["kept"]
    assert [envelope.subject for envelope in told(database)] == [str(kept.id)]


def test_whoever_waits_for_commits_is_told_after_one_that_told_something_and_only_then(database: Database) -> None:
    seen: list[int] = []
    uow = work(database, lambda: seen.append(count(database, "outbox")))
    with uow:
        uow.things.add(thing())
    assert seen == []
    with uow:
        uow.publish(resolved(uuid4()))
        assert seen == []
    assert seen == [1]
    with pytest.raises(OnPurpose), uow:
        uow.publish(resolved(uuid4()))
        raise OnPurpose
    assert seen == [1]


def test_the_text_of_a_database_error_does_not_repeat_what_was_written(database: Database) -> None:
    chair = thing()
    with work(database) as uow:
        uow.things.add(chair)
    with pytest.raises(IntegrityError) as refused, work(database) as uow:
        uow.things.add(thing("13800001111", id=chair.id))
    assert "13800001111" not in str(refused.value)


# -- re-entrance


def test_only_the_outermost_block_commits(database: Database) -> None:
    uow = work(database)
    with uow:
        with uow:
            uow.things.add(thing())
        assert count(database, "things") == 0
    assert count(database, "things") == 1


def test_an_error_after_an_inner_block_undoes_the_inner_block_too(database: Database) -> None:
    uow = work(database)
    with pytest.raises(OnPurpose), uow:
        with uow:
            uow.things.add(thing())
            uow.publish(resolved(uuid4()))
        raise OnPurpose
    assert [count(database, table) for table in ("things", "outbox")] == [0, 0]


def test_an_aggregate_found_in_an_inner_block_is_the_same_one(database: Database) -> None:
    chair = thing()
    uow = work(database)
    with uow:
        uow.things.add(chair)
    with uow:
        outer = uow.things.get(chair.id)
        with uow:
            assert uow.things.get(chair.id) is outer


@pytest.mark.parametrize(
    "use",
    [lambda uow: uow.things.find(uuid4()), lambda uow: uow.connection, lambda uow: uow.publish(resolved(uuid4()))],
    ids=["a repository", "the connection", "telling"],
)
def test_outside_a_block_nothing_can_be_done(database: Database, use: Callable[[UnitOfWork], Any]) -> None:
    with pytest.raises(RuntimeError):
        use(work(database))


def test_a_repository_that_was_not_given_is_no_attribute(database: Database) -> None:
    with pytest.raises(AttributeError), work(database) as uow:
        uow.stones  # noqa: B018


# -- aggregates


def test_an_aggregate_comes_back_as_it_was_kept(database: Database) -> None:
    somewhere = timezone(timedelta(hours=8))
    chair = thing(
        tags=["red", "old"],
        parts=[Part(1, NOON), Part(2, NOON + timedelta(days=1))],
        note=Part(3, NOON),
        secret="13800001111",
        made_at=NOON.astimezone(somewhere),
    )
    with work(database) as uow:
        uow.things.add(chair)
    with work(database) as uow:
        found = uow.things.get(chair.id)
    assert found == chair
    assert isinstance(found.state, State)
    assert found.made_at.utcoffset() == timedelta(0)


def test_what_is_secret_is_not_readable_in_the_database(database: Database) -> None:
    with work(database) as uow:
        uow.things.add(thing(secret="13800001111"))
    with database.reading() as connection:
        kept = connection.execute(text("SELECT secret FROM things")).scalar_one()
    assert "13800001111" not in kept


def test_what_is_changed_in_place_is_written(database: Database) -> None:
    chair = thing(tags=["red"], parts=[Part(1, NOON)])
    with work(database) as uow:
        uow.things.add(chair)
    with work(database) as uow:
        found = uow.things.get(chair.id)
        found.tags.append("old")
        found.parts[0].number = 7
        found.parts.append(Part(2, NOON))
        found.note = Part(9, NOON)
    with work(database) as uow:
        found = uow.things.get(chair.id)
    assert (found.tags, found.parts, found.note) == (["red", "old"], [Part(7, NOON), Part(2, NOON)], Part(9, NOON))


def test_what_was_only_looked_at_is_not_written(database: Database) -> None:
    chair = thing()
    with work(database) as uow:
        uow.things.add(chair)
    with work(database) as uow:
        uow.things.get(chair.id)
    assert [row.version for row in rows(database, "things")] == [1]


def test_a_missing_aggregate_is_none_or_raises_what_the_repository_says(database: Database) -> None:
    with work(database) as uow:
        assert uow.things.find(uuid4()) is None
        assert uow.things.find_by(name="no such") is None
        with pytest.raises(ThingNotFound):
            uow.things.get(uuid4())


def test_one_added_in_this_unit_of_work_is_found_before_it_is_written(database: Database) -> None:
    chair = thing("a chair")
    with work(database) as uow:
        uow.things.add(chair)
        assert uow.things.get(chair.id) is chair
        assert uow.things.find_by(name="a chair", community=COMMUNITY) is chair
        assert uow.things.find_by(name="a table") is None


def test_one_found_by_its_columns_is_the_same_as_the_one_found_by_its_id(database: Database) -> None:
    chair = thing("a chair")
    with work(database) as uow:
        uow.things.add(chair)
    with work(database) as uow:
        assert uow.things.find_by(name="a chair") is uow.things.get(chair.id)
    with work(database) as uow:
        assert uow.things.get(chair.id) is uow.things.find_by(name="a chair")


def test_one_changed_in_this_unit_of_work_is_found_by_what_it_holds_now(database: Database) -> None:
    chair = thing("a chair")
    with work(database) as uow:
        uow.things.add(chair)
    with work(database) as uow:
        uow.things.get(chair.id).name = "a bench"
        assert uow.things.find_by(name="a bench") is not None


def test_many_are_fetched_at_once_and_those_missing_are_remembered_as_missing(database: Database) -> None:
    many, missing = [thing(str(number)) for number in range(5)], uuid4()
    with work(database) as uow:
        for each in many:
            uow.things.add(each)
    with work(database) as uow:
        uow.things.load([*(each.id for each in many), missing])
        assert [uow.things.get(each.id).name for each in many] == [each.name for each in many]
        assert uow.things.find(missing) is None
        late = thing("late", id=missing)
        uow.things.add(late)
        assert uow.things.get(missing) is late
    assert count(database, "things") == 6


def test_many_are_changed_at_once_each_in_its_own_columns(database: Database) -> None:
    many = [thing(str(number)) for number in range(4)]
    with work(database) as uow:
        for each in many:
            uow.things.add(each)
    with work(database) as uow:
        for number, each in enumerate(many):
            found = uow.things.get(each.id)
            if number % 2:
                found.name = f"new {number}"
            else:
                found.state = State.DONE
    kept = {row.name: row for row in rows(database, "things")}
    assert {name: (row.state, row.version) for name, row in kept.items()} == {
        "0": ("done", 2),
        "new 1": ("new", 2),
        "2": ("done", 2),
        "new 3": ("new", 2),
    }


def test_a_change_based_on_a_version_that_is_gone_is_refused_and_changes_nothing(database: Database) -> None:
    chair = thing()
    with work(database) as uow:
        uow.things.add(chair)
    with pytest.raises(ChangedMeanwhile), work(database) as uow:
        found = uow.things.get(chair.id)
        uow.connection.execute(update(things).values(version=7))
        found.name = "a bench"
        uow.publish(resolved(chair.id))
    assert [(row.name, row.version) for row in rows(database, "things")] == [("a chair", 1)]
    assert told(database) == []


def test_two_who_change_the_same_thing_at_once_do_it_one_after_the_other_and_neither_change_is_lost(
    database: Database,
) -> None:
    chair = thing(tags=[])
    with work(database) as uow:
        uow.things.add(chair)
    has_read = Event()

    def tag(name: str) -> None:
        with work(database) as uow:
            found = uow.things.get(chair.id)
            has_read.set()
            found.tags.append(name)

    with work(database) as uow:
        found = uow.things.get(chair.id)
        other = Thread(target=in_this_scope(tag), args=("theirs",))
        other.start()
        assert not has_read.wait(0.2), "the row is locked as long as we work on it"
        found.tags.append("ours")
    other.join(5)
    assert [row.tags for row in rows(database, "things")] == [["ours", "theirs"]]


# -- events


def test_events_of_one_aggregate_are_numbered_without_a_gap(database: Database) -> None:
    chair = thing()
    with work(database) as uow:
        uow.things.add(chair)
        uow.publish(resolved(chair.id), resolved(chair.id))
    with work(database) as uow:
        uow.publish(uow.things.get(chair.id).finished(NOON))
    with work(database) as uow:
        uow.things.get(chair.id)
        uow.publish(resolved(chair.id))
    assert [envelope.sequence for envelope in told(database)] == [1, 2, 3, 4]
    assert [row.version for row in rows(database, "things")] == [4]


def test_events_of_several_aggregates_are_numbered_each_for_itself(database: Database) -> None:
    first, second = thing(), thing()
    with work(database) as uow:
        uow.things.add(first)
        uow.things.add(second)
        uow.publish(resolved(first.id), resolved(second.id), resolved(first.id))
    assert [(envelope.subject, envelope.sequence) for envelope in told(database)] == [
        (str(first.id), 1),
        (str(second.id), 1),
        (str(first.id), 2),
    ]


def test_numbers_grow_also_where_several_aggregates_change_in_one_statement(database: Database) -> None:
    many = [thing() for _ in range(3)]
    with work(database) as uow:
        for each in many:
            uow.things.add(each)
            uow.publish(resolved(each.id))
    with work(database) as uow:
        for each in many:
            uow.publish(uow.things.get(each.id).finished(NOON))
    assert [envelope.sequence for envelope in told(database)] == [1, 1, 1, 2, 2, 2]


def test_an_event_about_no_aggregate_of_ours_has_no_number(database: Database) -> None:
    with work(database) as uow:
        uow.publish(resolved(uuid4()))
    assert [envelope.sequence for envelope in told(database)] == [0]


def test_an_event_carries_the_chain_it_belongs_to_and_begins_one_where_there_is_none(database: Database) -> None:
    chain = Chain.begun("first command").caused_by("message 7", COMMUNITY)
    with work(database) as uow:
        with within(chain):
            uow.publish(resolved(uuid4()))
        uow.publish(GrievanceRejected(community=COMMUNITY, grievance_id=uuid4(), rejected_at=NOON))
    ours, begun = told(database)
    assert (ours.correlationid, ours.causationid, ours.communityid) == ("first command", "message 7", COMMUNITY)
    assert ours.traceparent.split("-")[1] == chain.traceparent.split("-")[1]
    assert ours.traceparent != chain.traceparent
    assert begun.correlationid == begun.causationid != "first command"
    assert begun.traceparent.startswith("00-")


def test_a_row_of_the_outbox_says_what_a_relay_must_know(database: Database) -> None:
    event = resolved(uuid4())
    with work(database) as uow, within(Chain.begun("first command")):
        uow.publish(event)
    (row,) = rows(database, "outbox")
    assert (row.community, row.type, row.heard, row.correlation, row.attempts) == (
        COMMUNITY,
        "grievance.grievance_resolved.v1",
        True,
        "first command",
        0,
    )
    assert row.message_id == told(database)[0].id
    assert told(database)[0].event() == event


# -- registers


def test_an_upsert_adds_what_is_new_and_renews_what_is_known(database: Database) -> None:
    with work(database) as uow:
        uow.known.remember([{"code": "1", "name": "one"}, {"code": "2", "name": "two"}])
    with work(database) as uow:
        uow.known.remember([{"code": "2", "name": "zwei"}, {"code": "3", "name": "three"}])
        uow.known.remember([])
    assert [tuple(row) for row in rows(database, "known")] == [("1", "one"), ("2", "zwei"), ("3", "three")]


def test_of_two_rows_with_the_same_key_in_one_upsert_the_later_counts(database: Database) -> None:
    with work(database) as uow:
        uow.known.remember([{"code": "1", "name": "first"}, {"code": "2", "name": "x"}, {"code": "1", "name": "later"}])
    assert [tuple(row) for row in rows(database, "known")] == [("1", "later"), ("2", "x")]


# -- the inbox


def test_a_message_is_claimed_once(database: Database) -> None:
    first, second = uuid4(), uuid4()
    table = metadata.tables["inbox"]
    with database.writing() as connection:
        assert inbox.claim(connection, table, "things.main", {first: COMMUNITY}, NOON) == {first}
    with database.writing() as connection:
        assert inbox.claim(connection, table, "things.main", {first: COMMUNITY, second: COMMUNITY}, NOON) == {second}


def test_a_message_claimed_on_one_queue_is_fresh_on_another(database: Database) -> None:
    id, table = uuid4(), metadata.tables["inbox"]
    for queue in ("things.main", "things.places"):
        with database.writing() as connection:
            assert inbox.claim(connection, table, queue, {id: COMMUNITY}, NOON) == {id}


def test_a_claim_that_is_rolled_back_leaves_the_message_fresh(database: Database) -> None:
    id, table = uuid4(), metadata.tables["inbox"]
    with pytest.raises(OnPurpose), database.writing() as connection:
        inbox.claim(connection, table, "things.main", {id: COMMUNITY}, NOON)
        raise OnPurpose
    with database.writing() as connection:
        assert inbox.claim(connection, table, "things.main", {id: COMMUNITY}, NOON) == {id}


def test_a_claim_waits_for_another_that_is_not_decided_yet(postgresql: Database) -> None:
    id, table = uuid4(), metadata.tables["inbox"]
    claimed: list[set[Any]] = []

    def claim_too() -> None:
        with postgresql.writing() as connection:
            claimed.append(inbox.claim(connection, table, "things.main", {id: COMMUNITY}, NOON))

    for decide, expected in ((OnPurpose, {id}), (None, set())):
        claimed.clear()
        other = Thread(target=in_this_scope(claim_too))
        try:
            with postgresql.writing() as connection:
                connection.execute(table.delete())
                inbox.claim(connection, table, "things.main", {id: COMMUNITY}, NOON)
                other.start()
                other.join(0.2)
                assert claimed == []
                if decide is not None:
                    raise decide
        except OnPurpose:
            pass
        other.join(5)
        assert claimed == [expected]
        with postgresql.writing() as connection:
            connection.execute(table.delete())


def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="naive"), work(database) as uow:
        uow.things.add(thing(made_at=NOON.replace(tzinfo=None)))
    assert causes(database) == []
