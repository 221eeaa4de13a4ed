"""Calls: whatever the gateway asks is answered by the service it asks, in a shape that is on file."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, fields

from chassis.run import SERVICES, service_class

ROOT = Path(__file__).resolve().parents[2]
every_service = pytest.mark.parametrize("service", SERVICES)


def answered(service: str) -> dict[str, Any]:
    """The calls that a service answers, with the schema of each."""
    found = service_class(service)
    entrypoints = (
        (name, each) for name in dir(found) for each in getattr(getattr(found, name), "nameko_entrypoints", ())
    )
    return {name: each.schema for name, each in entrypoints if hasattr(each, "schema")}


def asked() -> Iterator[tuple[str, str]]:
    """Service and name of every call that the gateway's code asks."""
    for path in (ROOT / "gateway").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            texts = (
                [each.value for each in getattr(node, "args", []) if isinstance(each, ast.Constant)]
                if isinstance(node, ast.Call)
                else []
            )
            if len(texts) >= 2 and texts[0] in SERVICES and isinstance(texts[1], str):
                yield texts[0], texts[1]


def test_every_call_that_the_gateway_asks_is_answered() -> None:
    calls = set(asked())
    assert len(calls) > 20
    assert {(service, call) for service, call in calls if call != "ready" and call not in answered(service)} == set()


@every_service
def test_every_call_has_a_shape_in_the_contracts_of_its_service(service: str) -> None:
    shapes = answered(service)
    assert shapes
    assert {
        name
        for name, shape in shapes.items()
        if shape is None or not f"{shape.__module__}.".startswith(f"contracts.{service}.schemas.")
    } == set()


@every_service
def test_every_shape_says_what_it_is_and_refuses_what_is_no_object(service: str) -> None:
    for shape in vars(importlib.import_module(f"contracts.{service}.schemas")).values():
        if isinstance(shape, type) and issubclass(shape, Schema) and shape is not Schema:
            assert shape.__doc__, shape
            assert shape().validate([]), shape


@every_service
def test_no_shape_takes_text_without_end(service: str) -> None:
    endless = {
        f"{name}.{field_name}"
        for name, shape in answered(service).items()
        for field_name, field in shape().load_fields.items()
        if type(field) is fields.String and not field.validate
    }
    assert endless == set()
