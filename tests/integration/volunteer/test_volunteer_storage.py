"""What the volunteer service keeps: on real databases, under races, in few statements."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event, select

from chassis.migrate import difference
from contracts import wire
from contracts.volunteer.errors import SessionsOverlap
from contracts.volunteer.events import VolunteerWordsForgotten
from services.volunteer import handlers
from services.volunteer.config import VolunteerSettings
from services.volunteer.domain.callout import Terms, callout_id_of
from services.volunteer.domain.hours import HourRules
from services.volunteer.persistence import metadata
from services.volunteer.persistence.tables import dispatches, hours
from tests.building import unit_of_work
from tests.integration.volunteer.desks import TREE, tell_places
from tests.scopes import in_this_scope
from tests.unit.volunteer.samples import (
    BUILDING,
    COMMUNITY,
    COURTYARD,
    GRID,
    GRIEVANCE,
    HOUR,
    MINUTE,
    NOON,
    assigned,
    step,
    team,
    volunteer,
)
from tests.waiting import eventually

TERMS, RULES = Terms(), HourRules()


@pytest.fixture
def uow(desk):
    return desk.uow


def add(uow, *volunteers):
    with uow:
        for one in volunteers:
            uow.volunteers.add(one)
    return [one.id for one in volunteers]


def rows(database, table):
    with database.reading() as connection:
        return list(connection.execute(select(table)))


def told(database):
    with database.reading() as connection:
        bodies = connection.execute(select(metadata.tables["outbox"].c.body).order_by("id")).scalars()
        return [wire.from_bytes(bytes(body)) for body in bodies]


def call_out(uow, **different):
    handlers.call_out_volunteers(uow, assigned(**different), TERMS, now=NOON)


@contextmanager
def counted(database) -> Iterator[list[str]]:
    """The statements executed meanwhile."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        # With the first statement of a transaction the database is told the scope.
        seen.extend(statement.rpartition("hemei.within', %(its_scope)s, true)")[2].lstrip("; ").split()[:1])

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_the_migrations_build_what_the_tables_describe(database):
    assert difference("volunteer", database.url, metadata) == []


def test_a_callout_comes_back_with_its_dispatches_as_it_was(uow):
    add(uow, volunteer(), volunteer())
    with uow:
        call_out(uow)
        written = uow.callouts.get(callout_id_of(GRIEVANCE, 1))
    with uow:
        read = uow.callouts.get(written.id)
        assert read is not written
        assert sorted(map(repr, read.dispatches)) == sorted(map(repr, written.dispatches))
        assert (read.path, read.wanted, read.assigned_at) == (written.path, written.wanted, written.assigned_at)


def test_what_is_told_of_a_callout_is_numbered_in_order(uow, database):
    add(uow, volunteer(), volunteer())
    call_out(uow, hands=1)
    [row] = rows(database, dispatches)
    handlers.decline_dispatch(uow, step(row.id), TERMS, now=NOON)
    handlers.stand_down(uow, COMMUNITY, GRIEVANCE, NOON, now=NOON)
    assert [(one.type.split(".")[1], one.sequence) for one in told(database)] == [
        ("volunteers_dispatched", 1),
        ("dispatch_declined", 2),
        ("volunteers_dispatched", 3),
        ("dispatch_stood_down", 4),
    ]


def test_a_home_is_placed_in_the_tree_even_where_parents_were_told_after_children(desk, uow):
    add(uow, volunteer(home_place=BUILDING))
    tell_places(desk, *reversed(TREE))
    with uow:
        [one] = uow.roster.candidates(COMMUNITY)
    assert list(one.home) == [BUILDING, COURTYARD, GRID, COMMUNITY]


def test_a_home_in_an_unknown_place_is_somewhere_in_the_community(uow):
    add(uow, volunteer(home_place="unheard-of"))
    call_out(uow, hands=1)
    with uow:
        [dispatch] = uow.callouts.get(callout_id_of(GRIEVANCE, 1)).dispatches
    assert dispatch.reason.startswith("同社区")


