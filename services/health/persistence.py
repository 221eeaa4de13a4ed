"""Where the health service keeps elder records, visits, the place tree, and which cases have ended."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Uuid,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from chassis.database import Document, Encrypted, EncryptedDocument, Moment, chassis_tables
from chassis.personal import ErasedPeople, MergedPeople, erased_people_table, merged_people_table
from chassis.pinyin import initials_of_person
from chassis.repository import Register, Repository
from chassis.retention import over
from contracts.health.errors import ElderRecordNotFound, VisitNotFound
from contracts.organization.events import PlaceFact
from services.health.domain.calendar import CHECK_UP_AGE, born_by
from services.health.domain.elder_record import ElderRecord
from services.health.domain.visit import HomeVisit, State

metadata = MetaData()
chassis_tables(metadata)

elder_records = Table(
    "elder_records",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("name", String(100), nullable=False),
    Column("born_on", Date, nullable=False),
    Column("household", String(32), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("consent_on", Date),
    Column("consent_at", Moment),
    Column("record", EncryptedDocument),
    Column("completeness", Integer, nullable=False),
    Column("updated_at", Moment),
    Column("next_visit_on", Date),
    Column("visit_planned_for", Date),
    Column("left_on", Date),
    Column("initials", String(60), nullable=False),
    Column("version", Integer, nullable=False),
    Index("elder_records_by_household", "community", "household"),
    Index("elder_records_by_next_visit", "next_visit_on"),
    Index("elder_records_by_id", "id", unique=True),
)

visits = Table(
    "visits",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("grievance_id", Uuid),
    Column("round", Integer),
    Column("place", String(32), nullable=False),
    Column("elder_ids", Document, nullable=False),
    Column("reason", String(300), nullable=False),
    Column("purpose", Encrypted),
    Column("due_on", Date, nullable=False),
    Column("state", String(12), nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("findings", EncryptedDocument),
    Column("missed_reason", Encrypted),
    Column("missed_in_a_row", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Index("visits_by_grievance", "grievance_id"),
    Index("visits_by_day", "community", "due_on"),
    Index("visits_by_id", "id", unique=True),
)
WITH_WORDS = or_(visits.c.findings.is_not(None), visits.c.purpose.is_not(None), visits.c.missed_reason.is_not(None))
"""Visits that still hold what was found on them, or why they were made."""

Index("visits_with_words", visits.c.ended_at, sqlite_where=WITH_WORDS, postgresql_where=WITH_WORDS)

visited_elders = Table(
    "visited_elders",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("elder_id", Uuid, primary_key=True),
    Column("visit_id", Uuid, primary_key=True),
    Index("visited_elders_by_elder", "elder_id"),
)

known_places = Table(
    "known_places",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("code", String(32), primary_key=True),
    Column("parent", String(32)),
    Index("known_places_by_parent", "community", "parent"),
)

cases = Table(
    "cases",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("grievance_id", Uuid, primary_key=True),
    Column("ends", Document),
)

erased_people = erased_people_table(metadata)

merged_people = merged_people_table(metadata)


def missed_in_a_row(connection: Connection, elder_ids: Sequence[UUID]) -> Counter[UUID]:
    """For each of these elders, how many visits were missed since the last that took place."""
    done, done_for = visits.alias("done"), visited_elders.alias("done_for")
    came_since = exists().where(
        done_for.c.elder_id == visited_elders.c.elder_id,
        done.c.id == done_for.c.visit_id,
        done.c.state == State.DONE,
        done.c.ended_at >= visits.c.ended_at,
    )
    counted = (
        select(visited_elders.c.elder_id, func.count().label("number"))
        .join(visits, visits.c.id == visited_elders.c.visit_id)
        .where(visited_elders.c.elder_id.in_(elder_ids), visits.c.state == State.MISSED, ~came_since)
        .group_by(visited_elders.c.elder_id)
    )
    return Counter({row.elder_id: row.number for row in connection.execute(counted)})


class ElderRecords(Repository[ElderRecord]):
    """Health records of elders."""

    table, aggregate, missing = elder_records, ElderRecord, ElderRecordNotFound
    made: ClassVar = {"initials": lambda elder: initials_of_person(elder.name)}

    def community_of(self, id: UUID) -> str:
        """The community of an elder, also of one whose entry became part of another; nothing is locked. Raises
        `ElderRecordNotFound`."""
        theirs = select(elder_records.c.community).where(elder_records.c.id == id)
        gone = select(merged_people.c.community).where(merged_people.c.gone_id == id)
        found: str | None = self.connection.execute(theirs.union_all(gone)).scalar()
        if found is None:
            raise ElderRecordNotFound(id=str(id))
        return found

    def open_all(self, asked: Sequence[ElderRecord]) -> int:
        """Keep those records whose elder has none yet; of the others, follow name, birthday and household,
        also of whoever had left and is back. Returns how many are new."""
        by_id = {elder.id: elder for elder in asked}
        known = self._facts_of(list(by_id))
        fresh = [self._to_row(elder) | {"version": 1} for id, elder in by_id.items() if id not in known]
        if fresh:
            self.connection.execute(insert(elder_records), fresh)
        self._follow([by_id[id] for id, facts in known.items() if facts != _facts(by_id[id])])
        return len(fresh)

    def _facts_of(self, ids: Sequence[UUID]) -> dict[UUID, tuple[Any, ...]]:
        columns = [elder_records.c[name] for name in _FOLLOWED]
        kept = select(elder_records.c.id, *columns).where(elder_records.c.id.in_(ids))
        return {row[0]: tuple(row[1:]) for row in self.connection.execute(kept)}

    def _follow(self, elders: Sequence[ElderRecord]) -> None:
        if elders:
            change = update(elder_records).where(elder_records.c.id == bindparam("elder_id"))
            rows = [
                dict(zip(_FOLLOWED, _facts(elder), strict=True))
                | {"elder_id": elder.id, "initials": initials_of_person(elder.name)}
                for elder in elders
            ]
            self.connection.execute(change, rows)

    def remove(self, community: str, ids: Sequence[UUID]) -> int:
        """Remove the records of these; how many there were."""
        for id in ids:
            self._tracked.pop(id, None)
        theirs = delete(elder_records).where(elder_records.c.community == community, elder_records.c.id.in_(ids))
        return self.connection.execute(theirs).rowcount

    def of_household(self, community: str, code: str) -> list[UUID]:
        """The elders who live in the household of this code."""
        here = (
            elder_records.c.community == community,
            elder_records.c.household == code,
            elder_records.c.left_on.is_(None),
        )
        return [*self.connection.execute(select(elder_records.c.id).where(*here).order_by("id")).scalars()]

    def households_of(self, community: str, elder_ids: Sequence[UUID]) -> list[str]:
        """The household of each elder, in the order asked. Raises `ElderRecordNotFound` that names an unknown one."""
        here = (elder_records.c.community == community, elder_records.c.id.in_(elder_ids))
        found = self.connection.execute(select(elder_records.c.id, elder_records.c.household).where(*here))
        households = {row.id: row.household for row in found}
        for id in elder_ids:
            if id not in households:
                raise ElderRecordNotFound(id=str(id))
        return [households[id] for id in elder_ids]

    def homes(self, community: str, ids: Sequence[UUID]) -> dict[UUID, str]:
        """The household, as it is kept, of those of them who have a record."""
        here = (elder_records.c.community == community, elder_records.c.id.in_(ids))
        kept = select(elder_records.c.id, elder_records.c.household).where(*here)
        return {row.id: row.household for row in self.connection.execute(kept)}

    def owed_visits(self, today: date, by: date, *, most: int) -> list[ElderRecord]:
        """Elders to whom a yearly visit is to be planned that is due by that day, or whose day was not set yet."""
        has_withdrawn = elder_records.c.consent_on.is_(None) & elder_records.c.consent_at.is_not(None)
        unplanned = elder_records.c.visit_planned_for.is_distinct_from(elder_records.c.next_visit_on)
        wanted = (
            select(elder_records.c.id)
            .where(elder_records.c.left_on.is_(None), elder_records.c.born_on <= born_by(CHECK_UP_AGE, today))
            .where(~has_withdrawn)
            .where(elder_records.c.next_visit_on.is_(None) | ((elder_records.c.next_visit_on <= by) & unplanned))
            .order_by(elder_records.c.id)
            .limit(most)
        )
        ids = [*self.connection.execute(wanted).scalars()]
        self.load(ids)
        return [elder for elder in map(self.find, ids) if elder is not None]

    def with_old_consents(self, most: int) -> list[ElderRecord]:
        """Records whose consent was written down before there was a register of consents."""
        old = (elder_records.c.consent_on.is_not(None), elder_records.c.consent_at.is_(None))
        ids = [*self.connection.execute(select(elder_records.c.id).where(*old).order_by("id").limit(most)).scalars()]
        self.load(ids)
        return [elder for elder in map(self.find, ids) if elder is not None]

    def have_consented(self, elder_ids: Sequence[UUID]) -> bool:
        """Whether all of these elders have consented to findings being kept."""
        given = select(func.count()).where(elder_records.c.id.in_(elder_ids), elder_records.c.consent_on.is_not(None))
        return self.connection.execute(given).scalar_one() == len(set(elder_ids))


_FOLLOWED = ("community", "name", "born_on", "household", "left_on")


def _facts(elder: ElderRecord) -> tuple[Any, ...]:
    return tuple(getattr(elder, name) for name in _FOLLOWED)


class Visits(Repository[HomeVisit]):
    """Visits to homes."""

    table, aggregate, missing = visits, HomeVisit, VisitNotFound

    def written(self, aggregates: list[HomeVisit]) -> None:
        """Whom each visit is for, so that visits are found by elder."""
        rows = [
            {"elder_id": elder, "visit_id": visit.id, "community": visit.community}
            for visit in aggregates
            for elder in visit.elder_ids
        ]
        self.upsert(visited_elders, rows, keys=["community", "elder_id", "visit_id"])

    def of_grievance(self, grievance_id: UUID) -> list[HomeVisit]:
        """All visits for a case, those added in this unit of work too."""
        kept = select(visits.c.id).where(visits.c.grievance_id == grievance_id).order_by(visits.c.planned_at)
        ids = [*self.connection.execute(kept).scalars()]
        ids += [id for id, one in self._tracked.items() if one.aggregate.grievance_id == grievance_id and id not in ids]
        return [self.get(id) for id in ids]

    def of_elders(self, community: str, ids: Sequence[UUID]) -> list[HomeVisit]:
        """All visits that were for any of these."""
        here = (visited_elders.c.community == community, visited_elders.c.elder_id.in_(ids))
        kept = select(visited_elders.c.visit_id).where(*here).distinct().order_by(visited_elders.c.visit_id)
        return [self.get(id) for id in [*self.connection.execute(kept).scalars()]]

    def planned_for(self, community: str, ids: Sequence[UUID]) -> list[HomeVisit]:
        """The visits still to be made to any of these."""
        here = (visited_elders.c.community == community, visited_elders.c.elder_id.in_(ids))
        kept = (
            select(visits.c.id)
            .join(visited_elders, visited_elders.c.visit_id == visits.c.id)
            .where(*here, visits.c.state == State.PLANNED)
            .distinct()
            .order_by(visits.c.id)
        )
        return [self.get(id) for id in [*self.connection.execute(kept).scalars()]]

    def leave_out(self, community: str, elder_id: UUID, visit_ids: Sequence[UUID]) -> None:
        """These visits are no longer found by that elder."""
        here = (visited_elders.c.community == community, visited_elders.c.elder_id == elder_id)
        self.connection.execute(delete(visited_elders).where(*here, visited_elders.c.visit_id.in_(visit_ids)))

    def forget(self, community: str, ids: Sequence[UUID]) -> int:
        """Forget which visits were for these; how many."""
        here = (visited_elders.c.community == community, visited_elders.c.elder_id.in_(ids))
        return self.connection.execute(delete(visited_elders).where(*here)).rowcount

    def forget_findings(self, before: datetime, most: int) -> dict[str, int]:
        """Take away what was found on visits that ended before this moment, `most` at once; of how many in each
        community."""
        found = over(self.connection, visits, WITH_WORDS, visits.c.ended_at < before, most=most)
        for community, ids in found.items():
            here = (visits.c.community == community, visits.c.id.in_(ids))
            wordless: dict[str, Any] = {"findings": None, "purpose": None, "missed_reason": None}
            self.connection.execute(update(visits).where(*here).values(wordless))
        return {community: len(ids) for community, ids in found.items()}

    def missed_in_a_row(self, elder_ids: Sequence[UUID]) -> int:
        """The most visits that any of these elders has missed since the last that took place."""
        return max(missed_in_a_row(self.connection, elder_ids).values(), default=0)


class Erased(ErasedPeople):
    """Whose record was erased."""

    table = erased_people


class Merged(MergedPeople):
    """Which entries of the register became part of which other."""

    table = merged_people


class KnownPlaces(Register):
    """The place tree, as the organization tells it."""

    def remember(self, community: str, places: Iterable[PlaceFact]) -> None:
        """Keep where each place lies."""
        rows = {place.code: {"community": community, "code": place.code, "parent": place.parent} for place in places}
        self.upsert(known_places, list(rows.values()), keys=["community", "code"])


class Cases(Register):
    """Which grievances have ended, and when: remembered also for those that no visit was planned for yet.

    A case is locked by whoever asks, so that its end and its visit cannot pass each other unseen.
    """

    def ends_of(self, community: str, grievance_id: UUID) -> list[datetime]:
        """When the case has ended so far, once for each round."""
        self.upsert(cases, [{"grievance_id": grievance_id, "community": community}], keys=["community", "grievance_id"])
        locked = select(cases.c.ends).where(*_case(community, grievance_id)).with_for_update()
        kept = self.connection.execute(locked).scalar()
        return [datetime.fromisoformat(end) for end in kept or []]

    def record_end(self, community: str, grievance_id: UUID, ended_at: datetime) -> list[datetime]:
        """Remember that the case has ended at this moment; returns all its ends."""
        ends = sorted({*self.ends_of(community, grievance_id), ended_at})
        kept: dict[str, Any] = {"ends": [end.isoformat() for end in ends]}
        self.connection.execute(update(cases).where(*_case(community, grievance_id)).values(kept))
        return ends


def _case(community: str, grievance_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return cases.c.community == community, cases.c.grievance_id == grievance_id
