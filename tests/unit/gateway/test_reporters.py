"""Whoever files a matter leaves at the door how they are told of it: before it is filed, and only if they are to be."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.accounts.schemas.notices import LeaveReporter
from contracts.errors import Unavailable
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

ROUTE = "/api/v1/grievances"
CONTACT = {"name": "张先生", "phone": "13800005678"}


def as_role(services: FakeServices, role: str, **more: Any) -> str:
    services.who = signed_in(granted(role, COMMUNITY), **more)
    return str(services.who["account"])


def filed(client: FlaskClient, services: FakeServices, grievance: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    assert client.post(ROUTE, json={**grievance, **more}).status_code == 201
    assert all(LeaveReporter().validate(each) == {} for each in services.left)
    return services.left


def test_a_resident_leaves_the_account_and_no_telephone(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    account = as_role(services, "resident")
    [left] = filed(client, services, new_grievance, contact=CONTACT)
    assert (left["id"], left["account"], left["phone"]) == (services.command["id"], account, None)


@pytest.mark.parametrize("channel", ["phone", "walk_in", "web"])
def test_whom_the_office_files_for_leaves_the_telephone(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any], channel: str
) -> None:
    as_role(services, "office")
    [left] = filed(client, services, new_grievance, contact=CONTACT, channel=channel, anonymous=False)
    assert (left["account"], left["phone"]) == (None, CONTACT["phone"])


def test_a_leader_who_writes_down_what_somebody_said_leaves_their_telephone(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    account = as_role(services, "resident")
    filed(client, services, new_grievance, contact=CONTACT, channel="phone", anonymous=False)
    filed(client, services, new_grievance, contact=CONTACT, channel="web", anonymous=False)
    assert [(left["account"], left["phone"]) for left in services.left] == [(None, CONTACT["phone"]), (account, None)]


def test_who_stays_anonymous_leaves_no_telephone(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    as_role(services, "office")
    assert filed(client, services, new_grievance, contact=CONTACT, anonymous=True) == []


def test_a_program_leaves_no_account(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    as_role(services, "resident", kind="key")
    assert filed(client, services, {**new_grievance, "contact": None}) == []


def test_it_is_left_before_the_filing_and_a_filing_that_is_refused_leaves_nothing_more(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    as_role(services, "resident")
    services.answers["file_grievance"] = lambda _: {"id": "1", "left_before": len(services.left)}
    assert client.post(ROUTE, json=new_grievance).json["left_before"] == 1
    client.post(ROUTE, json={**new_grievance, "category": ""})
    assert len(services.left) == 1


def test_where_the_accounts_service_is_away_it_is_filed_all_the_same(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    as_role(services, "resident")
    services.answers["leave_reporter"] = Unavailable(service="accounts")
    assert client.post(ROUTE, json=new_grievance).status_code == 201
