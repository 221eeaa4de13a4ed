"""Figures at the door: of the communities that their reader reaches, and of nobody in person."""

import pytest
from flask.testing import FlaskClient
from marshmallow import fields

from contracts.grievance.schemas import GrievanceFigures
from contracts.grievance.schemas.lists import CommunityCompared
from contracts.organization.schemas import CommunityFigures
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

STREET = "410181002"


@pytest.mark.parametrize("path", ["figures/grievances", "figures/communities", "figures/casework/communities"])
@pytest.mark.parametrize(
    ("grants", "within"),
    [
        ([granted("viewer", STREET)], [STREET]),
        ([granted("viewer", "4101"), granted("secretary", COMMUNITY)], ["4101", COMMUNITY]),
        ([granted("grid_leader", COMMUNITY, "410181002011001")], [COMMUNITY]),
    ],
)
def test_figures_are_asked_for_what_their_reader_reaches(
    client: FlaskClient, services: FakeServices, path: str, grants: list[dict[str, str]], within: list[str]
) -> None:
    services.who = signed_in(*grants)
    assert client.get(f"/api/v1/{path}").status_code == 200
    assert services.command["within"] == within


@pytest.mark.parametrize(
    "path", ["people", "grievances", "volunteers", "elder-records", "visits", "dispatches", "posts"]
)
def test_a_viewer_of_a_street_reads_nothing_of_persons(client: FlaskClient, services: FakeServices, path: str) -> None:
    services.who = signed_in(granted("viewer", STREET))
    assert client.get(f"/api/v1/{path}?community={COMMUNITY}").status_code == 403
    assert services.asked == []


def test_communities_side_by_side_are_called_by_their_names_asked_for_once(
    client: FlaskClient, services: FakeServices
) -> None:
    services.who = signed_in(granted("viewer", STREET))
    rows = [{"community": COMMUNITY, "filed": 3}, {"community": STREET + "012", "filed": 0}]
    services.answers |= {
        "compare_communities": {"items": rows, "total": 2},
        "list_communities": {"items": [{"code": COMMUNITY, "name": "陇海路社区"}], "total": 1},
    }
    told = client.get("/api/v1/figures/casework/communities").json
    assert [row["name"] for row in told["items"]] == ["陇海路社区", STREET + "012"]
    assert services.told("list_communities") == {"within": [COMMUNITY, STREET + "012"], "page_size": 2}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("rank_by=score", "rank_by"),
        ("since=2026-05-02&until=2026-05-01", "until"),
        ("until=0001-01-01", "until"),
        ("page=0", "page"),
    ],
)
def test_a_comparison_of_what_there_is_not_is_refused_with_its_field(
    client: FlaskClient, services: FakeServices, asked: str, field: str
) -> None:
    answer = client.get(f"/api/v1/figures/casework/communities?{asked}")
    assert (answer.status_code, list(answer.json["fields"])) == (422, [field])
    assert services.asked == []


@pytest.mark.parametrize("shape", [GrievanceFigures, CommunityFigures, CommunityCompared])
def test_figures_are_numbers_and_the_names_of_communities(shape: type) -> None:
    words = {name for name, field in shape().fields.items() if not _is_of_numbers(field)}
    assert words <= {"community", "name"}


def _is_of_numbers(field: fields.Field) -> bool:
    if isinstance(field, fields.Nested):
        return all(_is_of_numbers(each) for each in field.schema.fields.values())
    return isinstance(field, fields.Number | fields.Dict)
