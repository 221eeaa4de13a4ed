"""Whose turn it is on a case: two people who work on it at once do not overwrite each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.grievance.errors import CaseMovedOn
from services.grievance.domain.receipts import CHINA

NAMED_AT_MOST = 3
"""How many happenings a refusal tells of before it leaves the rest to the case itself."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the timeline: what happened, who did it, and what there is to say about it. `turn` is the turn in which
    it came about, `step_id` what whoever took that turn called it."""

    at: datetime
    what: str
    who: str
    note: str = ""
    turn: int = 0
    step_id: UUID | None = None


def of_others(meanwhile: Sequence[Entry], by: str) -> list[Entry]:
    """The turns among these that somebody else had. People are told apart by their names, as the timeline knows them:
    two of one name who work on one case do not hold each other up."""
    return [entry for entry in meanwhile if entry.what in TURN_WORDS and entry.who != by]


def moved_on(turn: int, meanwhile: Sequence[Entry]) -> CaseMovedOn:
    """The refusal for whoever has not seen the last turns: who did what meanwhile, not what was said."""
    told = [entry for entry in meanwhile if entry.what in TURN_WORDS][-NAMED_AT_MOST:]
    return CaseMovedOn(
        version=turn,
        meanwhile=[f"{entry.who} {_when(entry.at)} {TURN_WORDS[entry.what][0]}" for entry in told],
        meanwhile_en=[f"{entry.who} {TURN_WORDS[entry.what][1]} ({_when(entry.at)})" for entry in told],
    )


def _when(at: datetime) -> str:
    return at.astimezone(CHINA).strftime("%m-%d %H:%M")


TURN_WORDS = {
    "accepted": ("已接办", "took it in hand"),
    "resolved": ("已办结", "said that it is solved"),
    "rejected": ("不予受理", "rejected it"),
    "rated": ("作了评价", "rated it"),
    "cancelled": ("已撤回", "withdrew it"),
    "reopened": ("要求重新办理", "reopened it"),
    "amended": ("修改了内容", "amended it"),
    "paused": ("暂停了办理", "paused it"),
    "resumed": ("恢复了办理", "went on with it"),
    "called": ("打了电话", "made a call"),
    "split": ("拆分了任务", "split it into tasks"),
    "task_done": ("完成了一项任务", "finished a task"),
    "task_dropped": ("取消了一项任务", "dropped a task"),
    "attempted": ("记了一次尝试", "noted an attempt"),
    "approach_changed": ("换了办法", "changed the approach"),
    "hands_asked": ("请了志愿者", "asked for volunteers"),
    "handed_over": ("移交给了别人", "handed it over"),
    "given_back": ("退了单", "gave it back"),
    "unit_asked": ("转请了共建单位", "asked a partner unit"),
    "replied": ("回复了评价", "replied to the rating"),
}
"""What people do in their turns, in both languages."""
