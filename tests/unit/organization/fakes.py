"""What the organization's handlers are given in unit tests, in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from types import TracebackType
from typing import Any
from uuid import UUID

from contracts.errors import NotFound
from contracts.event import Event
from contracts.organization.errors import (
    AssignmentNotFound,
    CommunityNotFound,
    ErasureNotFound,
    LeaveNotFound,
    PersonNotFound,
    PlaceNotFound,
    PostNotFound,
)
from services.organization.domain.assignments import Assignment
from services.organization.domain.merging import Entry, in_order
from services.organization.domain.people import Person
from services.organization.domain.places import Community, Place
from services.organization.domain.posts import Post, PostKind
from services.organization.domain.responsibility import Holder, Seat, seats_above
from tests.fakes import FakeErased, FakeMerged


class FakeRepository:
    """Aggregates in a dictionary."""

    def __init__(self, missing: type[NotFound]) -> None:
        self.missing = missing
        self.kept: dict[UUID, Any] = {}

    def find(self, id: UUID) -> Any:
        return self.kept.get(id)

    def get(self, id: UUID) -> Any:
        if id not in self.kept:
            raise self.missing(id=str(id))
        return self.kept[id]

    def add(self, aggregate: Any) -> None:
        assert aggregate.id not in self.kept, "the database would refuse a second row with this id"
        self.kept[aggregate.id] = aggregate


class FakeAssignments(FakeRepository):
    def _with_gaps(self) -> list[Assignment]:
        return [one for one in self.kept.values() if one.gap_since or one.waiting_since]

    def areas_with_gaps(self, community: str | None = None) -> list[tuple[str, str | None]]:
        areas = {(one.community, one.grid) for one in self._with_gaps()}
        return [area for area in areas if community in (None, area[0])]

    def community_of(self, id: UUID) -> str:
        return str(self.get(id).community)

    def led_by_the_one_concerned(self, community: str, person_id: UUID) -> list[Assignment]:
        here = [one for one in self.kept.values() if one.community == community and one.ended_at is None]
        return [one for one in here if one.leader_id == person_id == one.about_person]

    def with_gaps(self, community: str, grid: str | None, *, is_vacant: bool, most: int) -> list[Assignment]:
        here = [one for one in self._with_gaps() if (one.community, one.grid) == (community, grid)]
        return [one for one in here if not is_vacant or one.leader_id is None or one.waiting][:most]


class FakeConsents(FakeRepository):
    def of_person(self, community: str, person_id: UUID) -> list[UUID]:
        return [id for id, one in self.kept.items() if (one.community, one.person_id) == (community, person_id)]


class FakeCommunities:
    def __init__(self) -> None:
        self.kept: dict[str, Community] = {}

    def find(self, community: str) -> Community | None:
        return self.kept.get(community)

    def get(self, community: str) -> Community:
        if community not in self.kept:
            raise CommunityNotFound(community=community)
        return self.kept[community]

    def keep(self, community: Community) -> None:
        self.kept[community.community] = community


class FakePlaces:
    def __init__(self, tree: dict[str, Place]) -> None:
        self.kept = dict(tree)
        self.used = {"residents": 0, "posts": 0}

    def get(self, community: str, code: str) -> Place:
        if code not in self.kept or self.kept[code].community != community:
            raise PlaceNotFound(community=community, place=code)
        return self.kept[code]

    def all_of(self, community: str) -> dict[str, Place]:
        return {code: place for code, place in self.kept.items() if place.community == community}

    def find(self, community: str, code: str) -> Place | None:
        return self.kept.get(code)

    def uses(self, community: str, code: str, day: date) -> dict[str, int]:
        return {"places": sum(one.parent == code and not one.closed_on for one in self.kept.values()), **self.used}

    def keep(self, kept: Sequence[Place], now: datetime) -> None:
        self.kept |= {place.code: replace(place, version=place.version + 1) for place in kept}


class FakePeople:
    def __init__(self) -> None:
        self.kept: dict[UUID, Person] = {}
        self.told: set[UUID] = set()
        self.changed: dict[UUID, date] = {}

    def get(self, id: UUID, community: str | None = None) -> Person:
        if id not in self.kept or community not in (None, self.kept[id].community):
            raise PersonNotFound(id=str(id))
        return self.kept[id]

    def pair(self, community: str, kept: UUID, gone: UUID) -> tuple[Entry, Entry]:
        first, second = (Entry(person=self.get(id, community), changed_on=self.changed.get(id)) for id in (kept, gone))
        return first, second

    def lock(self, community: str, ids: Sequence[UUID]) -> None:
        return None

    def find(self, community: str, id: UUID) -> Person | None:
        found = self.kept.get(id)
        return found if found and found.community == community else None

    def all_of(self, community: str) -> dict[UUID, Person]:
        return {id: person for id, person in self.kept.items() if person.community == community}

    def keep(self, kept: Sequence[Person], told_elders: Collection[UUID], *, on: date) -> None:
        self.kept |= {person.id: replace(person, version=person.version + 1) for person in kept}
        self.changed |= dict.fromkeys((person.id for person in kept), on)
        self.told |= set(told_elders)

    def untold_elders(self, born_by: date, *, most: int) -> list[Person]:
        untold = [one for id, one in self.kept.items() if id not in self.told]
        return [one for one in untold if one.born_on and one.household and one.born_on <= born_by][:most]

    def is_told_elder(self, community: str, id: UUID) -> bool:
        return id in self.told and self.kept[id].community == community

    def mark_told(self, elders: Sequence[Person]) -> None:
        self.told |= {person.id for person in elders}


class FakeSeats:
    """Holders of posts, set by the test: `held[PostKind.GRID_LEADER, place]`."""

    def __init__(self, places: FakePlaces) -> None:
        self.places = places
        self.held: dict[tuple[PostKind, str], Holder] = {}

    def of_leaders(self, place: Place, day: date) -> list[Seat]:
        return [
            Seat(post=post, place=code, place_name=self.places.kept[code].name, holder=self.held.get((post, code)))
            for post, code in seats_above(place)
            if post is not PostKind.BUILDING_LEADER
        ]

    def of_person(self, community: str, person_id: UUID, day: date) -> list[Seat]:
        return [
            Seat(post=post, place=code, place_name=self.places.kept[code].name, holder=holder)
            for (post, code), holder in sorted(self.held.items(), key=lambda each: each[0][1])
            if holder.person_id == person_id
        ]


class FakeTraces:
    def __init__(self, uow: "FakeUnitOfWork") -> None:
        self.uow = uow

    def ends_of_terms(self, community: str, id: UUID) -> list[date | None]:
        terms = [term for post in self.uow.posts.kept.values() for term in post.terms if post.community == community]
        return [term.ends_on for term in terms if term.person_id == id]

    def remove_leaves(self, community: str, id: UUID) -> int:
        theirs = [leave.id for leave in self.uow.leaves.kept.values() if leave.person_id == id]
        return len([self.uow.leaves.kept.pop(each) for each in theirs])

    def remove_publication(self, community: str, id: UUID) -> int:
        self.uow.portraits.kept = {one: of for one, of in self.uow.portraits.kept.items() if of[0] != id}
        return len([self.uow.publications.kept.pop(each) for each in (id,) if each in self.uow.publications.kept])

    def remove_person(self, community: str, id: UUID) -> int:
        return len([self.uow.people.kept.pop(id)])


class FakeToldApart:
    def __init__(self) -> None:
        self.kept: dict[tuple[UUID, UUID], str] = {}

    def keep(self, community: str, one: UUID, other: UUID, *, by: str, at: datetime) -> None:
        self.kept.setdefault(in_order(one, other), by)

    def move(self, community: str, gone: UUID, kept: UUID) -> None:
        for pair in [pair for pair in self.kept if gone in pair]:
            by, other = self.kept.pop(pair), next(id for id in pair if id != gone)
            if other != kept:
                self.kept.setdefault(in_order(kept, other), by)

    def forget(self, community: str, ids: Sequence[UUID]) -> None:
        self.kept = {pair: by for pair, by in self.kept.items() if not {*pair} & {*ids}}


class FakeBelongings:
    def __init__(self, uow: "FakeUnitOfWork") -> None:
        self.uow = uow

    def posts_of(self, community: str, id: UUID) -> list[UUID]:
        posts = self.uow.posts.kept.values()
        return [post.id for post in posts if any(id in (term.person_id, term.predecessor_id) for term in post.terms)]

    def move(self, community: str, gone: UUID, kept: UUID) -> None:
        for leave in self.uow.leaves.kept.values():
            leave.person_id = kept if leave.person_id == gone else leave.person_id
        for one in self.uow.assignments.kept.values():
            one.leader_id = kept if one.leader_id == gone else one.leader_id
            one.about_person = kept if one.about_person == gone else one.about_person
        portraits = self.uow.portraits
        portraits.kept = {id: (kept if of == gone else of, image) for id, (of, image) in portraits.kept.items()}
        self.uow.publications.kept.pop(gone, None)
        for id in self.uow.consents.of_person(community, gone):
            self.uow.consents.kept.pop(id)
        self.uow.people.kept.pop(gone)


class FakePublications(FakeRepository):
    def __init__(self, uow: "FakeUnitOfWork") -> None:
        super().__init__(PersonNotFound)
        self.uow = uow

    def of_past_holders(self, today: date, *, most: int) -> list[Any]:
        def is_over(id: UUID) -> bool:
            return all(end and end < today for end in self.uow.traces.ends_of_terms(self.kept[id].community, id))

        return [one for one in self.kept.values() if one.portrait and is_over(one.id)][:most]


class FakePortraits:
    def __init__(self) -> None:
        self.kept: dict[UUID, tuple[UUID, str]] = {}

    def keep(self, community: str, id: UUID, person_id: UUID, image: str) -> None:
        self.kept[id] = person_id, image

    def remove(self, community: str, id: UUID) -> None:
        self.kept.pop(id, None)


class FakeUnitOfWork:
    """Keeps what is published."""

    def __init__(self, tree: dict[str, Place] | None = None) -> None:
        self.communities = FakeCommunities()
        self.places = FakePlaces(tree or {})
        for place in (tree or {}).values():
            if place.parent is None:
                self.communities.keep(Community(community=place.code, name=place.name))
        self.people = FakePeople()
        self.posts: FakeRepository = FakeRepository(PostNotFound)
        self.leaves = FakeRepository(LeaveNotFound)
        self.seats = FakeSeats(self.places)
        self.assignments = FakeAssignments(AssignmentNotFound)
        self.erasures = FakeRepository(ErasureNotFound)
        self.erased = FakeErased()
        self.merged = FakeMerged()
        self.told_apart = FakeToldApart()
        self.belongings = FakeBelongings(self)
        self.consents = FakeConsents(NotFound)
        self.traces = FakeTraces(self)
        self.publications = FakePublications(self)
        self.portraits = FakePortraits()
        self.published: list[Event] = []

    def __enter__(self) -> "FakeUnitOfWork":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def publish(self, *events: Event) -> None:
        self.published.extend(events)

    def told(self) -> list[str]:
        """Names of what was published, in order."""
        return [type(event).__name__ for event in self.published]

    def post(self, id: UUID) -> Post:
        post: Post = self.posts.get(id)
        return post
