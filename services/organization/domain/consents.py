"""What somebody has agreed to: for one purpose at a time, when and how, until they take it back."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid5

from contracts.errors import words
from contracts.organization.errors import (
    ConsentDateInFuture,
    ConsentDatesReversed,
    ConsentInForce,
    ConsentNotInForce,
)
from contracts.organization.events import ConsentGiven, ConsentWithdrawn

HEALTH = "health_record"
"""The purpose that the health service acts upon."""


class Way(StrEnum):
    """How somebody said it."""

    WRITTEN = "written"
    SPOKEN = "spoken"
    ELECTRONIC = "electronic"


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """That a consent was taken back."""

    withdrawn_on: date
    how: Way
    recorded_by: str
    recorded_at: datetime


@dataclass(kw_only=True)
class Given:
    """That somebody, or their guardian, agreed; `notice` is the text that they were shown."""

    given_on: date
    how: Way
    given_by: str = "self"
    notice: str | None = None
    recorded_by: str
    recorded_at: datetime
    withdrawn: Withdrawal | None = None


@dataclass(kw_only=True)
class Consent:
    """What a person agreed to for one purpose, as often as they did: at most the last one is in force. Ids and codes
    only, so that the proof can stay when the person is erased."""

    id: UUID
    community: str
    person_id: UUID
    purpose: str
    given: list[Given] = field(default_factory=list)

    @property
    def in_force(self) -> Given | None:
        """What holds now, if anything."""
        return self.given[-1] if self.given and self.given[-1].withdrawn is None else None

    def give(self, given: Given, *, today: date) -> ConsentGiven:
        """They agree. Raises `ConsentInForce` where they did already, `ConsentDateInFuture`."""
        if self.in_force is not None:
            raise ConsentInForce(since=self.in_force.given_on.isoformat())
        _refuse_future("given_on", given.given_on, today)
        self.given.append(given)
        return ConsentGiven(
            community=self.community,
            consent_id=self.id,
            person_id=self.person_id,
            purpose=self.purpose,
            given_on=given.given_on,
            recorded_at=given.recorded_at,
        )

    def withdraw(self, withdrawal: Withdrawal, *, today: date) -> ConsentWithdrawn:
        """They take it back; the record that it was given stays. Raises `ConsentNotInForce`, `ConsentDateInFuture`, or
        `ConsentDatesReversed` where it would have been taken back before it was given."""
        if self.in_force is None:
            raise ConsentNotInForce
        _refuse_future("withdrawn_on", withdrawal.withdrawn_on, today)
        if withdrawal.withdrawn_on < self.in_force.given_on:
            told = words(ConsentDatesReversed.zh, ConsentDatesReversed.en)
            raise ConsentDatesReversed(fields={"withdrawn_on": [told]})
        # Where two entries of one person were merged, both may have agreed: all of it is taken back.
        for given in self.given:
            given.withdrawn = given.withdrawn or withdrawal
        return ConsentWithdrawn(
            community=self.community,
            consent_id=self.id,
            person_id=self.person_id,
            purpose=self.purpose,
            withdrawn_on=withdrawal.withdrawn_on,
            recorded_at=withdrawal.recorded_at,
        )


def consent_to(community: str, person_id: UUID, purpose: str) -> Consent:
    """Nothing agreed to yet, for this purpose."""
    id = uuid5(person_id, f"consent:{purpose}")
    return Consent(id=id, community=community, person_id=person_id, purpose=purpose)


def _refuse_future(name: str, day: date, today: date) -> None:
    if day > today:
        raise ConsentDateInFuture(fields={name: [words(ConsentDateInFuture.zh, ConsentDateInFuture.en)]})
