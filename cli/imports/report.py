"""What became of an import: counts that add up, as a table and as JSON."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from cli.imports.filing import Refusal

ROWS_NAMED = 8


@dataclass(kw_only=True)
class Report:
    """Of all rows: filed now + filed by an earlier run + refused + not sent. Of those filed: what the system did."""

    rows: int
    filed: int = 0
    already_filed: int = 0
    not_sent: int = 0
    refused: dict[str, dict[str, Any]] = field(default_factory=dict)
    assigned: int = 0
    dispatched: int = 0
    referred: int = 0
    visits: int = 0
    without_leader: int = 0
    still_open: int = 0
    seconds: float = 0.0

    def refuse(self, refusal: Refusal) -> None:
        """Count a refused row under its reason."""
        under = self.refused.setdefault(refusal.code, {"count": 0, "sentence": refusal.sentence, "rows": []})
        under["count"] += 1
        under["rows"].append(refusal.row.number)
        under["rows"].sort()

    @property
    def refused_rows(self) -> int:
        """How many rows were refused."""
        return sum(under["count"] for under in self.refused.values())

    def count_done(self, grievances: Iterable[dict[str, Any]]) -> None:
        """Count what the system has done about the grievances filed from this file."""
        for grievance in grievances:
            self.assigned += grievance["leader"] is not None
            self.without_leader += grievance["leader"] is None and grievance["leader_missing"]
            self.dispatched += bool(grievance["volunteers"])
            self.referred += bool(grievance["referral"] and grievance["referral"]["id"])
            self.visits += grievance["visit"] is not None
        self.still_open = self.filed + self.already_filed - self.assigned - self.without_leader

    @property
    def is_complete(self) -> bool:
        """Whether every row was dealt with and every grievance has a leader or is reported as having none."""
        return not self.not_sent and not self.still_open

    def show(self, console: Console) -> None:
        """Print the table, and the reasons of refusal under it."""
        table = Table(title="导入结果 · Import report", title_justify="left", show_header=False)
        for words, number in self.lines():
            table.add_row(words, f"{number:,}" if isinstance(number, int) else f"{number:.1f}")
        console.print(table)
        for code, under in self.refused.items():
            named = ", ".join(map(str, under["rows"][:ROWS_NAMED])) + (" …" if under["count"] > ROWS_NAMED else "")
            console.print(f"[yellow]未接受 {under['count']} 行[/] ({code}) {under['sentence']}  行 rows: {named}")

    def lines(self) -> list[tuple[str, float]]:
        """The report line by line."""
        return [
            ("行数 rows", self.rows),
            ("本次受理 filed now", self.filed),
            ("此前已受理 filed before", self.already_filed),
            ("未接受 refused", self.refused_rows),
            ("未发送 not sent", self.not_sent),
            ("已派网格长 assigned", self.assigned),
            ("已派志愿者 volunteers dispatched", self.dispatched),
            ("已转共建单位 referred to a unit", self.referred),
            ("已安排上门 home visits planned", self.visits),
            ("无人负责 reported without leader", self.without_leader),
            ("仍待指派 still waiting", self.still_open),
            ("用时（秒） seconds", round(self.seconds, 2)),
        ]
