"""Who calls, as the register knows them: by a fingerprint of the telephone that is kept encrypted."""

from typing import Any

from sqlalchemy import select, update

from services.organization import handlers
from services.organization.persistence.tables import people
from tests.integration.organization.conftest import Organization
from tests.unit.organization.samples import HOME, C

HEAD = "编号,姓名,住户编码,电话"
PHONE = "138 0000 1234"


def register(organization: Organization, *rows: str) -> None:
    told = organization.import_people(HEAD, *rows)
    assert told["faults"] == []


def named(organization: Organization, phone: str = PHONE, community: str = C) -> list[str]:
    asked: dict[str, Any] = {"community": community, "phone": phone, "page": 1, "page_size": 10}
    return [one["name"] for one in organization.ask_at_the_door("find_people_by_phone", **asked)["items"]]


def test_somebody_is_found_by_their_telephone_however_it_is_written(community: Organization) -> None:
    register(community, f"R1,王秀英,{HOME},{PHONE}", f"R2,李雷,{HOME},13900005678")
    assert named(community) == named(community, "+8613800001234") == ["王秀英"]
    assert named(community, "13800001235") == []
    assert named(community, community="410181002012") == []


def test_a_household_may_share_a_telephone(community: Organization) -> None:
    register(community, f"R1,王秀英,{HOME},{PHONE}", f"R2,李雷,{HOME},13800001234")
    assert sorted(named(community)) == sorted(["王秀英", "李雷"])


def test_what_is_shown_names_the_person_and_no_telephone(community: Organization) -> None:
    register(community, f"R1,王秀英,{HOME},{PHONE}")
    told = community.ask_at_the_door("find_people_by_phone", community=C, phone=PHONE)["items"]
    assert [(one["name"], one["household"], set(one)) for one in told] == [
        ("王秀英", HOME, {"id", "community", "name", "household"})
    ]


def test_a_telephone_that_is_taken_out_is_found_no_more(community: Organization) -> None:
    register(community, f"R1,王秀英,{HOME},{PHONE}")
    register(community, f"R1,王秀英,{HOME},")
    assert named(community) == []


def test_people_from_before_get_their_fingerprint_in_the_background(community: Organization) -> None:
    register(community, f"R1,王秀英,{HOME},{PHONE}", f"R2,李雷,{HOME},")
    with community.database.writing() as connection:
        connection.execute(update(people).values(phone_key=None))
    assert named(community) == []
    assert handlers.fill_phone_keys(community.uow, most=3) == 3
    assert handlers.fill_phone_keys(community.uow, most=3) == 1
    assert handlers.fill_phone_keys(community.uow, most=10) == 0
    assert named(community) == ["王秀英"]


def test_the_fingerprint_is_no_telephone_and_who_has_none_has_no_fingerprint(community: Organization) -> None:
    register(community, f"R1,王秀英,{HOME},{PHONE}", f"R2,李雷,{HOME},")
    with community.database.reading() as connection:
        kept = {row.name: row.phone_key for row in connection.execute(select(people.c.name, people.c.phone_key))}
    assert kept["李雷"] is None
    assert len(kept["王秀英"]) == 64
