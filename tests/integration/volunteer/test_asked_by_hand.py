"""Volunteers that a leader asks for by hand, against the database: called out like others, once for each request."""

from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.grievance.events import HandsAsked
from services.volunteer import handlers
from services.volunteer.domain.callout import Terms
from services.volunteer.persistence.tables import callouts, dispatches
from tests.integration.volunteer.test_volunteer_storage import add, rows
from tests.unit.volunteer.samples import COMMUNITY, GRIEVANCE, NOON, assigned, volunteer

HOUR = timedelta(hours=1)


@pytest.fixture
def uow(desk):
    return desk.uow


def asked(**different):
    like = assigned()
    return HandsAsked(
        **{
            "community": COMMUNITY,
            "grievance_id": GRIEVANCE,
            "request_id": uuid4(),
            "place": like.place,
            "path": like.path,
            "category": "other",
            "hands": 1,
            "asked_at": NOON,
        }
        | different
    )


def call_out(uow, request):
    handlers.call_out_asked(uow, request, Terms(), now=NOON)


def test_as_many_as_are_wanted_are_offered_the_work(uow, database):
    add(uow, volunteer(), volunteer(), volunteer())
    call_out(uow, asked(hands=2))
    assert len(rows(database, dispatches)) == 2


def test_a_request_that_comes_again_calls_nobody_out_again_and_another_one_does(uow, database):
    add(uow, volunteer(), volunteer())
    request = asked()
    call_out(uow, request)
    call_out(uow, request)
    assert len(rows(database, callouts)) == 1
    call_out(uow, asked())
    assert len(rows(database, callouts)) == 2


def test_a_case_that_has_ended_calls_nobody_out(uow, database):
    add(uow, volunteer())
    handlers.stand_down(uow, COMMUNITY, GRIEVANCE, NOON + HOUR, now=NOON + HOUR)
    call_out(uow, asked())
    assert rows(database, dispatches) == []


def test_the_end_of_a_case_lets_those_go_who_were_asked_for_by_hand(uow, database):
    add(uow, volunteer())
    call_out(uow, asked())
    handlers.stand_down(uow, COMMUNITY, GRIEVANCE, NOON + HOUR, now=NOON + HOUR)
    assert [row.state for row in rows(database, dispatches)] == ["stood_down"]
