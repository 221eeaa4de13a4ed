"""The health service against its database: what handlers keep, queries show, and what never leaves."""

import threading
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, text

from chassis.migrate import difference
from chassis.unit_of_work import UnitOfWork
from contracts import wire
from contracts.grievance.events import GrievanceResolved
from contracts.health import schemas
from contracts.health.errors import ConsentMissing, ElderRecordNotFound, StepForbidden, VisitNotFound
from contracts.organization.events import ConsentGiven, ConsentWithdrawn, PlaceFact, PlacesImported
from services.health import handlers, queries
from services.health.domain.visit import visit_id_of
from services.health.service import HealthService
from tests.scopes import in_this_scope
from tests.unit.health.samples import (
    COMMUNITY,
    COURTYARD,
    GRANDFATHER,
    GRANDMOTHER,
    GRID,
    GRIEVANCE,
    HOUSEHOLD,
    INDEPENDENT,
    NOON,
    TODAY,
    couple,
    elder,
    leader_assigned,
    planned,
    registered,
)

LATER = NOON + timedelta(hours=2)


@pytest.fixture
def elders(uow):
    handlers.open_elder_records(uow, couple(), now=NOON)


def consent(uow, *elder_ids):
    for id in elder_ids:
        handlers.update_elder_record(uow, {"id": id, "consent_on": TODAY, "record": {}}, now=NOON)


def assign(uow, **different):
    handlers.plan_visit_for_grievance(uow, leader_assigned(**different), within_days=3, now=NOON)
    return visit_id_of(different.get("grievance_id", GRIEVANCE), different.get("round", 1))


def told(database):
    with database.reading() as connection:
        bodies = connection.execute(text("SELECT body FROM outbox ORDER BY id")).scalars()
        return [bytes(body) for body in bodies]


def listed(database, **wanted):
    with database.reading() as connection:
        return queries.list_elder_records(connection, on=TODAY, **wanted)


def visits(database, **wanted):
    with database.reading() as connection:
        return queries.list_visits(connection, on=TODAY, **wanted)


def opened(database, elder_id=GRANDMOTHER):
    with database.reading() as connection:
        return queries.open_elder_record(connection, elder_id, on=TODAY)


def test_models_and_migrations_agree(address):
    assert difference("health", address, HealthService.uow.metadata) == []


# -- elder records


def test_two_thousand_elders_are_opened_in_a_handful_of_statements_and_once(database, uow):
    batches = [
        registered(*(elder(uuid4(), name=f"老人{batch}-{number}") for number in range(400))) for batch in range(5)
    ]
    statements = []
    event.listen(database.engine, "before_cursor_execute", lambda *heard: statements.append(heard[2]))
    for batch in batches:
        handlers.open_elder_records(uow, batch, now=NOON)
    assert len([one for one in statements if "elder_records" in one]) <= 3 * len(batches)
    for batch in batches:
        handlers.open_elder_records(uow, batch, now=LATER)
    assert listed(database)["total"] == 2000
    assert [wire.from_bytes(body).event().count for body in told(database)] == [400] * 5


def test_an_elder_who_moves_keeps_the_record_and_is_found_at_the_new_home(database, uow, elders):
    consent(uow, GRANDMOTHER)
    handlers.update_elder_record(uow, {"id": GRANDMOTHER, "record": {"smoking": "never"}}, now=NOON)
    moved = elder(household="H-2", name="张玉兰（改名）")
    handlers.open_elder_records(uow, registered(moved, elder(uuid4(), name="新来的")), now=LATER)
    [shown] = listed(database, place="H-2")["items"]
    assert (shown["name"], shown["consent_on"]) == ("张玉兰（改名）", TODAY.isoformat())
    assert opened(database)["record"]["smoking"] == "never"
    assert listed(database, q="zylgm")["total"] == 1
    assert wire.from_bytes(told(database)[-1]).event().count == 1


