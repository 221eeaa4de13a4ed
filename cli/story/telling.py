"""Telling a story as it happens: a step is told once the system shows that it has come."""

import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.markup import escape

from cli.api import Api, Refused, Trouble
from cli.words import POSTS

Grievance = dict[str, Any]

POLL_SECONDS = 0.05
SLOWEST_POLL = 0.4


class Teller:
    """Tells the steps of one grievance; each must come within `patience` seconds."""

    def __init__(
        self,
        api: Api,
        console: Console,
        *,
        patience: float,
        rest: Callable[[float], Any] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.api, self.console, self.patience, self.rest, self.clock = api, console, patience, rest, clock
        self.id = ""

    def scene(self, chinese: str, english: str) -> None:
        """A heading."""
        self.console.rule(f"[bold magenta]{chinese}[/] [dim]{english}[/]", align="left")

    def step(self, who: str, chinese: str, english: str, note: str = "") -> None:
        """One step that has happened."""
        self.console.print(f" [green]✔[/] [bold cyan]{who}[/] {escape(chinese)} [dim]{english}[/]")
        if note:
            self.console.print(f"   [yellow]{escape(note)}[/]")

    def file(self, body: dict[str, Any]) -> None:
        """The resident files; the system may still be learning of the places just imported."""
        until = self.clock() + self.patience
        while True:
            try:
                receipt = self.api.post("grievances", body)
                break
            except Refused as refused:
                if refused.code not in ("unknown_place", "unknown_community") or self.clock() > until:
                    raise
                self.rest(SLOWEST_POLL)
        self.id = receipt["id"]
        self.step("居民", f"提交诉求，回执 {receipt['receipt']}", "a resident files a grievance", body["description"])

    def when(self, has_come: Callable[[Grievance], Any], chinese: str, english: str) -> Grievance:
        """The grievance as soon as it is so; Trouble where that does not come in time."""

        def look() -> Grievance | None:
            grievance = self.grievance()
            return grievance if has_come(grievance) else None

        return self.until(look, f"{chinese}（诉求 {self.id}）", f"{english} (grievance {self.id})")

    def until(self, look: Callable[[], Any], chinese: str, english: str) -> Any:
        """What `look` finds as soon as it finds something; Trouble where that does not come in time."""
        until, pause = self.clock() + self.patience, POLL_SECONDS
        while not (found := look()):
            if self.clock() > until:
                raise Trouble(
                    f"等了 {self.patience:g} 秒，还没有等到：{chinese}",
                    f"Waited {self.patience:g} s in vain for: {english}",
                )
            self.rest(pause)
            pause = min(pause * 1.5, SLOWEST_POLL)
        return found

    def grievance(self) -> Grievance:
        """The grievance as it stands."""
        return self.api.get(f"grievances/{self.id}")

    # -- steps that every story has

    def leader_is_named(self) -> Grievance:
        """The system names who is responsible, and why."""
        told = self.when(lambda one: one["leader"], "网格长派单", "a leader is named")
        leader = told["leader"]
        post, english = POSTS.get(leader["post"], ("", leader["post"]))
        self.step("系统", f"派给{post}{leader['name']}", f"assigned to the {english}", leader["reason"])
        return told

    def leader_accepts(self) -> None:
        """The leader takes the matter in hand."""
        leader = self.grievance()["leader"]["name"]
        self.api.post(f"grievances/{self.id}/accept", {"by": leader})
        self.step(leader, "接手办理", "takes it in hand")

    def leader_resolves(self, resolution: str) -> None:
        """The leader says that it is solved."""
        leader = self.grievance()["leader"]["name"]
        self.api.post(f"grievances/{self.id}/resolve", {"by": leader, "resolution": resolution})
        self.step(leader, "办理完成", "resolves it", resolution)

    def resident_rates(self, score: int, comment: str) -> None:
        """The resident says how content they are."""
        self.api.post(f"grievances/{self.id}/rate", {"score": score, "comment": comment})
        self.step("居民", f"评价 {'★' * score}", "the resident rates", comment)
