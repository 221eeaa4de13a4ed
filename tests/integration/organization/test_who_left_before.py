"""Elders who left before the health service was told of departures are told of once, and nobody else is."""

from uuid import UUID

import pytest
from sqlalchemy import update

from contracts.organization.events import ElderLeft, EldersRegistered
from services.organization import service
from services.organization.persistence.tables import people
from tests.unit.organization.samples import HOME, NOW, TODAY, C


def registered(community, number, born_on="1950-01-01"):
    facts = {"community": C, "number": number, "name": f"张玉兰{number}", "born_on": born_on, "household": HOME}
    return community.ask_at_the_door("add_person", **facts)


def left(community, number, **more):
    """Somebody who has left, as this version notes it; their id."""
    added = registered(community, number, **more)
    return community.ask_at_the_door(
        "depart_person", id=added["id"], version=added["version"], left_on=TODAY.isoformat()
    )


def left_before(community, number, **more):
    """Somebody who left when nobody was told of it."""
    gone = left(community, number, **more)
    with community.database.writing() as connection:
        connection.execute(update(people).where(people.c.id == UUID(gone["id"])).values(elder_told=False))
    community.forget_told()
    return gone["id"]


def told_of(community):
    return {str(event.person_id) for event in community.told() if isinstance(event, ElderLeft)}


def test_whoever_left_before_is_told_of_once_with_the_day_on_which_they_left(community):
    id = left_before(community, "9")
    for _ in range(3):
        community.run("tell_who_left", now=NOW)
    [told] = community.told()
    assert (type(told), str(told.person_id), told.left_on, told.is_belated) == (ElderLeft, id, TODAY, True)


def test_whoever_leaves_now_is_told_of_as_they_leave_and_not_again(community):
    left(community, "9")
    community.run("tell_who_left", now=NOW)
    assert [event.is_belated for event in community.told() if isinstance(event, ElderLeft)] == [False]


@pytest.mark.parametrize("more", [{"born_on": "1990-01-01"}, {"born_on": None}])
def test_of_somebody_younger_or_of_unknown_age_nothing_is_told(community, more):
    left_before(community, "9", **more)
    community.run("tell_who_left", now=NOW)
    assert community.told() == []


def test_whoever_lives_here_or_has_come_back_is_not_told_of(community):
    registered(community, "8")
    id = left_before(community, "9")
    back = community.ask_at_the_door("get_person", id=id)
    community.ask_at_the_door("move_person", id=id, version=back["version"], household=HOME)
    community.forget_told()
    community.run("tell_who_left", now=NOW)
    assert community.told() == []
    community.run("register_new_elders", now=NOW)
    assert community.told() == []


def test_whoever_comes_back_after_that_is_an_elder_again_and_told_of_when_they_leave_once_more(community):
    id = left_before(community, "9")
    community.run("tell_who_left", now=NOW)
    community.forget_told()
    ask = community.ask_at_the_door
    back = ask("move_person", id=id, version=ask("get_person", id=id)["version"], household=HOME)
    ask("depart_person", id=id, version=back["version"], left_on=TODAY.isoformat())
    community.run("tell_who_left", now=NOW)
    kinds = [(type(event), getattr(event, "is_belated", None)) for event in community.told()]
    assert kinds == [(EldersRegistered, None), (ElderLeft, False)]


def test_a_correction_of_somebody_who_left_before_does_not_hide_them(community):
    id = left_before(community, "9")
    version = community.ask_at_the_door("get_person", id=id)["version"]
    community.ask_at_the_door("change_person", id=id, version=version, name="张玉蓝")
    community.run("tell_who_left", now=NOW)
    assert told_of(community) == {id}
    version = community.ask_at_the_door("get_person", id=id)["version"]
    community.ask_at_the_door("change_person", id=id, version=version, name="张玉兰")
    community.forget_told()
    community.run("tell_who_left", now=NOW)
    assert community.told() == []


def test_many_are_told_of_in_bounded_transactions_by_one_run(community, monkeypatch):
    monkeypatch.setattr(service, "MOST_AT_ONCE", 2)
    ids = {left_before(community, str(number)) for number in range(10, 15)}
    community.run("tell_who_left", now=NOW)
    assert told_of(community) == ids
