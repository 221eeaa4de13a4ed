"""The OpenAPI description that comes out of the routes."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Flask
from flask_smorest import Api
from marshmallow import Schema, fields
from werkzeug.routing import BaseConverter

from contracts.wire import TELLERS
from gateway.audited import AUDITED, parameters
from gateway.identity import COOKIE
from gateway.routes import CommunityConverter, IdConverter, PlaceConverter, QueueConverter, WordConverter

TITLE = "和美 Hemei"
VERSION = "1.0.0"
DESCRIPTION = """\
居民反映的事，交到能办的人手里：网格长、志愿者、共驻共建单位。
What residents report reaches whoever can settle it: grid leaders, volunteers, partner units.

出错时一律回答 `{"error": 代码, "message": 说明, "fields": {字段: [说明]}}`，
说明用中文；`Accept-Language: en` 则用英文。
Every error has the shape `{"error": code, "message": …, "fields": {field: [sentence…]}}`, in English with \
`Accept-Language: en`, else in Chinese.

每个回答带 `X-Correlation-Id`，报障时请附上；也可以自己带一个。
Every answer carries `X-Correlation-Id`, the number of the chain of work it began; a request may bring one."""


class Refusal(Schema):
    """What every error answer looks like."""

    error = fields.String(required=True, metadata={"description": "代码，不会改变 · Stable code, for programs"})
    message = fields.String(required=True, metadata={"description": "说明 · A sentence for people"})
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        required=True,
        data_key="fields",
        metadata={"description": "各字段的问题 · What is wrong with which field"},
    )


CODES: dict[str, type[BaseConverter]] = {
    "community": CommunityConverter,
    "place": PlaceConverter,
    "queue": QueueConverter,
    "word": WordConverter,
}
EXAMPLES = {
    CommunityConverter: "410181002011",
    PlaceConverter: "410181002011001",
    QueueConverter: "organization.grievances",
    WordConverter: "20261123-1234-56789",
}
"""What stands in an address, as its description shows it."""

WAYS_IN = {
    "token": {"type": "http", "scheme": "bearer", "description": "会话或接口密钥的令牌 · Token of a session, or a key"},
    "page": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "页面登录后的会话；提交时须带 X-CSRF-Token · The session of a page; commands carry X-CSRF-Token",
    },
}
"""How one says who asks."""

REFUSALS = {
    HTTPStatus.BAD_REQUEST: "正文不是有效的 JSON · The body is missing or not JSON",
    HTTPStatus.UNAUTHORIZED: "请先登录 · Nobody said who asks, or it could not be believed",
    HTTPStatus.FORBIDDEN: "没有权限 · Not allowed",
    HTTPStatus.NOT_FOUND: "没有找到 · Not found",
    HTTPStatus.NOT_ACCEPTABLE: "这里不提供所要的类型 · Nothing of a type that the client accepts is given",
    HTTPStatus.CONFLICT: "当前状态不允许；说明里有可用的步骤 · The state forbids this; the message says what "
    "is allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "提交的内容太大 · The body is over the limit",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "不支持的内容类型 · The body is of a type not read here",
    HTTPStatus.UNPROCESSABLE_ENTITY: "内容有误，fields 指明字段 · Something is wrong with a field; `fields` names it",
    HTTPStatus.TOO_MANY_REQUESTS: "操作太频繁；Retry-After 是要等的秒数 · "
    "Too often; Retry-After says for how many seconds",
    HTTPStatus.SERVICE_UNAVAILABLE: "服务暂时不可用，所求之事以后也不会执行 · "
    "The service did not answer in time; what was asked will not be done later",
}


class Description(Api):
    """flask-smorest's `Api`, with our shape of errors."""

    ERROR_SCHEMA = Refusal
    DEFAULT_ERROR_RESPONSE_NAME = "OTHER"

    def _register_responses(self) -> None:
        for status, sentence in REFUSALS.items():
            self._register_refusal(status.name, sentence)
        self._register_refusal("OTHER", "其他错误，同一形式 · Any other error, in the same shape")

    def _register_refusal(self, name: str, sentence: str) -> None:
        told = {"description": sentence, "content": {"application/json": {"schema": Refusal}}}
        self.spec.components.response(name, told, lazy=True)

    def _register_etag_headers(self) -> None:
        """None are used."""

    def _register_pagination_header(self) -> None:
        """Lists say in their body which page they are."""

    def _register_error_handlers(self) -> None:
        """Errors are answered by gateway.http, for every route and not only for documented ones."""


