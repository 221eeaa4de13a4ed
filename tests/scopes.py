"""Threads of a test: what they do is within the scope of whoever begins them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from chassis.scope import current_scope, within_scope


def in_this_scope(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same work, done within the scope of this moment: a new thread begins without any."""
    scope = current_scope()
    assert scope is not None

    @wraps(work)
    def scoped(*given: Any, **named: Any) -> Any:
        with within_scope(scope):
            return work(*given, **named)

    return scoped
