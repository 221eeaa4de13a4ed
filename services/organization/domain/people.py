"""People of a community, and importing them from a sheet with the posts they hold."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID, uuid5

from contracts.errors import words
from contracts.organization.events import ElderFact
from services.organization.domain.days import latest_birth
from services.organization.domain.places import Place, PlaceKind
from services.organization.domain.posts import Appointment, line_written, post_written, seat_fault
from services.organization.domain.sheet import (
    NO_DATE,
    SPOILT,
    Columns,
    Fault,
    Faults,
    Row,
    Sheet,
    date_written,
    is_spoilt_number,
)

T = TypeVar("T")

COLUMNS: Columns = {
    "number": ("编号", "number", "人员编号"),
    "name": ("姓名", "name"),
    "born_on": ("出生日期", "born_on", "出生年月日", "生日"),
    "sex": ("性别", "sex"),
    "household": ("住户编码", "household", "住户", "户编码"),
    "phone": ("电话", "phone", "手机", "联系电话"),
    "post": ("职务", "post", "岗位"),
    "post_place": ("任职地点", "post_place"),
    "line": ("条线", "line"),
    "starts_on": ("任期开始", "starts_on", "任职日期"),
    "ends_on": ("任期结束", "ends_on"),
}
REQUIRED = ("name",)
PERSONAL = frozenset({"number", "name", "born_on", "sex", "household", "phone"})
"""Columns whose cells are not shown again beside a mistake."""

CODED = ("number", "household", "post_place")
"""Columns of long numbers that are names."""

NAME_LENGTH, NUMBER_LENGTH = 40, 40
EARLIEST_BIRTH = date(1890, 1, 1)

_PEOPLE = UUID("7b0c5d0e-5a5f-4d3f-9a53-2f6a5f0b8a10")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}[0-9]", re.ASCII)


class Sex(StrEnum):
    """As the register writes it."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


_SEXES = {
    **dict.fromkeys(("男", "male", "m"), Sex.MALE),
    **dict.fromkeys(("女", "female", "f"), Sex.FEMALE),
    **dict.fromkeys(("", "未知", "不详", "unknown"), Sex.UNKNOWN),
}


@dataclass(frozen=True, kw_only=True)
class Person:
    """Someone who lives or works in the community; `number` is the one they have in the list they came from."""

    id: UUID
    community: str
    number: str
    name: str
    born_on: date | None
    sex: Sex
    household: str | None
    phone: str | None
    left_on: date | None = None
    version: int = field(default=0, compare=False)

    def elder(self) -> ElderFact:
        """What the health service is told of a resident who is sixty or over."""
        assert self.born_on
        assert self.household
        return ElderFact(person_id=self.id, name=self.name, born_on=self.born_on, household=self.household)


@dataclass(frozen=True, kw_only=True)
class PeoplePlan:
    """What importing a sheet would do: `people` are those added or changed, `elders` those of them of elder age,
    `appointments` the posts written beside the names, earliest first."""

    people: list[Person]
    elders: list[ElderFact]
    appointments: list[tuple[Row, Appointment]]
    added: int
    changed: int
    unchanged: int
    added_rows: list[int]
    changed_rows: list[int]
    faults: list[Fault]


def person_id(community: str, number: str, *, name: str = "", born_on: date | None = None, household: str = "") -> UUID:
    """The id of whoever has this number in the community's list; without a number, of whoever has
    this name and birthday in this household: so that the same list read again means the same people."""
    known_by = f"number/{number}" if number else f"person/{household}/{name}/{born_on or ''}"
    return uuid5(_PEOPLE, f"{community}/{known_by}")