def test_elders_are_listed_by_any_place_above_their_household(database, uow, elders):
    tree = (
        PlaceFact(code=COMMUNITY, kind="community", name="陇海路社区", parent=None),
        PlaceFact(code=GRID, kind="grid", name="第三网格", parent=COMMUNITY),
        PlaceFact(code="YARD-7", kind="courtyard", name="警苑小区", parent=GRID),
        PlaceFact(code=HOUSEHOLD, kind="household", name="1单元101", parent="YARD-7"),
        PlaceFact(code="YARD-8", kind="courtyard", name="常庄小区", parent=GRID),
    )
    handlers.open_elder_records(uow, registered(elder(uuid4(), household="YARD-8-1")), now=NOON)
    handlers.remember_places(uow, PlacesImported(community=COMMUNITY, places=tree))
    handlers.remember_places(uow, PlacesImported(community=COMMUNITY, places=tree[2:] * 2))
    totals = [listed(database, place=place)["total"] for place in (COMMUNITY, GRID, "YARD-7", HOUSEHOLD, "YARD-8")]
    assert totals == [2, 2, 2, 2, 0]
    assert listed(database, place="YARD-8-1")["total"] == 1


def test_elders_below_sixty_five_are_listed_apart(database, uow):
    younger, older = elder(uuid4(), born_on=date(1961, 5, 21)), elder(uuid4(), born_on=date(1961, 5, 20))
    handlers.open_elder_records(uow, registered(younger, older), now=NOON)
    [row] = listed(database, band="60_64")["items"]
    assert (row["id"], row["age"], row["band"]) == (str(younger.person_id), 64, "60_64")
    [row] = listed(database, band="65_plus")["items"]
    assert (row["id"], row["age"], row["band"]) == (str(older.person_id), 65, "65_plus")


def test_a_list_of_elders_is_paged_and_of_one_community(database, uow, elders):
    assert listed(database, community=COMMUNITY, page=2, page_size=1)["total"] == 2
    assert len(listed(database, community=COMMUNITY, page=2, page_size=1)["items"]) == 1
    assert listed(database, community="410181002012")["items"] == []


def test_a_record_is_shown_with_the_score_and_the_rule_it_comes_from(database, uow, elders):
    consent(uow, GRANDMOTHER)
    findings = {
        "self_care": INDEPENDENT | {"toilet": "unable", "moving": "mild"},
        "emergency_contact": {"name": "李强", "phone": "13800000000", "relation": None},
        "medication": ["氨氯地平"],
    }
    handlers.update_elder_record(uow, {"id": GRANDMOTHER, "record": findings}, now=LATER)
    shown = opened(database)
    assert shown["record"]["self_care"]["score"] == 11
    assert shown["record"]["self_care"]["band"] == "moderate"
    assert shown["record"]["self_care"]["rule"] == "self-care-5"
    assert (shown["completeness"], shown["born_on"]) == (30, "1950-03-08")
    assert schemas.ElderRecordOut().validate(shown) == {}
    with database.reading() as connection:
        row = queries.get_elder_row(connection, GRANDMOTHER, on=TODAY)
    assert schemas.ElderRecordRow().validate(row) == {}


def test_findings_written_one_after_the_other_add_up(database, uow, elders):
    consent(uow, GRANDMOTHER)
    for record in ({"smoking": "never"}, {"allergies": ["青霉素"]}):
        handlers.update_elder_record(uow, {"id": GRANDMOTHER, "record": record}, now=LATER)
    record = opened(database)["record"]
    assert (record["smoking"], record["allergies"], record["exercise"]) == ("never", ["青霉素"], None)


def test_findings_without_consent_change_nothing(database, uow, elders):
    with pytest.raises(ConsentMissing):
        handlers.update_elder_record(uow, {"id": GRANDMOTHER, "record": {"smoking": "never"}}, now=NOON)
    assert opened(database)["record"] is None


def test_an_unknown_elder_or_visit_is_not_found(database):
    with database.reading() as connection:
        with pytest.raises(ElderRecordNotFound):
            queries.open_elder_record(connection, uuid4(), on=TODAY)
        with pytest.raises(VisitNotFound):
            queries.open_visit(connection, uuid4(), on=TODAY)


# -- visits


