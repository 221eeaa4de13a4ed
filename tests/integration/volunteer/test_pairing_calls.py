"""Pairings at the service's door, on databases of both kinds."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contracts.volunteer.errors import AlreadyPaired, PairingNotFound
from contracts.volunteer.schemas import pairings as pairing_shapes
from services.volunteer.persistence.tables import pairings
from tests.integration.volunteer.desks import TREE, ask, tell_places
from tests.integration.volunteer.test_volunteer_calls import person, register
from tests.unit.volunteer.samples import BUILDING, COMMUNITY, NOON, PATH

DAY = timedelta(days=1)
SOMEBODY = str(uuid4())


@pytest.fixture
def helpers(desk):
    """Two volunteers; the places are known."""
    tell_places(desk, *TREE)
    people = [person("钱二"), person("孙三")]
    register(desk, *people)
    return [one["id"] for one in people]


def command(helper, **different):
    return {
        "id": str(uuid4()),
        "community": COMMUNITY,
        "person_id": SOMEBODY,
        "beneficiary": "周奶奶",
        "place": PATH[-1],
        "path": list(PATH),
        "volunteer_id": helper,
        "help_type": "hardship",
        "hardship": "低保边缘",
        "cadence_days": 14,
    } | different


def test_a_pairing_is_shown_without_why_and_why_by_itself(desk, helpers):
    one = command(helpers[0])
    shown = ask(desk, "set_up_pairing", **one)
    assert pairing_shapes.PairingOut().validate(shown) == {}
    assert shown == ask(desk, "set_up_pairing", **one) == ask(desk, "get_pairing", id=one["id"])
    assert (shown["beneficiary"], shown["place_name"], shown["helper"]) == ("周奶奶", "交通庭院 1号楼", "钱二")
    assert "低保" not in str(shown)
    why = ask(desk, "get_hardship", id=one["id"])
    assert pairing_shapes.HardshipOut().validate(why) == {}
    assert (why["hardship"], why["beneficiary_id"]) == ("低保边缘", SOMEBODY)


def test_who_is_helped_and_why_lie_encrypted_in_the_database(desk, helpers, database):
    one = ask(desk, "set_up_pairing", **command(helpers[0]))
    ask(desk, "log_contact", id=one["id"], contact_id=str(uuid4()), kind="visit", note="膝盖疼")
    with database.reading() as connection:
        kept = [*connection.execute(text("SELECT beneficiary, hardship FROM pairings")).one()]
        kept += [*connection.execute(text("SELECT note FROM pairing_contacts")).scalars()]
    assert not any(word in str(kept) for word in ("周奶奶", "低保", "膝盖"))


def test_contacts_hand_over_and_end_are_shown_with_who_and_when(desk, helpers):
    first, second = helpers
    one = ask(desk, "set_up_pairing", **command(first))
    contact = {"id": one["id"], "contact_id": str(uuid4()), "kind": "phone", "note": "都好"}
    logged = ask(desk, "log_contact", **contact)
    assert logged == ask(desk, "log_contact", **contact)
    assert [(each["by"], each["kind"], each["note"]) for each in logged["contacts"]] == [("钱二", "phone", "都好")]
    desk.clock.now = NOON + 3 * DAY
    moved = ask(desk, "hand_over_pairing", id=one["id"], volunteer_id=second)
    assert [(each["name"], each["until"]) for each in moved["helpers"]] == [("孙三", None), ("钱二", "2026-05-09")]
    assert ask(desk, "list_pairings", volunteer_id=first)["total"] == 0, "whoever helps no more reads no more"
    assert ask(desk, "list_pairings", volunteer_id=second)["total"] == 1
    ended = ask(desk, "end_pairing", id=one["id"], reason="moved_away", note="随子女")
    assert pairing_shapes.PairingOut().validate(ended) == {}
    assert (ended["state"], ended["volunteer_id"], ended["end_reason"]) == ("ended", None, "moved_away")
    assert "随子女" not in str(ended)
    assert ask(desk, "list_pairings", volunteer_id=second)["total"] == 0


def test_overdue_pairings_are_those_past_their_day_the_longest_first(desk, helpers):
    soon = ask(desk, "set_up_pairing", **command(helpers[0], cadence_days=7, help_type="care"))
    later = ask(desk, "set_up_pairing", **command(helpers[1], cadence_days=9))

    def overdue(**wanted):
        return [row["id"] for row in ask(desk, "list_pairings", community=COMMUNITY, **wanted)["items"]]

    desk.clock.now = NOON + 7 * DAY
    assert overdue(overdue=True) == []
    desk.clock.now = NOON + 8 * DAY
    assert (overdue(overdue=True), overdue(overdue=False)) == ([soon["id"]], [later["id"]])
    assert ask(desk, "get_pairing", id=soon["id"])["is_overdue"]
    desk.clock.now = NOON + 20 * DAY
    assert overdue(overdue=True) == [soon["id"], later["id"]]
    assert overdue(overdue=True, help_type="care", state="active", person_id=SOMEBODY) == [soon["id"]]


def test_two_helpers_for_one_kind_of_help_are_refused_also_by_the_database(desk, helpers, database):
    ask(desk, "set_up_pairing", **command(helpers[0]))
    with pytest.raises(AlreadyPaired):
        ask(desk, "set_up_pairing", **command(helpers[1]))
    with database.reading() as connection:
        [row] = connection.execute(pairings.select()).mappings()
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(pairings.insert().values(dict(row) | {"id": uuid4()}))


def test_what_ended_longer_ago_than_the_setting_is_forgotten(desk, helpers):
    one = ask(desk, "set_up_pairing", **command(helpers[0]))
    ask(desk, "end_pairing", id=one["id"], reason="other")
    desk.clock.now = NOON + 730 * DAY
    desk.forget_pairings.__wrapped__(desk)
    assert ask(desk, "get_pairing", id=one["id"])["beneficiary"] == "周奶奶"
    desk.clock.now = NOON + 731 * DAY
    desk.forget_pairings.__wrapped__(desk)
    forgotten = ask(desk, "get_pairing", id=one["id"])
    assert (forgotten["beneficiary"], forgotten["place_name"]) == ("已删除", "")


def test_what_is_kept_of_somebody_who_is_helped_is_exported_to_them(desk, helpers):
    ask(desk, "set_up_pairing", **command(helpers[0]))
    told = ask(desk, "export_person", community=COMMUNITY, ids=[SOMEBODY])
    rows = {part["class"]: part["rows"] for part in told["kept"] if part["kept_in"] == "pairings"}
    assert "低保边缘" in str(rows["sensitive_hardship"])


def test_a_pairing_that_is_not_there_is_not_found(desk):
    for call in ("get_pairing", "get_hardship"):
        with pytest.raises(PairingNotFound):
            ask(desk, call, id=str(uuid4()))


def test_a_home_is_named_by_its_building(desk, helpers):
    shown = ask(desk, "set_up_pairing", **command(helpers[0], place=BUILDING, path=list(PATH[:4])))
    assert shown["place_name"] == "交通庭院 1号楼"
