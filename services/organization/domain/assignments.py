"""An assignment: which leader has a grievance, and what still waits for somebody to be there."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.grievance.events import GrievanceAmended, GrievanceEscalated, GrievanceFiled, GrievanceReopened
from contracts.organization.events import EscalationRaised, LeaderAssigned, LeaderMissing
from services.organization.domain.places import Place
from services.organization.domain.posts import PostKind
from services.organization.domain.responsibility import Choice, Rung, next_up, taker_of_grievances, titled


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What the filing said that those who hear of the leader must know."""

    category: str
    line: str
    needs: tuple[str, ...] = ()
    unit_kind: str | None = None
    skills: tuple[str, ...] = ()
    hands: int = 0


@dataclass(kw_only=True)
class Assignment:
    """Who leads one grievance, in its present round; its id is the grievance's.

    `gap_since` is set while the grid has no leader or nobody could take the grievance; `waiting` holds the
    milestones that passed when there was nobody to put them before. `began_at` is when the round began.
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
        return [*missing, self._given(choice, choice.rung, now)]

    def fill_gap(self, rungs: list[Rung], now: datetime) -> list[Event]:
        """Look again whether there is somebody now: for the case where it has no leader, and for what waits.

        A secretary who took it while the grid had no leader keeps it: who first received it, leads.
        """
        told: list[Event] = []
        choice = taker_of_grievances(rungs)
        if self.gap_since is not None:
            if self.leader_id is None and choice.rung is not None:
                told.append(self._given(choice, choice.rung, now))
            if self.leader_id is not None and not choice.is_vacant:
                self.gap_since = None
        return told + [event for milestone in list(self.waiting) for event in self._put_before(rungs, milestone, now)]

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

    def _given(self, choice: Choice, rung: Rung, now: datetime) -> LeaderAssigned:
        assert rung.holder
        self.leader_id, self.leader_name = rung.holder.person_id, rung.holder.name
        self.post, self.reason, self.assigned_at = rung.post, choice.reason, now
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
            reason=choice.reason,
            assigned_at=now,
        )


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
