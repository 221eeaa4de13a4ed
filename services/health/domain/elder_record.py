"""The health record of an elder: opened for everyone of sixty and over, written only with consent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from contracts.errors import words
from contracts.health.errors import ConsentInFuture, ConsentMissing
from contracts.organization.events import ElderFact
from services.health.domain.calendar import (
    CHECK_UP_AGE,
    CHINA,
    ELDER_AGE,
    age_on,
    day_in_china,
    next_birthday,
    year_after,
)
from services.health.domain.self_care import Level, SelfCare


@dataclass(frozen=True, kw_only=True)
class EmergencyContact:
    """Whom to call in an emergency."""

    name: str
    phone: str
    relation: str | None = None


@dataclass(frozen=True, kw_only=True)
class HealthRecord:
    """The findings; None means not asked yet, an empty tuple asked and none."""

    chronic_conditions: tuple[str, ...] | None = None
    medication: tuple[str, ...] | None = None
    allergies: tuple[str, ...] | None = None
    past_illness: tuple[str, ...] | None = None
    smoking: str | None = None
    drinking: str | None = None
    exercise: str | None = None
    self_care: SelfCare | None = None
    lives_alone: bool | None = None
    emergency_contact: EmergencyContact | None = None

    @property
    def completeness(self) -> int:
        """How many of the fields are filled, in whole percent."""
        filled = sum(getattr(self, field.name) is not None for field in fields(self))
        return 100 * filled // len(fields(self))

    def with_changes(self, changes: Mapping[str, Any]) -> "HealthRecord":
        """The record with the fields named in `changes` replaced, the others as they were."""
        return replace(self, **{name: _as_kept(name, value) for name, value in changes.items()})


def _as_kept(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if name == "self_care" and value is not None:
        return SelfCare(**{item: Level(level) for item, level in value.items()})
    if name == "emergency_contact" and value is not None:
        return EmergencyContact(**value)
    return value


@dataclass(kw_only=True)
class ElderRecord:
    """An elder's health record; its id is the person's.

    `next_visit_on` is the day by which the yearly visit is due, `visit_planned_for` the one for which a visit is
    planned, `left_on` the day on which they left the community.
    """

    id: UUID
    community: str
    name: str
    born_on: date
    household: str
    opened_at: datetime
    consent_on: date | None = None
    consent_at: datetime | None = None
    record: HealthRecord | None = None
    completeness: int = 0
    updated_at: datetime | None = None
    next_visit_on: date | None = None
    visit_planned_for: date | None = None
    left_on: date | None = None

    def give_consent(self, on: date, *, now: datetime) -> None:
        """The elder, or a guardian, agreed on that day that findings are kept. Raises `ConsentInFuture`."""
        if on > day_in_china(now):
            raise ConsentInFuture(fields={"consent_on": [words(ConsentInFuture.zh, ConsentInFuture.en)]})
        self.consent_on, self.consent_at = on, now

    def hear_of_consent(self, on: date | None, *, at: datetime) -> bool:
        """The register says that consent was given on that day, or taken back (None), as it was recorded at that
        moment; False where something later is known. Without consent nothing of the findings stays."""
        if self.consent_at is not None and at <= self.consent_at:
            return False
        self.consent_on, self.consent_at = on, at
        if on is None:
            self.record, self.completeness, self.updated_at = None, 0, at
            self.next_visit_on = self.visit_planned_for = None
        return True

    def date_old_consent(self) -> date | None:
        """The day of a consent from before the register, which is dated to that day's beginning, so that whatever the
        register knows is later; None where it is dated already."""
        if self.consent_on is None or self.consent_at is not None:
            return None
        self.consent_at = datetime.combine(self.consent_on, time.min, CHINA)
        return self.consent_on

    def leave(self, on: date) -> None:
        """They live here no more: what was found stays, and nobody goes to see them."""
        self.left_on, self.next_visit_on, self.visit_planned_for = on, None, None

    def is_visited_yearly(self, today: date) -> bool:
        """Whether a yearly visit is owed: to residents of 65 and over (the state's rule), but not to whoever took back
        their consent. Who was not asked yet is asked on the visit."""
        return self.left_on is None and not self.has_withdrawn and age_on(today, self.born_on) >= CHECK_UP_AGE

    def owe_visit(self, today: date, *, ahead_days: int) -> date | None:
        """The day by which a visit is now to be planned, or None. The first falls due on the next birthday, so that
        those of a community are spread over its year."""
        if not self.is_visited_yearly(today):
            return None
        if self.next_visit_on is None:
            self.next_visit_on = next_birthday(self.born_on, today)
        is_near = self.next_visit_on <= today + timedelta(days=ahead_days)
        if not is_near or self.visit_planned_for == self.next_visit_on:
            return None
        self.visit_planned_for = self.next_visit_on
        return self.next_visit_on

    def owe_after_merging(self, gone: "ElderRecord", visited_on: date | None) -> None:
        """The yearly visit falls due when it did for either of the two, whichever is earlier; but not within a year of
        the last that took place to either."""
        due = [one.next_visit_on for one in (self, gone) if one.next_visit_on is not None]
        self.next_visit_on = min(due) if due else None
        if self.next_visit_on is not None and visited_on is not None:
            self.next_visit_on = max(self.next_visit_on, year_after(visited_on))

    def was_visited(self, on: date) -> None:
        """The yearly visit took place: the next is due a year later."""
        self.next_visit_on = year_after(on)

    def was_missed(self, on: date, *, again_days: int) -> None:
        """The yearly visit did not take place: it is due again so many days later."""
        self.next_visit_on = on + timedelta(days=again_days)

    def absorb(self, other: "ElderRecord") -> None:
        """Two entries were one person, who has this record from now on. What both hold of findings is kept: where both
        answer a question, what was written later. Of a consent and a withdrawal the withdrawal counts, and then nothing
        of the findings stays."""
        pair = sorted((self, other), key=lambda one: one.updated_at or datetime.min.replace(tzinfo=UTC))
        told = {name: value for one in pair for name, value in _answers(one.record).items()}
        has_withdrawn = any(one.has_withdrawn for one in pair)
        given = [one.consent_on for one in pair if one.consent_on is not None]
        moments = [one.consent_at for one in pair if one.consent_at is not None]
        self.opened_at = min(one.opened_at for one in pair)
        self.consent_on, self.consent_at = (min(given) if given else None), (max(moments) if moments else None)
        if told:
            self.record = HealthRecord(**told)
            self.completeness, self.updated_at = self.record.completeness, pair[-1].updated_at
        if has_withdrawn:
            assert self.consent_at
            self.consent_on, self.record, self.completeness, self.updated_at = None, None, 0, self.consent_at
            self.next_visit_on = self.visit_planned_for = None

    @property
    def has_withdrawn(self) -> bool:
        """Whether they took back that findings are kept."""
        return self.consent_on is None and self.consent_at is not None

    def write(self, changes: Mapping[str, Any], *, now: datetime) -> None:
        """Write these findings into the record. Raises `ConsentMissing`."""
        if self.consent_on is None:
            raise ConsentMissing
        self.record = (self.record or HealthRecord()).with_changes(changes)
        self.completeness, self.updated_at = self.record.completeness, now


def _answers(record: HealthRecord | None) -> dict[str, Any]:
    told = {field.name: getattr(record, field.name) for field in fields(HealthRecord)} if record else {}
    return {name: value for name, value in told.items() if value is not None}


def records_to_open(community: str, elders: Iterable[ElderFact], *, now: datetime) -> list[ElderRecord]:
    """An empty record for each resident who has reached sixty."""
    today = day_in_china(now)
    return [
        ElderRecord(
            id=elder.person_id,
            community=community,
            name=elder.name,
            born_on=elder.born_on,
            household=elder.household,
            opened_at=now,
        )
        for elder in elders
        if age_on(today, elder.born_on) >= ELDER_AGE
    ]
