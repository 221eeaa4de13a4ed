"""What the grievance service tells."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from contracts.event import DetailsErased, Event, PeriodApplied


@dataclass(frozen=True, kw_only=True)
class _GrievanceEvent(Event):
    about: ClassVar[str] = "grievance_id"

    grievance_id: UUID


@dataclass(frozen=True, kw_only=True)
class GrievanceFiled(_GrievanceEvent):
    """A resident (or someone for them) has reported a grievance.

    `needs` says what the category asks for: "hands" (volunteers), "unit" (a partner unit of kind
    `unit_kind`), "visit" (a home visit). The description and the contact stay in the grievance service.
    `about_person` is the official complained about, who must not handle the case. `category_zh` and `category_en` are
    the category's name at that moment, for whoever tells people of the case.
    """

    place: str
    category: str
    category_zh: str = ""
    category_en: str = ""
    line: str
    needs: tuple[str, ...] = ()
    unit_kind: str | None = None
    skills: tuple[str, ...] = ()
    hands: int = 0
    about_person: UUID | None = None
    round: int = 1
    filed_at: datetime


@dataclass(frozen=True, kw_only=True)
class GrievanceReopened(GrievanceFiled):
    """The resident is not content: the grievance starts another round (`round` ≥ 2)."""

    reopened_at: datetime


@dataclass(frozen=True, kw_only=True)
class GrievanceAmended(GrievanceFiled):
    """The resident meant another category or place, and said so within the ten minutes allowed: another round begins.

    The round that is over counts as ended when it began, `earlier_began_at`: an end that is so early is taken for that
    of the new round by no clock that goes behind.
    """

    earlier_began_at: datetime
    amended_at: datetime


@dataclass(frozen=True, kw_only=True)
class GrievanceJoined(_GrievanceEvent):
    """A neighbour has the same trouble and said so instead of filing it again; `neighbours` is how many have."""

    heard: ClassVar[bool] = False

    neighbours: int
    joined_at: datetime


@dataclass(frozen=True, kw_only=True)
class GrievanceAccepted(_GrievanceEvent):
    """The leader has taken the grievance in hand."""

    accepted_at: datetime


@dataclass(frozen=True, kw_only=True)
class GrievanceResolved(_GrievanceEvent):
    """Whoever handled the grievance says it is solved; helpers still on offer may stand down."""

    resolved_at: datetime


@dataclass(frozen=True, kw_only=True)
class GrievanceRejected(_GrievanceEvent):
    """The grievance is not taken, with a reason that the grievance service keeps."""

    rejected_at: datetime


@dataclass(frozen=True, kw_only=True)
class GrievanceCancelled(_GrievanceEvent):
    """The resident has withdrawn the grievance within the ten minutes allowed."""

    cancelled_at: datetime


@dataclass(frozen=True, kw_only=True)
class GrievanceRated(_GrievanceEvent):
    """The resident has said how content they are, 1 (not at all) to 5."""

    heard: ClassVar[bool] = False

    score: int
    rated_at: datetime


@dataclass(frozen=True, kw_only=True)
class GrievanceClosed(_GrievanceEvent):
    """Nothing more is to be done."""

    closed_at: datetime


@dataclass(frozen=True, kw_only=True)
class GrievanceEscalated(_GrievanceEvent):
    """A deadline has passed; `milestone` is "response" or "resolution"."""

    place: str
    milestone: str
    about_person: UUID | None = None
    due_at: datetime
    escalated_at: datetime


@dataclass(frozen=True, kw_only=True)
class HandsAsked(_GrievanceEvent):
    """The leader asks for volunteers by hand: as many, with these skills. `request_id` is the request's own, `path` the
    codes from the community down to the place. What was said with it stays in the grievance service."""

    request_id: UUID
    place: str
    path: tuple[str, ...]
    category: str
    skills: tuple[str, ...] = ()
    hands: int
    round: int = 1
    asked_at: datetime


@dataclass(frozen=True, kw_only=True)
class UnitAsked(_GrievanceEvent):
    """The leader asks for a partner unit by hand: one of a kind, or this very unit. `wanted` says by a code for what:
    "survey", "repair", "install", "removal", "attendance", "advice" or "other"."""

    request_id: UUID
    place: str
    path: tuple[str, ...]
    category: str
    line: str
    unit_kind: str | None = None
    unit_id: UUID | None = None
    wanted: str = "other"
    round: int = 1
    asked_at: datetime


@dataclass(frozen=True, kw_only=True)
class LeaderReminded(_GrievanceEvent):
    """The office asks whoever is responsible to see to it. `post` is theirs, as in `LeaderAssigned`; what was said with
    it, and who said it, stays in the grievance service."""

    place: str
    post: str
    reminded_at: datetime


@dataclass(frozen=True, kw_only=True)
class GrievancePaused(_GrievanceEvent):
    """The clock of a case in hand stands still until a day, on which it goes on by itself. `waits_for` says by
    a code for what: "material", "resident", "season", "authority" or "other"; the words of the code stand beside it.
    What else was said stays in the grievance service."""

    waits_for: str
    waits_for_zh: str
    waits_for_en: str
    until: date
    paused_at: datetime


@dataclass(frozen=True, kw_only=True)
class GrievanceGoesOn(_GrievanceEvent):
    """The clock of a case that stood still runs again, by hand or because the day has come (`by_itself`). `post` is
    that of whoever is responsible, as in `LeaderAssigned`. Of a case that ends, begins another round or gets another
    leader while it stands still this is not told: the event of that says it."""

    place: str
    post: str
    by_itself: bool
    went_on_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReplyGiven(_GrievanceEvent):
    """Whoever handled the case has replied to its rating. What was said, and who said it, stays in the grievance
    service."""

    replied_at: datetime


@dataclass(frozen=True, kw_only=True)
class CasesErased(DetailsErased):
    """What cases said of a person is removed."""


@dataclass(frozen=True, kw_only=True)
class CasesForgotten(PeriodApplied):
    """Cases ended so long ago that their words and people are gone; the figures stay."""


@dataclass(frozen=True, kw_only=True)
class PicturesForgotten(PeriodApplied):
    """Cases ended so long ago that their pictures are gone."""
