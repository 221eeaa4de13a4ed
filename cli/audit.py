"""The commands under `hemei audit`: who was shown whose personal data, and whether the record of it is whole."""

from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from cli.api import Api, connect
from cli.operations.figures import clock

SYSTEM = "全系统 whole system"


@click.group()
def audit() -> None:
    """查阅记录：谁看了谁的健康、困难、联系方式。

    The audit: who was shown whose health, hardship or contact data.
    """


@audit.command("list", short_help="列出查阅记录 · list entries")
@click.option("--community", metavar="CODE", help="社区代码，12 位 · 12 digits")
@click.option("--subject", metavar="ID", help="看到了谁的 · of whom: a person, grievance, unit or visit")
@click.option("--account", metavar="ID", help="谁看的 · account of whoever read")
@click.option("--on", metavar="DAY", help="哪一天，如 2026-05-20 · on which day")
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, 200), help="至多几条 · how many at most")
def list_(most: int, **choice: str | None) -> None:
    """列出查阅记录，新的在前；这次查看也会记下。

    List who read what, newest first; this look is recorded as well.
    """
    told = connect().get("audit/reads", **choice, page_size=most)
    console = Console(highlight=False)
    console.print(f"[bold]查阅记录 entries of the audit: {told['total']:,}[/]")
    for entry in told["items"]:
        _show(console, entry)
    if len(told["items"]) < told["total"]:
        console.print(f"[dim]这里是最新的 {len(told['items']):,} 条 the newest {len(told['items']):,} of them[/]")


def _show(console: Console, entry: dict[str, Any]) -> None:
    where = escape(entry["community"]) or SYSTEM
    who = " ".join(escape(each) for each in (entry["account"], entry["role"]) if each)
    shown = f"[yellow]{escape(entry['what'])}[/] {escape(entry['why'])}"
    console.print(f"{where} #{entry['number']}  {clock(entry['at'])}  {who}  {shown}", soft_wrap=True)
    whose = escape(" ".join(entry["subjects"])) or "-"
    console.print(f"    [dim]{escape(entry['route'])} · 谁的 of[/] {whose}", soft_wrap=True)


@audit.command(short_help="核对是否被改动 · verify that nothing was changed")
@click.option("--community", metavar="CODE", help="只核对一个社区 · one community only")
def verify(community: str | None) -> None:
    """逐条核对哈希链；有一条链不吻合，退出码为 1。

    Walk the chains of hashes, entry by entry. Exit code 1 where one does not fit.
    """
    console = Console(highlight=False)
    checked, chains, faults = walk_chains(connect(), community)
    for fault in faults:
        where = escape(fault["community"]) or SYSTEM
        console.print(f"[red]{where} {escape(fault['said']['zh'])} {escape(fault['said']['en'])}[/]", soft_wrap=True)
    console.print(f"核对了 {chains:,} 条链、{checked:,} 条记录 checked {checked:,} entries in {chains:,} chains")
    if faults:
        console.print(f"[bold red]不吻合 broken: {len(faults):,}[/]")
        raise SystemExit(1)
    console.print("[green]完整，没有改动 whole, nothing was changed[/]")


def walk_chains(api: Api, community: str | None) -> tuple[int, int, list[dict[str, Any]]]:
    """Entries looked at, chains that ended, and what does not fit, piece by piece to the end."""
    checked, chains, faults, after = 0, 0, [], None
    while True:
        told = api.get("audit/verification", community=community, after=after)
        checked, chains, after = checked + told["checked"], chains + told["chains"], told["next"]
        faults += told["faults"]
        if after is None:
            return checked, chains, faults
