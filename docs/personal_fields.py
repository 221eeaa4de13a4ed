"""Every column that a service keeps, every field that its events carry and that the gateway takes in for it, and how
its `privacy.py` classes each."""

import dataclasses
import json
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.types import TypeEngine

from chassis.privacy import CHASSIS_TABLES, EVERYWHERE, Register, Treatment
from chassis.run import SERVICES, service_class
from contracts.wire import known_events
from docs.openapi import openapi
from docs.shapes import parts_of

SERVICE_OF = {
    "casework": "grievance",
    "grievances": "grievance",
    **dict.fromkeys(("receipts", "neighbours", "pictures", "callers", "phrases", "views"), "grievance"),
    "people": "organization",
    "boards": "organization",
    "editing": "organization",
    "doubles": "organization",
    "volunteers": "volunteer",
    "pairings": "volunteer",
    "partners": "partner",
    "audit": "accounts",
    "notices": "accounts",
}
"""Which service answers for a tag of the API, where it has another name."""


@dataclass(frozen=True)
class Place:
    """Where a field stands: in which table, event or form, and under which name. `column` is its type in a table."""

    service: str
    within: str
    name: str
    column: TypeEngine[Any] | None = None

    def __str__(self) -> str:
        return f"{self.service}: {self.within}.{self.name}"


def register_of(service: str) -> Any:
    """A service's `privacy.py`."""
    return import_module(f"services.{service}.privacy")


# -- what there is


def columns() -> list[Place]:
    """Every column of every table of every service, those of the chassis once."""
    return [
        *columns_of("chassis", {name: _metadata(SERVICES[0]).tables[name] for name in CHASSIS_TABLES}),
        *(
            place
            for service in SERVICES
            for place in columns_of(service, _metadata(service).tables)
            if place.within not in CHASSIS_TABLES
        ),
    ]


def columns_of(service: str, tables: Mapping[str, Any]) -> list[Place]:
    """Every column of these tables."""
    return [
        Place(service, table.name, column.name, column.type)
        for _, table in sorted(tables.items())
        for column in table.columns
    ]


def _metadata(service: str) -> MetaData:
    found: MetaData = service_class(service).uow.metadata  # type: ignore[attr-defined]
    return found


def event_fields() -> list[Place]:
    """Every field of every event class, and of the facts inside it."""
    found = [place for event in known_events().values() for place in fields_of(event)]
    return list(dict.fromkeys(found))


def fields_of(event: type) -> Iterator[Place]:
    """The fields of an event class and of the dataclasses that it holds."""
    teller = event.__module__.split(".")[1]
    for shape in (event, *parts_of(event)):
        for field in dataclasses.fields(shape):
            yield Place(teller, shape.__name__, field.name)


@cache
def intake_fields() -> tuple[Place, ...]:
    """Every field that the gateway takes in, as its own description says: bodies, files, and what stands in a URL."""
    return tuple(dict.fromkeys(taken_in(json.loads(openapi()))))


def taken_in(description: Mapping[str, Any]) -> Iterator[Place]:
    """What the operations of an OpenAPI document take in."""
    schemas = description.get("components", {}).get("schemas", {})
    for path, operations in description["paths"].items():
        shared = operations.get("parameters", [])
        for operation in (each for method, each in operations.items() if method != "parameters"):
            service = SERVICE_OF.get(operation["tags"][0], operation["tags"][0])
            for parameter in (*shared, *operation.get("parameters", [])):
                name = _resolved(parameter, description)["name"]
                yield Place(service, "?", name)
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield from _of_body(service, path, content.get("schema", {}), schemas)


def _resolved(part: Mapping[str, Any], description: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in part:
        return part
    found: Any = description
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return typing.cast(Mapping[str, Any], found)


def _of_body(service: str, path: str, schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[Place]:
    for name in schema.get("properties", {}):
        yield Place(service, " ".join(path.split("/")[-2:]), name)
    waiting, seen = _named_in(schema), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            for field in schemas[name].get("properties", {}):
                yield Place(service, name, field)
            waiting |= _named_in(schemas[name])


def _named_in(schema: Any) -> set[str]:
    if isinstance(schema, Mapping):
        own = {schema["$ref"].rpartition("/")[2]} if isinstance(schema.get("$ref"), str) else set()
        return own.union(*(_named_in(each) for each in schema.values()))
    return set().union(*(_named_in(each) for each in schema)) if isinstance(schema, list) else set()


# -- how it is classed


def of_column(place: Place) -> Treatment | None:
    """How a column is classed."""
    tables = CHASSIS_TABLES if place.service == "chassis" else register_of(place.service).TABLES
    return tables.get(place.within, {}).get(place.name) or EVERYWHERE.get(place.name)


def of_event_field(place: Place) -> Treatment | None:
    """How a field of an event is classed."""
    return in_register(place, register_of(place.service).EVENTS)


def of_intake_field(place: Place) -> Treatment | None:
    """How a field that is taken in is classed."""
    return in_register(place, register_of(place.service).INTAKE)


def in_register(place: Place, register: Register) -> Treatment | None:
    """How a field is classed by its full name, or else by its own."""
    known = register.get(full_name(place)) or EVERYWHERE.get(full_name(place))
    return known or register.get(place.name) or EVERYWHERE.get(place.name)


def full_name(place: Place) -> str:
    """`Class.field`, or `?name` for what stands in a URL."""
    return f"?{place.name}" if place.within == "?" else f"{place.within}.{place.name}"
