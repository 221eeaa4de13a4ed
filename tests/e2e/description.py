"""The OpenAPI description as a judge: whether an answer is what the description promises."""

import re
from functools import cached_property
from typing import Any

import httpx
from jsonschema import Draft202012Validator, FormatChecker

METHODS = ("get", "post", "put", "patch", "delete")


class Description:
    """What `/openapi.json` of a system says."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        self._validators: dict[str, Draft202012Validator] = {}

    @cached_property
    def operations(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Every operation: its method, its path with `{names}` in it, and what is said of it."""
        return [
            (method, path, told)
            for path, methods in self.told["paths"].items()
            for method, told in methods.items()
            if method in METHODS
        ]

    @cached_property
    def _addresses(self) -> list[tuple[str, re.Pattern[str], dict[str, Any]]]:
        return [
            (method, re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), told)
            for method, path, told in self.operations
        ]

    def lists(self) -> set[str]:
        """The paths that answer with a page of a list."""
        return {
            path
            for method, path, told in self.operations
            if method == "get" and schema_of(told["responses"]["200"]).get("$ref", "").endswith("Page")
        }

    def check(self, answer: httpx.Response) -> None:
        """Fails where a JSON answer is not as described; what lies outside the API is not looked at."""
        if (operation := self._operation(answer.request)) is None:
            return
        described = operation["responses"].get(str(answer.status_code)) or operation["responses"]["default"]
        schema = schema_of(self._resolved(described))
        fault = next(self._validator(schema).iter_errors(answer.json()), None)
        assert fault is None, (
            f"{answer.request.method} {answer.request.url} {answer.status_code}: {fault.json_path}: {fault.message}"
        )

    def _operation(self, request: httpx.Request) -> dict[str, Any] | None:
        for method, path, told in self._addresses:
            if method == request.method.lower() and path.fullmatch(request.url.path):
                return told
        return None

    def _resolved(self, response: dict[str, Any]) -> dict[str, Any]:
        if name := response.get("$ref", "").rpartition("/")[2]:
            found: dict[str, Any] = self.told["components"]["responses"][name]
            return found
        return response

    def _validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        key = repr(schema)
        if key not in self._validators:
            whole = {**schema, "components": self.told["components"]}
            self._validators[key] = Draft202012Validator(whole, format_checker=FormatChecker())
        return self._validators[key]


def schema_of(response: dict[str, Any]) -> dict[str, Any]:
    """The schema of a described response's JSON, or of the JSON in a stream."""
    (content,) = response["content"].values()
    found: dict[str, Any] = content["schema"]
    return found
