"""Ready phrases on pages: kept by the office, brought into the forms of a case with its own facts."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.errors import Unavailable
from contracts.grievance.errors import PhraseEdited, PhraseTaken
from gateway.identity import COOKIE
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in
from tests.unit.gateway.pages.test_leader import GRID, ID, WORD, case, page

PHRASE = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


def phrase(step: str, words: str = "{今天}已到场，回执 {回执号},{不认识}", id: str = PHRASE) -> dict[str, Any]:
    return {"id": id, "community": COMMUNITY, "step": step, "title": "到场", "words": words, "version": 4}


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.who = signed_in(granted("office", COMMUNITY), granted("grid_leader", COMMUNITY, GRID))
    everything = ["accept", "resolve", "reject", "call", "split", "attempt", "ask-hands", "ask-unit", "reply"]
    services.answers |= {
        "list_phrases": page(phrase("resolve")),
        "get_grievance": case(allowed=everything, score=3),
        "list_categories": page(),
        "list_units": page(),
        "list_grievances": page(),
        "get_place": {"path": [{"code": COMMUNITY, "name": "陇海路社区"}, {"code": GRID, "name": "第一网格"}]},
        "get_contact": {"id": ID, "community": COMMUNITY, "name": "王女士", "phone": "13800000000"},
    }
    return services


@pytest.fixture
def office(anonymous: FlaskClient) -> FlaskClient:
    """Somebody of the office who has signed in on a page."""
    anonymous.set_cookie(COOKIE, "hs_token", domain="localhost")
    return anonymous


def told(services: FakeServices, call: str) -> dict[str, Any]:
    (command,) = [command for _, name, command in services.asked if name == call]
    return command


def test_a_phrase_is_offered_in_its_form_with_the_facts_of_the_case_and_nothing_invented(office: FlaskClient) -> None:
    text = office.get(f"/leader/cases/{ID}").text
    assert 'data-fills="resolution"' in text
    assert "已到场，回执 20261123-0000-00000,{不认识}" in text
    assert "{今天}" not in text
    assert 'data-fills="reason"' not in text


@pytest.mark.parametrize(
    ("step", "form", "field"),
    [("accept", "accept-form", "accept-note"), ("resolve", "resolve", "resolution"), ("reject", "reject", "reason"),
     ("ask", "hands", "hands-note"), ("refer", "unit", "unit-note"), ("reply", "reply", "note")],
)  # fmt: skip
def test_without_scripts_a_link_brings_it_into_its_field(
    office: FlaskClient, services: FakeServices, step: str, form: str, field: str
) -> None:
    services.answers["list_phrases"] = page(phrase(step, "现成的话"))
    link = f"/leader/cases/{ID}?phrase={PHRASE}"
    assert f'href="{link}#{form}"' in office.get(f"/leader/cases/{ID}").text
    text = office.get(link).text
    assert "现成的话</textarea>" in text.partition(f'<textarea id="{field}"')[2]
    if step != "accept":
        assert f'id="{form}" open' in text


def test_what_is_written_of_a_call_has_its_phrases_as_well(office: FlaskClient, services: FakeServices) -> None:
    services.answers["list_phrases"] = page(phrase("reply", "已告知进展"))
    text = office.get(f"/leader/cases/{ID}/call?purpose=phone_call&phrase={PHRASE}").text
    assert "已告知进展</textarea>" in text


def test_a_case_is_handled_also_where_there_are_no_phrases_now(office: FlaskClient, services: FakeServices) -> None:
    services.answers["list_phrases"] = Unavailable(service="grievance")
    answer = office.get(f"/leader/cases/{ID}?phrase={PHRASE}")
    assert answer.status_code == 200
    assert "data-fills" not in answer.text


def test_the_office_keeps_changes_and_removes_them(office: FlaskClient, services: FakeServices) -> None:
    assert "到场" in office.get("/office/phrases").text
    answer = office.post("/office/phrases", data={**WORD, "step": "resolve", "title": "已修", "words": "修好了"})
    assert answer.status_code == 303
    added = {"community": COMMUNITY, "step": "resolve", "title": "已修", "words": "修好了"}
    assert added.items() <= told(services, "add_phrase").items()
    services.answers["get_phrase"] = phrase("resolve")
    office.post(f"/office/phrases/{PHRASE}/change", data={**WORD, "title": "已修", "words": "好了", "version": "4"})
    changed = {"id": PHRASE, "version": 4, "title": "已修", "words": "好了"}
    assert changed.items() <= told(services, "change_phrase").items()
    office.post(f"/office/phrases/{PHRASE}/remove", data=WORD)
    assert told(services, "remove_phrase") == {"id": PHRASE}


def test_what_is_refused_is_said_and_what_was_written_stays(office: FlaskClient, services: FakeServices) -> None:
    services.answers |= {"add_phrase": PhraseTaken(title="到场"), "change_phrase": PhraseEdited()}
    services.answers["get_phrase"] = phrase("resolve")
    answer = office.post("/office/phrases", data={**WORD, "step": "resolve", "title": "到场", "words": "我写的"})
    assert (answer.status_code, "我写的" in answer.text, "已有同名" in answer.text) == (409, True, True)
    said = {**WORD, "title": "到场", "words": "我改的", "version": "3"}
    answer = office.post(f"/office/phrases/{PHRASE}/change", data=said)
    assert (answer.status_code, "我改的" in answer.text) == (409, True)


def test_a_leader_reads_them_and_changes_none(office: FlaskClient, services: FakeServices) -> None:
    services.who = signed_in(granted("grid_leader", COMMUNITY, GRID))
    assert "data-fills" in office.get(f"/leader/cases/{ID}").text
    assert office.get("/office/phrases").status_code == 403
    assert office.post("/office/phrases", data={**WORD, "step": "resolve"}).status_code == 403
