"""docs/openapi.json: the HTTP API as the gateway describes itself at /openapi.json."""

import json
from typing import Any

from flask import Flask

from gateway.app import create_app
from gateway.config import GatewaySettings


def openapi() -> str:
    """The document."""
    return json.dumps(gateway_app().extensions["description"], ensure_ascii=False, indent=2) + "\n"


def gateway_app() -> Flask:
    """The gateway with nobody behind it."""
    return create_app(_nobody, GatewaySettings())


def _nobody(*_asked: Any) -> Any:
    """Describing the API asks no service anything."""
    raise AssertionError("a service was asked")
