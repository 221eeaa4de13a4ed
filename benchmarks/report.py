"""What was measured, as a table for people and as JSON for programs."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figures, medians
from benchmarks.rounds import Plan

RESULTS = Path(__file__).parent / "results" / "latest.json"

NAMES = {
    "submit_rate": "submissions answered, a second",
    "submit_p50_ms": "  submit p50, ms",
    "submit_p95_ms": "  submit p95, ms",
    "submit_p99_ms": "  submit p99, ms",
    "chain_rate": "whole chain, grievances a second",
    "load_generator_cpu_percent": "  load generator's CPU meanwhile, % of a core",
    "steady_submit_p50_ms": "steady: submit p50, ms",
    "steady_submit_p99_ms": "  submit p99, ms",
    "steady_assigned_p50_ms": "  leader known p50, ms",
    "steady_dispatched_p50_ms": "  dispatched p50, ms",
    "steady_dispatched_p95_ms": "  dispatched p95, ms",
    "steady_dispatched_p99_ms": "  dispatched p99, ms",
    "largest_rss_mib": "memory (RSS) of the largest process, MiB",
    "largest_idle_cpu_percent": "idle CPU of the busiest process, %",
    "postgresql_inserts": "peer: PostgreSQL inserts alone, a second",
    "rabbitmq_publishes": "peer: RabbitMQ confirmed publishes alone, a second",
    "sqlite_inserts": "peer: SQLite inserts alone, a second",
    "chain_to_postgresql_inserts": "  whole chain to PostgreSQL inserts",
    "chain_to_rabbitmq_publishes": "  whole chain to RabbitMQ publishes",
    "chain_to_sqlite_inserts": "  whole chain to SQLite inserts",
}
"""The figures of the table, in its order; the JSON holds more."""

Rounds = Mapping[str, Sequence[Figures]]


def written(rounds: Rounds, plan: Plan) -> dict[str, Any]:
    """All that was measured, with what a reader must know of the machine."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
        "plan": asdict(plan),
        "forms": {form: {"median": medians(each), "rounds": list(each)} for form, each in rounds.items()},
    }


def save(report: Mapping[str, Any], path: Path = RESULTS) -> Path:
    """Keep the report; returns where."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=2) + "\n")
    return path


def show(report: Mapping[str, Any], console: Console) -> None:
    """The tables: all figures by form, then the processes."""
    plan, machine = report["plan"], report["machine"]
    console.print(
        f"Median of {max(len(form['rounds']) for form in report['forms'].values())} round(s), each on a fresh system;"
        f" {plan['count']} grievances by {plan['clients']} clients, then {plan['per_second']:g} a second for"
        f" {plan['steady_seconds']:g} s; {machine['cores']} cores shared with the load generator."
    )
    console.print(_figures(report["forms"]))
    console.print(_processes(report["forms"]))


def _figures(forms: Mapping[str, Any]) -> Table:
    table = Table("", *forms, title="Figures", title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, words in NAMES.items():
        cells = [form["median"].get(name) for form in forms.values()]
        if any(cell is not None for cell in cells):
            table.add_row(words, *("" if cell is None else f"{cell:,g}" for cell in cells))
    return table


def _processes(forms: Mapping[str, Any]) -> Table:
    table = Table("form", "process", "RSS, MiB", "PSS, MiB", "idle CPU, %", title="Processes", title_justify="left")
    for form, told in forms.items():
        median = told["median"]
        for process in (name.removesuffix(".rss_mib") for name in median if name.endswith(".rss_mib")):
            figures = (median.get(f"{process}.{kind}") for kind in ("rss_mib", "pss_mib", "idle_cpu_percent"))
            table.add_row(form, process, *("" if figure is None else f"{figure:g}" for figure in figures))
    return table
