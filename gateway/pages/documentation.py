"""The API's description as a page shows it: chapters of operations, their fields and their answers."""

import json
from collections.abc import Iterator
from typing import Any

Description = dict[str, Any]

EXAMPLES = {
    "community": "410181002011",
    "place": "410181002011001",
    "home_place": "41018100201100101",
    "category": "corridor_clutter",
    "description": "三楼楼道堆满纸箱，影响通行",
    "reason": "不属于本社区",
    "result": "已拆除",
    "parties": "陇海路社区、铁塔公司",
    "valid_to": "2027-04-30",
    "queue": "organization.grievances",
    "by": "值班员",
    "confirm": "organization.grievances",
}
"""What stands in an example where the shape itself gives none, by the name of the field."""


def chapters(description: Description) -> list[dict[str, Any]]:
    """One chapter a service, with its operations in the order they were written."""
    found = [{**tag, "operations": []} for tag in description["tags"]]
    by_name = {chapter["name"]: chapter for chapter in found}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            if isinstance(operation, dict) and "tags" in operation:
                shared = methods.get("parameters", [])
                by_name[operation["tags"][0]]["operations"].append(
                    _operation(description, method.upper(), path, operation, shared)
                )
    return found


def _operation(
    description: Description, method: str, path: str, operation: dict[str, Any], shared: list[dict[str, Any]]
) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    body = content.get("application/json", {}).get("schema")
    return {
        "method": method,
        "path": path,
        "anchor": f"{method}{path}".replace("/", "-").replace("{", "").replace("}", "").lower(),
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": [_parameter(description, one) for one in [*shared, *operation.get("parameters", [])]],
        "body": list(_fields(description, body)) if body else [],
        "contents": [] if body else list(content),
        "example": _curl(description, method, path, body, takes_file=bool(content) and not body),
        "answers": [_answer(description, code, told) for code, told in sorted(operation["responses"].items())],
    }


def _parameter(description: Description, parameter: dict[str, Any]) -> dict[str, Any]:
    schema = _resolved(description, parameter.get("schema", {}))
    return {
        "name": parameter["name"],
        "place": parameter["in"],
        "required": parameter.get("required", False),
        "type": _type(description, schema),
        "description": parameter.get("description") or schema.get("description", ""),
    }


def _answer(description: Description, code: str, told: dict[str, Any]) -> dict[str, Any]:
    told = _resolved(description, told)
    schema = told.get("content", {}).get("application/json", {}).get("schema")
    is_done = str(code).startswith("2")
    return {
        "code": code,
        "description": told.get("description", ""),
        "fields": list(_fields(description, schema)) if schema and is_done else [],
    }


def _fields(description: Description, schema: dict[str, Any], under: str = "") -> Iterator[dict[str, Any]]:
    schema = _plain(description, schema)
    required = schema.get("required", [])
    for name, property in schema.get("properties", {}).items():
        plain = _plain(description, property)
        yield {
            "name": f"{under}{name}",
            "required": name in required,
            "type": _type(description, property),
            "description": property.get("description") or plain.get("description", ""),
        }
        items = _plain(description, plain.get("items", {}))
        yield from _fields(description, plain, f"{under}{name}.")
        yield from _fields(description, items, f"{under}{name}[].")


def _resolved(description: Description, told: Any) -> Any:
    while isinstance(told, dict) and "$ref" in told:
        found: Any = description
        for part in told["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        told = found
    return told


def _plain(description: Description, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that says something: references followed, "or null" left out."""
    schema = _resolved(description, schema)
    for alternative in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
        found = _resolved(description, alternative)
        if found.get("type") != "null":
            return dict(found)
    return schema


def _type(description: Description, schema: dict[str, Any]) -> str:
    plain = _plain(description, schema)
    named = plain.get("type", "object")
    types = [one for one in ([named] if isinstance(named, str) else named) if one != "null"]
    if "array" in types:
        return f"[{_type(description, plain.get('items', {}))}]"
    if plain.get("enum"):
        return " | ".join(str(one) for one in plain["enum"] if one is not None)
    words = [plain.get("format") or "/".join(types), _bounds(plain)]
    return " ".join(word for word in words if word)


def _bounds(schema: dict[str, Any]) -> str:
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")):
        if low in schema or high in schema:
            return f"{schema.get(low, '')}…{schema.get(high, '')}"
    return ""


def _curl(description: Description, method: str, path: str, body: dict[str, Any] | None, *, takes_file: bool) -> str:
    command = "curl" if method == "GET" else f"curl -X {method}"
    for name in ("community", "place", "queue"):
        path = path.replace(f"{{{name}}}", EXAMPLES[name])
    address = f'"$HEMEI_URL{path}"'
    if takes_file:
        return f"curl {address} -F file=@table.csv"
    example = _example(description, body) if body else None
    if not example:
        return f"{command} {address}"
    text = json.dumps(example, ensure_ascii=False).replace("'", "'\\''")
    return f"{command} {address} -H 'Content-Type: application/json' -d '{text}'"


def _example(description: Description, schema: dict[str, Any], name: str = "") -> Any:
    """A value of the shape, with what is required only."""
    plain = _plain(description, schema)
    if "example" in plain:
        return plain["example"]
    if plain.get("enum"):
        return plain["enum"][0]
    if name in EXAMPLES:
        return EXAMPLES[name]
    named = plain.get("type", "object")
    kind = named if isinstance(named, str) else named[0]
    if kind == "object":
        required = plain.get("required", [])
        return {each: _example(description, plain["properties"][each], each) for each in required}
    if kind == "array":
        return [_example(description, plain.get("items", {}))]
    by_format = {"date": "2026-05-01", "date-time": "2026-05-01T08:30:00+08:00", "uuid": "…"}
    return {"integer": plain.get("minimum", 1), "number": plain.get("minimum", 1), "boolean": True}.get(
        kind, by_format.get(plain.get("format", ""), "…")
    )
