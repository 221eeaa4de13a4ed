"""How a route is written: one decorator that guards, reads, answers and documents it."""

from collections.abc import Callable
from functools import lru_cache, wraps
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.routing import BaseConverter, UUIDConverter

from gateway.access import Visit
from gateway.config import GatewaySettings
from gateway.errors import NotAcceptable
from gateway.http import answer
from gateway.reading import Reader

View = Callable[..., Any]


class IdConverter(UUIDConverter):
    """An id in an address, given to the view as text."""

    def to_python(self, value: str) -> str:  # type: ignore[override]
        """The id as it is written everywhere."""
        return value.lower()


class CommunityConverter(BaseConverter):
    """The code of a community in an address."""

    regex = r"[0-9]{12}"


class PlaceConverter(BaseConverter):
    """The code of a place in an address."""

    regex = r"[0-9A-Za-z-]{1,32}"


class Routes(Blueprint):
    """The routes of one service."""

    ARGUMENTS_PARSER = Reader()

    def operation(
        self,
        method: str,
        rule: str,
        may: Callable[[Visit], None],
        answers: type[Schema],
        *,
        status: int = 200,
        query: Schema | None = None,
        headers: Schema | None = None,
        body: Schema | None = None,
        upload: dict[str, Any] | None = None,
        limit: str = "body_limit",
        refuses: tuple[int, ...] = (),
    ) -> Callable[[View], View]:
        """The view answers `method rule` to whoever `may` lets in.

        It is given what was read (query, headers, body: those asked for, in this order) and the ids of the address by
        name, and returns what is answered as JSON in the shape `answers`. `upload` documents a body that the view reads
        itself. `limit` names the setting that bounds the body; `refuses` are the statuses documented beside those that
        follow from the rest.
        """

        def decorate(view: View) -> View:
            reading = self._reading(view, query=query, headers=headers, body=body)
            handle = self._guarded(reading, may, status, limit)
            for code in _refusals(method, rule, query is not None, (body or upload) is not None, refuses):
                handle = self.alt_response(code, HTTPStatus(code).name)(handle)
            handle = self.response(status, answers, description="成功 · Done")(handle)
            handle = self.doc(operationId=view.__name__)(handle)
            if upload is not None:
                handle = self.doc(requestBody={"required": True, "content": upload})(handle)
            self.route(rule, methods=[method])(handle)
            return view

        return decorate

    def _reading(self, view: View, **carried: Schema | None) -> View:
        for location, schema in reversed(carried.items()):
            if schema is None:
                continue
            location = "json" if location == "body" else location
            if location == "json" and not schema.load_fields:
                view = self.ARGUMENTS_PARSER.use_args(schema, location=location)(view)
            else:
                needed = any(field.required for field in schema.load_fields.values())
                view = self.arguments(schema, location=location, required=needed)(view)
        return view

    def _guarded(self, view: View, may: Callable[[Visit], None], status: int, limit: str) -> View:
        @wraps(view)
        def handle(**ids: str) -> Response:
            settings: GatewaySettings = current_app.extensions["settings"]
            may(_visit(settings))
            if not _accepts_json(request.headers.get("Accept", "")):
                raise NotAcceptable
            request.max_content_length = getattr(settings, limit)
            told = view(**ids)
            return told if isinstance(told, Response) else answer(told, status)

        return handle


def _visit(settings: GatewaySettings) -> Visit:
    environ = request.environ
    return Visit(
        environ.get("REMOTE_ADDR", ""),
        environ.get("HTTP_HOST", ""),
        environ.get("HTTP_ORIGIN", ""),
        settings.behind_proxy,
    )


@lru_cache(maxsize=512)
def _accepts_json(accept: str) -> bool:
    return not accept or bool(parse_accept_header(accept, MIMEAccept).best_match(["application/json"]))


def _refusals(method: str, rule: str, has_query: bool, has_body: bool, more: tuple[int, ...]) -> list[int]:
    found = {403, 406, 503, *more}
    if "<" in rule:
        found |= {404} if method == "GET" else {404, 409}
    if has_body:
        found |= {400, 413, 415, 422}
    if has_query:
        found.add(422)
    return sorted(found)


class Nothing(Schema):
    """The body of a command that says everything by its address."""


def page_of(item: type[Schema]) -> type[Schema]:
    """The shape of a list's answer."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True, metadata={"description": "这一页 · This page"}),
            "total": fields.Integer(required=True, metadata={"description": "总数 · How many in all"}),
            "page": fields.Integer(required=True, metadata={"description": "第几页 · Which page, from 1"}),
            "page_size": fields.Integer(required=True, metadata={"description": "每页多少 · Items on a page"}),
        },
        name=f"{item.__name__}Page",
    )
