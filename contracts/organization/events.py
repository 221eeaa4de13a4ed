"""What the organization service tells."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from contracts.event import Event, PeriodApplied


@dataclass(frozen=True, kw_only=True)
class PlaceFact:
    """One node of the place tree; `parent` is None for the community itself. A closed one takes in nothing new."""

    code: str
    kind: str
    name: str
    parent: str | None
    is_closed: bool = False


@dataclass(frozen=True, kw_only=True)
class PlacesImported(Event):
    """Places were added or changed; at most 400 in one event, parents before children."""

    about: ClassVar[str] = "community"

    places: tuple[PlaceFact, ...]


@dataclass(frozen=True, kw_only=True)
class ElderFact:
    """A resident of sixty or over, as the health service must know them."""

    person_id: UUID
    name: str
    born_on: date
    household: str


@dataclass(frozen=True, kw_only=True)
class EldersRegistered(Event):
    """Residents who are sixty or over were registered or have reached that age; at most 400 in one event."""

    about: ClassVar[str] = "community"

    elders: tuple[ElderFact, ...]


@dataclass(frozen=True, kw_only=True)
class ElderLeft(Event):
    """A resident of whom the health service was told as an elder lives in the community no more.

    `is_belated`: they left before this was told at all, and perhaps no record was ever opened for them. `gone_id`: it
    follows from that entry's having become part of theirs, and counts once that was heard.
    """

    about: ClassVar[str] = "person_id"

    person_id: UUID
    left_on: date
    is_belated: bool = False
    gone_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PostFilled(Event):
    """Someone has taken a post at a place."""

    about: ClassVar[str] = "post_id"

    post_id: UUID
    person_id: UUID
    kind: str
    place: str
    starts_on: date


@dataclass(frozen=True, kw_only=True)
class PostVacated(Event):
    """Someone has left a post."""

    about: ClassVar[str] = "post_id"
    heard: ClassVar[bool] = False

    post_id: UUID
    person_id: UUID
    kind: str
    place: str
    ended_on: date


@dataclass(frozen=True, kw_only=True)
class LeaderAssigned(Event):
    """The person responsible for a grievance is named.

    `path` holds the codes from the community down to the grievance's place, so that hearers need not
    ask where it lies. `needs`, `unit_kind`, `skills`, `hands` are passed on from the filing.
    `post` is "grid_leader", "building_leader" or "community_secretary"; `reason` says in Chinese words why this person.
    `led_at` is the place of that post where somebody chose it by hand, who may choose one that is not on the path; ""
    where the rules did.
    """

    about: ClassVar[str] = "grievance_id"

    grievance_id: UUID
    place: str
    path: tuple[str, ...]
    category: str
    line: str
    needs: tuple[str, ...] = ()
    unit_kind: str | None = None
    skills: tuple[str, ...] = ()
    hands: int = 0
    round: int = 1
    leader_id: UUID
    leader_name: str
    post: str
    led_at: str = ""
    reason: str
    assigned_at: datetime


@dataclass(frozen=True, kw_only=True)
class LeaderChanged(Event):
    """Somebody else leads a grievance from now on, in the same round and with the same deadlines.

    `kind` is "handed_over" (by whoever led it, the secretary or the office), "given_back" (by whoever led it, to the
    next person up; `to_id` is None where there is nobody, and a `LeaderMissing` follows) or "taken_up" (somebody is
    there for what was given back before). Where it turns out that whoever leads it is complained about in it, it is
    "taken_up" by whom the rule names instead, or "given_back" to nobody. `change` counts the changes of a grievance, so
    that one which comes late undoes no later one. The places are those of the two posts, "" where that is not known;
    `place` is the grievance's. `by_id` is the account of whoever did it, None where it came about by rule. `reason` is
    what they wrote, and meant for those who handle the case.
    """

    about: ClassVar[str] = "grievance_id"

    grievance_id: UUID
    place: str
    round: int
    change: int
    kind: str
    from_id: UUID | None
    from_post: str
    from_place: str
    to_id: UUID | None
    to_name: str
    to_post: str
    to_place: str
    by_id: UUID | None
    by_name: str
    reason: str
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class LeaderMissing(Event):
    """No grid leader can be named for a grievance: the post is vacant.

    `escalated_to` is the community secretary who takes it meanwhile (a `LeaderAssigned` for them
    follows), or None where that post is vacant too.
    """

    about: ClassVar[str] = "grievance_id"

    grievance_id: UUID
    place: str
    round: int = 1
    reason: str
    escalated_to: UUID | None = None
    missing_at: datetime


@dataclass(frozen=True, kw_only=True)
class EscalationRaised(Event):
    """A late grievance was put before the next person up, named here."""

    about: ClassVar[str] = "grievance_id"

    grievance_id: UUID
    milestone: str
    to_id: UUID
    to_name: str
    post: str
    reason: str
    raised_at: datetime


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """Everything kept of a person is to be removed; `known_as` are all the ids they are known by, `person_id` too.
    Who `may_return` left long ago and asked for nothing: they are not remembered as erased, and are welcome again.

    Each service that keeps something tells when it is done.
    """

    about: ClassVar[str] = "erasure_id"

    erasure_id: UUID
    person_id: UUID
    known_as: tuple[UUID, ...]
    may_return: bool = False
    erased_at: datetime


@dataclass(frozen=True, kw_only=True)
class PersonMerged(Event):
    """Two entries of the register were one and the same person: whatever is kept of `gone_id` is `kept_id`'s from now
    on. `gone_id` means nobody else ever again, so that news of it which comes late is news of `kept_id`. The same holds
    of the two ids by which they were volunteers, where they were one twice, too."""

    about: ClassVar[str] = "kept_id"

    kept_id: UUID
    gone_id: UUID
    kept_volunteer_id: UUID | None = None
    gone_volunteer_id: UUID | None = None
    merged_at: datetime

    @property
    def pairs(self) -> tuple[tuple[UUID, UUID], ...]:
        """Which id became part of which: the one that is gone, and the one that stays."""
        both = ((self.gone_id, self.kept_id), (self.gone_volunteer_id, self.kept_volunteer_id))
        return tuple((gone, kept) for gone, kept in both if gone is not None and kept is not None)


@dataclass(frozen=True, kw_only=True)
class _ConsentEvent(Event):
    about: ClassVar[str] = "consent_id"

    consent_id: UUID
    person_id: UUID
    purpose: str


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(_ConsentEvent):
    """Somebody agreed to one use of their data."""

    given_on: date
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(_ConsentEvent):
    """Somebody took back what they had agreed to: whoever keeps data for that purpose alone removes it."""

    withdrawn_on: date
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class ResidentsForgotten(PeriodApplied):
    """Residents left so long ago that they were erased, as if they had asked for it."""
