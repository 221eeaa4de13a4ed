"""What a field holds: as JSON Schema for programs and in a few words for people, from the same type hints."""

import types
import typing
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

Schema = dict[str, Any]

PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    UUID: {"type": "string", "format": "uuid"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
}


class UnknownShape(Exception):
    """A field has a type that the documents have no words for yet."""


def schema_of(hint: Any) -> Schema:
    """JSON Schema of a type; a dataclass is referred to by its name."""
    if hint in PLAIN:
        return dict(PLAIN[hint])
    if is_dataclass(hint):
        return {"$ref": f"#/components/schemas/{hint.__name__}"}
    if typing.get_origin(hint) in (tuple, list):
        return {"type": "array", "items": schema_of(typing.get_args(hint)[0])}
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        return {"anyOf": [_or_null(each) for each in typing.get_args(hint)]}
    raise UnknownShape(str(hint))


def _or_null(hint: Any) -> Schema:
    return {"type": "null"} if hint is type(None) else schema_of(hint)


def in_words(schema: Schema) -> str:
    """The schema in a few words: `list of string`, `uuid or null`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(in_words(each) for each in schema["anyOf"])
    if schema["type"] == "array":
        return f"list of {in_words(schema['items'])}"
    return str(schema.get("format", schema["type"]))


def properties_of(shape: type) -> dict[str, Schema]:
    """The fields of a dataclass with their schemas, in its order; an optional one has its default."""
    hints = typing.get_type_hints(shape)
    return {each.name: schema_of(hints[each.name]) | _default(each) for each in fields(shape)}


def _default(field: "Field[Any]") -> Schema:
    if field.default is MISSING:
        return {}
    return {"default": list(field.default) if isinstance(field.default, tuple) else field.default}


def object_of(shape: type) -> Schema:
    """JSON Schema of a dataclass. Fields that are not known are let pass: adding one is free."""
    properties = properties_of(shape)
    return {
        "title": shape.__name__,
        "description": sentence_of(shape),
        "type": "object",
        "properties": properties,
        "required": [name for name, schema in properties.items() if "default" not in schema],
    }


def parts_of(shape: type) -> list[type]:
    """The dataclasses that a dataclass holds, at any depth."""
    held = [each for hint in typing.get_type_hints(shape).values() for each in _dataclasses_in(hint)]
    return [inner for each in held for inner in (each, *parts_of(each))]


def _dataclasses_in(hint: Any) -> list[type]:
    if is_dataclass(hint) and isinstance(hint, type):
        return [hint]
    return [found for each in typing.get_args(hint) for found in _dataclasses_in(each)]


def sentence_of(shape: type) -> str:
    """The docstring, its lines joined."""
    return " ".join((shape.__doc__ or "").split())
