"""A grievance on the terminal: how it stands, and everything that happened to it as a table."""

from datetime import datetime, timedelta, timezone
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.words import HAPPENINGS, POSTS, STATUSES, in_both

CHINA = timezone(timedelta(hours=8))
"""One clock for the whole country, without summer time."""


def show_grievance(console: Console, grievance: dict[str, Any]) -> None:
    """Its head, who is on it, and its timeline."""
    console.print(f"[bold]{grievance['receipt']}[/]  {in_both(STATUSES, grievance['status'])}")
    console.print(f"[dim]{grievance['id']}  {grievance['place']}  {grievance['category']}[/]")
    console.print(escape(shortened(grievance["description"])))
    for line in who_is_on_it(grievance):
        console.print(line)
    console.print(timeline_table(grievance))
    if grievance["allowed"]:
        console.print(f"[dim]现在可以 possible now: {', '.join(grievance['allowed'])}[/]")


def who_is_on_it(grievance: dict[str, Any]) -> list[str]:
    """Leader, volunteers, unit and visit, each in a line."""
    lines = []
    if leader := grievance["leader"]:
        lines.append(f"负责人 [cyan]{escape(leader['name'])}[/] {in_both(POSTS, leader['post'])}")
    lines += [f"志愿者 [cyan]{escape(one['name'])}[/] {one['state']}" for one in grievance["volunteers"]]
    if referral := grievance["referral"]:
        lines.append(f"共建单位 [cyan]{escape(referral['unit'] or '-')}[/] {referral['state']}")
    if visit := grievance["visit"]:
        lines.append(f"上门 [cyan]{visit['due_on']}[/] {visit['state']}")
    return lines


def timeline_table(grievance: dict[str, Any], title: str = "") -> Table:
    """The timeline, the earliest first, by the clock of the community."""
    table = Table(title=title or None, title_justify="left", header_style="bold")
    for column in ("时间 at", "事项 what", "谁 who", "说明 note"):
        table.add_column(column, overflow="fold")
    for entry in grievance["timeline"]:
        at = datetime.fromisoformat(entry["at"]).astimezone(CHINA)
        what = in_both(HAPPENINGS, entry["what"])
        table.add_row(f"{at:%m-%d %H:%M:%S}", what, escape(entry["who"]), escape(entry["note"]))
    return table


def shortened(text: str, most: int = 200) -> str:
    """The beginning of a long text."""
    return text if len(text) <= most else text[:most] + "…"
