"""`hemei import grievances`: a file of residents' messages becomes grievances, each row once."""

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from cli.api import Api, Refused, Trouble, Unreachable
from cli.imports.categories import CategoryTables
from cli.imports.filing import Filed, Filing, Plan, Sender, plan
from cli.imports.follow_up import FollowUp, filed_since
from cli.imports.grievance_file import read_rows
from cli.imports.places import places_to_spread_over
from cli.imports.progress import Progress
from cli.imports.report import Report

CLOCKS_APART = timedelta(hours=1)
"""How far the system's clock may be behind ours before grievances filed now look older than the import."""


class GrievanceImport:
    """One run over a file; `progress` knows what earlier runs have filed."""

    def __init__(self, api: Api, community: str, progress: Progress, console: Console) -> None:
        self.api, self.community, self.progress, self.console = api, community, progress, console
        self.sender = Sender(api)
        self.trouble: Trouble | None = None

    def run(self, file: Path, *, workers: int, patience: float) -> Report:
        """File what is not filed yet, wait until it is assigned, report."""
        began = time.monotonic()
        rows = read_rows(file)
        since = self.begin()
        tables = CategoryTables.on_file()
        planned = plan(rows, community=self.community, places=self.progress.places, tables=tables)
        report = Report(rows=len(rows))
        for refusal in planned.refusals:
            report.refuse(refusal)
        self.file(planned, report, workers)
        if self.trouble is None:
            self.follow(planned, report, since, patience)
        report.seconds = time.monotonic() - began
        return report

    def begin(self) -> str:
        """Since when the grievances of this import are to be looked for."""
        if self.progress.filed:
            self.forget_lost()
        if self.progress.begun_at is None:
            places = places_to_spread_over(self.api, self.community)
            self.progress.begin(places=places, now=datetime.now(UTC))
        return (self.progress.begun_at - CLOCKS_APART).isoformat()

    def forget_lost(self) -> None:
        """What an earlier run filed counts only if the system still has it."""
        since = (self.progress.begun_at - CLOCKS_APART).isoformat()
        lost = self.progress.forget_all_but(set(filed_since(self.api, self.community, since)))
        if lost:
            self.console.print(f"[yellow]系统里已没有先前导入的 {lost} 件，重新提交 · {lost} filed before are gone[/]")

    def file(self, planned: Plan, report: Report, workers: int) -> None:
        """Send what is not filed yet, with a progress bar."""
        to_send = [filing for filing in planned.filings if filing.key not in self.progress.filed]
        report.already_filed = len(planned.filings) - len(to_send)
        with bar(self.console) as shown:
            task = shown.add_task("提交诉求 filing", total=len(planned.filings), completed=report.already_filed)
            try:
                for outcome in self.sender.send_all(to_send, workers=workers):
                    if isinstance(outcome, Filed):
                        self.progress.remember(outcome.filing.key, outcome.id)
                        report.filed += 1
                    else:
                        report.refuse(outcome)
                    shown.advance(task)
            except (Unreachable, Refused) as trouble:
                self.trouble = trouble
        report.not_sent = report.rows - report.filed - report.already_filed - report.refused_rows

    def follow(self, planned: Plan, report: Report, since: str, patience: float) -> None:
        """Wait for the system, then count what it has done."""
        ids = {self.progress.filed[filing.key] for filing in planned.filings if filing.key in self.progress.filed}
        with self.console.status("等待派单 waiting for leaders") as status:
            following = FollowUp(
                self.api,
                self.community,
                since,
                ids,
                patience=patience,
                left=lambda count: status.update(f"等待派单 waiting for leaders and helpers: {count}"),
            )
            done = following.wait()
        report.count_done(done)


def bar(console: Console) -> Bar:
    """The progress bar."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Bar(*columns, console=console)


def show_plan(api: Api, file: Path, community: str, console: Console) -> None:
    """What an import would file, and what it would refuse, without filing anything."""
    names = {category["code"]: category["name"] for category in api.items("categories")}
    rows = read_rows(file)
    places = places_to_spread_over(api, community)
    planned = plan(rows, community=community, places=places, tables=CategoryTables.on_file())
    table = Table(title=f"试运行 · Dry run: {len(planned.filings):,} / {len(rows):,}", title_justify="left")
    table.add_column("类别 category")
    table.add_column("行数 rows", justify="right")
    for code, count in counted(planned.filings):
        table.add_row(f"{names.get(code, '?')} {code}", f"{count:,}")
    console.print(table)
    for refusal in planned.refusals:
        console.print(f"[yellow]第 {refusal.row.number} 行 row[/] ({refusal.code}) {refusal.sentence}")


def counted(filings: list[Filing]) -> list[tuple[str, int]]:
    """How many rows go into each category, the fullest first."""
    codes = [filing.body["category"] for filing in filings]
    return sorted(((code, codes.count(code)) for code in set(codes)), key=lambda pair: (-pair[1], pair[0]))


def write_report(report: Report, path: Path) -> None:
    """The report as JSON."""
    path.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
