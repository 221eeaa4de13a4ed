"""Importing grievances: every row once, whatever interrupts it, and a report that adds up."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from cli.api import Refused, Unreachable
from cli.imports.categories import CategoryTables
from cli.imports.filing import Filing, Refusal, Sender, plan
from cli.imports.follow_up import FollowUp
from cli.imports.grievance_file import Row
from cli.imports.grievances import GrievanceImport, write_report
from cli.imports.places import place_of
from cli.imports.progress import Progress
from cli.imports.report import Report
from tests.unit.cli.fake_api import COMMUNITY, FakeSystem, refused

TABLES = CategoryTables.on_file()


def table_of(tmp_path: Path, rows: int, *more: str) -> Path:
    file = tmp_path / "messages.csv"
    lines = [f"{nth},用户{nth},楼道堆物 {nth},三楼堆满纸箱" for nth in range(rows)]
    file.write_text("\n".join(["id,user,title,text", *lines, *more]) + "\n", encoding="utf-8")
    return file


def importing(system: FakeSystem, tmp_path: Path, file: Path) -> GrievanceImport:
    progress = Progress.of(file, COMMUNITY, "http://fake", folder=tmp_path / "state")
    running = GrievanceImport(system.api(), COMMUNITY, progress, Console(file=io.StringIO()))
    running.sender = Sender(running.api, pauses=(0, 0, 0), rest=lambda seconds: None)
    return running


def run(system: FakeSystem, tmp_path: Path, file: Path) -> Report:
    return importing(system, tmp_path, file).run(file, workers=4, patience=5)


def adds_up(report: Report) -> bool:
    done = report.filed + report.already_filed
    return (
        report.rows == done + report.refused_rows + report.not_sent
        and done == report.assigned + report.without_leader + report.still_open
    )


def planned(rows: list[Row], places: tuple[str, ...] = ("a", "b")) -> list[Filing]:
    return plan(rows, community=COMMUNITY, places=list(places), tables=TABLES).filings


def refusals(rows: list[Row]) -> list[Refusal]:
    return plan(rows, community=COMMUNITY, places=["a"], tables=TABLES).refusals


# -- what a row becomes


def test_a_row_becomes_what_the_api_takes() -> None:
    (filing,) = planned([Row(number=1, id="7", user="U1", title="楼道堆物", text="三楼")], places=("a",))
    assert filing.body == {
        "community": COMMUNITY,
        "place": "a",
        "category": "corridor_clutter",
        "description": "楼道堆物\n\n三楼",
        "contact": {"name": "U1"},
        "anonymous": False,
        "channel": "web",
    }


def test_a_row_without_a_name_is_filed_anonymously() -> None:
    (filing,) = planned([Row(number=1, text="三楼")])
    assert filing.body["anonymous"] is True
    assert filing.body["contact"] is None


def test_a_row_goes_to_the_same_place_every_time_and_rows_are_spread_over_all() -> None:
    places = [str(nth) for nth in range(10)]
    chosen = [place_of(number, places) for number in range(200)]
    assert chosen == [place_of(number, places) for number in range(200)]
    assert set(chosen) == set(places)


def test_a_row_without_any_words_is_refused() -> None:
    assert [refusal.code for refusal in refusals([Row(number=1, id="7", user="U1")])] == ["no_text"]


def test_ten_thousand_characters_are_filed_and_one_more_is_refused() -> None:
    assert refusals([Row(number=1, text="长" * 10_000)]) == []
    assert [one.code for one in refusals([Row(number=1, title="题", text="长" * 9_998)])] == ["too_long"]


def test_a_repeated_row_is_filed_once_but_rows_without_ids_that_say_the_same_are_two() -> None:
    same = [Row(number=nth, id="7", text="漏水") for nth in (1, 2)]
    assert [(one.code, one.row.number) for one in refusals(same)] == [("repeated_row", 2)]
    assert len(planned([Row(number=nth, text="漏水") for nth in (1, 2)])) == 2


def test_the_key_depends_on_community_id_and_words_and_nothing_else() -> None:
    (key,) = (filing.key for filing in planned([Row(number=1, id="7", text="漏水")]))
    (moved,) = (filing.key for filing in planned([Row(number=9, id="7", text="漏水", category="民政")]))
    (other,) = (filing.key for filing in planned([Row(number=1, id="7", text="漏水了")]))
    assert key == moved
    assert key != other


# -- running


def test_every_row_is_filed_once_and_the_report_adds_up(tmp_path: Path) -> None:
    system = FakeSystem()
    report = run(system, tmp_path, table_of(tmp_path, 40, f"x,y,z,{'长' * 10_001}", "3,用户3,楼道堆物 3,三楼堆满纸箱"))
    assert (report.rows, report.filed, report.already_filed, report.refused_rows) == (42, 40, 0, 2)
    assert report.refused["too_long"]["rows"] == [41]
    assert report.refused["repeated_row"]["rows"] == [42]
    assert adds_up(report)
    assert report.is_complete


def test_a_second_run_files_nothing_and_asks_for_nothing_to_be_filed(tmp_path: Path) -> None:
    system, file = FakeSystem(), table_of(tmp_path, 10)
    run(system, tmp_path, file)
    report = run(system, tmp_path, file)
    assert (report.filed, report.already_filed, system.posts) == (0, 10, 10)
    assert report.assigned == 10
    assert adds_up(report)


def test_an_import_that_lost_its_connection_goes_on_where_it_stopped(tmp_path: Path) -> None:
    def fail_after_five(request: httpx.Request) -> None:
        if request.method == "POST" and system.posts >= 5:
            raise httpx.ConnectError("gone")

    system, file = FakeSystem(before=fail_after_five), table_of(tmp_path, 20)
    first = importing(system, tmp_path, file)
    stopped = first.run(file, workers=2, patience=5)
    assert isinstance(first.trouble, Unreachable)
    assert stopped.filed == 5
    assert stopped.not_sent == 15
    assert not stopped.is_complete
    system.before = lambda request: None
    report = run(system, tmp_path, file)
    assert (report.filed, report.already_filed) == (15, 5)
    assert len(system.by_key) == 20


def test_a_row_whose_answer_was_lost_with_the_process_is_not_filed_twice(tmp_path: Path) -> None:
    system, file = FakeSystem(), table_of(tmp_path, 6)
    run(system, tmp_path, file)
    (progress,) = (tmp_path / "state").iterdir()
    lines = progress.read_text().splitlines()
    progress.write_text("\n".join(lines[:-2]) + '\n{"key": "import-cut-o')
    report = run(system, tmp_path, file)
    assert (report.filed, report.already_filed) == (2, 4)
    assert len(system.by_key) == 6


def test_rows_keep_their_place_on_resuming_though_places_have_been_added(tmp_path: Path) -> None:
    system, file = FakeSystem(places=3), table_of(tmp_path, 6)
    run(system, tmp_path, file)
    (progress,) = (tmp_path / "state").iterdir()
    progress.write_text("\n".join(progress.read_text().splitlines()[:-2]))
    system.places += ["new1", "new2"]
    report = run(system, tmp_path, file)
    assert report.refused_rows == 0
    assert len(system.by_key) == 6


def test_what_a_system_set_up_anew_has_lost_is_filed_again(tmp_path: Path) -> None:
    file = table_of(tmp_path, 6)
    run(FakeSystem(), tmp_path, file)
    fresh = FakeSystem(places=2)
    report = run(fresh, tmp_path, file)
    assert (report.filed, report.already_filed) == (6, 0)
    assert {known["body"]["place"] for known in fresh.by_key.values()} <= set(fresh.places)


def test_a_refusal_is_counted_under_its_reason_with_its_rows(tmp_path: Path) -> None:
    def refuse_row_3(request: httpx.Request) -> httpx.Response | None:
        if "楼道堆物 3".encode() in request.content:
            return refused(422, "unknown_category", {"category": ["没有这个类别"]})
        return None

    report = run(FakeSystem(before=refuse_row_3), tmp_path, table_of(tmp_path, 6))
    assert report.refused["unknown_category"]["count"] == 1
    assert report.refused["unknown_category"]["rows"] == [4]
    assert "category: 没有这个类别" in report.refused["unknown_category"]["sentence"]
    assert report.filed == 5
    assert adds_up(report)


# -- patience


def failing(times: int, trouble: Callable[[], httpx.Response]) -> Callable[[httpx.Request], httpx.Response | None]:
    left = [times]

    def before(request: httpx.Request) -> httpx.Response | None:
        left[0] -= 1
        return trouble() if left[0] >= 0 else None

    return before


def send(system: FakeSystem, pauses: tuple[float, ...] = (1, 2, 4)) -> tuple[object, list[float]]:
    rested: list[float] = []
    sender = Sender(system.api(), pauses=pauses, rest=rested.append)
    (filing,) = planned([Row(number=1, text="漏水")])
    return sender.send(filing), rested


def test_a_busy_system_is_asked_again_after_growing_pauses() -> None:
    outcome, rested = send(FakeSystem(before=failing(2, lambda: refused(503, "unavailable"))))
    assert not isinstance(outcome, Refusal)
    assert rested == [1, 2]


def test_a_system_that_stays_busy_stops_the_import() -> None:
    with pytest.raises(Refused, match="unavailable"):
        send(FakeSystem(before=failing(9, lambda: refused(503, "unavailable"))))


def test_a_refusal_for_good_is_not_asked_again() -> None:
    outcome, rested = send(FakeSystem(before=failing(9, lambda: refused(422, "invalid"))))
    assert isinstance(outcome, Refusal)
    assert rested == []


def test_news_of_a_place_just_imported_is_waited_for_but_not_for_ever() -> None:
    late, rested = send(FakeSystem(before=failing(2, lambda: refused(422, "unknown_place"))))
    assert not isinstance(late, Refusal)
    assert rested == [1, 2]
    never, rested = send(FakeSystem(before=failing(9, lambda: refused(422, "unknown_place"))))
    assert isinstance(never, Refusal)
    assert rested == [1, 2, 4]


# -- following up


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
    filings = planned([Row(number=nth, text="漏水") for nth in range(rows)])
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


# -- on paper


def test_the_report_is_written_as_json_and_shown_as_a_table(tmp_path: Path) -> None:
    report = Report(rows=3, filed=2, assigned=2, seconds=1.5)
    report.refuse(Refusal(row=Row(number=3), code="no_text", sentence="没有内容"))
    write_report(report, tmp_path / "report.json")
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert told["refused"] == {"no_text": {"count": 1, "sentence": "没有内容", "rows": [3]}}
    assert told["filed"] == 2
    paper = io.StringIO()
    report.show(Console(file=paper, width=100))
    assert "no_text" in paper.getvalue()
    assert "本次受理 filed now" in paper.getvalue()


def test_progress_knows_what_it_was_told_after_a_restart(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "p.jsonl")
    progress.begin(places=["a"], now=datetime(2026, 1, 1, tzinfo=UTC))
    progress.remember("k", "id")
    again = Progress(tmp_path / "p.jsonl")
    assert (again.filed, again.places, again.begun_at) == ({"k": "id"}, ["a"], progress.begun_at)


def test_another_file_community_or_system_has_a_progress_of_its_own(tmp_path: Path) -> None:
    file = table_of(tmp_path, 1)
    paths = {
        Progress.of(file, COMMUNITY, "http://a", folder=tmp_path).path,
        Progress.of(file, COMMUNITY, "http://b", folder=tmp_path).path,
        Progress.of(file, "410181002010", "http://a", folder=tmp_path).path,
        Progress.of(table_of(tmp_path, 2), COMMUNITY, "http://a", folder=tmp_path).path,
    }
    assert len(paths) == 4
