"""Importing grievances: every row once, whatever interrupts it, and a report that adds up."""

import io
import json
from pathlib import Path

import httpx
from rich.console import Console

from cli.api import Unreachable
from cli.imports.filing import Refusal, Sender
from cli.imports.grievance_file import Row
from cli.imports.grievances import GrievanceImport, write_report
from cli.imports.progress import Progress
from cli.imports.report import Report
from tests.unit.cli.fake_api import COMMUNITY, FakeSystem, refused


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
