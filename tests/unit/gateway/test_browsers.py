"""What every answer tells a browser, whatever it answers."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.browsers import ON_EVERY_ANSWER
from tests.unit.gateway.conftest import FakeServices

GATEWAY = Path(__file__).parents[3] / "gateway"
TEMPLATES = sorted((GATEWAY / "pages" / "templates").rglob("*.html"))
SCRIPTS = sorted(path for path in (GATEWAY / "static").rglob("*.js") if "vendor" not in path.parts)

SAMPLES = {"id": "1b4e28ba-2fa1-41d2-883f-0016d3cca427", "community": "410181002011", "place": "410181002011001"}


def policy(response: TestResponse) -> dict[str, str]:
    """The content policy, by what it is about."""
    return dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))


def check(response: TestResponse) -> None:
    """Fails where an answer lacks one of the headers, or lets something in."""
    for name, value in ON_EVERY_ANSWER.items():
        if name != "Content-Security-Policy":
            assert response.headers[name] == value, response.request.path
    told = policy(response)
    assert {name: told[name] for name in ("default-src", "base-uri", "frame-ancestors", "object-src")} == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
    }
    assert told["form-action"] == "'self'"
    assert {source for sources in told.values() for source in sources.split()} <= {"'none'", "'self'"}
    assert "Server" not in response.headers


def everything(app: Flask) -> Iterator[tuple[str, str]]:
    """Every method and address that the application knows."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: SAMPLES.get(found[1], "some-thing"), rule.rule)
        yield from ((method, path) for method in rule.methods or ())


def test_every_page_and_every_answer_of_the_api_is_protected(
    client: FlaskClient, standing: tuple[Flask, FakeServices], services: FakeServices
) -> None:
    asked = list(everything(standing[0]))
    assert len(asked) > 200
    for method, path in asked:
        if not path.endswith("/live"):
            check(client.open(path, method=method))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing"),
        ("PUT", "/ready"),
        ("GET", "/static/nothing.js"),
        ("GET", "/static/door.css"),
        ("TRACE", "/"),
    ],
)
def test_whatever_is_refused_is_protected_too(client: FlaskClient, method: str, path: str) -> None:
    check(client.open(path, method=method))


def test_what_breaks_inside_is_protected_too(client: FlaskClient, services: FakeServices) -> None:
    services.answers["list_categories"] = RuntimeError("password=secret")
    response = client.get("/api/v1/categories")
    assert response.status_code == 500
    assert "secret" not in response.text
    check(response)


def test_answers_of_the_api_are_kept_nowhere(client: FlaskClient) -> None:
    for path in ("/api/v1/categories", "/api/v1/nothing", "/ops"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path


def test_a_browser_is_told_to_stay_with_tls_only_where_a_trusted_proxy_says_that_there_is_some(
    open_door: Callable[..., Flask],
) -> None:
    said = {"X-Forwarded-Proto": "https"}
    behind = open_door(trusted_proxies=1, behind_proxy=True).test_client()
    assert "max-age=" in behind.get("/", headers=said).headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in behind.get("/").headers
    assert "Strict-Transport-Security" not in open_door().test_client().get("/", headers=said).headers


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_page_holds_script_style_or_handlers_of_its_own(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for script in re.findall(r"<script\b[^>]*>(.*?)</script>", text, re.DOTALL):
        assert not script.strip()
    for tag in re.findall(r"<[a-zA-Z][^>]*>", text):
        assert not re.search(r"\s(?:on[a-z]+|style|srcdoc)\s*=", tag), tag
        assert not re.search(r"(?:javascript|data):", tag), tag
        assert not re.match(r"<(?:style|base|object|embed|iframe)\b", tag), tag
    assert "|safe" not in text.replace(" ", "")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_of_ours_turns_text_into_page_or_program(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for way in ("eval(", "new Function", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"):
        assert way not in text, way
