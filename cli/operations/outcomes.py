"""What became of dead letters after they were sent again: done, handled long ago, or dead once more."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Console

from cli.api import Api
from cli.operations.words import OUTCOME_COLOURS, OUTCOMES

PAUSE = 0.25
DEAD_LETTERS = "operations/dead-letters"
ON_THE_WAY = ("waiting", "sent")
Deaths = dict[str, int]
"""How often each dead letter had died before it was replayed, by its id."""


def deaths_of(api: Api, criteria: dict[str, str]) -> Deaths:
    """The open dead letters of a choice."""
    return {row["id"]: row["deaths"] for row in api.items(DEAD_LETTERS, **criteria, state="open")}


class Waiting:
    """Waits until something is known of every replay, for so many seconds at most."""

    def __init__(
        self,
        api: Api,
        console: Console,
        patience: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._api, self._console, self._patience = api, console, patience
        self._clock, self._pause = clock, pause

    def tell(self, replayed: Deaths) -> bool:
        """Say what became of them, kind by kind; whether none has died again."""
        counts = self._outcomes(replayed)
        for outcome, count in counts.most_common():
            chinese, english = ENDS.get(outcome, (outcome, ""))
            colour = COLOURS.get(outcome, "default")
            self._console.print(f"  [{colour}]{count:,}[/] {chinese} [dim]{english}[/]")
        return not counts["died_again"]

    def _outcomes(self, replayed: Deaths) -> Counter[str]:
        left, known, until = dict(replayed), Counter[str](), self._clock() + self._patience
        with self._console.status("等待回音 waiting to hear of them"):
            while True:
                for id, outcome in list(self._newly_known(left)):
                    known[outcome] += 1
                    del left[id]
                if not left or self._clock() >= until:
                    return known + Counter(on_the_way=len(left))
                self._pause(PAUSE)

    def _newly_known(self, left: Deaths) -> Iterator[tuple[str, str]]:
        # The earlier state first: what goes from one to the other meanwhile is seen in one of them.
        still = {row["id"] for state in ON_THE_WAY for row in self._api.items(DEAD_LETTERS, state=state)}
        for id in left.keys() - still:
            if outcome := outcome_of(self._api.get(f"{DEAD_LETTERS}/{id}"), left[id]):
                yield id, outcome


def outcome_of(letter: dict[str, Any], deaths: int) -> str:
    """What became of a dead letter that had died so often before; empty while nobody knows."""
    if letter["state"] in ON_THE_WAY:
        return ""
    if letter["state"] == "open":
        return "died_again" if letter["deaths"] > deaths else "untouched"
    return letter["outcome"] if letter["state"] == "handled" else letter["state"]


ENDS = {
    **OUTCOMES,
    "died_again": ("再次失败", "died again"),
    "untouched": ("未动", "left as it was"),
    "discarded": ("已被丢弃", "discarded by somebody"),
    "on_the_way": ("尚在途中，稍后用 hemei dead list --state sent 查看", "still on the way"),
}
COLOURS = {**OUTCOME_COLOURS, "died_again": "bold red", "on_the_way": "yellow"}
