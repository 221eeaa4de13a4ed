"""The `hemei journey` command: the way of a case through the services, step by step."""

import json
from typing import Any
from urllib.parse import quote

import click
from rich.console import Console, JustifyMethod
from rich.markup import escape
from rich.table import Table

from cli.api import connect
from cli.operations.figures import clock_of_the_day, duration, seconds_between
from cli.operations.words import OUTCOME_COLOURS, OUTCOMES, coloured

ARROWS = {"told": "●", "called": "→", "handled": "⇒", "sent": "↺"}
"""An event told, a service asked, an event handled, a dead letter put back."""

Step = dict[str, Any]


@click.command()
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="原样输出 · as JSON")
def journey(id: str, as_json: bool) -> None:
    """一件诉求、消息或关联号在各服务间的经过；也可填回执编号。

    The way of a grievance (id or receipt number), a message or a chain through the services.
    """
    told = connect().get(f"operations/journeys/{quote(id, safe='')}")
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        show_journey(Console(highlight=False), told)


def show_journey(console: Console, told: dict[str, Any]) -> None:
    """Its services in the order in which they came in, then every step."""
    way, first, more = " → ".join(told["participants"]), told["correlations"][:1], len(told["correlations"]) - 1
    console.print(f"[bold]{escape(told['id'])}[/]  {escape(way)}", soft_wrap=True)
    console.print(f"[dim]关联号 correlation {escape(''.join(first))}{f' +{more}' if more > 0 else ''}[/]")
    console.print(step_table(told["steps"]))
    console.print(
        "[dim]● 告知 told  → 询问 asks  ⇒ 处理 handles  ↺ 重放 replayed  ✓ 好 well  – 无关 not its concern[/]"
    )
    if told["is_cut"]:
        console.print("[yellow]太长，只示最近的 too long: the newest only[/]")


def step_table(steps: list[Step]) -> Table:
    """The steps in the order of time, each with its distance from the first; mere questions step back."""
    table = Table(header_style="dim", box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for column, justify in COLUMNS:
        table.add_column(column, justify=justify, no_wrap=column in FIRM, overflow="fold")
    for step in steps:
        after = max(0.0, seconds_between(steps[0]["at"], step["at"]))
        times = [duration(step["waited"]), duration(step["seconds"] if step["kind"] != "told" else None)]
        way = [clock_of_the_day(step["at"]), f"+{duration(after)}", _way(step), escape(short(step["name"]))]
        table.add_row(*way, *times, _outcome(step), style=_weight(step))
    return table


COLUMNS: tuple[tuple[str, JustifyMethod], ...] = (
    ("时间\nat", "right"),
    ("之后\nafter", "right"),
    ("从 → 到\nfrom → to", "left"),
    ("事件或调用\nevent or call", "left"),
    ("等待\nwaited", "right"),
    ("用时\ntook", "right"),
    ("结果\nend", "left"),
)
FIRM = [column for column, _ in COLUMNS[:-1]]
GRAVE = ("dead", "failed", "unavailable")


def short(name: str) -> str:
    """An event's name without its teller, who stands beside it, and without its version where that is the first."""
    teller, _, event = name.partition(".")
    return event.removesuffix(".v1") if event else teller


def _way(step: Step) -> str:
    arrow = ARROWS.get(step["kind"], step["kind"])
    return " ".join(escape(part) for part in (step["source"], arrow, step["target"]) if part)


def _outcome(step: Step) -> str:
    """What went as it should, or is no concern of the service, is worth a mark and no word."""
    outcome, attempt = step["outcome"], step["attempt"]
    words = [MARKS.get(outcome) or coloured(OUTCOMES, OUTCOME_COLOURS, outcome)]
    if attempt > 1:
        words.append(f"[yellow]第 {attempt} 次[/] [dim]attempt {attempt}[/]")
    if step["error"]:
        words.append(f"[red]{escape(step['error'])}[/]")
    return " ".join(words)


MARKS = {"done": "[green]✓[/]", "passed": "–"}


def _weight(step: Step) -> str | None:
    if step["outcome"] in GRAVE:
        return "bold"
    asks_only = step["kind"] == "called" and step["name"].startswith(("get_", "list_", "find_"))
    return "dim" if asks_only or step["outcome"] == "passed" else None