def describe(app: Flask) -> Description:
    """A description of `app`, to which routes are then added."""
    app.config |= {"API_TITLE": TITLE, "API_VERSION": VERSION, "OPENAPI_VERSION": "3.1.0"}
    app.url_map.converters |= {"id": IdConverter, **CODES}
    marshmallow = MarshmallowPlugin(schema_name_resolver=_name_of)
    about = {"info": {"description": DESCRIPTION}, "marshmallow_plugin": marshmallow}
    description = Description(app, spec_kwargs=about)
    for name, scheme in WAYS_IN.items():
        description.spec.components.security_scheme(name, scheme)
    for converter in CODES.values():
        description.register_converter(converter, _code_schema)
    return description


def written(description: Description) -> dict[str, Any]:
    """The description as it is given out."""
    told: dict[str, Any] = description.spec.to_dict()
    operations = [one for path in told["paths"].values() for one in path.values() if isinstance(one, dict)]
    for operation in operations:
        if AUDITED in operation:
            operation.setdefault("parameters", []).extend(parameters())
    asked = set(_referred(told, [operation.get("requestBody") for operation in operations]))
    for name, schema in told["components"]["schemas"].items():
        if name not in asked:
            schema.pop("additionalProperties", None)
    _speak_ecma(told)
    return told


def _referred(told: dict[str, Any], within: Any) -> Iterator[str]:
    """Names of the schemas that `within` refers to, at any depth."""
    if isinstance(within, list):
        for one in within:
            yield from _referred(told, one)
    elif isinstance(within, dict):
        if name := str(within.get("$ref", "")).partition("/schemas/")[2]:
            yield name
            yield from _referred(told, told["components"]["schemas"][name])
        for one in within.values():
            yield from _referred(told, one)


def _speak_ecma(within: Any) -> None:
    """JSON Schema's patterns are ECMAScript's and match anywhere; marshmallow's are Python's and match at the start."""
    if isinstance(within, list):
        for one in within:
            _speak_ecma(one)
    elif isinstance(within, dict):
        if isinstance(pattern := within.get("pattern"), str):
            within["pattern"] = _in_ecma(pattern)
        for one in within.values():
            _speak_ecma(one)


def _in_ecma(pattern: str) -> str:
    if pattern.startswith("(?s)"):
        pattern = pattern.removeprefix("(?s)").replace(".", r"[\s\S]")
    pattern = pattern.replace(r"\Z", "$")
    return pattern if pattern.startswith("^") else f"^{pattern}"


@cache
def _shared_names() -> frozenset[str]:
    """Names that schemas of several services bear."""
    names = Counter(name for service in TELLERS for name in _schema_names(service))
    return frozenset(name for name, times in names.items() if times > 1)


def _schema_names(service: str) -> set[str]:
    """The names in a service's schemas, whether they are one module or several."""
    whole = import_module(f"contracts.{service}.schemas")
    parts = [import_module(f"{whole.__name__}.{part.name}") for part in iter_modules(getattr(whole, "__path__", ()))]
    return {name for module in (whole, *parts) for name in vars(module) if not name.startswith("_")}


def _name_of(schema: Any) -> str:
    shape = resolve_schema_cls(schema)
    name = str(shape.__name__)
    is_shared = shape.__module__.startswith("contracts.") and name in _shared_names()
    return f"{shape.__module__.split('.')[1].capitalize()}{name}" if is_shared else name


def _code_schema(converter: BaseConverter) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{converter.regex}$", "example": EXAMPLES[type(converter)]}
