"""Commands that only look: one grievance with its timeline, and the gaps in the net of responsibility."""

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.api import connect
from cli.timeline import show_grievance


@click.command()
@click.argument("grievance_id")
def show(grievance_id: str) -> None:
    """看一件诉求：现状、经办人和全过程。

    Show one grievance: how it stands, who is on it, everything that happened.
    """
    show_grievance(Console(highlight=False), connect().get(f"grievances/{grievance_id}"))


@click.command()
@click.option("--community", required=True, metavar="CODE", help="社区代码，12 位 · 12 digits")
def gaps(community: str) -> None:
    """看责任网哪里缺人。

    Show where somebody is missing in the net of responsibility.
    """
    console = Console(highlight=False)
    found = list(connect().items(f"communities/{community}/gaps"))
    table = Table(title=f"缺口 gaps: {len(found)}", title_justify="left", header_style="bold")
    for column in ("程度 severity", "地点 place", "说明 what is missing", "自 since"):
        table.add_column(column, overflow="fold")
    for gap in found:
        chinese, style = SEVERITIES.get(gap["severity"], (gap["severity"], "default"))
        since = str(gap["since"] or "")
        table.add_row(f"[{style}]{chinese}[/]", escape(gap["name"]), escape(gap["said"]["zh"]), since)
    console.print(table)


SEVERITIES = {"serious": ("严重", "red"), "notice": ("注意", "yellow"), "for_information": ("供参考", "default")}
