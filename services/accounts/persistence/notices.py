"""Notices, their deliveries, and what must be known to tell people of a matter."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from chassis.personal import ErasedPeople, MergedPeople
from chassis.repository import Register, Repository
from contracts.organization.events import PlaceFact
from services.accounts.domain.addresses import NoticeAddress
from services.accounts.domain.choices import Channel, Choices
from services.accounts.domain.deliveries import Delivery, State
from services.accounts.domain.notices import NAMED_PLACES, Matter, Notice, account_recipient
from services.accounts.domain.reporters import Reporter
from services.accounts.domain.roles import Role
from services.accounts.persistence.tables import (
    accounts,
    deliveries,
    erased_people,
    grants,
    known_matters,
    known_places,
    merged_people,
    notice_addresses,
    notice_choices,
    notices,
    reporters,
)


class KnownPlaces(Register):
    """The place tree, as the organization service has told it; households without their names."""

    def remember(self, community: str, places: Iterable[PlaceFact]) -> None:
        """Add or renew places; their parents may come later."""
        kept = ("code", "kind", "name", "parent")
        rows = {
            place.code: {"community": community} | {name: getattr(place, name) for name in kept} for place in places
        }
        for row in rows.values():
            row["name"] = row["name"] if row["kind"] in NAMED_PLACES else ""
        self.upsert(known_places, list(rows.values()), keys=["community", "code"])

    def path_of(self, community: str, code: str) -> tuple[str, ...]:
        """The codes from the community down to a place, as far as they are known."""
        path: list[str] = []
        wanted: str | None = code
        while wanted is not None and wanted not in path:
            path.insert(0, wanted)
            above = (known_places.c.community == community, known_places.c.code == wanted)
            wanted = self.connection.execute(select(known_places.c.parent).where(*above)).scalar()
        return tuple(path)

    def name_along(self, community: str, path: Sequence[str]) -> str:
        """The name of the lowest place on a path that has one to be told; "" where none is known."""
        here = (known_places.c.community == community, known_places.c.code.in_(path), known_places.c.name != "")
        found = {row.code: row.name for row in self.connection.execute(select(known_places).where(*here))}
        return next((found[code] for code in reversed(path) if code in found), "")


class KnownMatters(Register):
    """Grievances, as far as people are told of them."""

    def of(self, community: str, grievance_id: UUID) -> Matter:
        """What is known of one: nothing but its id, where its filing has not been heard of yet."""
        here = (known_matters.c.community == community, known_matters.c.grievance_id == grievance_id)
        row = self.connection.execute(select(known_matters).where(*here)).mappings().one_or_none()
        if row is None:
            return Matter(community=community, grievance_id=grievance_id, place="")
        names = Matter.__dataclass_fields__
        return msgspec.convert({str(name): value for name, value in row.items() if name in names}, Matter)

    def keep(self, matter: Matter, now: datetime) -> None:
        """Know this of it."""
        row = asdict(matter) | {"path": list(matter.path), "heard_at": now}
        self.upsert(known_matters, [row], keys=["community", "grievance_id"])

    def forget(self, before: datetime) -> None:
        """Forget those last heard of before this moment."""
        self.connection.execute(delete(known_matters).where(known_matters.c.heard_at < before))


class Recipients(Register):
    """Who holds which role where, as far as they are to be told something; who is disabled is told nothing."""

    def holding(
        self, role: Role, community: str, *, places: Sequence[str] | None = None, subject: UUID | None = None
    ) -> list[str]:
        """The recipients that hold this role in a community: at one of these places or over all of it, or for this
        subject."""
        wanted = [
            grants.c.role == role,
            grants.c.community == community,
            grants.c.revoked_at.is_(None),
            accounts.c.disabled_at.is_(None),
            grants.c.account_id.not_in(select(erased_people.c.person_id).where(erased_people.c.community == community)),
        ]
        if places is not None:
            wanted.append(or_(grants.c.place.is_(None), grants.c.place.in_(places)))
        if subject is not None:
            wanted.append(grants.c.subject == subject)
        rows = select(grants.c.account_id).join(accounts, accounts.c.id == grants.c.account_id).where(*wanted)
        return [account_recipient(id) for id in self.connection.execute(rows.distinct()).scalars()]

    def homes(self, ids: Iterable[UUID]) -> dict[UUID, tuple[str, str | None]]:
        """Of those accounts that are not disabled: where each is kept, and its telephone."""
        rows = select(accounts.c.id, accounts.c.community, accounts.c.phone).where(
            accounts.c.id.in_(list(ids)), accounts.c.disabled_at.is_(None)
        )
        return {row.id: (row.community, row.phone) for row in self.connection.execute(rows)}


class Notices(Register):
    """What people are told."""

    def add(self, made: Sequence[Notice]) -> None:
        """Keep these; what somebody was told already changes nothing."""
        if made:
            kind: Any = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
            rows = [asdict(each) | {"kind": each.kind.value, "role": each.role.value} for each in made]
            self.connection.execute(kind(notices).on_conflict_do_nothing(), rows)

    def unspread(self, most: int) -> list[Notice]:
        """Those that no delivery was made of yet, the oldest first; nobody else takes them meanwhile."""
        rows = select(notices).where(notices.c.spread_at.is_(None)).order_by(notices.c.made_at, notices.c.id)
        return self._read(rows.limit(most).with_for_update(skip_locked=True))

    def these(self, ids: Iterable[UUID]) -> dict[UUID, Notice]:
        """Notices by their ids."""
        return {each.id: each for each in self._read(select(notices).where(notices.c.id.in_(list(ids))))}

    def spread(self, ids: Sequence[UUID], now: datetime) -> None:
        """Deliveries were made of these."""
        self.connection.execute(update(notices).where(notices.c.id.in_(ids)).values(spread_at=now))

    def read(self, recipient: str, ids: Sequence[UUID] | None, now: datetime) -> int:
        """Somebody has read these of their notices, or all of them; how many were unread."""
        theirs = [notices.c.recipient == recipient, notices.c.read_at.is_(None)]
        if ids is not None:
            theirs.append(notices.c.id.in_(ids))
        return self.connection.execute(update(notices).where(*theirs).values(read_at=now)).rowcount

    def forget(self, before: datetime) -> None:
        """Forget notices made before this moment."""
        self.connection.execute(delete(notices).where(notices.c.made_at < before))

    def forget_of(self, community: str, recipients: Sequence[str]) -> int:
        """Forget what these were told in a community; how many notices."""
        theirs = and_(notices.c.community == community, notices.c.recipient.in_(recipients))
        return self.connection.execute(delete(notices).where(theirs)).rowcount

    def _read(self, rows: Any) -> list[Notice]:
        return [
            msgspec.convert({str(name): value for name, value in row.items()}, Notice)
            for row in self.connection.execute(rows).mappings()
        ]


class Deliveries(Repository[Delivery]):
    """Notices on their way."""

    table, aggregate = deliveries, Delivery

    def add_new(self, made: Sequence[Delivery]) -> None:
        """Keep these; one that is kept already changes nothing."""
        if made:
            kind: Any = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
            rows = [self._to_row(each) | {"version": 1} for each in made]
            self.connection.execute(kind(deliveries).on_conflict_do_nothing(), rows)

    def due(self, channel: Channel, now: datetime, most: int) -> list[Delivery]:
        """Those to be sent by this channel now, whoever has waited longest first."""
        waiting = select(deliveries.c.id).where(deliveries.c.channel == channel.value, deliveries.c.send_at <= now)
        ids = (
            self.connection.execute(waiting.order_by(deliveries.c.send_at, deliveries.c.id).limit(most)).scalars().all()
        )
        self.load(ids)
        # Read once more under their locks: another may have ended one meanwhile.
        found = [self.get(id) for id in ids]
        return [each for each in found if each.send_at is not None and each.send_at <= now]

    def sent_since(self, recipient: str, channel: Channel, since: datetime) -> list[datetime]:
        """When texts went out to somebody by a channel after this moment."""
        sent = select(func.max(deliveries.c.ended_at)).where(
            deliveries.c.recipient == recipient,
            deliveries.c.channel == channel.value,
            deliveries.c.state == State.SENT.value,
            deliveries.c.ended_at > since,
        )
        return list(self.connection.execute(sent.group_by(deliveries.c.text_id)).scalars())

    def outstanding(self, recipient: str, channel: Channel) -> int:
        """How many texts to somebody by a channel were tried and not taken yet."""
        tried = select(func.count(deliveries.c.text_id.distinct())).where(
            deliveries.c.recipient == recipient,
            deliveries.c.channel == channel.value,
            deliveries.c.state == State.WAITING.value,
            deliveries.c.text_id.is_not(None),
        )
        return self.connection.execute(tried).scalar_one()

    def of_text(self, text_id: UUID) -> list[Delivery]:
        """What went out in a text."""
        ids = self.connection.execute(select(deliveries.c.id).where(deliveries.c.text_id == text_id)).scalars().all()
        self.load(ids)
        return [self.get(id) for id in ids]

    def forget(self, before: datetime) -> None:
        """Forget those that ended before this moment, and those that were due before it."""
        self.connection.execute(delete(deliveries).where(deliveries.c.due_at < before))

    def forget_of(self, community: str, recipients: Sequence[str]) -> int:
        """Forget what was on its way to these in a community; how many deliveries."""
        theirs = and_(deliveries.c.community == community, deliveries.c.recipient.in_(recipients))
        return self.connection.execute(delete(deliveries).where(theirs)).rowcount


class AllChoices(Repository[Choices]):
    """What people chose."""

    table, aggregate = notice_choices, Choices

    def forget_of(self, community: str, ids: Sequence[UUID]) -> int:
        """Forget what these accounts of a community chose."""
        theirs = and_(notice_choices.c.community == community, notice_choices.c.id.in_(ids))
        return self.connection.execute(delete(notice_choices).where(theirs)).rowcount


class NoticeAddresses(Repository[NoticeAddress]):
    """Where people are told."""

    table, aggregate = notice_addresses, NoticeAddress

    def of_accounts(self, ids: Iterable[UUID], channel: Channel) -> dict[UUID, str]:
        """The addresses of these accounts for a channel that were verified."""
        rows = select(notice_addresses.c.account_id, notice_addresses.c.address).where(
            notice_addresses.c.account_id.in_(list(ids)),
            notice_addresses.c.channel == channel.value,
            notice_addresses.c.address.is_not(None),
        )
        return {row.account_id: row.address for row in self.connection.execute(rows)}

    def waiting(self, channel: Channel, now: datetime, most: int) -> list[NoticeAddress]:
        """Those whose code is to be sent now."""
        due = select(notice_addresses.c.id).where(
            notice_addresses.c.channel == channel.value, notice_addresses.c.send_at <= now
        )
        ids = self.connection.execute(due.order_by(notice_addresses.c.send_at).limit(most)).scalars().all()
        return [self.get(id) for id in ids]

    def forget_unproved(self, now: datetime) -> None:
        """Forget addresses whose code was never typed."""
        stale = notice_addresses.c.expires_at < now
        self.connection.execute(
            update(notice_addresses).where(stale).values(asked=None, code_id=None, expires_at=None, send_at=None)
        )

    def forget_of(self, community: str, ids: Sequence[UUID]) -> int:
        """Forget the addresses of these accounts of a community; how many."""
        theirs = and_(notice_addresses.c.community == community, notice_addresses.c.account_id.in_(ids))
        return self.connection.execute(delete(notice_addresses).where(theirs)).rowcount


class Reporters(Repository[Reporter]):
    """Whoever filed a matter or joined it."""

    table, aggregate = reporters, Reporter

    def who_joined(self, community: str, matter: UUID) -> list[Reporter]:
        """The neighbours who joined a matter."""
        theirs = select(reporters.c.id).where(reporters.c.community == community, reporters.c.joined == matter)
        return [self.get(id) for id in self.connection.execute(theirs.order_by(reporters.c.id)).scalars().all()]

    def forget(self, *, ended_before: datetime, left_before: datetime) -> None:
        """Forget those whose matter ended before a moment, and those left before another for what was never filed."""
        never_filed = and_(reporters.c.filed_at.is_(None), reporters.c.left_at < left_before)
        self._forget(or_(reporters.c.ended_at < ended_before, never_filed))

    def forget_of(self, community: str, ids: Sequence[UUID]) -> int:
        """Forget that these accounts filed or joined anything, and what was filed or joined under these ids; how many
        matters."""
        theirs = or_(reporters.c.account_id.in_(ids), reporters.c.id.in_(ids))
        return self._forget(and_(reporters.c.community == community, theirs))

    def _forget(self, condition: ColumnElement[bool]) -> int:
        return self.connection.execute(delete(reporters).where(condition)).rowcount


class Erased(ErasedPeople):
    """Who was erased."""

    table = erased_people


class Merged(MergedPeople):
    """Which entries of the register became part of which other."""

    table = merged_people
