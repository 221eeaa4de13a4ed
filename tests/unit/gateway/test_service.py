"""The nameko service: every method on every path reaches the application, bodies of unknown length too."""

import io
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Map
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from gateway.service import Gateway
from tests.unit.gateway.conftest import FakeServices


@pytest.fixture
def gateway(standing: tuple[Flask, FakeServices], services: FakeServices) -> Gateway:
    """A worker as nameko makes it."""
    worker = Gateway()
    worker.app = standing[0]  # type: ignore[assignment]
    standing[0].extensions["ask"] = services
    return worker


def request(path: str, **how: Any) -> Request:
    return Request(EnvironBuilder(path, environ_base={"REMOTE_ADDR": "127.0.0.1"}, **how).get_environ())


def entrypoints() -> Map:
    return Map([entrypoint.get_url_rule() for entrypoint in Gateway.answer.nameko_entrypoints])


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PATCH", "OPTIONS", "DELETE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/ready", "/api/v1/grievances", "//twice", "/汉字/", "/a/b//c"])
def test_every_method_on_every_path_comes_in(method: str, path: str) -> None:
    entrypoints().bind("localhost").match(path, method=method)


def test_a_worker_gives_what_the_application_answers(gateway: Gateway) -> None:
    response = gateway.answer(request("/api/v1/categories"), _path="api/v1/categories")

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
