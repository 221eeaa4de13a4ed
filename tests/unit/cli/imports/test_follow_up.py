"""Following an import up until the system has dealt with everything, and counting what it did."""

from cli.imports.categories import CategoryTables
from cli.imports.filing import Sender, plan
from cli.imports.follow_up import FollowUp
from cli.imports.grievance_file import Row
from cli.imports.report import Report
from tests.unit.cli.fake_api import COMMUNITY, FakeSystem

TABLES = CategoryTables.on_file()


def follow(system: FakeSystem, ids: set[str], patience: float = 10) -> list[dict]:
    times = iter(range(1000))
    following = FollowUp(
        system.api(),
        COMMUNITY,
        "2026-01-01",
        ids,
        patience=patience,
        left=lambda count: system.tick(),
        rest=lambda seconds: None,
        clock=lambda: next(times),
    )
    return following.wait()


def filed_in(system: FakeSystem, rows: int) -> set[str]:
    sender = Sender(system.api())
    rows_of_file = [Row(number=nth, text="漏水") for nth in range(rows)]
    filings = plan(rows_of_file, community=COMMUNITY, places=["a", "b"], tables=TABLES).filings
    return {outcome.id for outcome in sender.send_all(filings, workers=4)}


def test_only_the_grievances_of_the_import_are_counted() -> None:
    system = FakeSystem()
    ids = filed_in(system, 5)
    assert len(follow(system, set(sorted(ids)[:3]))) == 3


def test_a_grievance_reported_without_leader_is_not_waited_for() -> None:
    system = FakeSystem()
    ids = filed_in(system, 3)
    system.outcome = {"leader_missing": True}
    report = Report(rows=3, filed=3)
    report.count_done(follow(system, ids))
    assert (report.without_leader, report.assigned, report.still_open) == (3, 0, 0)
    assert report.is_complete


def test_grievances_still_waiting_when_patience_runs_out_are_reported_as_such() -> None:
    system = FakeSystem()
    ids = filed_in(system, 3)
    system.outcome = {}
    report = Report(rows=3, filed=3)
    report.count_done(follow(system, ids))
    assert report.still_open == 3
    assert not report.is_complete


def test_dispatches_referrals_and_visits_are_counted() -> None:
    system = FakeSystem()
    ids = filed_in(system, 2)
    system.outcome |= {"volunteers": [{"id": "1"}], "referral": {"id": "2"}, "visit": {"id": "3"}}
    report = Report(rows=2, filed=2)
    report.count_done(follow(system, ids))
    assert (report.assigned, report.dispatched, report.referred, report.visits) == (2, 2, 2, 2)


def test_volunteers_and_units_asked_for_after_the_leader_are_waited_for() -> None:
    system = FakeSystem()
    ids = filed_in(system, 2)
    system.needs = ["unit"]
    system.later = {4: {"referral": {"id": "2"}}}
    report = Report(rows=2, filed=2)
    report.count_done(follow(system, ids, patience=100))
    assert report.referred == 2


def test_volunteers_asked_for_in_vain_are_not_waited_for_until_patience_ends() -> None:
    system = FakeSystem()
    ids = filed_in(system, 2)
    system.needs = ["hands"]
    assert len(follow(system, ids, patience=900)) == 2
    assert system.ticks < 20


def test_a_unit_that_was_looked_for_in_vain_is_no_referral() -> None:
    report = Report(rows=1, filed=1)
    grievance = {"leader": {}, "leader_missing": False, "volunteers": [], "referral": {"id": None}, "visit": None}
    report.count_done([grievance])
    assert report.referred == 0
