"""Dead letters on the terminal: as a list, by cause, and one whole."""

import json
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.operations.figures import clock
from cli.operations.words import ACTIONS, OUTCOME_COLOURS, OUTCOMES, STATE_COLOURS, STATES, coloured

Letter = dict[str, Any]


def list_letters(console: Console, letters: list[Letter], total: int) -> None:
    """Two lines each, the id that other commands take first: no table is wide enough for it."""
    console.print(f"[bold]死信 dead letters: {total:,}[/]")
    for letter in letters:
        died = f"{clock(letter['died_at'])}  {state_of(letter)}{_again(letter['deaths'] - 1)}"
        console.print(f"{letter['id']}  {died}", soft_wrap=True)
        tries = f"尝试 tries {letter['attempts']}"
        _details(console, letter, letter["queue"], letter["type"], letter["community"], tries)
    if len(letters) < total:
        console.print(f"[dim]这里是 {len(letters):,} 条 the newest {len(letters):,} of {total:,}[/]")


def list_groups(console: Console, groups: list[dict[str, Any]], total: int) -> None:
    """Two lines each, the cause that other commands take first."""
    console.print(f"[bold]待处理的死信 open dead letters: {total:,}[/]")
    for group in groups:
        console.print(f"{group['cause']}  [bold]{group['count']:,}[/] 条{_again(group['repeated'])}")
        communities = f"社区 communities {group['communities']:,}"
        when = f"{clock(group['first_at'])} – {clock(group['last_at'])}"
        _details(console, group, group["queue"], group["type"], communities, when)
    if groups:
        console.print(f"[dim]重放一组 replay one of them: hemei dead replay --cause {groups[0]['cause']}[/]")


def _details(console: Console, one: dict[str, Any], *more: str) -> None:
    where = f"[red]{escape(one['error'])}[/] {escape(one['place'])}"
    console.print("    " + " · ".join([where, *(escape(each) for each in more if each)]), soft_wrap=True)


def state_of(letter: Letter) -> str:
    """How it stands, and what became of its replay."""
    if letter["state"] == "handled":
        return coloured(OUTCOMES, OUTCOME_COLOURS, letter["outcome"])
    return coloured(STATES, STATE_COLOURS, letter["state"])


def _again(times: int) -> str:
    return f"  [bold red]重放后又失败 {times:,} failed again[/]" if times > 0 else ""


def show_letter(console: Console, letter: Letter) -> None:
    """Why it died, what is in it, and what was done about it."""
    console.print(f"[bold]{letter['id']}[/]  {state_of(letter)}")
    console.print(f"[red]{escape(letter['error'])}[/] {escape(letter['place'])}  [dim]原因 cause[/] {letter['cause']}")
    for zh_en, value in _facts(letter):
        console.print(f"[dim]{zh_en}[/] {escape(str(value))}", soft_wrap=True)
    if letter["is_forgotten"]:
        console.print("[yellow]早于收件箱保留期，重放可能重复办理 older than inboxes remember: could be done twice[/]")
    console.print(f"[dim]内容，个人信息已遮盖 body, personal fields masked[/] {letter['size']:,} B")
    console.print(escape(_indented(letter["body"])), soft_wrap=True)
    if letter["history"]:
        console.print(intervention_table(letter["history"]))


def _facts(letter: Letter) -> list[tuple[str, Any]]:
    return [
        ("队列 queue", letter["queue"]),
        ("消息 message", f"{letter['type']} {letter['message_id']}"),
        ("关联号 correlation", letter["correlation"] or "-"),
        ("社区 community", letter["community"] or "-"),
        ("时间 died", clock(letter["died_at"])),
        ("尝试 tries", letter["attempts"]),
        ("死亡次数 deaths", letter["deaths"]),
        *sorted((name, value) for name, value in letter["headers"].items() if name not in SHOWN),
    ]


SHOWN = ("queue", "correlation", "community", "died_at", "attempt", "error", "place", "stack")
"""Headers that say what is said already."""


def _indented(body: str) -> str:
    """JSON line by line; anything else as it is."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body


def intervention_table(done: list[dict[str, Any]]) -> Table:
    """What operators did."""
    table = Table(title="台账 what was done", title_justify="left", header_style="bold")
    for column in ("时间 at", "谁 who", "做了什么 what", "理由 why"):
        table.add_column(column, overflow="fold")
    for one in done:
        what = coloured(ACTIONS, {}, one["action"])
        table.add_row(clock(one["at"]), escape(one["by"]), what, escape(one["reason"]))
    return table
