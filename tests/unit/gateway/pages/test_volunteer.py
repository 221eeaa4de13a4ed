"""The volunteers' pages at the door: offers with their reasons, checking in by a code, hours, teams, pairings."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from contracts.volunteer.errors import CheckedInElsewhere, ContactNotSane
from gateway.identity import COOKIE
from gateway.pages.volunteer.helping import CONTACTS, HELP
from gateway.pages.volunteer.offers import check_ins_at
from services.volunteer.domain.pairing import CONTACT_KINDS, HELP_TYPES
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

ME, ID, YARD = str(uuid4()), str(uuid4()), COMMUNITY + "00101"
WORD = {"csrf": signed_in()["csrf"]}
FAR = "2099-01-01T00:00:00+00:00"
HTML = {"Accept": "text/html"}


def page(*items: dict[str, Any]) -> dict[str, Any]:
    """A page of a list."""
    return {"items": list(items), "total": len(items), "page": 1, "page_size": 20}


def asked(services: FakeServices, call: str) -> list[dict[str, Any]]:
    """What a service was asked."""
    return [command for _, name, command in services.asked if name == call]


def dispatch(**more: Any) -> dict[str, Any]:
    """Somebody asked to help."""
    return {
        "id": ID, "community": COMMUNITY, "volunteer_id": ME, "place": YARD, "place_name": "陇海花苑 1号楼",
        "category": "corridor_clutter", "reason": "同楼院；会搬运", "team": "老兵先锋队", "state": "offered",
        "answer_by": FAR, "allowed": ["accept", "decline"], "checked_in_at": None,
    } | more  # fmt: skip


def pairing(**more: Any) -> dict[str, Any]:
    """Somebody kept up with."""
    return {
        "id": ID, "community": COMMUNITY, "volunteer_id": ME, "beneficiary_id": str(uuid4()), "beneficiary": "周奶奶",
        "place": YARD, "help_type": "care", "due_on": "2026-05-01", "last_contact_on": None, "is_overdue": True,
        "cadence_days": 14, "contacts": [], "helpers": [],
    } | more  # fmt: skip


@pytest.fixture
def volunteer(anonymous: FlaskClient, services: FakeServices) -> FlaskClient:
    """A volunteer who has signed in on a page."""
    services.who = signed_in(granted("volunteer", COMMUNITY, subject=ME), granted("resident", COMMUNITY))
    services.answers |= {
        "list_dispatches": lambda asked: page(dispatch()) if asked["state"] == "offered" else page(),
        "get_dispatch": lambda asked: dispatch(),
        "list_categories": page({"code": "corridor_clutter", "name": "楼道堆物", "english": "clutter"}),
        "get_place": {"path": [{"code": COMMUNITY, "name": "陇海路社区"}]},
        "get_pairing": lambda asked: pairing(),
        "list_pairings": page(pairing()),
        "record_reads": {},
    }
    anonymous.set_cookie(COOKIE, "hs_token", domain="localhost")
    return anonymous


def test_kinds_of_contact_and_help_are_all_named_on_pages():
    assert (set(CONTACTS), set(HELP)) == (set(CONTACT_KINDS), set(HELP_TYPES))


def test_an_offer_says_what_where_why_me_and_until_when(volunteer, services):
    text = volunteer.get("/volunteer/").text
    assert all(
        word in text for word in ("楼道堆物", "陇海花苑 1号楼", "同楼院；会搬运", "老兵先锋队", "还剩", "我去", "谢绝")
    )
    assert {str(query["volunteer_id"]) for query in asked(services, "list_dispatches")} == {ME}


@pytest.mark.parametrize(
    ("step", "call", "said"),
    [
        ("accept", "accept_dispatch", {}),
        ("decline", "decline_dispatch", {"reason": "加班"}),
        ("check-in", "check_in", {"place": YARD}),
        ("check-out", "check_out", {}),
    ],
)
def test_a_step_is_taken_and_leads_back(volunteer, services, step, call, said):
    answer = volunteer.post(f"/volunteer/dispatches/{ID}/{step}", data=WORD | said)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/volunteer/?done={step}")
    [command] = asked(services, call)
    assert said.items() <= command.items()
    assert command["id"] == ID


def test_a_code_that_hangs_elsewhere_is_refused_in_words_on_the_page(volunteer, services):
    wrong = {"place": [{"zh": "扫的是别处的二维码", "en": "elsewhere"}]}
    services.answers["check_in"] = CheckedInElsewhere(here="交通庭院", fields=wrong)
    answer = volunteer.post(f"/volunteer/dispatches/{ID}/check-in", data=WORD | {"place": "X"})
    assert answer.status_code == 422
    assert "扫的是别处的二维码" in answer.text


def test_a_courtyards_page_offers_a_check_in_to_whoever_has_said_yes(volunteer, services):
    services.answers["list_dispatches"] = page(dispatch(state="accepted", allowed=["check-in", "decline"]))
    with volunteer.application.test_request_context(headers={"Cookie": f"{COOKIE}=hs_token"}):
        volunteer.application.preprocess_request()
        assert [each["id"] for each in check_ins_at(COMMUNITY, YARD)] == [ID]
        assert check_ins_at("410181002012", YARD) == []
    [query] = asked(services, "list_dispatches")
    assert (query["at_place"], query["state"]) == (YARD, "accepted")


def test_hours_show_sum_stars_months_and_what_for(volunteer, services):
    services.answers["get_volunteer"] = {"id": ME, "community": COMMUNITY}
    line = {
        "category": "corridor_clutter", "minutes_credited": 90, "served_on": "2026-05-06", "place_name": "交通庭院",
        "team": None, "checked_in_how": "qr", "is_over_cap": False,
    }  # fmt: skip
    months = [{"month": "2026-05", "hours": 101.5, "sessions": 40}]
    services.answers["get_hours"] = page(line) | {
        "id": ME, "community": COMMUNITY, "hours": 101.5, "stars": 1, "next_star_at": 300, "months": months,
    }  # fmt: skip
    text = volunteer.get("/volunteer/hours").text
    assert all(word in text for word in ("101.5", "★☆☆☆☆", "300", "2026-05", "楼道堆物", "90", "扫码签到"))


def test_my_teams_show_who_slogan_and_how_far_they_have_come(volunteer, services):
    team = {"id": ID, "community": COMMUNITY, "name": "老兵先锋队", "slogan": "退伍不褪色", "maturity": "self_running"}
    services.answers["list_teams"] = page(team)
    services.answers["get_team"] = team | {"members_now": 3, "members": [{"name": "钱二"}], "charter": "每月两次"}
    text = volunteer.get("/volunteer/teams").text
    assert all(word in text for word in ("老兵先锋队", "退伍不褪色", "自转", "钱二", "每月两次"))


def test_my_pairings_show_whom_and_until_when_and_never_why(volunteer, services):
    services.answers["list_pairings"] = page(pairing(hardship="低保"))
    text = volunteer.get("/volunteer/pairings").text
    assert all(word in text for word in ("周奶奶", "关爱陪伴", "已超期"))
    assert "低保" not in text


def test_a_contact_is_noted_and_a_wrong_day_is_said_beside_its_field(volunteer, services):
    address, said = f"/volunteer/pairings/{ID}/contacts", {"kind": "phone", "note": "都好", "contacted_on": ""}
    assert volunteer.post(address, data=WORD | said).headers["Location"] == f"/volunteer/pairings/{ID}?logged=1"
    [command] = asked(services, "log_contact")
    assert (command["kind"], command["note"], command["id"]) == ("phone", "都好", ID)
    wrong = {"contacted_on": [{"zh": "日期不对", "en": "wrong"}]}
    services.answers["log_contact"] = ContactNotSane(fields=wrong)
    answer = volunteer.post(address, data=WORD | said | {"contacted_on": "2099-01-01"})
    assert answer.status_code == 422
    assert 'id="contacted_on-wrong"' in answer.text
    assert "都好" in answer.text, "what was typed is still there"


def test_whoever_has_not_signed_in_is_asked_to(anonymous):
    for path in ("", "hours", "teams", "pairings"):
        answer = anonymous.get(f"/volunteer/{path}", headers=HTML)
        assert (answer.status_code, answer.headers["Location"].startswith("/sign-in")) == (303, True)


def test_whoever_is_no_volunteer_is_refused(volunteer, services):
    services.who = signed_in(granted("resident", COMMUNITY))
    assert volunteer.get("/volunteer/", headers=HTML).status_code == 403
