"""The chain that a piece of work belongs to: which command began it, what caused it, for which community."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from uuid import uuid4


@dataclass(frozen=True, kw_only=True)
class Chain:
    """`correlation` is the id of the first command, `causation` that of the message being handled."""

    correlation: str
    causation: str
    community: str = ""
    traceparent: str = ""

    @staticmethod
    def begun(correlation: str | None = None, traceparent: str = "") -> "Chain":
        """A new chain, as a command from outside begins one; it goes on with the trace that came along, if any."""
        first = correlation or str(uuid4())
        return Chain(correlation=first, causation=first, traceparent=next_span(traceparent))

    def caused_by(self, message_id: str, community: str = "") -> "Chain":
        """The same chain one step further."""
        return replace(self, causation=message_id, community=community or self.community)


_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def is_traceparent(text: str) -> bool:
    """Whether this is a W3C trace context of version 00 whose ids are ids."""
    return _TRACEPARENT.fullmatch(text) is not None


def new_traceparent() -> str:
    """A W3C trace context that starts a trace: version 00, random ids, sampled."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def next_span(traceparent: str) -> str:
    """The same trace with a new span id; a new trace where none was given, or no well-formed one."""
    return (
        f"{traceparent[:36]}{secrets.token_hex(8)}{traceparent[52:]}"
        if is_traceparent(traceparent)
        else new_traceparent()
    )


_chain: ContextVar[Chain | None] = ContextVar("chain", default=None)


def current_chain() -> Chain | None:
    """The chain of the work being done here, or None outside any."""
    return _chain.get()


@contextmanager
def within(chain: Chain) -> Iterator[Chain]:
    """Do work as part of `chain`."""
    token = _chain.set(chain)
    try:
        yield chain
    finally:
        _chain.reset(token)
