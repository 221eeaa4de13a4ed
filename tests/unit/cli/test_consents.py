"""`hemei person consent` sends one purpose at a time and shows what is on record."""

import json
from uuid import uuid4

import httpx
import pytest
from click.testing import CliRunner

from cli import consents
from cli.api import Api
from cli.person import person
from contracts.organization.schemas import consents as shapes

ID = str(uuid4())
GIVEN = {
    "purpose": "health_record", "zh": "老年人健康档案与上门随访", "en": "health record", "in_force": False,
    "given_on": "2026-05-01", "how": "written", "given_by": "self", "notice": None, "recorded_by": "",
    "recorded_at": "2026-05-01T04:00:00Z",
    "withdrawn": {"withdrawn_on": "2026-05-02", "how": "spoken", "recorded_at": "2026-05-02T04:00:00Z",
                  "recorded_by": "a"},
}  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[httpx.Request]:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"consents": [GIVEN]})

    api = Api(httpx.Client(base_url="http://fake", transport=httpx.MockTransport(answer)))
    monkeypatch.setattr(consents, "connect", lambda: api)
    return asked


def run(*words: str) -> str:
    done = CliRunner().invoke(person, ["consent", *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_what_is_on_record_is_shown_with_what_was_taken_back(asked: list[httpx.Request]) -> None:
    told = run("show", ID)
    assert "已撤回" in told
    assert "2026-05-02" in told


def test_a_consent_is_given_and_taken_back_for_one_purpose(asked: list[httpx.Request]) -> None:
    chosen = ("--purpose", "health_record", "--on", "2026-05-01", "--how", "written")
    run("give", ID, *chosen, "--by", "guardian")
    run("withdraw", ID, *chosen)
    given, withdrawn = (json.loads(request.content) for request in asked)
    assert (given["given_on"], given["given_by"]) == ("2026-05-01", "guardian")
    assert withdrawn == {"purpose": "health_record", "withdrawn_on": "2026-05-01", "how": "written"}
    assert asked[1].url.path.endswith(f"/people/{ID}/consents/withdraw")


def test_an_unknown_purpose_is_refused_before_anything_is_sent(asked: list[httpx.Request]) -> None:
    chosen = ["--purpose", "everything", "--on", "2026-05-01", "--how", "written"]
    assert CliRunner().invoke(person, ["consent", "give", ID, *chosen]).exit_code == 2
    assert asked == []


def test_the_command_knows_every_purpose_and_way_of_the_register() -> None:
    assert (tuple(shapes.PURPOSES), shapes.WAYS) == (consents.PURPOSES, consents.WAYS)
    assert shapes.GIVERS == consents.GIVERS