def test_a_place_told_again_takes_its_new_name_and_parent(desk, uow):
    tell_places(desk, *TREE)
    moved = next(place for place in TREE if place.code == BUILDING)
    tell_places(desk, type(moved)(code=BUILDING, kind="building", name="一号楼", parent=GRID))
    add(uow, volunteer(home_place=BUILDING))
    with uow:
        [one] = uow.roster.candidates(COMMUNITY)
    assert list(one.home) == [BUILDING, GRID, COMMUNITY]


def test_members_are_sent_in_the_name_of_an_active_team_and_as_individuals_when_it_is_suspended(uow):
    ids = add(uow, *(volunteer() for _ in range(3)))
    one = team(0)
    with uow:
        for volunteer_id in ids:
            one.join(volunteer_id, now=NOON)
        one.activate(slogan=None, charter=None, now=NOON)
        uow.teams.add(one)
    with uow:
        assert {each.team for each in uow.roster.candidates(COMMUNITY)} == {"巾帼暖心队"}
    handlers.leave_team(uow, one.id, ids[0], now=NOON)
    with uow:
        candidates = uow.roster.candidates(COMMUNITY)
        assert len(candidates) == 3
        assert {each.team_id for each in candidates} == {None}


def test_a_member_of_two_active_teams_is_one_candidate(uow):
    ids = add(uow, *(volunteer() for _ in range(3)))
    with uow:
        for name in ("乙队", "甲队"):
            one = team(0, name=name)
            for volunteer_id in ids:
                one.join(volunteer_id, now=NOON)
            one.activate(slogan=None, charter=None, now=NOON)
            uow.teams.add(one)
    with uow:
        assert [each.team for each in uow.roster.candidates(COMMUNITY)] == ["乙队"] * 3


def test_only_what_is_on_hand_counts_as_load(uow, database):
    add(uow, volunteer())
    call_out(uow, hands=1)
    call_out(uow, hands=1, grievance_id=uuid4())
    with uow:
        assert [each.open_dispatches for each in uow.roster.candidates(COMMUNITY)] == [2]
    handlers.decline_dispatch(uow, step(rows(database, dispatches)[0].id), TERMS, now=NOON)
    with uow:
        assert [each.open_dispatches for each in uow.roster.candidates(COMMUNITY)] == [1]


def test_volunteers_of_another_community_are_not_called(uow, database):
    add(uow, volunteer(community="410181002012"))
    call_out(uow)
    assert rows(database, dispatches) == []


def test_many_callouts_of_one_transaction_share_the_load_and_the_reading(uow, database):
    add(uow, *(volunteer() for _ in range(20)))
    cases = [uuid4() for _ in range(10)]
    with counted(database) as statements, uow:
        uow.cases.load(dict.fromkeys(cases, COMMUNITY))
        for grievance_id in cases:
            call_out(uow, grievance_id=grievance_id)
    asked = [row.volunteer_id for row in rows(database, dispatches)]
    assert len(asked) == len(set(asked)) == 20
    # The cases are locked and looked at together, the volunteers are read once, all is written together.
    # Merging is kept away once for all of them; in SQLite nobody merges beside this anyway.
    assert statements.count("SELECT") == (2 if database.is_sqlite else 3)
    assert statements.count("INSERT") == 4


def test_a_callout_alone_takes_three_statements_before_it_is_written(uow, database):
    add(uow, *(volunteer() for _ in range(200)))
    with counted(database) as statements:
        call_out(uow)
    statements = [word for word in statements if word not in ("BEGIN", "PRAGMA")]
    keeps_merging_away = [] if database.is_sqlite else ["SELECT"]
    assert statements == [*keeps_merging_away, "INSERT", "SELECT", "SELECT", "INSERT", "INSERT", "INSERT"]


