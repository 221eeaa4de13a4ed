"""The pages at the door, readiness, and what every answer carries."""

import html
import re
import shlex
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from contracts.errors import Unavailable
from contracts.wire import TELLERS
from gateway.pages.documentation import chapters
from tests.unit.gateway.conftest import FakeServices
from tests.unit.gateway.pages.operations import overview


def test_it_is_ready_when_every_service_says_so(client: FlaskClient, services: FakeServices) -> None:
    services.answers["ready"] = {"ready": True}

    answer = client.get("/ready")

    assert answer.status_code == 200
    assert answer.json == {"ready": True, "services": dict.fromkeys(TELLERS, True)}
    assert sorted(asked[:2] for asked in services.asked) == [(each, "ready") for each in sorted(TELLERS)]
    assert all(patience is not None and patience < 4 for patience in services.patience)


@pytest.mark.parametrize("trouble", [Unavailable(), {"ready": False}])
def test_it_is_not_ready_while_a_service_is_not_and_says_which(
    client: FlaskClient, services: FakeServices, trouble: Any
) -> None:
    services.answers |= {"ready": {"ready": True}, "volunteer.ready": trouble}

    answer = client.get("/ready", headers={"Accept-Language": "en"})

    assert answer.status_code == 503
    assert answer.json["message"] == "Not ready: volunteer"
    assert answer.json["services"] == dict.fromkeys(TELLERS, True) | {"volunteer": False}
    assert client.get("/ready").json["message"] == "尚未就绪：volunteer"


def test_the_front_page_says_what_this_is_and_its_links_lead_somewhere(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    services.answers |= {"ready": {"ready": True}, "get_overview": overview()}
    page = anonymous.get("/")

    assert page.status_code == 200
    assert "和美" in page.text
    services.answers |= {"list_communities": {"items": [], "total": 0}}
    links = [html.unescape(link) for link in re.findall(r'(?:href|src)="([^"#]+)"', page.text)]
    assert {"/docs", "/openapi.json", "/ready", "/ops"} <= set(links)
    assert [link for link in links if anonymous.get(link, follow_redirects=True).status_code != 200] == []


@pytest.mark.parametrize("address", ["/office", "/leader", "/volunteer", "/doctor", "/partner", "/ops", "/track"])
def test_the_address_of_a_page_may_end_in_a_slash_or_not(anonymous: FlaskClient, address: str) -> None:
    plain, slashed = (anonymous.get(typed).status_code for typed in (address, f"{address}/"))

    assert plain == slashed != 404
    assert anonymous.get(f"{address}/no-such-page").status_code == 404


class _Page(HTMLParser):
    """Collects what a strict content policy would refuse, ids, and links within the page."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.ids: list[str] = []
        self.inner_links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        is_ours = tag == "script" and (attributes.get("src") or "").startswith("/static/")
        if (tag in ("script", "style", "iframe", "object") and not is_ours) or "style" in attributes:
            self.refused.append(tag)
        self.refused += [name for name in attributes if name.startswith("on")]
        for link in (attributes.get("href"), attributes.get("src")):
            if link and link.startswith("#"):
                self.inner_links.append(link[1:])
            elif link and not link.startswith("/"):
                self.refused.append(link)
        if attributes.get("id"):
            self.ids.append(str(attributes["id"]))


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_pages_hold_no_script_in_themselves_and_fetch_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    page = _Page()
    answer = client.get(path)
    page.feed(answer.text)

    assert page.refused == []
    assert 'name="viewport"' in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_reference_shows_every_operation_in_both_languages(
    client: FlaskClient, standing: tuple[Flask, FakeServices]
) -> None:
    answer = client.get("/docs")
    page = _Page()
    page.feed(answer.text)

    for path, methods in standing[0].extensions["description"]["paths"].items():
        assert f">{path}<" in answer.text
        for method, operation in methods.items():
            if method != "parameters":
                assert answer.text.count(escape(operation["summary"])) >= 2
    assert len(page.ids) == len(set(page.ids))
    assert set(page.inner_links) <= set(page.ids)


def test_the_reference_shows_fields_inside_fields_and_a_command_to_try(client: FlaskClient) -> None:
    text = client.get("/docs").text

    assert "<code>contact.phone</code>" in text
    assert "<code>timeline[].what</code>" in text
    assert "curl -X POST &#34;$HEMEI_URL/api/v1/grievances&#34;" in text


@pytest.mark.parametrize("wished", ["import-17:row.3", "20260520000100007", "138000011112"])
def test_a_chain_begins_with_the_number_the_client_chose_and_is_told_back(client: FlaskClient, wished: str) -> None:
    assert client.get("/", headers={"X-Correlation-Id": wished}).headers["X-Correlation-Id"] == wished


@pytest.mark.parametrize(
    "wished", ["", "two words", "x" * 65, "a\u00e9", "{}", "a/b", "13800001111", "11010119900307775X"]
)
def test_a_number_that_is_unsafe_or_absent_is_replaced(client: FlaskClient, wished: str) -> None:
    first, second = (client.get("/x", headers={"X-Correlation-Id": wished}).headers["X-Correlation-Id"] for _ in "12")

    assert re.fullmatch("[0-9a-f-]{36}", first)
    assert first != second


def test_services_are_asked_within_the_chain_of_the_request(client: FlaskClient, services: FakeServices) -> None:
    from chassis.context import current_chain

    services.answers["list_grievances"] = lambda _query: {"seen": current_chain().correlation, "items": []}  # type: ignore[union-attr]

    answer = client.get("/api/v1/grievances", headers={"X-Correlation-Id": "chain-5"})

    assert answer.json["seen"] == "chain-5"
    assert current_chain() is None


@pytest.mark.parametrize("path", ["/", "/docs", "/api/v1/grievances", "/nowhere", "/static/door.css"])
def test_every_answer_tells_browsers_to_be_careful(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_answers_of_the_api_are_not_kept_by_anybody(client: FlaskClient) -> None:
    assert client.get("/api/v1/grievances").headers["Cache-Control"] == "no-store"
    assert client.get("/api/v1/nowhere").headers["Cache-Control"] == "no-store"


def test_chinese_is_written_as_it_is(client: FlaskClient, services: FakeServices) -> None:
    services.answers["list_categories"] = {"items": [{"name": "飞线充电"}]}

    assert "飞线充电".encode() in client.get("/api/v1/categories").data


def test_the_command_shown_for_filing_is_one_that_is_accepted(
    client: FlaskClient, standing: tuple[Flask, FakeServices]
) -> None:
    shown = [each for chapter in chapters(standing[0].extensions["description"]) for each in chapter["operations"]]
    filing = next(each for each in shown if (each["method"], each["path"]) == ("POST", "/api/v1/grievances"))
    words = shlex.split(filing["example"])

    assert words[:3] == ["curl", "-X", "POST"]
    headers = {"Content-Type": words[words.index("-H") + 1].partition(": ")[2]}
    assert client.post("/api/v1/grievances", data=words[words.index("-d") + 1], headers=headers).status_code == 201
