"""`make bench`: measure the whole chain, print a table, write benchmarks/results/latest.json."""

import signal
import sys
from pathlib import Path

import click
from rich.console import Console

from benchmarks.report import RESULTS, save, show, written
from benchmarks.rounds import FORMS, QUICK, Plan, one_round


@click.command()
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1, 20), help="rounds for each form")
@click.option("--form", type=click.Choice(list(FORMS)), help="only this form; both without it")
@click.option("--quick", is_flag=True, help="few grievances: shows that it works, not how fast it is")
@click.option("--clients", default=Plan.clients, show_default=True, type=click.IntRange(1, 200), help="at once")
@click.option("--count", default=Plan.count, show_default=True, type=click.IntRange(10, 100_000), help="grievances")
@click.option("--out", default=RESULTS, type=click.Path(dir_okay=False, path_type=Path), help="where the JSON goes")
def bench(rounds: int, form: str | None, quick: bool, clients: int, count: int, out: Path) -> None:
    """Measure the whole chain: submit throughput and latency, end-to-end latency, memory, idle CPU.

    The distributed form uses BROKER_URL and DATABASE_URL, or servers at their standard ports.
    """
    # Ended like this too, it stops what it started and deletes what it created.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    console = Console()
    plan = QUICK if quick else Plan(clients=clients, count=count)
    forms = [form] if form else list(FORMS)
    measured = {each: [_told(console, each, nth, plan) for nth in range(1, rounds + 1)] for each in forms}
    report = written(measured, plan)
    show(report, console)
    console.print(f"Written to {save(report, out)}")


def _told(console: Console, form: str, nth: int, plan: Plan) -> dict[str, float]:
    with console.status(f"{form}, round {nth}"):
        figures = one_round(form, plan)
    console.print(f"{form}, round {nth}: {figures['chain_rate']:g} grievances a second through the whole chain")
    return figures


bench()
