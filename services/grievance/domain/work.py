"""What whoever handles a case does on the way to its end and after it: calls, tasks and attempts, help asked for by
hand, a reply to the rating."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from contracts.grievance.errors import AskedAlready, NobodyToRemind, RemindedAlready, RepliedAlready
from contracts.grievance.events import HandsAsked, LeaderReminded, ReplyGiven, UnitAsked
from services.grievance.domain.grievance import Grievance
from services.grievance.domain.receipts import CHINA
from services.grievance.domain.tasks import Task, TaskState, settled, task_of, with_more

# -- calls

OUTCOMES = {
    "reached": "已接通",
    "no_answer": "无人接听",
    "busy": "占线",
    "wrong_number": "号码有误",
    "call_back": "约好再打",
}
CALLED = {"filer": "提交人", "volunteer": "志愿者", "unit": "共建单位", "neighbour": "邻居", "other": "其他人"}

_NUMBER = re.compile(r"(?<!\d)\+?\d(?:[ -]?\d){6,}")
"""Seven digits and more, however they are grouped: a telephone number, or nothing that a timeline needs."""


def note_call(case: Grievance, *, called: str, outcome: str, note: str, by: str, now: datetime) -> None:
    """Somebody was called. Whoever filed and was reached has been answered; no number stays in the timeline."""
    case.require_step("call")
    if (called, outcome) == ("filer", "reached"):
        case.answer(now)
    said = f"{CALLED[called]}，{OUTCOMES[outcome]}"
    case.note(now, "called", case.who(by), _joined(said, without_numbers(note)))


def without_numbers(words: str) -> str:
    """The words with every telephone number in them taken out."""
    return _NUMBER.sub("（号码略）", words)


# -- a hard case, part by part

DOERS = {"leader": "网格长", "unit": "共建单位", "volunteers": "志愿者"}


def split(case: Grievance, tasks: Sequence[Task], *, by: str, now: datetime) -> None:
    """The case gets (further) tasks. Raises `TooManyTasks`."""
    case.require_step("split")
    case.tasks = with_more(case.tasks or (), tasks)
    case.note(now, "split", case.who(by), "；".join(f"{task.title}（{DOERS[task.who]}）" for task in tasks))


def settle_task(case: Grievance, task_id: UUID, state: TaskState, *, reason: str, by: str, now: datetime) -> None:
    """A task is done, or dropped for a reason. Raises `TaskNotFound`, `TaskSettled`."""
    case.require_step("settle")
    task = settled(task_of(case.tasks or (), task_id), state, reason, now)
    case.tasks = [task if one.id == task_id else one for one in case.tasks or ()]
    case.note(now, f"task_{state.value}", case.who(by), _joined(task.title, reason))


def note_attempt(case: Grievance, task_id: UUID | None, words: str, *, is_change: bool, by: str, now: datetime) -> None:
    """What was tried without an end yet, or that another way is tried from now on; of a task or of the whole case.
    Raises `TaskNotFound`."""
    case.require_step("attempt")
    title = task_of(case.tasks or (), task_id).title if task_id else ""
    case.note(now, "approach_changed" if is_change else "attempted", case.who(by), _joined(title, words))


# -- help asked for by hand

ON_HAND = ("offered", "accepted", "checked_in")
UNIT_AT_WORK = ("referred", "accepted")

WANTED = {
    "survey": "实地查看",
    "repair": "维修",
    "install": "安装",
    "removal": "清理拆除",
    "attendance": "到场会商",
    "advice": "给出意见",
    "other": "协助办理",
}
"""What a unit may be asked for: codes, because what people write about a case stays with it."""


def ask_hands(
    case: Grievance,
    request_id: UUID,
    *,
    hands: int,
    skills: Sequence[str],
    note: str,
    path: Sequence[str],
    by: str,
    now: datetime,
) -> HandsAsked:
    """Volunteers are wanted though the category did not say so, or more of them after all were heard. Raises
    `AskedAlready` while some are asked or at work."""
    case.require_step("ask-hands")
    if case.asked.hands or any(dispatch.state in ON_HAND for dispatch in case.dispatches):
        raise AskedAlready(help="volunteers")
    case.asked.hands = True
    case.note(now, "hands_asked", case.who(by), _joined(f"需要 {hands} 人", note))
    return HandsAsked(
        community=case.community,
        grievance_id=case.id,
        request_id=request_id,
        place=case.place,
        path=tuple(path),
        category=case.category,
        skills=tuple(skills),
        hands=hands,
        round=case.round,
        asked_at=now,
    )


def ask_unit(
    case: Grievance,
    request_id: UUID,
    *,
    unit_kind: str | None,
    unit_id: UUID | None,
    wanted: str,
    note: str,
    path: Sequence[str],
    by: str,
    now: datetime,
) -> UnitAsked:
    """A partner unit is wanted, of a kind or this very one. Raises `AskedAlready` while one is asked or at work."""
    case.require_step("ask-unit")
    if case.asked.unit or (case.referral is not None and case.referral.state in UNIT_AT_WORK):
        raise AskedAlready(help="unit")
    case.asked.unit = True
    case.note(now, "unit_asked", case.who(by), _joined(WANTED[wanted], note))
    return UnitAsked(
        community=case.community,
        grievance_id=case.id,
        request_id=request_id,
        place=case.place,
        path=tuple(path),
        category=case.category,
        line=case.line,
        unit_kind=unit_kind,
        unit_id=unit_id,
        wanted=wanted,
        round=case.round,
        asked_at=now,
    )


# -- whoever is responsible is reminded

REMINDED = "reminded"
"""What the timeline calls it."""


def remind(
    case: Grievance, *, last: datetime | None, pause: timedelta, by: str, note: str, now: datetime
) -> LeaderReminded:
    """The office reminds whoever is responsible. Raises `NobodyToRemind`, and `RemindedAlready` where that was done
    (at `last`) less than `pause` ago."""
    case.require_step("remind")
    if case.leader is None:
        raise NobodyToRemind
    if last is not None and now - last < pause:
        at, minutes = last.astimezone(CHINA).strftime("%m-%d %H:%M"), round(pause.total_seconds() / 60)
        raise RemindedAlready(at=at, minutes=minutes)
    case.note(now, REMINDED, by or "社区", note)
    return LeaderReminded(
        community=case.community, grievance_id=case.id, place=case.place, post=case.leader.post, reminded_at=now
    )


# -- a rating is replied to

RATED, REPLIED = "rated", "replied"
"""What the timeline calls them."""


def is_replied_to(whats: Iterable[str]) -> bool:
    """Whether the last rating among what happened, in its order, has its reply: each round has one of each at most."""
    return [what for what in whats if what in (RATED, REPLIED)][-1:] == [REPLIED]


def reply(case: Grievance, *, is_replied: bool, words: str, by: str, now: datetime) -> ReplyGiven:
    """Whoever handles the case says something to the rating, which whoever filed it reads. Raises `StepForbidden` where
    there is no rating, `RepliedAlready` where this was done for this one."""
    case.require_step("reply")
    if is_replied:
        raise RepliedAlready
    case.note(now, REPLIED, case.who(by), words)
    return ReplyGiven(community=case.community, grievance_id=case.id, replied_at=now)


def _joined(*words: str) -> str:
    return "：".join(filter(None, words))
