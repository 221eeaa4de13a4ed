"""What the shapes of the calls let in and what they refuse; settings held to their bounds."""

from uuid import uuid4

import pytest
from marshmallow import ValidationError

from chassis.config import SettingsRefused, read
from contracts.volunteer import schemas
from contracts.volunteer.schemas import teams
from services.volunteer.config import VolunteerSettings
from services.volunteer.domain.callout import Terms
from services.volunteer.domain.dispatch import State
from services.volunteer.domain.hours import HourRules
from tests.unit.volunteer.samples import COMMUNITY, COURTYARD

VOLUNTEER = {"community": COMMUNITY, "name": "李四", "home_place": COURTYARD}


def window(**different):
    return {"weekday": 1, "starts": "08:00", "ends": "12:00"} | different


def test_a_volunteer_needs_a_name_a_home_and_a_community():
    assert schemas.NewVolunteer().validate(VOLUNTEER) == {}
    for left_out in VOLUNTEER:
        lacking = {name: value for name, value in VOLUNTEER.items() if name != left_out}
        assert set(schemas.NewVolunteer().validate(lacking)) == {left_out}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 51},
        {"community": "41018"},
        {"home_place": "交通庭院"},
        {"phone": "手机"},
        {"skills": [""]},
        {"windows": [window(weekday=8)]},
        {"windows": [window(starts="8:00")]},
        {"windows": [window(ends="24:30")]},
        {"windows": [window(starts="12:00")]},
        {"paused_until": "明天"},
        {"unheard_of": 1},
    ],
)
def test_a_wrong_field_is_named(wrong):
    assert set(schemas.NewVolunteer().validate(VOLUNTEER | wrong)) == set(wrong)


def test_a_window_may_last_till_midnight():
    assert schemas.WeeklyWindow().validate(window(starts="22:00", ends="24:00")) == {}


def test_many_volunteers_are_two_thousand_at_most():
    one = {"id": str(uuid4()), "name": "李四", "home_place": COURTYARD}
    command = {"community": COMMUNITY, "volunteers": [one] * 2000}
    assert schemas.RegisterVolunteers().validate(command) == {}
    assert schemas.RegisterVolunteers().validate(command | {"volunteers": [one] * 2001})
    assert schemas.RegisterVolunteers().validate(command | {"volunteers": []})


def test_a_step_needs_nothing_but_the_dispatch_and_says_nothing_by_itself():
    id = uuid4()
    silent = {"id": id, "by": "", "reason": "", "note": ""}
    assert schemas.AcceptDispatch().load({"id": str(id)}) == silent
    assert schemas.CheckIn().load({"id": str(id)}) == silent | {"at": None, "place": None, "own": []}


def test_a_time_without_a_zone_is_refused():
    assert schemas.CheckOut().validate({"id": str(uuid4()), "at": "2026-05-06T12:00:00"}).keys() == {"at"}
    assert schemas.CheckOut().validate({"id": str(uuid4()), "at": "2026-05-06T12:00:00+08:00"}) == {}


def test_what_is_left_out_of_a_change_stays_out():
    id = uuid4()
    assert schemas.ChangeAvailability().load({"id": str(id), "paused_until": None}) == {"id": id, "paused_until": None}


def test_a_page_holds_two_hundred_at_most():
    for shape in (schemas.ListVolunteers, teams.ListTeams, schemas.ListDispatches):
        assert shape().load({})["page_size"] == 50
        assert shape().validate({"page_size": 200}) == {}
        with pytest.raises(ValidationError):
            shape().load({"page_size": 201})


def test_the_states_of_the_contract_are_those_of_the_domain():
    assert tuple(state.value for state in State) == schemas.DISPATCH_STATES


def test_settings_are_what_the_domain_takes_by_itself():
    settings = read("VOLUNTEER", VolunteerSettings, {})
    assert (settings.terms, settings.hour_rules) == (Terms(), HourRules())


def test_settings_come_from_the_environment_and_are_held_to_their_bounds():
    given = {"VOLUNTEER_ANSWER_MINUTES": "5", "VOLUNTEER_WEIGHT_PARTY": "0", "VOLUNTEER_HOURS_STEP": "15"}
    settings = read("VOLUNTEER", VolunteerSettings, given)
    assert (settings.answer_minutes, settings.terms.weights.party, settings.hour_rules.step) == (5, 0, 15)
    with pytest.raises(SettingsRefused) as refused:
        read("VOLUNTEER", VolunteerSettings, {"VOLUNTEER_ANSWER_MINUTES": "0", "VOLUNTEER_WEIGHT_LOAD": "-1"})
    assert "VOLUNTEER_ANSWER_MINUTES" in str(refused.value)
    assert "VOLUNTEER_WEIGHT_LOAD" in str(refused.value)