def test_a_visit_for_a_case_is_told_and_shown(database, uow, elders):
    assign(uow)
    [shown] = visits(database, grievance_id=GRIEVANCE)["items"]
    envelope = wire.from_bytes(told(database)[-1])
    assert schemas.VisitRow().validate(shown) == {}
    assert set(shown["elder_ids"]) == {str(GRANDMOTHER), str(GRANDFATHER)}
    assert (shown["state"], shown["due_on"], shown["allowed"]) == ("planned", "2026-05-23", ["done", "miss"])
    assert (envelope.type, envelope.subject, envelope.sequence) == ("health.home_visit_planned.v1", shown["id"], 1)


def test_visits_are_listed_by_state_place_elder_and_day(database, uow, elders):
    handlers.remember_places(
        uow,
        PlacesImported(
            community=COMMUNITY, places=(PlaceFact(code=HOUSEHOLD, kind="household", name="101", parent=COURTYARD),)
        ),
    )
    to_household, to_courtyard = assign(uow), assign(uow, place=COURTYARD, grievance_id=uuid4())
    soon = planned(place="ELSEWHERE", due_on=TODAY)
    handlers.plan_visit(uow, soon, within_days=3, now=NOON)
    handlers.miss_visit(uow, to_courtyard, "无人应门", again_days=14, now=LATER)

    def found(**wanted):
        return {UUID(row["id"]) for row in visits(database, **wanted)["items"]}

    assert found(state="missed") == {to_courtyard}
    assert found(elder_id=GRANDMOTHER) == {to_household}
    assert found(place=COURTYARD) == {to_courtyard}
    handlers.remember_places(
        uow,
        PlacesImported(
            community=COMMUNITY, places=(PlaceFact(code=COURTYARD, kind="courtyard", name="警苑", parent=GRID),)
        ),
    )
    assert found(place=COURTYARD) == {to_courtyard, to_household}
    assert found(due_before=TODAY + timedelta(days=1)) == {soon["id"]}
    assert visits(database, community=COMMUNITY)["items"][0]["id"] == str(soon["id"])


def test_visits_missed_running_are_shown_with_the_elder_until_one_takes_place(database, uow, elders):
    for hours in (1, 2):
        command = planned(elder_ids=[GRANDMOTHER])
        handlers.plan_visit(uow, command, within_days=3, now=NOON)
        handlers.miss_visit(uow, command["id"], "无人应门", again_days=14, now=NOON + timedelta(hours=hours))
    assert {row["missed_in_a_row"] for row in visits(database)["items"]} == {1, 2}
    assert (opened(database)["missed_in_a_row"], opened(database, GRANDFATHER)["missed_in_a_row"]) == (2, 0)
    handlers.complete_visit(uow, assign(uow), None, now=NOON + timedelta(hours=3))
    assert {row["missed_in_a_row"] for row in listed(database)["items"]} == {0}


def test_a_visit_can_be_completed_once_and_its_sequence_grows(database, uow, elders):
    visit_id = assign(uow)
    handlers.complete_visit(uow, visit_id, None, now=LATER)
    with pytest.raises(StepForbidden):
        handlers.complete_visit(uow, visit_id, None, now=LATER)
    assert [wire.from_bytes(body).sequence for body in told(database)[1:]] == [1, 2]


def test_the_service_cancels_a_planned_visit_when_it_hears_that_the_case_is_solved(database, uow, elders):
    assign(uow)
    solved = GrievanceResolved(community=COMMUNITY, grievance_id=GRIEVANCE, resolved_at=LATER)
    [entrypoint] = HealthService.cancel_visits_of_resolved.nameko_entrypoints
    entrypoint.hearing.handle(SimpleNamespace(uow=uow, clock=lambda: LATER), solved)
    assert visits(database, state="cancelled")["total"] == 1


def test_a_case_and_its_end_handled_in_one_transaction_leave_nothing_planned(database, uow, elders):
    with uow:
        assign(uow)
        handlers.cancel_visits(uow, COMMUNITY, GRIEVANCE, LATER, now=LATER)
    assert visits(database, state="cancelled")["total"] == 1


def test_a_case_and_its_end_cannot_pass_each_other_unseen(database, uow, elders):
    ending = UnitOfWork(database, HealthService.uow.metadata, HealthService.uow.repositories)

    def end():
        handlers.cancel_visits(ending, COMMUNITY, GRIEVANCE, LATER, now=LATER)

    other = threading.Thread(target=in_this_scope(end))
    with uow:
        assign(uow)
        other.start()
        # Unless the case were locked, the end would now be handled without seeing what is being begun.
        other.join(0.5)
    other.join(10)
    assert visits(database, state="cancelled")["total"] == 1


