"""Whoever reports a matter, or joins it, is told how it goes: where is left with the accounts service at the door, and
travels in no event."""

import logging
from typing import Any

from contracts.errors import Unavailable
from gateway.http import ask, language
from gateway.reach import Who

log = logging.getLogger(__name__)

FOR_OTHERS = frozenset({"phone", "walk_in"})
"""Channels of matters that somebody else wrote down."""

CLERKS = frozenset({"office", "secretary", "administrator"})
"""They file for others, and see how it goes by their work."""

PATIENCE = 1.5


def leave_reporter(id: str, filed: dict[str, Any], who: Who | None) -> None:
    """Leave the account that files, or the telephone of whoever has none. Nobody need be told for a matter to be filed:
    where the accounts service is away, it is filed all the same, and whoever filed it looks themselves."""
    account = _account(filed, who)
    phone = None if account or filed.get("anonymous") else (filed.get("contact") or {}).get("phone")
    _leave({"id": id, "community": filed["community"], "account": account, "phone": phone})


def leave_neighbour(joined: dict[str, Any], phone: str | None, who: Who | None) -> None:
    """Leave the account or else the telephone of a neighbour who has joined a matter, unless it counts already for
    another page: that one is told."""
    if joined.get("neighbour"):
        account = _account({}, who)
        told = {"id": joined["neighbour"], "joined": joined["id"], "community": joined["community"]}
        _leave({**told, "account": account, "phone": None if account else phone or None})


def _leave(told: dict[str, Any]) -> None:
    if not (told["account"] or told["phone"]):
        return
    try:
        ask("accounts", "leave_reporter", {**told, "language": language()}, PATIENCE)
    except Unavailable:
        log.warning("somebody reported or joined a matter who will not be told of it")


def _account(filed: dict[str, Any], who: Who | None) -> str | None:
    if who is None or who.kind != "person" or filed.get("channel") in FOR_OTHERS or CLERKS & set(who.roles):
        return None
    return who.account
