"""Callers on real databases: known again by their telephone, however it is written, and by nothing that is kept."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update

from chassis.database import use_keys
from chassis.encryption import new_key
from services.grievance import handlers, persistence
from services.grievance.persistence import statements
from tests.integration.grievance.test_residents import COMMUNITY, PHONE, desk, file, join

__all__ = ["desk"]

OTHER = "13900005678"


def of_caller(desk, phone=PHONE, community=COMMUNITY, **paging):
    asked = {"community": community, "phone": phone, "page": 1, "page_size": 50, **paging}
    return desk.list_of_caller(asked)


def receipts(desk, phone=PHONE, **more):
    return [each["receipt"] for each in of_caller(desk, phone, **more)["items"]]


def keys(desk):
    with desk.reading() as connection:
        return list(connection.execute(select(statements.c.phone_key).order_by(statements.c.phone_key)).scalars())


def for_caller(desk, id, phone=PHONE):
    return desk.join_for_caller({"id": UUID(id), "neighbour_id": uuid4(), "phone": phone})


def test_what_somebody_filed_before_is_found_by_their_telephone_however_it_is_written(desk):
    filed = file(desk)
    file(desk, contact={"name": "李雷", "phone": OTHER})
    for phone in (PHONE, "138 0000 1234", "+86 138-0000-1234"):
        assert receipts(desk, phone) == [filed["receipt"]]
    (found,) = of_caller(desk)["items"]
    assert (found["came_as"], found["status"], found["category"]) == ("filer", "filed", "corridor_clutter")
    assert "contact" not in found


def test_nobody_is_found_by_another_number_by_none_or_in_another_community(desk):
    file(desk)
    file(desk, contact={"name": "没有电话", "phone": ""})
    file(desk, anonymous=True)
    assert receipts(desk, "13800001235") == []
    assert receipts(desk, "---") == []
    assert receipts(desk, community="410181002012") == []


def test_no_telephone_stands_beside_the_encrypted_one_and_an_anonymous_case_has_no_fingerprint(desk):
    file(desk)
    file(desk, anonymous=True)
    none, kept = sorted(keys(desk), key=lambda key: key or "")
    assert none is None
    assert len(kept) == 64
    assert PHONE not in kept


def test_what_is_open_comes_first_and_then_the_newest(desk):
    early = file(desk)
    desk.clock.now += timedelta(minutes=1)
    ended = file(desk)
    command = {"id": UUID(ended["id"]), "by": "", "note": "", "reason": "打错了"}
    handlers.cancel_grievance(desk.uow, command, now=desk.clock())
    desk.clock.now += timedelta(minutes=1)
    late = file(desk)
    assert receipts(desk) == [late["receipt"], early["receipt"], ended["receipt"]]
    assert of_caller(desk, page_size=1)["total"] == 3


def test_what_somebody_joined_with_their_telephone_is_found_as_well(desk):
    filed = file(desk)
    join(desk, filed["id"], phone=OTHER)
    join(desk, filed["id"], key="a-page")
    (found,) = of_caller(desk, OTHER)["items"]
    assert (found["id"], found["came_as"]) == (filed["id"], "neighbour")


def test_a_caller_joins_an_open_matter_once_however_often_the_office_says_so(desk):
    filed = file(desk)
    first = for_caller(desk, filed["id"], OTHER)
    again = for_caller(desk, filed["id"], "+86 " + OTHER)
    assert (first["neighbours"], again) == (1, first)
    assert first["receipt"] != filed["receipt"]


def test_who_filed_the_matter_counts_already_and_keeps_their_receipt(desk):
    filed = file(desk)
    told = for_caller(desk, filed["id"])
    assert (told["receipt"], told["claim"], told["neighbours"]) == (filed["receipt"], filed["claim"], 0)


def test_who_knows_only_the_telephone_is_not_told_the_filers_receipt_on_the_net(desk):
    filed = file(desk)
    assert join(desk, filed["id"], phone=PHONE)["receipt"] != filed["receipt"]


def test_cases_from_before_get_their_fingerprint_in_the_background_each_once(desk):
    filed = [file(desk) for _ in range(3)]
    file(desk, contact={"name": "没有电话", "phone": ""})
    file(desk, anonymous=True)
    with desk.uow as uow:
        uow.statements.connection.execute(update(statements).values(phone_key=None))
    assert receipts(desk) == []
    assert handlers.fill_phone_keys(desk.uow, most=3) == 3
    assert handlers.fill_phone_keys(desk.uow, most=3) == 1
    assert handlers.fill_phone_keys(desk.uow, most=3) == 0
    assert sorted(receipts(desk)) == sorted(each["receipt"] for each in filed)


def test_what_no_key_opens_is_left_and_does_not_keep_the_others_from_theirs(desk):
    file(desk)
    use_keys((new_key(),))
    filed = file(desk)
    with desk.uow as uow:
        uow.statements.connection.execute(update(persistence.statements).values(phone_key=None))
    assert handlers.fill_phone_keys(desk.uow, most=10) == 2
    assert handlers.fill_phone_keys(desk.uow, most=10) == 0
    assert receipts(desk) == [filed["receipt"]]
