"""Posts and who holds them from when to when: one holder at a time, every term kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from contracts.errors import Words, words
from contracts.event import Event
from contracts.organization.errors import DatesReversed, PostMisplaced, PostTaken, PostVacant
from contracts.organization.events import PostFilled, PostVacated
from services.organization.domain.places import KIND_NAMES, Place, PlaceKind


class PostKind(StrEnum):
    """What someone is appointed as."""

    COMMUNITY_SECRETARY = "community_secretary"
    GRID_LEADER = "grid_leader"
    BUILDING_LEADER = "building_leader"
    LINE_HEAD = "line_head"


POST_NAMES: Mapping[PostKind, Words] = {
    PostKind.COMMUNITY_SECRETARY: words("社区书记", "community secretary"),
    PostKind.GRID_LEADER: words("网格长", "grid leader"),
    PostKind.BUILDING_LEADER: words("楼栋长", "building leader"),
    PostKind.LINE_HEAD: words("条线负责人", "line head"),
}

SEATED_AT: Mapping[PostKind, tuple[PlaceKind, ...]] = {
    PostKind.COMMUNITY_SECRETARY: (PlaceKind.COMMUNITY,),
    PostKind.GRID_LEADER: (PlaceKind.GRID,),
    PostKind.BUILDING_LEADER: (PlaceKind.BUILDING, PlaceKind.COURTYARD),
    PostKind.LINE_HEAD: (PlaceKind.GRID,),
}
"""At which kinds of places there is such a post."""

LINES: Mapping[str, Words] = {
    "security": words("治安", "security"),
    "mediation": words("调解", "mediation"),
    "law": words("普法", "legal education"),
    "support": words("帮教", "support"),
    "patrol": words("巡逻", "patrol"),
    "safety": words("安全", "safety"),
}
"""The six function lines of a grid （六位一体）."""

PUBLISHED: Mapping[PostKind, frozenset[str]] = {
    PostKind.COMMUNITY_SECRETARY: frozenset({"name", "phone", "portrait"}),
    PostKind.GRID_LEADER: frozenset({"name", "phone", "portrait"}),
    PostKind.BUILDING_LEADER: frozenset({"name", "phone", "portrait"}),
    PostKind.LINE_HEAD: frozenset({"name", "portrait"}),
}
"""What is published of whoever holds such a post, and so shown to anyone who asks （亮明身份）."""

_SEATS = UUID("0d4a4f2f-8f2c-4f0e-9a2a-6f1f6d3c2b71")
_WRITTEN = (
    {str(kind): kind for kind in PostKind}
    | {name["zh"]: kind for kind, name in POST_NAMES.items()}
    | {
        "书记": PostKind.COMMUNITY_SECRETARY,
        "社区党总支书记": PostKind.COMMUNITY_SECRETARY,
        "网格员": PostKind.GRID_LEADER,
        "楼院长": PostKind.BUILDING_LEADER,
        "楼长": PostKind.BUILDING_LEADER,
    }
)
_LINES_WRITTEN = {line: line for line in LINES} | {name["zh"]: line for line, name in LINES.items()}


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """Who is to hold which post from when; `ends_on` is the last day, None while open."""

    kind: PostKind
    place: str
    line: str | None = None
    person_id: UUID
    starts_on: date
    ends_on: date | None = None


@dataclass(kw_only=True)
class Term:
    """One holder's time in a post, both days included; `predecessor_id` is who held it before."""

    id: UUID
    person_id: UUID
    starts_on: date
    ends_on: date | None = None
    predecessor_id: UUID | None = None

    def covers(self, day: date) -> bool:
        """Whether this was their post on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(kw_only=True)
class Post:
    """One post at one place, with everyone who ever held it; terms are in order and never overlap."""

    id: UUID
    community: str
    kind: PostKind
    place: str
    line: str | None
    terms: list[Term] = field(default_factory=list)

    @staticmethod
    def created(place: Place, kind: PostKind, line: str | None) -> "Post":
        """The post as it is before anyone held it. Raises `PostMisplaced`."""
        if (wrong := seat_fault(kind, place, line)) is not None:
            column, said = wrong
            raise PostMisplaced(fields={"place" if column == "post_place" else column: [said]})
        return Post(
            id=post_id(place.community, kind, place.code, line),
            community=place.community,
            kind=kind,
            place=place.code,
            line=line,
        )

    def appoint(self, term_id: UUID, person_id: UUID, starts_on: date, ends_on: date | None = None) -> list[Event]:
        """Someone takes the post; whoever held it until then leaves it the day before.

        Nothing happens where they hold it already, but that a last day is noted where none was known.
        Raises `PostTaken` where someone else's term begins on that day or while this one would last,
        `DatesReversed` where it would end before it begins.
        """
        if ends_on is not None and ends_on < starts_on:
            raise DatesReversed
        if (repeated := self._repeated(term_id, person_id, starts_on)) is not None:
            return self._ending(repeated, ends_on)
        self._check_free(starts_on, ends_on)
        told = self._make_way(starts_on)
        before = [term for term in self.terms if term.starts_on < starts_on]
        predecessor = before[-1].person_id if before else None
        term = Term(id=term_id, person_id=person_id, starts_on=starts_on, ends_on=ends_on, predecessor_id=predecessor)
        self.terms = sorted([*self.terms, term], key=lambda term: term.starts_on)
        return [*told, self._filled(term)]

    def end(self, ends_on: date) -> list[Event]:
        """Whoever holds the post on that day leaves it at its end; nothing happens where they were to leave it
        then anyway. Raises `PostVacant` where nobody holds it."""
        term = self.held_on(ends_on)
        if term is None:
            raise PostVacant(on=ends_on.isoformat())
        if term.ends_on == ends_on:
            return []
        term.ends_on = ends_on
        return [self._vacated(term, ends_on)]

    def held_on(self, day: date) -> Term | None:
        """The term that covers that day."""
        return next((term for term in self.terms if term.covers(day)), None)

    def _repeated(self, term_id: UUID, person_id: UUID, starts_on: date) -> Term | None:
        """The term that this appointment only says again; a term with a last day can be renewed before it."""
        for term in self.terms:
            is_open = term.ends_on is None and term.covers(starts_on)
            if term.id == term_id or (term.person_id == person_id and (term.starts_on == starts_on or is_open)):
                return term
        return None

    def _ending(self, term: Term, ends_on: date | None) -> list[Event]:
        if ends_on is None or term.ends_on is not None:
            return []
        term.ends_on = ends_on
        return [self._vacated(term, ends_on)]

    def _check_free(self, starts_on: date, ends_on: date | None) -> None:
        for term in self.terms:
            if term.starts_on >= starts_on and (ends_on is None or term.starts_on <= ends_on):
                name = POST_NAMES[self.kind]
                raise PostTaken(post_zh=name["zh"], post_en=name["en"], starts_on=term.starts_on.isoformat())

    def _make_way(self, starts_on: date) -> list[Event]:
        held = self.held_on(starts_on)
        if held is None:
            return []
        held.ends_on = starts_on - timedelta(days=1)
        return [self._vacated(held, held.ends_on)]

    def _filled(self, term: Term) -> PostFilled:
        return PostFilled(
            community=self.community,
            post_id=self.id,
            person_id=term.person_id,
            kind=str(self.kind),
            place=self.place,
            starts_on=term.starts_on,
        )

    def _vacated(self, term: Term, ended_on: date) -> PostVacated:
        return PostVacated(
            community=self.community,
            post_id=self.id,
            person_id=term.person_id,
            kind=str(self.kind),
            place=self.place,
            ended_on=ended_on,
        )


def post_id(community: str, kind: PostKind, place: str, line: str | None = None) -> UUID:
    """The id of the one post of this kind at this place (and for this line)."""
    return uuid5(_SEATS, f"{community}/{kind}/{place}/{line or ''}")


def term_id(post: UUID, person_id: UUID, starts_on: date) -> UUID:
    """The id of a term that came without one, the same whenever it comes again."""
    return uuid5(post, f"{person_id}/{starts_on}")


def post_written(text: str) -> PostKind | None:
    """The post that people write so, in Chinese or English; None where it is none."""
    return _WRITTEN.get(text.strip().lower())


def line_written(text: str) -> str | None:
    """The grid line that people write so; None where it is none."""
    return _LINES_WRITTEN.get(text.strip().lower())


def seat_fault(kind: PostKind, place: Place | None, line: str | None) -> tuple[str, Words] | None:
    """Which of "post_place" and "line" is wrong for a post of this kind, and how; None where neither is."""
    allowed, name = SEATED_AT[kind], POST_NAMES[kind]
    if place is None:
        return "post_place", words("没有这个地点", "there is no such place")
    if place.closed_on is not None:
        return "post_place", words(f"{place.name}已停用", f"{place.name} is closed")
    if place.kind not in allowed:
        kinds_zh = "或".join(KIND_NAMES[kind]["zh"] for kind in allowed)
        return "post_place", words(
            f"{name['zh']}应设在{kinds_zh}", f"a {name['en']} belongs to a {' or '.join(allowed)}"
        )
    if kind is PostKind.LINE_HEAD and line not in LINES:
        return "line", words("条线负责人须写明条线", "a line head needs a line")
    if kind is not PostKind.LINE_HEAD and line is not None:
        return "line", words("只有条线负责人才有条线", "only a line head has a line")
    return None
