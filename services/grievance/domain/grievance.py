"""A grievance: what may happen to it when, and what is told when it does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from contracts.grievance.errors import StepForbidden, TooLateToAmend, TooLateToCancel, TooLateToReopen
from contracts.grievance.events import (
    GrievanceAccepted,
    GrievanceAmended,
    GrievanceCancelled,
    GrievanceClosed,
    GrievanceEscalated,
    GrievanceFiled,
    GrievanceGoesOn,
    GrievanceJoined,
    GrievanceRated,
    GrievanceRejected,
    GrievanceReopened,
    GrievanceResolved,
)
from services.grievance.domain.categories import CATEGORIES, Category
from services.grievance.domain.involved import Asked, Dispatch, Leader, Referral, Visit
from services.grievance.domain.pauses import Pause
from services.grievance.domain.receipts import CHINA
from services.grievance.domain.tasks import Task, require_all_closed
from services.grievance.domain.turns import Entry, moved_on, of_others

CANCEL_WITHIN = timedelta(minutes=10)
"""适老化通用设计规范 (MIIT 2021-04) asks that a submission can be withdrawn for ten minutes."""

REOPEN_WITHIN = timedelta(days=15)
"""After this a matter counts as new; our own choice, longer than the ten days that other systems give."""


class Status(StrEnum):
    """Where a grievance stands."""

    FILED = "filed"
    ASSIGNED = "assigned"
    IN_HAND = "in_hand"
    RESOLVED = "resolved"
    RATED = "rated"
    CLOSED = "closed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


STEPS: dict[Status, tuple[str, ...]] = {
    Status.FILED: ("reject", "cancel", "amend"),
    Status.ASSIGNED: ("accept", "reject", "cancel", "amend"),
    Status.IN_HAND: ("resolve", "reject", "cancel", "amend", "pause"),
    Status.RESOLVED: ("rate", "reopen"),
    Status.RATED: ("reopen",),
    Status.CLOSED: ("reopen",),
    Status.REJECTED: ("reopen",),
    Status.CANCELLED: (),
}
"""The steps that people can take in each state."""

OPEN = (Status.FILED, Status.ASSIGNED, Status.IN_HAND)

ON_THE_WAY = ("call", "split", "settle", "attempt", "ask-hands", "ask-unit", "remind", "hand-over", "give-back")

WORK: dict[Status, tuple[str, ...]] = {
    Status.FILED: ("call", "remind", "hand-over"),
    Status.ASSIGNED: ON_THE_WAY,
    Status.IN_HAND: ON_THE_WAY,
    Status.RESOLVED: ("call",),
    Status.RATED: ("call", "reply"),
    Status.CLOSED: ("reply",),
}
"""What whoever handles a case may do on the way in each state; in the others, nothing. Only a rating is replied to."""

WHILE_PAUSED = (
    "resolve", "reject", "cancel", "amend", "call", "settle", "attempt", "hand-over", "give-back", "resume",
)  # fmt: skip
"""What may be done while the clock stands still: what ends the case, and the tasks it has already, without which it
could not end; what may bring about what it waits for, another leader, who has to accept it first, and going on. New
work (more tasks, help) goes on first, so that nobody works while no clock runs; nobody is reminded of what waits."""


@dataclass(kw_only=True)
class Grievance:
    """One case. Its description and contact are kept apart and not needed for any rule.

    `leader_changes` are the numbers of the changes of its leader by hand that were told of in this round;
    `is_responded` says that a leader had it in hand in this round before another one got it.
    """

    id: UUID
    community: str
    receipt: str
    place: str
    category: str
    line: str
    needs: list[str]
    unit_kind: str | None
    skills: list[str]
    hands: int
    channel: str
    is_anonymous: bool
    about_person: UUID | None
    status: Status
    filed_at: datetime
    respond_by: datetime
    resolve_by: datetime
    round: int = 1
    leader: Leader | None = None
    is_leader_missing: bool = False
    leader_changes: list[int] = field(default_factory=list)
    is_responded: bool = False
    dispatches: list[Dispatch] = field(default_factory=list)
    referral: Referral | None = None
    visit: Visit | None = None
    late: list[str] = field(default_factory=list)
    resolution: str = ""
    score: int | None = None
    resolved_at: datetime | None = None
    ended_at: datetime | None = None
    filed_by: UUID | None = None
    neighbours: int = 0
    amended_at: datetime | None = None
    filed_on: date
    is_answered_in_time: bool | None = None
    solved_minutes: int | None = None
    tasks: list[Task] | None = None
    asked: Asked = field(default_factory=Asked)
    turn: int = 0
    forgotten_at: datetime | None = None
    pause: Pause | None = None
    pause_words: str | None = None
    pauses: int = 0
    moved_from: datetime | None = None
    step_id: UUID | None = None
    news: list[Entry] = field(default_factory=list)

    # -- what people do

    def begin_turn(
        self, step_id: UUID | None, *, by: str, expected: int | None, since: Callable[[int], Sequence[Entry]]
    ) -> None:
        """Whoever acts now, `by` name, has seen the case as it was after turn `expected`. Raises `CaseMovedOn` where
        others had their turns after that; `since` gives the entries that came after a turn. Nobody is held up by their
        own turns, nor by what came about by itself: a page that was open since then, or waited in a dead spot, goes
        on. Whoever does not say who they are is held up by any turn."""
        if expected is not None and expected != self.turn:
            meanwhile = since(expected)
            if (others := of_others(meanwhile, by)) or not by or expected > self.turn:
                raise moved_on(self.turn, others or meanwhile)
        self.turn, self.step_id = self.turn + 1, step_id

    def accept(self, *, by: str, note: str, now: datetime) -> GrievanceAccepted:
        """The leader takes the matter in hand."""
        self.require_step("accept")
        self.run_on(now)
        self.status = Status.IN_HAND
        self.answer(now)
        self.note(now, "accepted", by or self._leader_name(), note)
        return GrievanceAccepted(**self._who(), accepted_at=now)

    def resolve(self, resolution: str, *, by: str, now: datetime) -> GrievanceResolved:
        """Whoever has it in hand says that it is solved, and how. Raises `TasksOpen` while a task that must be done is
        open."""
        self.require_step("resolve")
        require_all_closed(self.tasks or ())
        self.run_on(now)
        self.status, self.resolution, self.resolved_at = Status.RESOLVED, resolution, now
        self.solved_minutes = int((now - self.filed_at).total_seconds() // 60)
        self.note(now, "resolved", by or self._leader_name(), resolution)
        return GrievanceResolved(**self._who(), resolved_at=now)

    def reject(self, reason: str, *, by: str, now: datetime) -> GrievanceRejected:
        """The matter is not taken, for a reason that the resident is told."""
        self.require_step("reject")
        self.run_on(now)
        self.status, self.resolution, self.ended_at = Status.REJECTED, reason, now
        self.answer(now)
        self.note(now, "rejected", by or self._leader_name(), reason)
        return GrievanceRejected(**self._who(), rejected_at=now)

    def rate(self, score: int, *, by: str, comment: str, now: datetime) -> GrievanceRated:
        """The resident says how content they are, from 1 to 5."""
        self.require_step("rate")
        self.status, self.score = Status.RATED, score
        self.note(now, "rated", by or "居民", f"{score} 分" + (f"：{comment}" if comment else ""))
        return GrievanceRated(**self._who(), score=score, rated_at=now)

    def cancel(self, *, by: str, reason: str, now: datetime) -> GrievanceCancelled:
        """The resident withdraws the matter, within ten minutes of filing it."""
        self.require_step("cancel")
        if now - self.filed_at > CANCEL_WITHIN:
            raise TooLateToCancel(minutes=int(CANCEL_WITHIN.total_seconds() // 60))
        self.run_on(now)
        self.status, self.ended_at = Status.CANCELLED, now
        self.note(now, "cancelled", by or "居民", reason)
        return GrievanceCancelled(**self._who(), cancelled_at=now)

    def amend(
        self, *, category: Category, place: str, by: str, now: datetime
    ) -> GrievanceAmended | GrievanceGoesOn | None:
        """The resident says better what it is about, within ten minutes of filing. Another category or place begins
        another round, in which it is led and helped anew. Where only words changed, a case that waited goes on, for
        what it waits for may have changed with them; else None."""
        self.require_step("amend")
        if now - self.filed_at > CANCEL_WITHIN:
            raise TooLateToAmend(minutes=int(CANCEL_WITHIN.total_seconds() // 60))
        earlier_began_at = self.amended_at or self.filed_at
        self.amended_at = now
        self.note(now, "amended", by or "居民")
        was_paused = self.is_paused
        self.run_on(now)
        if (category.code, place) == (self.category, self.place):
            return self.goes_on(now) if was_paused else None
        self._become(category, place)
        self._begin_round(category, now)
        self.status, self.leader, self.is_leader_missing = Status.FILED, None, False
        return GrievanceAmended(**self.facts(), earlier_began_at=earlier_began_at, amended_at=now)

    def join(self, *, now: datetime) -> GrievanceJoined:
        """One more neighbour has the same trouble."""
        if self.status not in OPEN:
            raise self._forbidden("join")
        self.neighbours += 1
        return GrievanceJoined(**self._who(), neighbours=self.neighbours, joined_at=now)

    def reopen(self, reason: str, *, by: str, category: Category, now: datetime) -> GrievanceReopened:
        """The resident is not content: another round begins, with fresh clocks and the same leader until another
        is named."""
        self.require_step("reopen")
        if self.ended_at and now - self.ended_at > REOPEN_WITHIN:
            raise TooLateToReopen(days=REOPEN_WITHIN.days)
        self._begin_round(category, now)
        self.status = Status.ASSIGNED if self.leader else Status.FILED
        self.note(now, "reopened", by or "居民", reason)
        return GrievanceReopened(**self.facts(), reopened_at=now)

    # -- what time does

    def escalate(self, milestone: str, *, now: datetime) -> GrievanceEscalated:
        """A deadline has passed: "response" or "resolution"."""
        due_at = self.respond_by if milestone == "response" else self.resolve_by
        self.late = [*self.late, milestone]
        if milestone == "response":
            self.answer(now)
        self.note(now, f"late_{milestone}", "系统", f"应于 {due_at.isoformat(timespec='minutes')} 前完成")
        return GrievanceEscalated(
            **self._who(),
            place=self.place,
            milestone=milestone,
            about_person=self.about_person,
            due_at=due_at,
            escalated_at=now,
        )

    @property
    def due_at(self) -> datetime | None:
        """The next deadline that was not escalated yet; None where there is none."""
        if self.awaits_response and "response" not in self.late:
            return self.respond_by
        return self.resolve_by if self.status in OPEN and "resolution" not in self.late else None

    @property
    def awaits_response(self) -> bool:
        """Whether the first response is due: a case that was in hand before it got another leader has had it."""
        return self.status in (Status.FILED, Status.ASSIGNED) and not self.is_responded

    @property
    def led_at(self) -> str | None:
        """The place of the leader's post, where the case came to them by hand."""
        return self.leader.at if self.leader else None

    def late_milestones(self, now: datetime) -> list[str]:
        """The deadlines that have passed and were not escalated yet."""
        missed = []
        if self.awaits_response and now > self.respond_by:
            missed.append("response")
        if self.status in OPEN and now > self.resolve_by:
            missed.append("resolution")
        return [milestone for milestone in missed if milestone not in self.late]

    def close(self, *, now: datetime) -> GrievanceClosed | None:
        """Nothing more is to be done; None where it is not settled (someone was faster)."""
        if self.status not in (Status.RESOLVED, Status.RATED):
            return None
        answered = self.status is Status.RATED
        self.status, self.ended_at = Status.CLOSED, now
        self.note(now, "closed", "系统", "已评价" if answered else "居民未评价，到期自动办结")
        return GrievanceClosed(**self._who(), closed_at=now)

    # -- what other services tell

    def name_leader(self, leader: Leader, *, round: int, now: datetime) -> None:
        """The organization service has named who is responsible; of no use once the case has ended."""
        if round < self.round or self.status not in OPEN:
            return
        self.note(now, "leader_assigned", leader.name, leader.reason)
        if self.leader_changes:  # told late: somebody else has got it by hand since
            return
        self.leader = leader
        if self.status is Status.FILED:
            self.status = Status.ASSIGNED

    def change_leader(
        self, leader: Leader | None, *, kind: str, change: int, round: int, by: str, words: str, now: datetime
    ) -> None:
        """Somebody else leads it from now on, or nobody. They have to accept it anew; no deadline begins anew, and a
        first response that was given stays given. It is a turn of whoever did it, so that nobody acts on it who has
        not seen it. Of no use once the case has ended; what is told late changes the leader no more."""
        if round != self.round or self.status not in OPEN or change in self.leader_changes:
            return
        self.turn, self.step_id = self.turn + 1, None
        self.note(now, kind, by, words)
        is_last = change > max(self.leader_changes, default=0)
        self.leader_changes = [*self.leader_changes, change]
        if not is_last:
            return
        self.run_on(now)
        self.is_responded = self.is_responded or self.status is Status.IN_HAND
        self.leader = leader
        self.status = Status.ASSIGNED if leader else Status.FILED

    def call_by(self, gone: UUID, kept: UUID) -> None:
        """Two entries of the register were one person, who is called `kept` on the case from now on."""
        if self.leader is not None and self.leader.id == gone:
            self.leader = replace(self.leader, id=kept)
        if self.about_person == gone:
            self.about_person = kept
        for dispatch in self.dispatches:
            dispatch.volunteer_id = kept if dispatch.volunteer_id == gone else dispatch.volunteer_id

    def note_leader_missing(self, reason: str, *, round: int, now: datetime) -> None:
        """No grid leader could be named."""
        if round >= self.round and self.status in OPEN:
            self.is_leader_missing = True
            self.note(now, "leader_missing", "系统", reason)

    def dispatch(self, dispatch_id: UUID) -> Dispatch | None:
        """The dispatch of a dispatch, or None where it belongs to an earlier round."""
        return next((dispatch for dispatch in self.dispatches if dispatch.id == dispatch_id), None)

    def note(self, at: datetime, what: str, who: str, note: str = "") -> None:
        """Add a line to the timeline."""
        self.news.append(Entry(at=at, what=what, who=who, note=note, turn=self.turn, step_id=self.step_id))

    def answer(self, now: datetime) -> None:
        """The resident has been answered for the first time, or should have been by now; only the first counts."""
        if self.is_answered_in_time is None:
            self.is_answered_in_time = now <= self.respond_by

    def require_step(self, step: str) -> None:
        """Raises `StepForbidden` where the state does not allow this step or work on the way."""
        if step not in self._allowed():
            raise self._forbidden(step)

    # -- the clock stands still

    @property
    def is_paused(self) -> bool:
        """Whether its clock stands still. Only what is in hand waits: a process of the release before, which knows no
        pauses, leaves one where it ends a case or begins another round."""
        return self.pause is not None and self.status is Status.IN_HAND

    @property
    def goes_on_at(self) -> datetime | None:
        """When its pause is over, whether it still waits then or not; None where it has none."""
        return None if self.pause is None else self.pause.ends_at

    def run_on(self, now: datetime) -> None:
        """The clock stands still no more, if it did: of the time by which the deadline was moved, what is not over yet
        is taken back, and never more than that: what ends a pause may have come about before it began, and be told
        late. What was left of a pause where it does not stand still goes, and its deadline stays as it is."""
        if self.pause is not None and self.is_paused:
            over_by = max(now, self.pause.since)
            self.resolve_by -= max(timedelta(), self.pause.ends_at - over_by)
        self.pause = self.pause_words = None

    def goes_on(self, now: datetime, *, by_itself: bool = False) -> GrievanceGoesOn:
        """What is told where a case that is still in hand waits no more."""
        return GrievanceGoesOn(
            **self._who(),
            place=self.place,
            post=self.leader.post if self.leader else "",
            by_itself=by_itself,
            went_on_at=now,
        )

    # --

    def facts(self) -> dict[str, Any]:
        """The facts of a filing, as told when a round begins."""
        return self._who() | {
            "place": self.place,
            "category": self.category,
            **_names_of(self.category),
            "line": self.line,
            "needs": tuple(self.needs),
            "unit_kind": self.unit_kind,
            "skills": tuple(self.skills),
            "hands": self.hands,
            "about_person": self.about_person,
            "round": self.round,
            "filed_at": self.filed_at,
        }

    def who(self, by: str) -> str:
        """How the timeline names whoever acts for those responsible."""
        return by or self._leader_name()

    def _who(self) -> dict[str, Any]:
        return {"community": self.community, "grievance_id": self.id}

    def _begin_round(self, category: Category, now: datetime) -> None:
        self.round += 1
        self.score = self.resolved_at = self.ended_at = self.solved_minutes = None
        self.leader_changes, self.is_responded = [], False
        self.asked = Asked.by_category(category.needs)
        self.dispatches, self.referral, self.visit, self.late = [], None, None, []
        self.pause = self.pause_words = self.moved_from = None
        self.pauses = 0
        self.respond_by, self.resolve_by = clocks(category, now)

    def _become(self, category: Category, place: str) -> None:
        self.place, self.category, self.line = place, category.code, category.line
        self.needs, self.unit_kind = list(category.needs), category.unit_kind
        self.skills, self.hands = list(category.skills), category.hands

    def _leader_name(self) -> str:
        return self.leader.name if self.leader else "工作人员"

    def _allowed(self) -> list[str]:
        return allowed_steps(self.status, has_rating=is_rated(self.score, self.forgotten_at), is_paused=self.is_paused)

    def _forbidden(self, step: str) -> StepForbidden:
        status = "paused" if self.is_paused else self.status.value
        return StepForbidden(step=step, status=status, allowed=self._allowed())


