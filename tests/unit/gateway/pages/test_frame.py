"""The frame of pages: in which language and size, who is led where, what is refused how, what browsers may keep."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.errors import NotFound, Unauthenticated
from gateway.errors import NotAllowed, PasswordMustChange
from gateway.identity import COOKIE
from gateway.pages.display import COLOURS, LANGUAGE, SIZE, own_address
from gateway.pages.frame import Pages
from gateway.pages.wording import ago, left
from tests.unit.gateway.conftest import Anonymous, FakeServices, signed_in

HTML = {"Accept": "text/html"}
NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)


@pytest.fixture
def app(open_door: type[Flask]) -> Flask:
    """A door with pages of one's own behind it."""
    app: Flask = open_door()
    pages = Pages("trial", "/trial")

    @pages.get("/refused")
    def refused() -> str:
        raise NotAllowed

    @pages.get("/closed")
    def closed() -> str:
        raise Unauthenticated

    @pages.get("/must-change")
    def must_change() -> str:
        raise PasswordMustChange

    @pages.post("/act")
    def act() -> str:
        return "done"

    app.register_blueprint(pages)
    return app


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """Somebody without an account."""
    app.test_client_class = Anonymous
    return app.test_client()


# -- language and size


def test_pages_are_chinese_unless_the_browser_or_its_reader_asks_for_english(anonymous: FlaskClient) -> None:
    assert '<html lang="zh-CN"' in anonymous.get("/").text
    assert '<html lang="en"' in anonymous.get("/", headers={"Accept-Language": "en-GB"}).text
    anonymous.set_cookie(LANGUAGE, "zh", domain="localhost")
    assert '<html lang="zh-CN"' in anonymous.get("/", headers={"Accept-Language": "en-GB"}).text
    assert '<html lang="en"' in anonymous.get("/?lang=en").text


def test_the_switch_keeps_the_choice_and_goes_back_to_the_page(anonymous: FlaskClient) -> None:
    answer = anonymous.get("/display?language=en&next=/sign-in")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert "Sign in" in anonymous.get("/sign-in").text
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{LANGUAGE}=en;")
    assert "HttpOnly" in cookie


@pytest.mark.parametrize(("size", "shown"), [("large", "large"), ("largest", "largest"), ("giant", "normal")])
def test_the_elders_view_has_three_sizes_and_no_others(anonymous: FlaskClient, size: str, shown: str) -> None:
    anonymous.get(f"/display?size={size}")
    assert f'data-size="{shown}"' in anonymous.get("/").text


def test_every_page_has_a_way_into_the_elders_view_and_out_of_it(anonymous: FlaskClient) -> None:
    assert "长辈版" in anonymous.get("/sign-in").text
    anonymous.set_cookie(SIZE, "larger", domain="localhost")
    page = anonymous.get("/sign-in").text
    assert "标准版" in page
    assert re.findall(r'size=(\w+)[^>]*aria-current="true"', page) == ["larger"]


def test_colours_follow_the_system_unless_chosen(anonymous: FlaskClient) -> None:
    assert 'data-colours="auto"' in anonymous.get("/").text
    anonymous.set_cookie(COLOURS, "dark", domain="localhost")
    assert '<meta name="color-scheme" content="dark">' in anonymous.get("/").text


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "/\\evil", "javascript:alert(1)", ""])
def test_a_switch_leads_nowhere_but_to_our_pages(anonymous: FlaskClient, elsewhere: str) -> None:
    assert own_address(elsewhere) == ""
    assert anonymous.get("/display", query_string={"size": "large", "next": elsewhere}).headers["Location"] == "/"


# -- refusals


def test_a_page_that_needs_an_account_asks_for_it_and_comes_back(visitor: FlaskClient) -> None:
    answer = visitor.get("/trial/closed?of=7")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/trial/closed?of%3D7")


