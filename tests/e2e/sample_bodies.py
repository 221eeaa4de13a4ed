"""Bodies of commands made from the OpenAPI description: in order, but for one field."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from tests.e2e.communities import Community
from tests.e2e.description import Description

Spot = tuple[str, ...]
"""Where in a body a field stands: its name, after the names of those that hold it."""


def body_of(operation: dict[str, Any]) -> str:
    """The name of the schema of a command's JSON body; empty where it has none."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]


class SampleBodies:
    """Bodies about a community and things that are in it."""

    def __init__(self, description: Description, community: Community, known: dict[str, str]) -> None:
        self._schemas: dict[str, Any] = description.told["components"]["schemas"]
        self._by_name: dict[str, Any] = {
            "community": f"4199{0:08d}",
            "place": community.building,
            "home_place": community.building,
            "category": "other",
            "person_id": known["people"],
            "volunteer_id": known["volunteers"],
            "phone": "10000000000",
            "starts": "08:00",
            "ends": "09:00",
            "score": 3,
            "weekday": 1,
        }

    def spots(self, schema: str) -> Iterator[Spot]:
        """Every field, at any depth."""
        for name, told in self._schemas[schema]["properties"].items():
            yield (name,)
            if inner := self._reference(told):
                yield from ((name, *spot) for spot in self.spots(inner))

    def with_value(self, schema: str, spot: Spot, value: Any) -> dict[str, Any]:
        """A body that is in order but for this value at this spot."""
        name, *rest = spot
        body = self.in_order(schema)
        if not rest:
            return {**body, name: value}
        told = self._schemas[schema]["properties"][name]
        inner = self.with_value(self._reference(told), tuple(rest), value)
        return {**body, name: [inner] if told.get("type") == "array" else inner}

    def in_order(self, schema: str) -> dict[str, Any]:
        """A body with everything that is required, and nothing else."""
        told = self._schemas[schema]
        return {name: self._sample(name, told["properties"][name]) for name in told.get("required", ())}

    def _sample(self, name: str, told: dict[str, Any]) -> Any:
        if told.get("type") == "array":
            return [self._sample(name, told["items"])]
        if inner := self._reference(told):
            return self.in_order(inner)
        if "enum" in told:
            return told["enum"][0]
        plain = {"date": "2099-01-01", "uuid": str(uuid4()), "integer": 1, "boolean": True, "number": 1}
        kind = str(told.get("format") or told.get("type"))
        return self._by_name.get(name, plain.get(kind, f"文字{uuid4()}"))

    def _reference(self, told: dict[str, Any]) -> str:
        """The name of the schema that a field holds, itself or in a list."""
        ways = [told, told.get("items", {}), *told.get("anyOf", ())]
        return next((way["$ref"].rpartition("/")[2] for way in ways if "$ref" in way), "")
