"""As which volunteer somebody looks."""

from typing import Any

from flask import g

from contracts.errors import Unauthenticated
from gateway.errors import NotAllowed


def volunteers() -> list[dict[str, Any]]:
    """The volunteers whom whoever looks stands for, each with its community."""
    who = g.get("who")
    held = who.grants if who else ()
    return [
        {"community": each.community, "volunteer_id": each.subject}
        for each in held
        if each.role == "volunteer" and each.subject
    ]


def myself() -> dict[str, Any]:
    """The first of them. Raises `Unauthenticated`, or `NotAllowed` where the role was given without saying for whom."""
    if g.get("who") is None:
        raise Unauthenticated
    found = volunteers()
    if not found:
        raise NotAllowed
    return found[0]
