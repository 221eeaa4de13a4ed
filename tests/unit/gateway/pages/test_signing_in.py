"""Signing in and out on a page: the session in a cookie that no script reads, and nowhere led but to pages of ours."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.accounts import schemas
from contracts.errors import Invalid, Unauthenticated, words
from gateway.identity import COOKIE
from tests.unit.gateway.conftest import Anonymous, FakeServices, signed_in

TOLD = {"token": "hs_fresh", "account": signed_in()["account"], "must_change_password": False}
GIVEN = {"name": "lizhuren", "password": "correct horse battery"}
WORD = {"csrf": signed_in()["csrf"]}


@pytest.fixture
def services() -> FakeServices:
    """An accounts service that believes everybody."""
    services = FakeServices()
    services.answers["sign_in"] = {**TOLD, "expires_at": (datetime.now(UTC) + timedelta(hours=12)).isoformat()}
    return services


@pytest.fixture
def in_session(anonymous: FlaskClient) -> FlaskClient:
    """Somebody who has signed in on a page."""
    anonymous.set_cookie(COOKIE, "hs_token", domain="localhost")
    return anonymous


def test_signing_in_opens_a_session_that_no_script_and_no_other_site_can_use(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    answer = anonymous.post("/sign-in", data={**GIVEN, "next": "/ops/dead?lang=en"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/ops/dead?lang=en")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=hs_fresh;")
    assert all(mark in cookie for mark in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="))
    assert "Secure" not in cookie
    _, call, command = services.asked[-1]
    assert (call, command["name"], command["password"]) == ("sign_in", GIVEN["name"], GIVEN["password"])
    assert schemas.SignIn().load(command)["name"] == GIVEN["name"]


def test_behind_a_proxy_with_tls_the_session_never_goes_over_an_open_line(
    services: FakeServices, open_door: type[Flask]
) -> None:
    app = open_door(behind_proxy=True, trusted_proxies=1)
    app.test_client_class = Anonymous
    by_tls = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.5"}
    assert "Secure" in app.test_client().post("/sign-in", data=GIVEN, headers=by_tls).headers["Set-Cookie"]


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "evil",
     "http:evil.example", "/ok\r\nSet-Cookie: a=b", "///evil.example", "/\t/evil.example", ""],
)  # fmt: skip
def test_nobody_is_led_to_another_site(anonymous: FlaskClient, elsewhere: str) -> None:
    answer = anonymous.post("/sign-in", data={**GIVEN, "next": elsewhere})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://localhost"},
        {},
    ],
)
def test_a_form_of_our_own_signs_in_whatever_the_browser_tells_of_where_it_comes_from(
    anonymous: FlaskClient, headers: dict[str, str]
) -> None:
    answer = anonymous.post("/sign-in", data=GIVEN, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_browser_is_let_say_which_site_our_forms_come_from(anonymous: FlaskClient) -> None:
    # With "no-referrer" it would say "Origin: null" of them, as of those of anybody else.
    assert anonymous.get("/sign-in").headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_of_another_site_signs_nobody_in(
    anonymous: FlaskClient, services: FakeServices, headers: dict[str, str]
) -> None:
    answer = anonymous.post("/sign-in", data=GIVEN, headers=headers)
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    assert services.asked == []


def test_a_refusal_says_so_and_keeps_the_name_and_not_the_password(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    services.answers["sign_in"] = Unauthenticated()
    answer = anonymous.post("/sign-in", data=GIVEN)
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert GIVEN["name"] in answer.text
    assert GIVEN["password"] not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_one_time_password_leads_to_setting_ones_own(anonymous: FlaskClient, services: FakeServices) -> None:
    services.answers["sign_in"]["must_change_password"] = True
    assert anonymous.post("/sign-in", data=GIVEN).headers["Location"] == "/password"
    anonymous.set_cookie(COOKIE, "hs_token", domain="localhost")
    services.who = signed_in(must_change_password=True)
    page = anonymous.get("/password")
    assert page.status_code == 200
    assert f'name="csrf" value="{WORD["csrf"]}"' in page.text
    assert anonymous.post("/password", data={"old": "a", "new": "b", **WORD}).headers["Location"] == "/"
    assert schemas.ChangePassword().load(services.asked[-1][2])["token"] == "hs_token"


def test_a_password_that_is_refused_is_refused_in_words(in_session: FlaskClient, services: FakeServices) -> None:
    services.answers["change_password"] = Invalid(fields={"new": [words("太短", "too short")]})
    answer = in_session.post("/password", data={"old": "a", "new": "b", **WORD})
    assert answer.status_code == 422
    assert "太短" in answer.text


@pytest.mark.parametrize("path", ["/password", "/sign-out"])
def test_a_form_without_the_word_of_our_pages_changes_nothing(
    in_session: FlaskClient, services: FakeServices, path: str
) -> None:
    assert in_session.post(path, data={"old": "a", "new": "b"}).status_code == 403
    assert services.asked == []


def test_signing_out_ends_the_session_and_takes_the_cookie_away(
    in_session: FlaskClient, services: FakeServices
) -> None:
    answer = in_session.post("/sign-out", data=WORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert f"{COOKIE}=;" in answer.headers["Set-Cookie"]
    assert services.asked[-1] == ("accounts", "sign_out", {"token": "hs_token"})
    assert schemas.SignOut().load(services.command)


def test_pages_about_a_person_are_kept_by_no_cache(in_session: FlaskClient) -> None:
    for path in ("/", "/sign-in", "/password"):
        headers = in_session.get(path).headers
        assert headers["Cache-Control"] == "no-store", path
        assert "Cookie" in headers["Vary"], path


def test_the_front_page_says_who_is_signed_in(in_session: FlaskClient, services: FakeServices) -> None:
    assert signed_in()["name"] in in_session.get("/").text
    services.who = Unauthenticated()
    in_session.application.extensions["identities"].forget("hs_token")
    page = in_session.get("/")
    assert page.status_code == 200
    assert "/sign-in" in page.text


# -- by telephone and code

PHONE = {"phone": "138 0000 0000", "community": "410181002011", "role": "resident"}
DIRECTORY = {"items": [{"code": "410181002011", "name": "陇海路社区"}], "total": 1}


def test_a_resident_signs_in_by_telephone_and_code(anonymous: FlaskClient, services: FakeServices) -> None:
    services.answers |= {
        "list_communities": DIRECTORY,
        "send_code": {"expires_in": 300, "resend_after": 60},
        "sign_in_by_code": {**TOLD, "expires_at": (datetime.now(UTC) + timedelta(hours=12)).isoformat()},
    }
    assert 'name="phone"' in anonymous.get("/sign-in/phone?next=/q").text

    asked = anonymous.post("/sign-in/phone", data={**PHONE, "next": "/q"})
    assert 'name="code"' in asked.text
    (command,) = [command for _, call, command in services.asked if call == "send_code"]
    assert (command["phone"], command["role"]) == ("13800000000", "resident")

    answer = anonymous.post("/sign-in/code", data={**PHONE, "code": " 123456 ", "next": "/q"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/q")
    assert answer.headers["Set-Cookie"].startswith(f"{COOKIE}=hs_fresh;")


def test_a_wrong_code_is_told_and_can_be_typed_again(anonymous: FlaskClient, services: FakeServices) -> None:
    services.answers |= {"list_communities": DIRECTORY, "sign_in_by_code": Unauthenticated()}
    answer = anonymous.post("/sign-in/code", data={**PHONE, "code": "000000"})
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert 'name="code"' in answer.text


def test_what_is_no_telephone_is_refused_in_words(anonymous: FlaskClient, services: FakeServices) -> None:
    services.answers["list_communities"] = DIRECTORY
    answer = anonymous.post("/sign-in/phone", data={**PHONE, "phone": "abc"})
    assert answer.status_code == 422
    assert 'name="role"' in answer.text
    assert all(call != "send_code" for _, call, _ in services.asked)


def test_nobody_signs_in_to_a_role_of_staff_by_telephone(anonymous: FlaskClient, services: FakeServices) -> None:
    services.answers |= {"list_communities": DIRECTORY, "send_code": {"expires_in": 300, "resend_after": 60}}
    anonymous.post("/sign-in/phone", data={**PHONE, "role": "office"})
    assert [command["role"] for _, call, command in services.asked if call == "send_code"] == ["resident"]


def in_a_city(number: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """So many communities, found by code and name as the organization finds them."""
    known = [
        {"code": f"4101810020{each:02d}", "name": f"第{each}社区", "subdistrict": {"name": "杜甫路街道"}}
        for each in range(10, 10 + number)
    ]

    def listed(asked: dict[str, Any]) -> dict[str, Any]:
        q = asked.get("q", "")
        found = [each for each in known if each["code"].startswith(q) or q in each["name"]]
        size = asked["page_size"]
        return {"items": found[:size], "total": len(found), "page": asked["page"], "page_size": size}

    return listed


@pytest.mark.parametrize(("number", "is_in_one_field"), [(50, True), (51, False)])
def test_a_community_is_chosen_in_one_field_unless_they_are_too_many_for_it(
    anonymous: FlaskClient, services: FakeServices, number: int, is_in_one_field: bool
) -> None:
    services.answers["list_communities"] = in_a_city(number)
    page = anonymous.get("/sign-in/phone?next=/q").text
    assert ('<select id="community"' in page) == is_in_one_field
    assert ('name="phone"' in page) == is_in_one_field
    assert ('href="/sign-in/phone?community=410181002011&amp;next=/q"' in page) == (not is_in_one_field)


def test_of_very_many_communities_one_is_looked_for_and_may_be_changed(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    services.answers["list_communities"] = in_a_city(80)
    several = anonymous.get("/sign-in/phone?q=第1&next=/q").text
    assert several.count("杜甫路街道") == 10
    assert 'name="phone"' not in several
    assert "没有找到" in anonymous.get("/sign-in/phone?q=nowhere").text

    for path in ("/sign-in/phone?q=第25", "/sign-in/phone?community=410181002025"):
        page = anonymous.get(path).text
        assert '<input type="hidden" name="community" value="410181002025">' in page
        assert "<strong>第25社区</strong>" in page
        assert "换一个社区" in page
