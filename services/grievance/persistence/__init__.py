"""Where grievances are kept: how an aggregate becomes rows, and what is kept beside it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    String,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from chassis.personal import ErasedPeople, MergedPeople
from chassis.repository import Register, Repository
from chassis.telephones import fill_keys, phone_key
from contracts.event import ERASED
from contracts.grievance.errors import GrievanceNotFound
from contracts.organization.events import PlaceFact
from services.grievance.domain.grievance import Grievance
from services.grievance.domain.receipts import FILED_BY_PHONE
from services.grievance.domain.turns import Entry
from services.grievance.persistence.neighbours import Neighbours
from services.grievance.persistence.phrases import Phrases
from services.grievance.persistence.pictures import Pictures
from services.grievance.persistence.tables import BY_ONESELF
from services.grievance.persistence.tables import IS_COMMUNITY as IS_COMMUNITY
from services.grievance.persistence.tables import erased_people as erased_people
from services.grievance.persistence.tables import filings as filings
from services.grievance.persistence.tables import grievances as grievances
from services.grievance.persistence.tables import known_places as known_places
from services.grievance.persistence.tables import merged_people as merged_people
from services.grievance.persistence.tables import metadata as metadata
from services.grievance.persistence.tables import statements as statements
from services.grievance.persistence.tables import timeline as timeline
from services.grievance.persistence.views import Views


class Grievances(Repository[Grievance]):
    """The cases, each with its timeline."""

    table = grievances
    aggregate = Grievance
    missing = GrievanceNotFound

    def was_taken(self, case: Grievance, step_id: UUID) -> bool:
        """Whether a step of this id was taken on the case before."""
        found = select(timeline.c.id).where(*_of_case(case), timeline.c.step_id == step_id).limit(1)
        return self.connection.execute(found).one_or_none() is not None

    def entries_after(self, case: Grievance, turn: int) -> list[Entry]:
        """What happened to the case after that turn, without what was said."""
        told = select(timeline.c.at, timeline.c.what, timeline.c.who, timeline.c.turn)
        after = told.where(*_of_case(case), timeline.c.turn > turn).order_by(timeline.c.id)
        return [Entry(**row._mapping) for row in self.connection.execute(after)]

    def last_time(self, case: Grievance, what: str) -> datetime | None:
        """When this happened to the case last; None where it never did."""
        asked = select(func.max(timeline.c.at)).where(*_of_case(case), timeline.c.what == what)
        found: datetime | None = self.connection.execute(asked).scalar()
        return found

    def of_filers(self, community: str, ids: Sequence[UUID]) -> list[Grievance]:
        """The cases that these filed themselves with their account, and those that are named themselves."""
        theirs = or_(and_(grievances.c.filed_by.in_(ids), BY_ONESELF), grievances.c.id.in_(ids))
        return self._chosen(grievances.c.community == community, theirs)

    def of_volunteers(self, community: str, ids: Sequence[UUID]) -> list[Grievance]:
        """The cases that any of these volunteers was offered. It reads through all cases of the community, which is
        done once when somebody is erased."""
        named = or_(*(cast(grievances.c.dispatches, String).like(f"%{id}%") for id in ids))
        return self._chosen(grievances.c.community == community, named)

    def naming(self, community: str, id: UUID) -> list[Grievance]:
        """The cases that somebody leads or led, is offered, or is complained about in. It reads through all cases of
        the community, which is done once when an entry of the register becomes part of another."""
        named = or_(
            grievances.c.about_person == id,
            *(cast(grievances.c[name], String).like(f"%{id}%") for name in ("leader", "dispatches")),
        )
        return self._chosen(grievances.c.community == community, named)

    def _chosen(self, *conditions: ColumnElement[bool]) -> list[Grievance]:
        ids = [*self.connection.execute(select(grievances.c.id).where(*conditions).order_by("id")).scalars()]
        self.load(ids)
        return [self.get(id) for id in ids]

    def forget_notes(self, community: str, ids: Sequence[UUID]) -> int:
        """Take the words out of the timelines of these cases; in how many entries."""
        theirs = (timeline.c.community == community, timeline.c.grievance_id.in_(ids))
        return self.connection.execute(update(timeline).where(*theirs).values(note="")).rowcount

    def forget_names(self, case: Grievance, names: Collection[str]) -> None:
        """Let these names stand in the timeline of the case no more, nor what was said of them or by them."""
        here = (*_of_case(case), timeline.c.who.in_(names))
        self.connection.execute(update(timeline).where(*here).values(who=ERASED, note=""))

    def has_news(self, aggregate: Grievance) -> bool:
        """Much of what is told of a case changes nothing in it but its timeline."""
        return bool(aggregate.news)

    def written(self, aggregates: list[Grievance]) -> None:
        """Write what was added to the timelines."""
        rows = [
            {"community": grievance.community, "grievance_id": grievance.id, **vars(entry)}
            for grievance in aggregates
            for entry in grievance.news
        ]
        if rows:
            self.connection.execute(insert(timeline), rows)
        for grievance in aggregates:
            grievance.news.clear()


def _of_case(case: Grievance) -> tuple[ColumnElement[bool], ...]:
    return timeline.c.community == case.community, timeline.c.grievance_id == case.id


class Statements(Register):
    """What residents wrote, and how to reach them: kept apart from the case, which needs neither."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._new: list[dict[str, Any]] = []

    def keep(self, grievance_id: UUID, community: str, description: str, contact: dict[str, str] | None) -> None:
        """Keep a resident's words and how to reach them, both encrypted."""
        sealed = None if contact is None else msgspec.json.encode(contact).decode()
        row = {"grievance_id": grievance_id, "community": community, "description": description, "contact": sealed}
        self._new.append(row | {"phone_key": None if sealed is None else _key_of(sealed)})

    def words(self, community: str, grievance_id: UUID) -> tuple[str, dict[str, str] | None]:
        """A resident's words and how to reach them."""
        asked = select(statements.c.description, statements.c.contact).where(*_of(community, grievance_id))
        row = self.connection.execute(asked).one()
        return row.description, None if row.contact is None else msgspec.json.decode(row.contact, type=dict[str, str])

    def are_forgotten(self, community: str, grievance_id: UUID) -> bool:
        """Whether the words of the case were taken away: then it gets no others that may speak of whoever filed it."""
        return (
            self.connection.execute(select(statements.c.description).where(*_of(community, grievance_id))).scalar()
            == ""
        )

    def is_filed_from(self, community: str, grievance_id: UUID, phone: str) -> bool:
        """Whether the case was filed with this telephone."""
        key = phone_key(FILED_BY_PHONE, phone)
        kept = self.connection.execute(select(statements.c.phone_key).where(*_of(community, grievance_id))).scalar()
        return bool(key) and kept == key

    def fill_phone_keys(self, most: int) -> int:
        """Let those be found by their telephone who filed before there were fingerprints; returns how many were looked
        at."""
        return fill_keys(self.connection, statements, sealed="contact", key="phone_key", of=_key_of, most=most)

    def reword(self, community: str, grievance_id: UUID, description: str) -> None:
        """Other words in their place: the earlier ones were not meant."""
        self.connection.execute(update(statements).where(*_of(community, grievance_id)).values(description=description))

    def forget(self, community: str, ids: Sequence[UUID]) -> tuple[int, int]:
        """Take the words of these cases away, and how to reach whoever filed them; how many of each there were."""
        theirs = (statements.c.community == community, statements.c.grievance_id.in_(ids))
        reachable = select(func.count()).select_from(statements).where(*theirs, statements.c.contact.is_not(None))
        contacts = self.connection.execute(reachable).scalar_one()
        nothing = {"description": "", "contact": None, "phone_key": None}
        return self.connection.execute(update(statements).where(*theirs).values(nothing)).rowcount, contacts

    def flush(self, told: Mapping[str, int]) -> dict[str, int]:
        """Write them: after the cases, which they refer to."""
        if self._new:
            self.connection.execute(insert(statements), self._new)
            self._new = []
        return {}


