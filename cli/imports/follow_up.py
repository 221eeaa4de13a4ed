"""Waiting until the system has dealt with everything an import filed."""

import time
from collections.abc import Callable
from typing import Any

from cli.api import Api

POLL_SECONDS = 0.5


def filed_since(api: Api, community: str, since: str) -> dict[str, dict[str, Any]]:
    """Every grievance of the community filed since then, by id."""
    return {grievance["id"]: grievance for grievance in api.items("grievances", community=community, since=since)}


def wait_until_assigned(
    api: Api,
    community: str,
    since: str,
    ids: set[str],
    *,
    patience: float,
    rest: Callable[[float], Any] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
    waiting: Callable[[int], Any] = lambda left: None,
) -> list[dict[str, Any]]:
    """The grievances with these ids, once each has a leader or is reported without one, or patience has run out.

    While waiting, only those not yet assigned are asked for.
    """
    until = clock() + patience
    while True:
        filed = api.items("grievances", community=community, since=since, status="filed")
        left = sum(grievance["id"] in ids and not is_settled(grievance) for grievance in filed)
        waiting(left)
        out_of_time = clock() >= until
        if out_of_time or not left:
            found = with_ids(api, community, since, ids)
            if out_of_time or all(map(is_settled, found)):
                return found
        rest(POLL_SECONDS)


def is_settled(grievance: dict[str, Any]) -> bool:
    """Whether somebody is responsible, or it is known that nobody is."""
    return grievance["leader"] is not None or grievance["leader_missing"]


def with_ids(api: Api, community: str, since: str, ids: set[str]) -> list[dict[str, Any]]:
    """The grievances with these ids; one that slipped from page to page while others came in is asked for by itself."""
    listed = filed_since(api, community, since)
    return [listed.get(one) or api.get(f"grievances/{one}") for one in sorted(ids)]
