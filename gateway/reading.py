"""What a request carries, read and held against its schema before any service is asked."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from flask import Request, request
from marshmallow import Schema, ValidationError
from marshmallow.fields import List
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from contracts.errors import Invalid, Words, words
from gateway.errors import BadRequest, BodyMissing, Malformed, UnsupportedMediaType

BIGGEST_NUMBER = 2**31 - 1
"""No number that means anything here is bigger, and the databases' whole numbers end here."""

TOO_LARGE = "Number too large."
NOT_KEPT = "Contains characters that cannot be kept (U+0000)."
NO_MOMENT = "Not a valid datetime."

PURPOSE = "purpose"
"""May stand in every question: why it is asked, which concerns the audit and no service."""

EARLIEST, LATEST = 1000, 9000
"""Years between which a moment can be put into any time zone; nothing here happens outside of them."""

_UNESCAPED_PLUS = re.compile(r"\A(\d{4}-\d\d-\d\dT[\d:.]+) (\d\d:?\d\d)\Z")
"""A time with its zone, typed into an address as it is: `+08:00` arrives as ` 08:00`."""

_decoder = msgspec.json.Decoder()


class Reader(FlaskParser):
    """Reads for flask-smorest's `arguments`: the JSON body as it was sent once its schema has accepted it (the service
    loads it with the same schema), query and headers as the schema loads them."""

    def parse(self, argmap: Any, req: Request | None = None, *, location: str | None = None, **_options: Any) -> Any:
        """What the request carries at `location`. Raises the typed error that says what is wrong with it."""
        req = req or request
        if location == "json":
            body = read_json(req, needed=any(field.required for field in argmap.load_fields.values()))
            _loaded(argmap, body, within="body")
            return body
        if location == "query":
            return _loaded(argmap, _query(req, argmap), within="query")
        names = [field.data_key or name for name, field in argmap.load_fields.items()]
        sent = {name: req.headers[name] for name in names if name in req.headers}
        return _loaded(argmap, sent, within="headers")


def _query(req: Request, schema: Schema) -> dict[str, Any]:
    """The query by name: all values of a list, the first of anything else. Raises `BadRequest`."""
    try:
        named = req.args
    except UnicodeDecodeError as error:  # bytes that were sent without being escaped
        raise BadRequest from error
    return {
        name: values if isinstance(schema.load_fields.get(name), List) else _UNESCAPED_PLUS.sub(r"\1+\2", values[0])
        for name, values in named.lists()
        if name in schema.load_fields or name != PURPOSE
    }


def read_body(req: Request) -> bytes:
    """The bytes of the body. Raises `Malformed` where they break off and `RequestEntityTooLarge` over the limit."""
    try:
        body = req.get_data(cache=False)
    except (ValueError, OSError) as error:  # a broken chunk, a connection that ended early
        raise Malformed from error
    if req.content_length is None and len(body) >= (req.max_content_length or 0):
        raise RequestEntityTooLarge  # werkzeug cuts off a body of unknown length at the limit and says nothing
    return body


def read_json(req: Request, *, needed: bool) -> Any:
    """The body as JSON; nothing at all counts as `{}` where nothing is needed."""
    body = read_body(req)
    if not body.strip():
        if needed:
            raise BodyMissing
        return {}
    if req.mimetype not in ("application/json", "") and not req.mimetype.endswith("+json"):
        raise UnsupportedMediaType(given=req.mimetype, read=["application/json"])
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed from error


def read(schema: Schema, sent: Any, *, within: str) -> Any:
    """What a page of ours sends as `within` ("query", "headers", "body"), held against its schema and given as the
    parser gives it. Raises `Invalid`."""
    loaded = _loaded(schema, sent or {}, within=within)
    return (sent or {}) if within == "body" else loaded


def _loaded(schema: Schema, sent: Any, *, within: str) -> Any:
    try:
        loaded = schema.load(sent)
        wrong = dict(_unkeepable(loaded, "")) | dict(_unkeepable(sent if within == "body" else {}, ""))
    except ValidationError as error:
        raise Invalid(fields=fields_of(error, within)) from error
    except RecursionError as error:
        raise Malformed from error
    if wrong:
        raise Invalid(fields={name: [words(sentence, sentence)] for name, sentence in wrong.items()})
    return loaded


def _unkeepable(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Values that every schema lets through and no database keeps, by the name of their field."""
    if isinstance(value, str):
        if "\0" in value:
            yield name, NOT_KEPT
    elif isinstance(value, datetime):
        if not EARLIEST <= value.year <= LATEST:
            yield name, NO_MOMENT
    elif isinstance(value, int | float):
        if not -BIGGEST_NUMBER <= value <= BIGGEST_NUMBER:
            yield name, TOO_LARGE
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _unkeepable(inner, _joined(name, key))
    elif isinstance(value, list | tuple):
        for position, inner in enumerate(value):
            yield from _unkeepable(inner, _joined(name, position))


def fields_of(error: ValidationError, whole: str) -> dict[str, list[Words]]:
    """marshmallow's messages by dotted name of the field; `whole` names what is wrong with all of it."""
    found: dict[str, list[Words]] = {}
    for name, message in _flat(error.normalized_messages(), ""):
        found.setdefault(name or whole, []).append(words(message, message))
    return found


def _flat(messages: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _flat(inner, name if key == "_schema" else _joined(name, key))
    elif isinstance(messages, list):
        for inner in messages:
            yield from _flat(inner, name)
    else:
        yield name, str(messages)


def _joined(name: str, key: Any) -> str:
    return f"{name}.{key}" if name else str(key)