def masked(phone: str) -> str:
    """A phone number as it may be shown to anyone: 138****5678."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 10 else f"{'*' * max(4, len(phone) - 2)}{phone[-2:]}"


def plan_people(
    community: str,
    sheet: Sheet,
    *,
    known: Mapping[UUID, Person],
    places: Mapping[str, Place],
    today: date,
    elder_age: int,
    erased: Collection[UUID] = (),
    merged: Mapping[UUID, UUID] | None = None,
) -> PeoplePlan:
    """Hold the sheet against the people and places known in this community; who was `erased` is not brought back, and
    a row of an entry that was `merged` into another is one of the other."""
    reading = _Reading(community, sheet, known, places, today, erased, merged or {})
    for row in sheet.rows:
        reading.take(row)
    touched = [person for person in reading.people.values() if known.get(person.id) != person]
    rows = {person.id: reading.first_rows[person.id].number for person in touched}
    added = sum(person.id not in known for person in touched)
    return PeoplePlan(
        people=touched,
        elders=[person.elder() for person in touched if is_elder(person, today, elder_age)],
        appointments=sorted(reading.appointments, key=lambda planned: planned[1].starts_on),
        added=added,
        changed=len(touched) - added,
        unchanged=len(reading.people) - len(touched),
        added_rows=sorted(row for id, row in rows.items() if id not in known),
        changed_rows=sorted(row for id, row in rows.items() if id in known),
        faults=reading.faults.found,
    )


def is_elder(person: Person, today: date, elder_age: int) -> bool:
    """Whether a resident has reached the age from which the health service keeps a record."""
    return (
        person.born_on is not None
        and person.household is not None
        and (person.born_on <= latest_birth(today, elder_age))
    )


ERASED = words("此人的信息已应要求删除，请从表中去掉", "was erased on request; please take this row out")


class _Reading:
    """Reads rows; someone may stand in several, one for each post they hold."""

    def __init__(
        self,
        community: str,
        sheet: Sheet,
        known: Mapping[UUID, Person],
        places: Mapping[str, Place],
        today: date,
        erased: Collection[UUID],
        merged: Mapping[UUID, UUID],
    ) -> None:
        self.erased, self.merged = erased, merged
        self.community, self.sheet, self.known, self.places, self.today = community, sheet, known, places, today
        self.faults = Faults(COLUMNS, PERSONAL)
        self.people: dict[UUID, Person] = {}
        self.first_rows: dict[UUID, Row] = {}
        self.appointments: list[tuple[Row, Appointment]] = []

    def take(self, row: Row) -> None:
        """Read one row."""
        before = len(self.faults.found)
        for column in CODED:
            if is_spoilt_number(row.text(column)):
                self.faults.add(row, column, SPOILT)
        person = self._person(row)
        appointment = self._appointment(row, person) if row.text("post") else None
        if len(self.faults.found) > before:
            return
        if self._is_new_row(row, person, appointment):
            self.people[person.id] = person
            self.first_rows.setdefault(person.id, row)
            if appointment is not None:
                self.appointments.append((row, appointment))

    def _person(self, row: Row) -> Person:
        number = self.faults.limited(row, "number", most=NUMBER_LENGTH)
        name = self.faults.required(row, "name", most=NAME_LENGTH)
        born_on, household = self._born_on(row), self._household(row)
        sex = self.faults.read(
            row, "sex", lambda text: _SEXES.get(text.lower()), words("应为男或女", "is male or female")
        )
        id = person_id(self.community, number, name=name, born_on=born_on, household=household or "")
        id = self.merged.get(id, id)
        if id in self.erased:
            self.faults.add(row, "number" if number else "name", ERASED)
        old = self.known.get(id)
        if old is not None:
            born_on = self._or_kept("born_on", born_on, old.born_on)
            household = self._or_kept("household", household, old.household)
            sex = self._or_kept("sex", sex, old.sex)
        if not household and not row.text("post"):
            self.faults.add(row, "household", words("居民须填住户编码", "a resident needs a household"))
        phone = self._phone(row)
        return Person(
            id=id,
            community=self.community,
            number=number,
            name=name,
            born_on=born_on,
            sex=sex or Sex.UNKNOWN,
            household=household,
            phone=phone if old is None else self._or_kept("phone", phone, old.phone),
            left_on=old.left_on if old is not None and not household else None,
            version=old.version if old is not None else 0,
        )

    def _or_kept(self, column: str, written: T, kept: T) -> T:
        """What is known stays where the sheet does not have the column at all."""
        return written if column in self.sheet.columns else kept

    def _born_on(self, row: Row) -> date | None:
        if not row.text("born_on"):
            return None
        born_on = self.faults.read(row, "born_on", date_written, NO_DATE)
        if born_on is not None and not EARLIEST_BIRTH <= born_on <= self.today:
            self.faults.add(row, "born_on", words("不在合理范围内", "is not a likely date of birth"))
        return born_on

    def _household(self, row: Row) -> str | None:
        """Every resident lives in a household; who only holds a post here need not."""
        code = row.text("household")
        if not code:
            return None
        place = self.places.get(code)
        if place is not None and place.closed_on is not None:
            self.faults.add(row, "household", words("该住户已停用", "that household is closed"))
        elif place is None or place.kind is not PlaceKind.HOUSEHOLD:
            self.faults.add(row, "household", words("没有这个编码的住户", "there is no household of this code"))
        return code

    def _phone(self, row: Row) -> str | None:
        phone = row.text("phone")
        if phone and not _PHONE.fullmatch(phone):
            self.faults.add(row, "phone", words("不是电话号码", "is no phone number"))
        return phone or None

    def _appointment(self, row: Row, person: Person) -> Appointment | None:
        kind = self.faults.read(
            row,
            "post",
            post_written,
            words(
                "应为社区书记、网格长、楼栋长或条线负责人",
                "is one of community_secretary, grid_leader, building_leader, line_head",
            ),
        )
        starts_on = self.faults.read(row, "starts_on", date_written, NO_DATE) if row.text("starts_on") else self.today
        ends_on = self.faults.read(row, "ends_on", date_written, NO_DATE) if row.text("ends_on") else None
        line = (
            self.faults.read(
                row,
                "line",
                line_written,
                words(
                    "应为治安、调解、普法、帮教、巡逻或安全",
                    "is one of security, mediation, law, support, patrol, safety",
                ),
            )
            if row.text("line")
            else None
        )
        if kind is None or starts_on is None:
            return None
        if ends_on is not None and ends_on < starts_on:
            self.faults.add(row, "ends_on", words("早于任期开始", "lies before the first day"))
        code = row.text("post_place")
        if (wrong := seat_fault(kind, self.places.get(code), line)) is not None:
            self.faults.add(row, *wrong)
        return Appointment(kind=kind, place=code, line=line, person_id=person.id, starts_on=starts_on, ends_on=ends_on)

    def _is_new_row(self, row: Row, person: Person, appointment: Appointment | None) -> bool:
        first = self.first_rows.get(person.id)
        if first is None:
            return True
        if appointment is not None and self.people[person.id] == person:
            return True
        self.faults.add(
            row,
            "number" if person.number else "name",
            words(f"与第{first.number}行是同一个人", f"is the same person as in row {first.number}"),
        )
        return False
