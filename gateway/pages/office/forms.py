"""How forms of the office are read, done and refused."""

from collections.abc import Callable
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error
from gateway.http import STATUS
from gateway.pages.frame import said_of

Told = Answer | str | tuple[str, int]


def filters(*names: str) -> dict[str, str]:
    """What of these was asked for and is not empty."""
    return {name: value for name in names if (value := request.args.get(name, "").strip())}


def page() -> int:
    """Which page of a list was asked for."""
    return max(1, request.args.get("page", 1, type=int))


def sent(*names: str) -> dict[str, str]:
    """What a form says in these fields."""
    return {name: request.form.get(name, "").strip() for name in names}


def version() -> int:
    """Which version whoever sent the form has seen."""
    return request.form.get("version", 0, type=int)


def doing(act: Callable[[], Any], then: Callable[[Any], str], again: Callable[[dict[str, list[str]]], str]) -> Told:
    """Does what a form asks and leads on to `then`; refused, the form is shown `again` with what is wrong."""
    try:
        return redirect(then(act()), 303)
    except Error as error:
        if error.kind in ("unauthenticated", "forbidden"):
            raise
        return again(said_of(error)), STATUS.get(error.kind, 500)
