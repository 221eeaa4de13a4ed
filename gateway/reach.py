"""Who asks and how far they reach: roles held at places, and the areas that follow from them for one thing."""

from dataclasses import dataclass
from enum import StrEnum

WHOLE = ""
"""The community of a grant over the whole system."""

CODE = 12
"""Digits in the code of a community; fewer name a street (9), a county (6) or a city (4)."""


class Limit(StrEnum):
    """How far a role reaches for one thing, seen from the place at which it is held."""

    SYSTEM = "system"
    """Everything: the thing belongs to no community."""

    COMMUNITY = "community"
    """The whole community, also where the role is held at a place in it."""

    PLACE = "place"
    """The place and what lies below it; the community, where no place is named."""

    SUBJECT = "subject"
    """What concerns the unit or volunteer that the role stands for."""

    OWN = "own"
    """What the person filed."""


@dataclass(frozen=True)
class Grant:
    """A role held at a place: `community` whole, or its leading digits; `place` inside it, None for all of it."""

    role: str
    community: str
    place: str | None = None
    subject: str | None = None


@dataclass(frozen=True, kw_only=True)
class Who:
    """Whoever asks, as the accounts service knows them; `scopes` limits a key to these things, None to nothing."""

    account: str
    name: str = ""
    kind: str = "person"
    grants: tuple[Grant, ...] = ()
    scopes: frozenset[str] | None = None
    session: str | None = None
    csrf: str | None = None
    must_change_password: bool = False

    @property
    def roles(self) -> list[str]:
        """The roles held anywhere, each once."""
        return sorted({grant.role for grant in self.grants})


@dataclass(frozen=True)
class Area:
    """Where something may be done: a community (or leading digits), in it perhaps only below a place, for a unit or
    volunteer, or on what an account filed."""

    community: str
    place: str | None = None
    subject: str | None = None
    owner: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether everything in the community belongs to it."""
        return self.place is None and self.subject is None and self.owner is None


@dataclass(frozen=True)
class Reach:
    """All areas in which somebody may do one thing."""

    areas: tuple[Area, ...]

    def within(self, community: str) -> tuple[Area, ...]:
        """The areas in this community."""
        return tuple(area for area in self.areas if community.startswith(area.community))

    @property
    def communities(self) -> tuple[str, ...]:
        """The communities (or leading digits) that it touches; `*` alone where it is all of them."""
        found = {area.community for area in self.areas}
        return ("*",) if WHOLE in found else tuple(sorted(found))


def area_of(who: Who, grant: Grant, limit: Limit) -> Area | None:
    """The area that a grant gives under this limit; None where it lacks what the limit asks for."""
    match limit:
        case Limit.SYSTEM:
            return Area(WHOLE)
        case Limit.COMMUNITY:
            return Area(grant.community)
        case Limit.PLACE:
            return Area(grant.community, place=grant.place)
        case Limit.SUBJECT:
            return Area(grant.community, subject=grant.subject) if grant.subject else None
        case Limit.OWN:
            return Area(grant.community, owner=who.account)
