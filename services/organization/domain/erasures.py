"""The erasure of a person: who asked for it and why, and which services have answered."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from contracts.event import ClassCount
from contracts.organization.errors import PersonInOffice
from contracts.organization.events import PersonErased
from services.organization.domain.people import Person, Sex

OWN = "organization"
KEPT_LONG_ENOUGH = "kept_long_enough"
"""Why the clock erases somebody by itself: they left long ago, and nobody asked for it."""

ANSWERING = (OWN, "health", "volunteer", "grievance", "accounts")
"""The services that keep something of people, and answer when it is removed."""


@dataclass(kw_only=True)
class Answer:
    """What one service has removed, and the codes of why something stays."""

    service: str
    erased_at: datetime
    removed: list[ClassCount] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Erasure:
    """One request to erase a person. It holds ids and codes only."""

    id: UUID
    community: str
    person_id: UUID
    known_as: list[UUID]
    reason: str
    asked_by: str
    asked_at: datetime
    answers: list[Answer] = field(default_factory=list)

    @property
    def may_return(self) -> bool:
        """Whether they may be registered again."""
        return self.reason == KEPT_LONG_ENOUGH

    def told(self) -> PersonErased:
        """What every service is told."""
        return PersonErased(
            community=self.community,
            erasure_id=self.id,
            person_id=self.person_id,
            known_as=tuple(self.known_as),
            may_return=self.may_return,
            erased_at=self.asked_at,
        )

    def note(self, answer: Answer) -> None:
        """A service has answered; its first answer counts."""
        if all(known.service != answer.service for known in self.answers):
            self.answers.append(answer)


def is_complete(answered: Iterable[str]) -> bool:
    """Whether every service that keeps something has answered."""
    return set(ANSWERING) <= set(answered)


def refuse_in_office(ends: Iterable[date | None], today: date) -> None:
    """Whoever holds a post today or later cannot be erased. Raises `PersonInOffice`."""
    if any(end is None or end >= today for end in ends):
        raise PersonInOffice


def without_details(person: Person) -> Person:
    """What stays of somebody who once held a post: the name on the record of the post, and nothing else."""
    return Person(
        id=person.id,
        community=person.community,
        number="",
        name=person.name,
        born_on=None,
        sex=Sex.UNKNOWN,
        household=None,
        phone=None,
        left_on=person.left_on,
        version=person.version,
    )
