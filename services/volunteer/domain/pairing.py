"""A one-to-one pairing: one volunteer who keeps up with one person in need, for one kind of help 「“一对一”结对帮扶」.

Why somebody is in need is known to the office only; a helper learns whom to help, with what, and where.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.event import ERASED
from contracts.volunteer.errors import ContactNotSane, PairingEnded, PairingUnattended
from contracts.volunteer.events import PairingClosed, PairingHandedOver, PairingSetUp
from services.volunteer.domain.calendar import day_in_china

HELP_TYPES = {"schooling": "助学", "medical": "助医", "hardship": "助困", "care": "关爱陪伴"}
"""「助学、助医、助困服务」, and keeping company."""

CONTACT_KINDS = {"visit": "上门", "meeting": "见面", "phone": "电话", "message": "微信、短信"}
"""How somebody is kept up with."""

END_REASONS = {
    "no_longer_needed": "困难已缓解",
    "moved_away": "已搬离",
    "deceased": "已去世",
    "asked": "本人要求结束",
    "other": "其他",
    "erased": "本人要求删除信息",
    "merged": "重复登记合并",
}
"""Why a pairing ended; the last two are given by nobody: one follows from an erasure, one from two entries having been
one person who was helped with the same twice."""


class PairingState(StrEnum):
    """Whether somebody is being kept up with."""

    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class Helping:
    """A helper's time in a pairing; `until` is None while it lasts."""

    volunteer_id: UUID
    since: date
    until: date | None = None


@dataclass(kw_only=True)
class Contact:
    """One contact, and who had it."""

    id: UUID
    volunteer_id: UUID
    contacted_on: date
    kind: str
    note: str
    logged_at: datetime


@dataclass(kw_only=True)
class Pairing:
    """`volunteer_id` is the helper now: None where one is to be found, or where the pairing has ended, so that nobody
    reads on whose business it is no more. `helpers` holds them all. `due_on` is the day of the next contact."""

    id: UUID
    community: str
    beneficiary_id: UUID
    beneficiary: str
    place: str
    path: list[str]
    help_type: str
    hardship: str | None
    volunteer_id: UUID | None
    cadence_days: int
    started_on: date
    due_on: date
    last_contact_on: date | None = None
    state: PairingState = PairingState.ACTIVE
    ended_on: date | None = None
    end_reason: str | None = None
    end_note: str | None = None
    forgotten_at: datetime | None = None
    helpers: list[Helping] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)

    def set_up(self, *, now: datetime) -> PairingSetUp:
        """Somebody begins to help."""
        assert self.volunteer_id is not None
        self._begin(self.volunteer_id, now)
        return PairingSetUp(community=self.community, pairing_id=self.id, volunteer_id=self.volunteer_id, set_up_at=now)

    def log(self, contact_id: UUID, *, on: date, kind: str, note: str, now: datetime) -> None:
        """The helper was in touch; the same contact again changes nothing. A late entry is welcome and moves the next
        day only where it is the latest contact. Raises `PairingEnded`, `PairingUnattended`, `ContactNotSane`."""
        if any(contact.id == contact_id for contact in self.contacts):
            return
        self._require_active()
        if self.volunteer_id is None:
            raise PairingUnattended
        if on > day_in_china(now) or on < self.started_on:
            raise ContactNotSane.on(self.started_on)
        self.contacts.append(
            Contact(id=contact_id, volunteer_id=self.volunteer_id, contacted_on=on, kind=kind, note=note, logged_at=now)
        )
        self.last_contact_on = max(on, self.last_contact_on or on)
        self.due_on = self.last_contact_on + timedelta(days=self.cadence_days)

    def hand_over(self, volunteer_id: UUID, *, now: datetime) -> list[PairingHandedOver]:
        """Somebody else helps from now on; whoever waits goes on waiting, so the next day stays. To the same helper
        nothing changes. Raises `PairingEnded`."""
        self._require_active()
        if volunteer_id == self.volunteer_id:
            return []
        self._release(now)
        self._begin(volunteer_id, now)
        return [
            PairingHandedOver(
                community=self.community, pairing_id=self.id, volunteer_id=volunteer_id, handed_over_at=now
            )
        ]

    def end(self, reason: str, note: str | None, *, now: datetime) -> PairingClosed:
        """The pairing ends. Raises `PairingEnded`."""
        self._require_active()
        self._release(now)
        self.state, self.ended_on = PairingState.ENDED, day_in_china(now)
        self.end_reason, self.end_note = reason, note
        return PairingClosed(community=self.community, pairing_id=self.id, closed_at=now)

    def erase_beneficiary(self, *, now: datetime) -> list[PairingClosed]:
        """Whoever was helped is erased: the pairing ends, and nothing says any more who it was."""
        told = [self.end("erased", None, now=now)] if self.state is PairingState.ACTIVE else []
        self.forget(now=now)
        return told

    def erase_those_who_help(self, ids: Collection[UUID], *, now: datetime) -> int:
        """These helpers were erased: one of them who helps now is to be replaced, and their words go; how many."""
        if self.volunteer_id in ids:
            self._release(now)
        theirs = [contact for contact in self.contacts if contact.volunteer_id in ids and contact.note]
        for contact in theirs:
            contact.note = ""
        return len(theirs)

    def unite(self, gone: UUID, kept: UUID) -> None:
        """Two entries were one person, whoever of the two was helped or helps."""
        if self.beneficiary_id == gone:
            self.beneficiary_id = kept
        if self.volunteer_id == gone:
            self.volunteer_id = kept
        self.helpers = [
            replace(each, volunteer_id=kept) if each.volunteer_id == gone else each for each in self.helpers
        ]
        for contact in self.contacts:
            contact.volunteer_id = kept if contact.volunteer_id == gone else contact.volunteer_id

    def forget(self, *, now: datetime) -> None:
        """It has ended long enough ago: who was helped, where, why and every word go; that help was given stays."""
        self.beneficiary, self.place, self.path = ERASED, self.community, []
        self.hardship = self.end_note = None
        for contact in self.contacts:
            contact.note = ""
        self.forgotten_at = now

    def _begin(self, volunteer_id: UUID, now: datetime) -> None:
        self.volunteer_id = volunteer_id
        self.helpers = [*self.helpers, Helping(volunteer_id=volunteer_id, since=day_in_china(now))]

    def _release(self, now: datetime) -> None:
        if self.volunteer_id is not None:
            *before, last = self.helpers
            ended = Helping(volunteer_id=last.volunteer_id, since=last.since, until=day_in_china(now))
            self.helpers, self.volunteer_id = [*before, ended], None

    def _require_active(self) -> None:
        if self.state is PairingState.ENDED:
            raise PairingEnded
