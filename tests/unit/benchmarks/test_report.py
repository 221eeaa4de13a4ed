"""The report names every figure that a reader needs, and what it was measured on."""

import io
import json
from pathlib import Path

from rich.console import Console

from benchmarks.report import save, show, written
from benchmarks.rounds import Plan

ROUND = {"chain_rate": 120.5, "submit_p50_ms": 7.0, "relay.rss_mib": 49.0, "relay.idle_cpu_percent": 0.4}


def test_a_report_can_be_read_again(tmp_path: Path) -> None:
    report = written({"distributed": [ROUND]}, Plan())
    read = json.loads(save(report, tmp_path / "kept" / "latest.json").read_text())
    assert read["forms"]["distributed"]["median"] == ROUND
    assert read["machine"]["cores"] >= 1
    assert read["plan"]["count"] == Plan().count


def test_the_table_shows_what_was_measured_and_nothing_that_was_not() -> None:
    console = Console(file=io.StringIO(), width=120)
    show(written({"distributed": [ROUND]}, Plan()), console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "120.5" in shown
    assert "relay" in shown
    assert "SQLite" not in shown