def test_a_part_of_a_page_leads_the_whole_page_there(visitor: FlaskClient) -> None:
    answer = visitor.get("/trial/closed", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/sign-in?next=/trial/closed")


def test_a_one_time_password_leads_to_one_of_ones_own(visitor: FlaskClient) -> None:
    assert visitor.get("/trial/must-change").headers["Location"] == "/password"


def test_what_is_refused_is_said_in_words_with_its_status(visitor: FlaskClient) -> None:
    answer = visitor.get("/trial/refused", headers={"Accept-Language": "en"})
    assert answer.status_code == 403
    assert NotAllowed.en in answer.text
    assert answer.mimetype == "text/html"


def test_an_address_that_is_none_is_a_page_for_people_and_json_for_programs(anonymous: FlaskClient) -> None:
    page = anonymous.get("/nowhere", headers=HTML)
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert anonymous.get("/nowhere").json["error"] == "not_found"
    assert anonymous.get("/api/v1/nowhere", headers=HTML).json["error"] == "not_found"


def test_a_form_of_another_site_is_refused_though_nobody_has_signed_in(visitor: FlaskClient) -> None:
    assert visitor.post("/trial/act").text == "done"
    assert visitor.post("/trial/act", headers={"Origin": "https://evil.example"}).status_code == 403
    assert visitor.post("/trial/act", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_in_a_session_needs_the_word_of_our_pages(visitor: FlaskClient, kind: str) -> None:
    visitor.set_cookie(COOKIE, "hs_token", domain="localhost")
    assert visitor.post("/trial/act", data={"csrf": "guess"}, content_type=kind).status_code == 403
    assert visitor.post("/trial/act", data={"csrf": signed_in()["csrf"]}, content_type=kind).text == "done"


# -- what browsers keep


def test_pages_are_kept_by_nobody_and_files_for_good(anonymous: FlaskClient) -> None:
    page = anonymous.get("/")
    (sheet,) = re.findall(r'href="(/static/hemei\.css[^"]+)"', page.text)
    assert page.headers["Cache-Control"] == "no-store"
    assert "immutable" in anonymous.get(sheet).headers["Cache-Control"]
    assert "immutable" not in anonymous.get("/static/hemei.css").headers.get("Cache-Control", "")


def test_pages_and_their_files_are_sent_packed(anonymous: FlaskClient) -> None:
    for path in ("/sign-in", "/static/hemei.css"):
        packed = anonymous.get(path, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert len(packed.data) < len(anonymous.get(path).data)


# -- words


def test_time_left_and_time_passed_are_said_apart(app: Flask) -> None:
    with app.test_request_context():
        assert left(NOW + timedelta(hours=30), NOW) == ("还剩 1天", "calm")
        assert left(NOW + timedelta(hours=3), NOW) == ("还剩 3小时", "soon")
        assert left(NOW - timedelta(days=2), NOW) == ("已超时 2天", "late")
        assert left(None) == ("", "calm")


def test_time_is_said_in_english_too(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        app.preprocess_request()
        assert left(NOW + timedelta(hours=3), NOW).words == "3 hours left"
        assert ago(NOW - timedelta(minutes=5), NOW) == "5 minutes ago"
        assert ago(NOW - timedelta(seconds=5), NOW) == "just now"


# -- doing what the API does


def test_a_page_does_what_the_api_does_and_no_more(app: Flask, services: FakeServices) -> None:
    from gateway.pages.api import api, may

    app.test_client_class = Anonymous
    trial = Pages("asking", "/asking")

    @trial.get("/people")
    def people() -> str:
        return f"{may('list_people')} {len(api('list_people')['items'])}"

    @trial.get("/places")
    def places() -> str:
        return str(len(api("list_courtyards", community="410181002011")["items"]))

    @trial.get("/none")
    def none() -> str:
        return str(api("get_grievance", id="1b4e28ba-2fa1-41d2-883f-0016d3cca427"))

    app.register_blueprint(trial)
    client = app.test_client()
    assert client.get("/asking/places").text == "0"
    assert client.get("/asking/people").headers["Location"].startswith("/sign-in")
    client.set_cookie(COOKIE, "hs_token", domain="localhost")
    assert client.get("/asking/people").text == "True 0"
    services.answers["get_grievance"] = NotFound(id="x")
    assert client.get("/asking/none").status_code == 404
