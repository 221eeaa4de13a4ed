"""An assignment: which leader has a grievance, and what still waits for somebody to be there."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from contracts.errors import Words, words
from contracts.event import Event
from contracts.grievance.events import GrievanceAmended, GrievanceEscalated, GrievanceFiled, GrievanceReopened
from contracts.organization.errors import (
    CaseOver,
    LeadsAlready,
    LedByAnother,
    NobodyAbove,
    NothingToGiveBack,
    TakerAway,
    TakerStandsAside,
    TakerWithoutPost,
)
from contracts.organization.events import EscalationRaised, LeaderAssigned, LeaderChanged, LeaderMissing
from services.organization.domain.places import Place
from services.organization.domain.posts import POST_NAMES, PostKind
from services.organization.domain.responsibility import Choice, Rung, Seat, next_up, taker_of_grievances, titled


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What the filing said that those who hear of the leader must know."""

    category: str
    line: str
    needs: tuple[str, ...] = ()
    unit_kind: str | None = None
    skills: tuple[str, ...] = ()
    hands: int = 0


@dataclass(frozen=True, kw_only=True)
class Step:
    """Somebody changes who leads a case: their account and name, and why, in their words. `id` is this step's own:
    what was taken already is not taken again. `has_seen` says whether they tell which leader they saw, `seen`."""

    id: UUID | None = None
    account: UUID | None = None
    name: str = ""
    reason: str = ""
    has_seen: bool = False
    seen: UUID | None = None


