"""The nameko service: every method on every path reaches the application, bodies of unknown length too."""

import io
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, EnvironBuilder, TestResponse
from werkzeug.wrappers import Request, Response

from gateway.service import Doorway, EveryRequest, Gateway
from tests.unit.gateway.conftest import FakeServices, use


@pytest.fixture
def gateway(standing: tuple[Flask, FakeServices], services: FakeServices) -> Gateway:
    """A worker as nameko makes it."""
    worker = Gateway()
    worker.app = standing[0]  # type: ignore[assignment]
    use(standing[0], services)
    return worker


def request(path: str, **how: Any) -> Request:
    how["headers"] = {**how.get("headers", {}), "Authorization": "Bearer hs_token"}
    return Request(EnvironBuilder(path, environ_base={"REMOTE_ADDR": "127.0.0.1"}, **how).get_environ())


def answered(path: str, method: str, entrypoint: Any) -> TestResponse:
    """What the web server answers with this entrypoint behind it."""
    doorway = Doorway()
    doorway.register_provider(entrypoint)
    client = Client(doorway.get_wsgi_app())
    return client.open(EnvironBuilder(method=method, environ_overrides={"PATH_INFO": path}))


class Known:
    """An entrypoint that says which path it was asked for."""

    def handle_request(self, request: Request) -> Response:
        """The path."""
        return Response(request.environ["PATH_INFO"])


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "OPTIONS", "DELETE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/ready", "//twice", "/a/b//c", "/a\nb", "/\x00", "/..", "/a\\b"])
def test_every_method_on_every_path_comes_in(method: str, path: str) -> None:
    assert answered(path, method, Known()).text == path


def test_a_door_that_closes_says_so_on_connections_that_were_kept_open() -> None:
    answer = Client(Doorway().get_wsgi_app()).get("/api/v1/categories")

    assert answer.status_code == 503
    assert answer.get_json()["error"] == "unavailable"
    assert answer.headers["Connection"] == "close"


def test_where_even_the_application_breaks_nothing_is_told_of_it() -> None:
    response = EveryRequest("*", "/").response_from_exception(RuntimeError("password=secret"))

    assert response.status_code == 500
    assert set(response.get_json()) == {"error", "message", "fields"}
    assert "secret" not in response.get_data(as_text=True)
    assert "RuntimeError" not in response.get_data(as_text=True)
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_worker_gives_what_the_application_answers(gateway: Gateway) -> None:
    response = gateway.answer(request("/api/v1/categories"))

    assert isinstance(response, Response)
    assert response.status_code == 200
    assert response.headers["X-Correlation-Id"]


def test_a_body_of_unknown_length_is_read_to_its_end(gateway: Gateway, services: FakeServices) -> None:
    chunked = request(
        "/api/v1/grievances/1b4e28ba-2fa1-41d2-883f-0016d3cca427/accept",
        method="POST",
        input_stream=io.BytesIO(b'{"note": "on my way"}'),
        headers={"Transfer-Encoding": "chunked", "Content-Type": "application/json"},
    )
    chunked.environ.pop("CONTENT_LENGTH", None)

    assert gateway.answer(chunked).status_code == 200
    assert services.command["note"] == "on my way"


def test_it_bears_the_name_by_which_it_is_started() -> None:
    assert Gateway.name == "gateway"
