"""The organization service's door: what is asked, answered and heard, in the shapes of its contract."""

from uuid import uuid4

import pytest
from marshmallow import ValidationError

from contracts.grievance.events import GrievanceCancelled, GrievanceRejected, GrievanceResolved
from contracts.organization import schemas
from contracts.organization.errors import ImportRefused
from contracts.organization.events import PostFilled
from services.organization.domain.people import person_id
from services.organization.domain.posts import PostKind, post_id
from tests.integration.organization.conftest import PEOPLE, PLACES
from tests.unit.organization.samples import G1, G2, HOME, NOW, YARD, C, csv_file, filed, late, reopened

WANG, LI, ELDER = (str(person_id(C, number)) for number in "123")


def keeps(schema, answer):
    """The answer has exactly the fields that its schema documents, of the types it documents."""
    assert set(answer) == set(schema().fields)
    assert schema().validate({name: value for name, value in answer.items() if value is not None}) == {}
    return answer


def test_a_community_is_imported_and_read_through_the_door(organization):
    ask = organization.ask_at_the_door
    places = keeps(schemas.ImportOut, ask("import_places", community=C, file=csv_file(*PLACES)))
    people = keeps(schemas.PeopleImportOut, ask("import_people", community=C, file=csv_file(*PEOPLE)))
    assert (places["added"], people["added"], people["posts_filled"]) == (7, 4, 2)
    assert [one["code"] for one in ask("list_communities", within=["*"])["items"]] == [C]
    keeps(schemas.CommunityDetailOut, ask("get_community", community=C))
    keeps(schemas.ListedPlaceOut, ask("list_places", community=C, kind="courtyard")["items"][0])
    keeps(schemas.PlaceDetailOut, ask("get_place", community=C, code=YARD))
    keeps(schemas.PersonOut, ask("list_people", place=G1, post="grid_leader")["items"][0])
    keeps(schemas.PersonDetailOut, ask("get_person", id=WANG))
    keeps(schemas.ResponsibleOut, ask("find_responsible", community=C, place=HOME))
    keeps(schemas.GapOut, ask("list_gaps", community=C)["items"][0])


def test_a_spoilt_file_is_refused_and_previewed_through_the_door(community):
    file = csv_file("code,kind,name,parent", f"{G1},grid,,{C}")
    with pytest.raises(ImportRefused):
        community.ask_at_the_door("import_places", community=C, file=file)
    answer = keeps(schemas.ImportOut, community.ask_at_the_door("import_places", community=C, file=file, preview=True))
    keeps(schemas.ImportFaultOut, answer["faults"][0])


def test_a_post_is_filled_and_left_through_the_door(community):
    ask = community.ask_at_the_door
    command = {"id": str(uuid4()), "community": C, "kind": "line_head", "place": G2, "line": "patrol"}
    term = keeps(schemas.PostOut, ask("appoint", **command, person_id=ELDER, starts_on="2024-04-01"))
    assert (term["id"], term["line"], term["current"]) == (command["id"], "patrol", True)
    assert ask("appoint", **command, person_id=ELDER, starts_on="2024-04-01") == term
    left = ask("end_post", post_id=term["post_id"], ends_on="2024-04-30")
    assert (left["id"], left["ends_on"], left["current"]) == (term["id"], "2024-04-30", False)
    assert [one["id"] for one in ask("list_posts", kind="line_head", on="2024-04-30")["items"]] == [term["id"]]


def test_a_leave_is_taken_and_cancelled_through_the_door(community):
    ask, id = community.ask_at_the_door, str(uuid4())
    leave = keeps(
        schemas.LeaveOut, ask("take_leave", id=id, person_id=WANG, starts_on="2024-05-01", ends_on="2024-05-03")
    )
    assert (leave["person_name"], leave["cancelled"]) == ("王建国", False)
    assert ask("find_responsible", community=C, place=HOME)["leader"]["id"] == LI
    assert ask("find_responsible", community=C, place=HOME, on="2024-05-04")["leader"]["id"] == WANG
    assert ask("cancel_leave", id=id)["cancelled"] is True
    assert ask("find_responsible", community=C, place=HOME)["leader"]["id"] == WANG
    assert ask("list_leaves", on="2024-05-01")["total"] == 0


@pytest.mark.parametrize(
    ("call", "command", "field"),
    [
        ("list_places", {"community": "41018100201"}, "community"),
        ("list_places", {"community": f"{C}\n"}, "community"),
        ("list_places", {"community": C, "kind": "street"}, "kind"),
        ("list_places", {"community": C, "page_size": 201}, "page_size"),
        ("list_people", {"page": 0}, "page"),
        ("get_place", {"community": C, "code": "院"}, "code"),
        ("get_person", {"id": "1"}, "id"),
        ("appoint", {"starts_on": "昨天"}, "starts_on"),
        ("import_places", {"community": C, "file": ""}, "file"),
        ("list_gaps", {"community": C, "kind": "hole"}, "kind"),
        ("list_gaps", {"community": C, "colour": "red"}, "colour"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_by_field(organization, call, command, field):
    with pytest.raises(ValidationError) as refused:
        organization.ask_at_the_door(call, **command)
    assert field in refused.value.messages


@pytest.mark.parametrize("ended", [GrievanceResolved, GrievanceRejected, GrievanceCancelled])
def test_whatever_ends_a_case_ends_its_gap(community, ended):
    event = filed(place=G2)
    at = {GrievanceResolved: "resolved_at", GrievanceRejected: "rejected_at", GrievanceCancelled: "cancelled_at"}[ended]
    community.hear_at_the_door(event)
    assert community.ask_at_the_door("list_gaps", community=C, kind="grievance_with_stand_in")["total"] == 1
    community.hear_at_the_door(ended(community=C, grievance_id=event.grievance_id, **{at: NOW}))
    assert community.ask_at_the_door("list_gaps", community=C, kind="grievance_with_stand_in")["total"] == 0


def test_a_grievance_is_followed_through_the_door(community):
    event = filed()
    for heard in (event, late(event), reopened(event)):
        community.hear_at_the_door(heard)
    assert [type(told).__name__ for told in community.told()] == [
        "LeaderAssigned",
        "EscalationRaised",
        "LeaderAssigned",
    ]


@pytest.mark.parametrize(
    ("kind", "place", "concerns"),
    [
        ("grid_leader", G2, True),
        ("community_secretary", C, True),
        ("line_head", G2, False),
        ("building_leader", YARD, False),
    ],
)
def test_only_the_posts_that_lead_grievances_are_listened_for(community, kind, place, concerns):
    taken = PostFilled(
        community=C,
        post_id=post_id(C, PostKind(kind), place),
        person_id=person_id(C, "3"),
        kind=kind,
        place=place,
        starts_on=NOW.date(),
    )
    assert community.hear_at_the_door(taken) is concerns