@dataclass(kw_only=True)
class Assignment:
    """Who leads one grievance, in its present round; its id is the grievance's.

    `gap_since` is set while the grid has no leader or nobody could take the grievance; `waiting` holds the
    milestones that passed when there was nobody to put them before. `began_at` is when the round began, `ended_at`
    when it came to its end, and `assigned_at` when it first had a leader. `led_at` is the place of the leader's post.
    `changes` and `step_ids` tell how often another leader came by hand, in all rounds.
    """

    id: UUID
    community: str
    place: str
    grid: str | None
    path: tuple[str, ...]
    round: int
    matter: Matter
    about_person: UUID | None
    began_at: datetime
    leader_id: UUID | None = None
    leader_name: str | None = None
    post: PostKind | None = None
    reason: str = ""
    assigned_at: datetime | None = None
    gap_since: datetime | None = None
    waiting: list[str] = field(default_factory=list)
    waiting_since: datetime | None = None
    led_at: str | None = None
    ended_at: datetime | None = None
    changes: int = 0
    step_ids: list[UUID] = field(default_factory=list)

    @staticmethod
    def opened(filed: GrievanceFiled, place: Place) -> "Assignment":
        """An assignment nobody has yet."""
        return Assignment(
            id=filed.grievance_id,
            community=filed.community,
            place=place.code,
            grid=place.grid,
            path=place.path,
            round=filed.round,
            matter=_matter(filed),
            about_person=filed.about_person,
            began_at=_began_at(filed),
        )

    def reopen(self, filed: GrievanceFiled, place: Place) -> bool:
        """Begin the round that was filed; False, with nothing changed, where it is not a later one."""
        if filed.round <= self.round:
            return False
        fresh = Assignment.opened(filed, place)
        fresh.changes, fresh.step_ids = self.changes, self.step_ids
        for name, value in vars(fresh).items():
            setattr(self, name, value)
        return True

    def assign(self, rungs: list[Rung], now: datetime) -> list[Event]:
        """Give it to whoever is to take it; where the grid has no leader or nobody can take it, tell that too."""
        choice = taker_of_grievances(rungs)
        missing = [self._missing(choice, now)] if choice.is_vacant or choice.rung is None else []
        if choice.rung is None:
            self.reason = choice.reason
            return list(missing)
        return [*missing, self._given(choice.rung, choice.reason, now)]

    # -- by hand

    def hand_over(self, to_id: UUID, seats: Sequence[Seat], step: Step, now: datetime) -> list[Event]:
        """Let somebody else lead the case from now on; `seats` are the posts that they hold today.

        A case that never had a leader is assigned by this, so that all who wait for a leader hear of one. Nothing
        happens where the step was taken before. Raises `CaseOver`, `LedByAnother`, `LeadsAlready`,
        `TakerStandsAside`, `TakerWithoutPost`, `TakerAway`.
        """
        if self._was_taken(step):
            return []
        self._check(step)
        if to_id == self.leader_id:
            raise LeadsAlready(name=self.leader_name)
        if to_id == self.about_person:
            raise TakerStandsAside
        seat = self._nearest(seats)
        if seat is None or seat.holder is None:
            raise TakerWithoutPost
        if seat.holder.away_until is not None:
            raise TakerAway(name=seat.holder.name, until=seat.holder.away_until.isoformat())
        first: list[Event] = []
        if self.assigned_at is None:
            assigned = self._given(seat, f"由社区指定{titled(seat.post, seat.holder.name)}负责", now)
            first.append(replace(assigned, led_at=seat.place))
            self._led_by(None)
        return [*first, self._changed("handed_over", seat, step, now)]

    def give_back(self, rungs: list[Rung], step: Step, now: datetime) -> list[Event]:
        """Give the case to the next person up, for whoever leads it and says that it is not theirs; where nobody can
        take it, it has no leader, as when a post is vacant. Nothing happens where the step was taken before. Raises
        `CaseOver`, `LedByAnother`, `NothingToGiveBack`, `NobodyAbove`."""
        if self._was_taken(step):
            return []
        self._check(step)
        if self.leader_id is None:
            raise NothingToGiveBack
        above = _secretary(rungs)
        is_top = self.post is PostKind.COMMUNITY_SECRETARY
        if is_top or (above and above.holder and above.holder.person_id == self.leader_id):
            raise NobodyAbove
        if above is not None and above.is_available:
            return [self._changed("given_back", above, step, now)]
        why = above.why["zh"] if above else "没有上一级"
        self.reason = f"负责人退单，{why}"
        changed = self._changed("given_back", None, step, now)
        missing = LeaderMissing(
            community=self.community,
            grievance_id=self.id,
            place=self.place,
            round=self.round,
            reason=self.reason,
            missing_at=now,
        )
        self.gap_since = now
        return [changed, missing]

    def _was_taken(self, step: Step) -> bool:
        return step.id is not None and step.id in self.step_ids

    def _check(self, step: Step) -> None:
        if self.ended_at is not None:
            raise CaseOver
        if step.has_seen and step.seen != self.leader_id:
            now = self.leader_said()
            raise LedByAnother(leader_zh=now["zh"], leader_en=now["en"])

    def leader_said(self) -> Words:
        """Who leads it now."""
        if self.post is None or self.leader_name is None:
            return words("还没有人", "nobody")
        return words(titled(self.post, self.leader_name), f"{self.leader_name}, {POST_NAMES[self.post]['en']}")

    def _nearest(self, seats: Sequence[Seat]) -> Seat | None:
        """Of several posts that somebody holds, the one nearest to the case; else the one that leads most."""
        led = [seat for seat in seats if seat.post in LEADING]
        above = [seat for seat in led if seat.place in self.path]
        if above:
            return max(above, key=lambda seat: self.path.index(seat.place))
        return min(led, key=lambda seat: (LEADING.index(seat.post), seat.place), default=None)

    def _changed(self, kind: str, to: Seat | Rung | None, step: Step, now: datetime) -> LeaderChanged:
        before = self.leader_id, str(self.post or ""), self.led_at or ""
        self._led_by(to)
        if to is not None:
            self.gap_since = None
        self.changes += 1
        if step.id is not None:
            self.step_ids = [*self.step_ids, step.id]
        return LeaderChanged(
            community=self.community,
            grievance_id=self.id,
            place=self.place,
            round=self.round,
            change=self.changes,
            kind=kind,
            from_id=before[0],
            from_post=before[1],
            from_place=before[2],
            to_id=self.leader_id,
            to_name=self.leader_name or "",
            to_post=str(self.post or ""),
            to_place=self.led_at or "",
            by_id=step.account,
            by_name=step.name,
            reason=step.reason,
            changed_at=now,
        )

    def _led_by(self, seat: Seat | Rung | None) -> None:
        holder = seat.holder if seat else None
        self.leader_id, self.leader_name = (holder.person_id, holder.name) if holder else (None, None)
        self.post, self.led_at = (seat.post, seat.place) if seat else (None, None)

    # -- by rule

    def fill_gap(self, rungs: list[Rung], now: datetime) -> list[Event]:
        """Look again whether there is somebody now: for the case where it has no leader, and for what waits.

        A secretary who took it while the grid had no leader keeps it: who first received it, leads. What a leader has
        given back goes up and not to the grid again.
        """
        told: list[Event] = []
        choice = taker_of_grievances(rungs)
        if self.gap_since is not None:
            if self.leader_id is None and self.assigned_at is not None:
                told += self._take_up(rungs, now)
            elif self.leader_id is None and choice.rung is not None:
                told.append(self._given(choice.rung, choice.reason, now))
            if self.leader_id is not None and not choice.is_vacant:
                self.gap_since = None
        return told + [event for milestone in list(self.waiting) for event in self._put_before(rungs, milestone, now)]

    def _take_up(self, rungs: list[Rung], now: datetime) -> list[Event]:
        above = _secretary(rungs)
        if above is None or above.holder is None or not above.is_available:
            return []
        self.reason = f"退单后由{titled(above.post, above.holder.name)}接手"
        return [self._changed("taken_up", above, Step(reason=self.reason), now)]

    def stand_aside(self, rungs: list[Rung], now: datetime) -> list[Event]:
        """Whoever leads it turns out to be the one complained about: it goes to whom the rule names instead; where
        nobody can take it, it has no leader, as when a post is vacant. Nothing happens where that is not so, or where
        the case has come to its end."""
        if self.ended_at is not None or self.leader_id is None or self.leader_id != self.about_person:
            return []
        choice = taker_of_grievances(rungs)
        self.reason = choice.reason
        step = Step(reason=choice.reason)
        if choice.rung is not None:
            return [self._changed("taken_up", choice.rung, step, now)]
        return [self._changed("given_back", None, step, now), self._missing(choice, now)]

    def escalate(self, late: GrievanceEscalated, rungs: list[Rung]) -> list[Event]:
        """Put the late grievance before the next person up; where there is none, it waits for one."""
        if late.milestone not in self.waiting:
            self.waiting.append(late.milestone)
            self.waiting_since = self.waiting_since or late.escalated_at
        self.about_person = self.about_person or late.about_person
        return self._put_before(rungs, late.milestone, late.escalated_at)

    def settle(self, at: datetime) -> None:
        """This round came to its end, so that nobody is missing any more; what ended an earlier round is no news."""
        if at >= self.began_at:
            self.gap_since = self.waiting_since = None
            self.waiting = []
            self.ended_at = at

    def _put_before(self, rungs: list[Rung], milestone: str, now: datetime) -> list[Event]:
        current = titled(self.post, self.leader_name) if self.post and self.leader_name else None
        choice = next_up(rungs, milestone, current)
        if choice.rung is None or choice.rung.holder is None:
            return []
        self.waiting.remove(milestone)
        self.waiting_since = self.waiting_since if self.waiting else None
        return [
            EscalationRaised(
                community=self.community,
                grievance_id=self.id,
                milestone=milestone,
                to_id=choice.rung.holder.person_id,
                to_name=choice.rung.holder.name,
                post=str(choice.rung.post),
                reason=choice.reason,
                raised_at=now,
            )
        ]

    def _missing(self, choice: Choice, now: datetime) -> LeaderMissing:
        self.gap_since = now
        stand_in = choice.rung.holder if choice.rung else None
        return LeaderMissing(
            community=self.community,
            grievance_id=self.id,
            place=self.place,
            round=self.round,
            reason=choice.reason,
            escalated_to=stand_in.person_id if stand_in else None,
            missing_at=now,
        )

    def _given(self, rung: Rung | Seat, reason: str, now: datetime) -> LeaderAssigned:
        assert rung.holder
        self._led_by(rung)
        self.reason, self.assigned_at = reason, now
        return LeaderAssigned(
            community=self.community,
            grievance_id=self.id,
            place=self.place,
            path=self.path,
            category=self.matter.category,
            line=self.matter.line,
            needs=self.matter.needs,
            unit_kind=self.matter.unit_kind,
            skills=self.matter.skills,
            hands=self.matter.hands,
            round=self.round,
            leader_id=rung.holder.person_id,
            leader_name=rung.holder.name,
            post=str(rung.post),
            reason=reason,
            assigned_at=now,
        )


LEADING = (PostKind.GRID_LEADER, PostKind.BUILDING_LEADER, PostKind.COMMUNITY_SECRETARY)
"""The posts from which a case can be led."""


def _secretary(rungs: Sequence[Rung]) -> Rung | None:
    return next((rung for rung in rungs if rung.post is PostKind.COMMUNITY_SECRETARY), None)


def _matter(filed: GrievanceFiled) -> Matter:
    return Matter(
        category=filed.category,
        line=filed.line,
        needs=filed.needs,
        unit_kind=filed.unit_kind,
        skills=filed.skills,
        hands=filed.hands,
    )


def _began_at(filed: GrievanceFiled) -> datetime:
    """When the round began that this event tells of."""
    if isinstance(filed, GrievanceReopened):
        return filed.reopened_at
    return filed.amended_at if isinstance(filed, GrievanceAmended) else filed.filed_at
