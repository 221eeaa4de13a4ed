"""Figures at the door: of the communities that their reader reaches, and of nobody in person."""

import pytest
from flask.testing import FlaskClient
from marshmallow import fields

from contracts.grievance.schemas import GrievanceFigures
from contracts.organization.schemas import CommunityFigures
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

STREET = "410181002"


@pytest.mark.parametrize("path", ["figures/grievances", "figures/communities"])
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


@pytest.mark.parametrize("shape", [GrievanceFigures, CommunityFigures])
def test_figures_are_numbers_and_the_names_of_communities(shape: type) -> None:
    words = {name for name, field in shape().fields.items() if not isinstance(field, fields.Number | fields.Dict)}
    assert words <= {"community", "name"}
