"""Erasing a person: what goes, what stays and why, and how the record of it becomes complete."""

import dataclasses
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.errors import Error
from contracts.event import ClassCount
from contracts.health.events import ElderErased
from contracts.organization.errors import ImportRefused, PersonInOffice
from contracts.organization.events import PersonErased
from services.organization import handlers
from services.organization.domain.erasures import ANSWERING, OWN, is_complete
from services.organization.domain.people import person_id
from tests.unit.organization.fakes import FakeUnitOfWork
from tests.unit.organization.samples import G1, HOME, NOW, TODAY, TREE, C, csv_file

HEADER = "编号,姓名,出生日期,住户,电话,岗位,任职地点,任期开始,任期结束"
RESIDENT = f"R1,陈玉梅,1950-03-01,{HOME},13900001111,,,,"
ZHOU = person_id(C, "R1")
ERASURE = uuid4()


@pytest.fixture
def uow() -> FakeUnitOfWork:
    uow = FakeUnitOfWork(TREE)
    imported(uow, RESIDENT)
    uow.published.clear()
    return uow


def imported(uow: FakeUnitOfWork, *rows: str) -> None:
    handlers.import_people(uow, C, csv_file(HEADER, *rows), preview=False, most_rows=100, today=TODAY, elder_age=60)


def in_office(uow: FakeUnitOfWork, ends_on: str) -> None:
    imported(uow, f"R1,陈玉梅,1950-03-01,{HOME},13900001111,网格长,{G1},2023-01-01,{ends_on}")
    uow.published.clear()


def erase(uow: FakeUnitOfWork, erasure_id: UUID = ERASURE, *also: UUID) -> None:
    handlers.erase_person(
        uow,
        ZHOU,
        erasure_id,
        C,
        [ZHOU, *also],
        reason="asked_by_person",
        asked_by="6f1c1f6e",
        today=TODAY,
        now=NOW,
    )


def answered(erasure_id: UUID = ERASURE, community: str = C, count: int = 1) -> ElderErased:
    removed = (ClassCount(kind="sensitive_health", count=count),)
    return ElderErased(community=community, erasure_id=erasure_id, removed=removed, erased_at=NOW)


def test_a_resident_is_removed_and_every_service_is_told_by_ids_alone(uow: FakeUnitOfWork) -> None:
    account = uuid4()
    erase(uow, ERASURE, account)
    assert ZHOU not in uow.people.kept
    [told] = uow.published
    assert told == PersonErased(
        community=C, erasure_id=ERASURE, person_id=ZHOU, known_as=(ZHOU, account), erased_at=NOW
    )
    assert [field.name for field in dataclasses.fields(told)] == [
        "community", "erasure_id", "person_id", "known_as", "may_return", "erased_at",
    ]  # fmt: skip


def test_the_record_of_an_erasure_holds_who_asked_and_why_and_nothing_of_the_person(uow: FakeUnitOfWork) -> None:
    erase(uow)
    erasure = uow.erasures.get(ERASURE)
    assert (erasure.asked_by, erasure.reason, erasure.asked_at) == ("6f1c1f6e", "asked_by_person", NOW)
    assert erasure.answers[0].removed == [ClassCount(kind="ordinary", count=1), ClassCount(kind="contact", count=1)]
    assert not any(word in str(erasure) for word in ("陈玉梅", "13900001111", "1950"))


def test_the_same_request_again_changes_nothing(uow: FakeUnitOfWork) -> None:
    erase(uow)
    erase(uow)
    assert len(uow.published) == 1


@pytest.mark.parametrize("ends_on", ["", str(TODAY), str(TODAY + timedelta(days=400))])
def test_whoever_holds_a_post_is_not_erased_before_the_term_ends(uow: FakeUnitOfWork, ends_on: str) -> None:
    in_office(uow, ends_on)
    with pytest.raises(PersonInOffice) as refused:
        erase(uow)
    assert isinstance(refused.value, Error)
    assert (uow.people.kept[ZHOU].phone, uow.published) == ("13900001111", [])


def test_of_a_former_official_the_name_on_the_record_of_the_post_stays_and_the_reason_is_told(
    uow: FakeUnitOfWork,
) -> None:
    in_office(uow, "2023-12-31")
    erase(uow)
    left = uow.people.kept[ZHOU]
    assert (left.name, left.phone, left.born_on, left.household, left.number) == ("陈玉梅", None, None, None, "")
    assert uow.erasures.get(ERASURE).answers[0].kept == ["history_of_office"]


def test_leaves_are_removed(uow: FakeUnitOfWork) -> None:
    handlers.take_leave(uow, uuid4(), ZHOU, TODAY, TODAY + timedelta(days=2))
    erase(uow)
    assert uow.leaves.kept == {}


def test_an_erasure_is_complete_when_every_service_has_answered(uow: FakeUnitOfWork) -> None:
    erase(uow)
    erasure = uow.erasures.get(ERASURE)
    assert [each.service for each in erasure.answers] == [OWN]
    assert not is_complete(each.service for each in erasure.answers)
    for service in ANSWERING[1:]:
        handlers.note_erased(uow, service, answered())
    assert is_complete(each.service for each in erasure.answers)


def test_an_answer_told_again_changes_nothing(uow: FakeUnitOfWork) -> None:
    erase(uow)
    handlers.note_erased(uow, "health", answered(count=3))
    handlers.note_erased(uow, "health", answered(count=0))
    assert uow.erasures.get(ERASURE).answers[1].removed[0].count == 3


def test_an_answer_to_what_nobody_asked_or_from_another_community_is_passed_over(uow: FakeUnitOfWork) -> None:
    erase(uow)
    handlers.note_erased(uow, "health", answered(uuid4()))
    handlers.note_erased(uow, "health", answered(community="410181002012"))
    assert len(uow.erasures.get(ERASURE).answers) == 1


def test_whoever_was_erased_is_not_brought_back_by_an_old_list(uow: FakeUnitOfWork) -> None:
    erase(uow)
    with pytest.raises(ImportRefused) as refused:
        imported(uow, RESIDENT)
    assert "rows.2.number" in refused.value.fields
    imported(uow, RESIDENT.replace("R1", "R2").replace("陈玉梅", "李秀英"))
    assert [one.name for one in uow.people.kept.values()] == ["李秀英"]


def test_a_person_of_another_community_is_not_touched(uow: FakeUnitOfWork) -> None:
    handlers.erase_person(
        uow, ZHOU, ERASURE, "410181002012", [ZHOU], reason="unlawful", asked_by="a", today=date(2024, 5, 1), now=NOW
    )
    assert ZHOU in uow.people.kept