def test_a_case_that_needs_no_visit_does_not_concern_the_service():
    [entrypoint] = HealthService.plan_visit_for_grievance.nameko_entrypoints
    assert entrypoint.hearing.when(leader_assigned())
    assert not entrypoint.hearing.when(leader_assigned(needs=("hands", "unit")))


# -- what never leaves


MARK = "阿尔茨海默"


def full_of_findings(uow):
    """Findings in every place where words can be written; returns the visits."""
    consent(uow, GRANDMOTHER, GRANDFATHER)
    record = {
        "chronic_conditions": [MARK],
        "medication": [MARK],
        "allergies": [MARK],
        "past_illness": [MARK],
        "emergency_contact": {"name": MARK, "phone": "13800000000", "relation": MARK},
    }
    handlers.update_elder_record(uow, {"id": GRANDMOTHER, "record": record}, now=NOON)
    for_case, by_hand = assign(uow), planned(elder_ids=[GRANDMOTHER], purpose=MARK)
    handlers.plan_visit(uow, by_hand, within_days=3, now=NOON)
    handlers.complete_visit(uow, for_case, {"note": MARK, "systolic": 183.25}, now=LATER)
    handlers.miss_visit(uow, by_hand["id"], MARK, again_days=14, now=LATER)
    return for_case, by_hand["id"]


def test_no_finding_is_told_to_anyone(database, uow, elders):
    full_of_findings(uow)
    bodies = told(database)
    assert len(bodies) == 7
    for body in bodies:
        assert MARK.encode() not in body
        assert b"183.25" not in body
        assert b"13800000000" not in body


def test_no_finding_can_be_read_in_the_database(database, uow, elders):
    full_of_findings(uow)
    with database.reading() as connection:
        for table in HealthService.uow.metadata.tables:
            kept = str(connection.execute(text(f"SELECT * FROM {table}")).all())
            assert MARK not in kept
            assert "183.25" not in kept
            assert "13800000000" not in kept


def test_no_finding_is_shown_in_a_list_or_after_a_step_but_only_where_it_is_opened(database, uow, elders):
    done, missed = full_of_findings(uow)
    with database.reading() as connection:
        rows = [
            queries.get_visit_row(connection, done, on=TODAY),
            queries.get_elder_row(connection, GRANDMOTHER, on=TODAY),
        ]
        opened_visits = [queries.open_visit(connection, id, on=TODAY) for id in (done, missed)]
    assert MARK not in str([listed(database), visits(database), rows])
    assert opened_visits[0]["findings"] == {"note": MARK, "systolic": 183.25}
    assert (opened_visits[1]["missed_reason"], opened_visits[1]["purpose"]) == (MARK, MARK)
    assert all(schemas.VisitOut().validate(shown) == {} for shown in opened_visits)
    assert opened(database)["record"]["chronic_conditions"] == [MARK]


def test_a_consent_taken_back_takes_what_was_found_out_of_the_database(database, uow, elders):
    full_of_findings(uow)
    about = {"community": COMMUNITY, "consent_id": uuid4(), "person_id": GRANDMOTHER, "purpose": "health_record"}
    handlers.note_consent(uow, ConsentGiven(**about, given_on=TODAY, recorded_at=NOON - timedelta(hours=1)), now=NOON)
    assert opened(database)["record"] is not None, "older news takes nothing away"
    handlers.note_consent(
        uow, ConsentWithdrawn(**about, withdrawn_on=TODAY, recorded_at=NOON + timedelta(days=1)), now=NOON
    )
    elder = opened(database)
    assert (elder["consent_on"], elder["record"], elder["completeness"]) == (None, None, 0)
    with database.reading() as connection:
        theirs = visits(database, elder_id=GRANDMOTHER)["items"]
        found = [queries.open_visit(connection, UUID(visit["id"]), on=TODAY)["findings"] for visit in theirs]
    assert found
    assert found == [None] * len(found)
