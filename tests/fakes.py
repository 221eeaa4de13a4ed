"""Fakes that are given to what is tested, in place of databases: nothing is patched."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.errors import NotFound
from contracts.event import Event


class FakeRepository:
    """Keeps aggregates in memory, with the promises of `chassis.repository.Repository`."""

    def __init__(self, missing: type[NotFound] = NotFound, *aggregates: Any) -> None:
        self._missing = missing
        self._kept = {aggregate.id: aggregate for aggregate in aggregates}

    def get(self, id: UUID) -> Any:
        """The aggregate. Raises what `missing` says."""
        if id not in self._kept:
            raise self._missing(id=str(id))
        return self._kept[id]

    def find(self, id: UUID) -> Any:
        """The aggregate, or None."""
        return self._kept.get(id)

    def community_of(self, id: UUID) -> str:
        """The community of the aggregate. Raises what `missing` says."""
        return str(self.get(id).community)

    def communities_of(self, ids: Iterable[UUID]) -> set[str]:
        """The communities of those that are kept."""
        return {self._kept[id].community for id in ids if id in self._kept}

    def find_by(self, **columns: Any) -> Any:
        """The first aggregate whose fields hold these values, or None."""
        fits = (each for each in self._kept.values() if all(getattr(each, k) == v for k, v in columns.items()))
        return next(fits, None)

    def add(self, aggregate: Any) -> None:
        """Keep it."""
        self._kept[aggregate.id] = aggregate

    def __iter__(self) -> Iterator[Any]:
        return iter(self._kept.values())

    def kept(self) -> dict[Any, Any]:
        """A copy of what is kept, to come back to."""
        return deepcopy(self._kept)

    def bring_back(self, kept: dict[Any, Any]) -> None:
        """Be again as when the copy was taken."""
        self._kept = kept


class FakeUnitOfWork:
    """Publishes into a list; an exception takes back what the repositories and the list had gained."""

    def __init__(self, **repositories: Any) -> None:
        self._repositories = repositories
        self.published: list[Event] = []
        self._depth = 0

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_repositories"][name]
        except KeyError:
            raise AttributeError(f"no repository is called {name}") from None

    def __enter__(self) -> "FakeUnitOfWork":
        if self._depth == 0:
            self._before = (
                list(self.published),
                {name: each.kept() for name, each in self._repositories.items() if hasattr(each, "kept")},
            )
        self._depth += 1
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0 and kind is not None:
            self.published, kept = self._before
            for name, each in kept.items():
                self._repositories[name].bring_back(each)

    def publish(self, *events: Event) -> None:
        """Tell, if and when this unit of work ends well."""
        assert all(isinstance(event, Event) for event in events)
        self.published.extend(events)

    def told(self, event_class: type) -> list[Any]:
        """The events of one class told so far."""
        return [event for event in self.published if type(event) is event_class]


class FakeErased:
    """Who was erased."""

    def __init__(self) -> None:
        self.known: set[tuple[str, UUID]] = set()

    def remember(self, community: str, ids: Iterable[UUID], erased_at: datetime) -> None:
        self.known |= {(community, id) for id in ids}

    def among(self, community: str, ids: Iterable[UUID]) -> set[UUID]:
        return {id for id in ids if (community, id) in self.known}

    def all_of(self, community: str) -> set[UUID]:
        return {id for there, id in self.known if there == community}


class FakeMerged:
    """Whose entry in the register became part of which other."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, UUID], UUID] = {}

    def hold_still(self, community: str) -> None:
        return None

    def hold_alone(self, community: str) -> None:
        return None

    def remember(self, community: str, gone: UUID, kept: UUID, at: datetime, **more: Any) -> UUID | None:
        last = self.now(community, kept)
        if last == gone or self.now(community, gone) == last:
            return None
        moved = {pair: last for pair, into in self.known.items() if pair[0] == community and into == gone}
        self.known |= {**moved, (community, gone): last}
        return last

    def now(self, community: str, id: UUID) -> UUID:
        return self.known.get((community, id), id)

    def of(self, community: str, ids: Iterable[UUID]) -> dict[UUID, UUID]:
        return {id: self.known[community, id] for id in ids if (community, id) in self.known}

    def into(self, community: str, ids: Iterable[UUID]) -> set[UUID]:
        wanted = {*ids}
        return {gone for (there, gone), kept in self.known.items() if there == community and kept in wanted}

    def all_of(self, community: str) -> dict[UUID, UUID]:
        return {gone: kept for (there, gone), kept in self.known.items() if there == community}