def allowed_steps(status: Status, *, has_rating: bool = True, is_paused: bool = False) -> list[str]:
    """Everything that people may do in this state; where there is no rating, nobody replies to one."""
    if is_paused:
        return list(WHILE_PAUSED)
    return [step for step in (*STEPS[status], *WORK.get(status, ())) if has_rating or step != "reply"]


def is_rated(score: int | None, forgotten_at: datetime | None) -> bool:
    """Whether there is a rating to reply to: what was forgotten gets no new words, which nobody would forget again."""
    return score is not None and forgotten_at is None


def day_in_china(moment: datetime) -> date:
    """The day that it is in China at this moment."""
    return moment.astimezone(CHINA).date()


def _names_of(code: str) -> dict[str, str]:
    category = CATEGORIES.get(code)
    return {} if category is None else {"category_zh": category.name, "category_en": category.english}


def clocks(category: Category, start: datetime) -> tuple[datetime, datetime]:
    """When the first response and the resolution are due."""
    respond, resolve = category.hours
    return start + timedelta(hours=respond), start + timedelta(hours=resolve)


def file(
    *,
    id: UUID,
    receipt: str,
    community: str,
    place: str,
    category: Category,
    channel: str,
    is_anonymous: bool,
    about_person: UUID | None,
    filed_by: UUID | None = None,
    now: datetime,
) -> tuple[Grievance, GrievanceFiled]:
    """A new case, and the event that tells of it; who filed it (an account) is told to nobody."""
    respond_by, resolve_by = clocks(category, now)
    grievance = Grievance(
        id=id,
        community=community,
        receipt=receipt,
        place=place,
        category=category.code,
        line=category.line,
        needs=list(category.needs),
        unit_kind=category.unit_kind,
        skills=list(category.skills),
        hands=category.hands,
        channel=channel,
        is_anonymous=is_anonymous,
        about_person=about_person,
        status=Status.FILED,
        filed_at=now,
        respond_by=respond_by,
        resolve_by=resolve_by,
        filed_by=filed_by,
        filed_on=day_in_china(now),
        asked=Asked.by_category(category.needs),
    )
    grievance.note(now, "filed", CHANNELS[channel])
    return grievance, GrievanceFiled(**grievance.facts())


CHANNELS = {"web": "居民（网上）", "phone": "居民（电话）", "walk_in": "居民（来访）", "partner": "共建单位"}
"""How a grievance can come in, and how the timeline names whoever brought it."""