def test_the_same_assignment_twice_in_one_transaction_calls_out_once(uow, database):
    add(uow, volunteer(), volunteer(), volunteer(), volunteer())
    with uow:
        call_out(uow)
        call_out(uow, leader_id=uuid4())
    assert len(rows(database, dispatches)) == 2


def test_an_end_in_the_same_transaction_stands_down_what_was_not_written_yet(uow, database):
    add(uow, volunteer(), volunteer())
    with uow:
        call_out(uow)
        handlers.stand_down(uow, COMMUNITY, GRIEVANCE, NOON, now=NOON)
        assert {each.open_dispatches for each in uow.roster.candidates(COMMUNITY)} == {0}
    assert {row.state for row in rows(database, dispatches)} == {"stood_down"}


def test_the_ledger_keeps_a_line_for_each_day_and_the_team_it_was_served_for(uow, database):
    add(uow, volunteer())
    call_out(uow, hands=1)
    [row] = rows(database, dispatches)
    handlers.accept_dispatch(uow, step(row.id), now=NOON)
    handlers.check_in(uow, step(row.id), now=NOON + 11 * HOUR)
    handlers.check_out(uow, step(row.id), RULES, now=NOON + 14 * HOUR)
    assert [(each.served_on.day, each.minutes_credited, each.team_id) for each in rows(database, hours)] == [
        (6, 60, None),
        (7, 120, None),
    ]


def test_two_check_ins_of_one_volunteer_at_the_same_moment_end_with_one(uow, database):
    add(uow, volunteer())
    for grievance_id in (uuid4(), uuid4()):
        call_out(uow, hands=1, grievance_id=grievance_id)
    ids = [row.id for row in rows(database, dispatches)]
    for id in ids:
        handlers.accept_dispatch(uow, step(id), now=NOON)

    def check_in(id):
        try:
            handlers.check_in(unit_of_work("volunteer", database), step(id), now=NOON + MINUTE)
        except SessionsOverlap:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(in_this_scope(check_in), ids)) == [False, True]


def test_an_end_and_a_callout_of_one_case_cannot_pass_each_other(database):
    """The end comes in another transaction while the call-out is being made: it must wait for it and undo it."""
    calling, ending = unit_of_work("volunteer", database), unit_of_work("volunteer", database)
    add(calling, volunteer(), volunteer())
    with ThreadPoolExecutor(1) as other:
        with calling:
            call_out(calling)
            ended = other.submit(
                in_this_scope(handlers.stand_down), ending, COMMUNITY, GRIEVANCE, NOON + timedelta(seconds=1), now=NOON
            )
            if not database.is_sqlite:
                eventually(lambda: _is_waited_for(database))
            assert not ended.done()
        ended.result(timeout=10)
    assert {row.state for row in rows(database, dispatches)} == {"stood_down"}


def _is_waited_for(database):
    with database.reading() as connection:
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return connection.exec_driver_sql(waiting).scalar_one() > 0


def test_words_about_a_dispatch_go_when_the_period_is_over_and_not_a_day_before(uow, database):
    add(uow, volunteer())
    call_out(uow, hands=1)
    call_out(uow, hands=1, grievance_id=uuid4())  # goes on
    [first, _] = rows(database, dispatches)
    handlers.decline_dispatch(uow, step(first.id, reason="要照顾母亲"), TERMS, now=NOON)
    handlers.stand_down(uow, COMMUNITY, first.grievance_id, NOON + HOUR, now=NOON + HOUR)
    period = VolunteerSettings().words_period
    words = {0: "要照顾母亲", 366: ""}
    for days, proofs in ((0, 0), (366, 1), (367, 1)):
        handlers.forget_words(uow, period, most=100, now=NOON + HOUR + timedelta(days=days or 364))
        kept = {row.id: row for row in rows(database, dispatches)}
        assert kept.pop(first.id).decline_reason == words.get(days, "")
        assert [bool(row.reason) for row in kept.values()] == [True]
        assert len([each for each in told(database) if each.type == VolunteerWordsForgotten.wire_name()]) == proofs