def _key_of(contact: str) -> str:
    """What a contact as it is kept is found by."""
    return phone_key(FILED_BY_PHONE, msgspec.json.decode(contact, type=dict[str, str]).get("phone"))


def _of(community: str, grievance_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return statements.c.community == community, statements.c.grievance_id == grievance_id


class Filings(Register):
    """Which Idempotency-Key was used for which filing."""

    def find(self, community: str, key: str) -> tuple[str, UUID] | None:
        """Fingerprint of the content and id of the grievance filed under this key."""
        row = self.connection.execute(
            select(filings.c.fingerprint, filings.c.grievance_id).where(
                filings.c.community == community, filings.c.key == key
            )
        ).one_or_none()
        return None if row is None else (row.fingerprint, row.grievance_id)

    def keep(self, community: str, key: str, fingerprint: str, grievance_id: UUID) -> None:
        """Remember a key."""
        row = {"community": community, "key": key, "fingerprint": fingerprint, "grievance_id": grievance_id}
        self.connection.execute(insert(filings), row)

    def forget(self, community: str, ids: Sequence[UUID]) -> None:
        """Forget the keys of these cases, and with them the fingerprint of what was written."""
        self.connection.execute(
            delete(filings).where(filings.c.community == community, filings.c.grievance_id.in_(ids))
        )


_KNOWN = select(known_places.c.code).where(
    known_places.c.community == bindparam("community"), known_places.c.code.in_(bindparam("codes", expanding=True))
)
"""Asked for every filing: put together once."""


MOST_SEEN = 100_000
"""Places remembered in memory, so that a filing need not ask for what the last one has found."""

_places_seen: WeakKeyDictionary[Engine, set[tuple[str, str]]] = WeakKeyDictionary()


def _seen(engine: Engine) -> set[tuple[str, str]]:
    """The places of this database that were found before: none is ever taken away, so they are there still."""
    seen = _places_seen.setdefault(engine, set())
    if len(seen) > MOST_SEEN:
        seen.clear()
    return seen


class KnownPlaces(Register):
    """Which places there are, as the organization service has told."""

    def remember(self, community: str, places: Sequence[PlaceFact]) -> None:
        """Add or renew places."""
        rows = [
            {"community": community, "code": place.code, "kind": place.kind, "parent": place.parent} for place in places
        ]
        self.upsert(known_places, rows, keys=["community", "code"])

    def path(self, community: str, place: str) -> list[str]:
        """The codes from the community down to a place, as far as they are known."""
        found: list[str] = []
        code: str | None = place
        while code is not None and code not in found:
            found.append(code)
            above = select(known_places.c.parent).where(
                known_places.c.community == community, known_places.c.code == code
            )
            code = self.connection.execute(above).scalar()
        return found[::-1]

    def without_household(self, community: str, place: str) -> str:
        """The place, or what a household lies in: a household says who it is."""
        here = (known_places.c.community == community, known_places.c.code == place)
        row = self.connection.execute(select(known_places.c.kind, known_places.c.parent).where(*here)).one_or_none()
        return place if row is None or row.kind != "household" else row.parent or community

    def known(self, community: str, codes: set[str]) -> set[str]:
        """Those of the codes that are places of the community."""
        seen = _seen(self.connection.engine)
        wanted = {code for code in codes if (community, code) not in seen}
        if wanted:
            found = self.connection.execute(_KNOWN, {"community": community, "codes": sorted(wanted)}).scalars()
            seen.update((community, code) for code in found)
        return {code for code in codes if (community, code) in seen}


class Erased(ErasedPeople):
    """Who was erased."""

    table = erased_people


class Merged(MergedPeople):
    """Which entries of the register became part of which other."""

    table = merged_people


REPOSITORIES: dict[str, Any] = {
    "grievances": Grievances,
    "statements": Statements,
    "filings": Filings,
    "places": KnownPlaces,
    "neighbours": Neighbours,
    "pictures": Pictures,
    "phrases": Phrases,
    "views": Views,
    "erased": Erased,
    "merged": Merged,
}
"""What the unit of work offers to the handlers, by name."""
