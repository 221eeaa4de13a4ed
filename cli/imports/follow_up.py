"""Waiting until the system has dealt with everything an import filed."""

import time
from collections.abc import Callable
from typing import Any

from cli.api import Api

POLL_SECONDS = 0.5
QUIET_POLLS = 6
"""So many looks in a row that find nothing new: volunteers or units asked for in vain leave no trace in a list."""

Grievance = dict[str, Any]


def filed_since(api: Api, community: str, since: str) -> dict[str, Grievance]:
    """Every grievance of the community filed since then, by id."""
    return {grievance["id"]: grievance for grievance in api.items("grievances", community=community, since=since)}


class FollowUp:
    """Looks again and again at the grievances with these ids, for `patience` seconds at most.

    `left` is told how many are still waited for.
    """

    def __init__(
        self,
        api: Api,
        community: str,
        since: str,
        ids: set[str],
        *,
        patience: float,
        left: Callable[[int], Any] = lambda count: None,
        rest: Callable[[float], Any] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.api, self.community, self.since, self.ids = api, community, since, ids
        self.left, self.rest, self.clock = left, rest, clock
        self.until = clock() + patience

    def wait(self) -> list[Grievance]:
        """The grievances once each has a leader or is reported without one, and what its category asks for was sent
        for; or as they stand when patience has run out."""
        self.wait_for_leaders()
        return self.wait_for_others()

    def wait_for_leaders(self) -> None:
        """Until none is without a leader unreported; only those not assigned yet are listed."""
        while self.clock() < self.until:
            filed = self.api.items("grievances", community=self.community, since=self.since, status="filed")
            waiting = sum(one["id"] in self.ids and not has_leader_or_report(one) for one in filed)
            self.left(waiting)
            if not waiting and all(map(has_leader_or_report, self.found())):
                return
            self.rest(POLL_SECONDS)

    def wait_for_others(self) -> list[Grievance]:
        """Until volunteers, unit and visit are there where the category asks for them, or nothing moves any more."""
        needs = {category["code"]: category["needs"] for category in self.api.items("categories")}
        fewest, quiet = len(self.ids) + 1, 0
        while True:
            found = self.found()
            waiting = sum(not is_sent_for(one, needs.get(one["category"], [])) for one in found)
            self.left(waiting)
            fewest, quiet = (waiting, 0) if waiting < fewest else (fewest, quiet + 1)
            if not waiting or quiet >= QUIET_POLLS or self.clock() >= self.until:
                return found
            self.rest(POLL_SECONDS)

    def found(self) -> list[Grievance]:
        """The grievances; one that slipped from page to page while others came in is asked for by itself."""
        listed = filed_since(self.api, self.community, self.since)
        return [listed.get(one) or self.api.get(f"grievances/{one}") for one in sorted(self.ids)]


def has_leader_or_report(grievance: Grievance) -> bool:
    """Whether somebody is responsible, or it is known that nobody is."""
    return grievance["leader"] is not None or grievance["leader_missing"]


def is_sent_for(grievance: Grievance, needs: list[str]) -> bool:
    """Whether everything its category asks for has been sent for."""
    there = {"hands": grievance["volunteers"], "unit": grievance["referral"], "visit": grievance["visit"]}
    return grievance["leader"] is None or all(there.get(need, True) for need in needs)
