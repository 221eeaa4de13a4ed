"""The `hemei demo` command."""

import click
from rich.console import Console

from cli.api import connect
from cli.story.stories import STORIES
from cli.story.telling import Teller
from cli.timeline import timeline_table


@click.command()
@click.option("--wait", "patience", default=15.0, show_default=True, help="每一步最多等几秒 · seconds for each step")
def demo(patience: float) -> None:
    """三件诉求从提交到评价，走一遍给你看（需要演示社区）。

    Tell the story of three grievances, step by step as they happen.
    """
    api, console = connect(), Console(highlight=False)
    told = [story(Teller(api, console, patience=patience)) for story in STORIES]
    for grievance in told:
        console.print()
        console.print(timeline_table(grievance, title=f"[bold]{grievance['receipt']}[/] {grievance['category']}"))
        console.print(f"[dim]再看一遍 see it again: hemei show {grievance['id']}[/]")
