"""Who may do what: one function for each thing protected.

There are no accounts yet, so every function asks the same question: does this come from a person at this machine?
When accounts come, each function gets its own answer; nothing else in the gateway decides who may do what.
"""

from functools import lru_cache
from typing import NamedTuple

from contracts.errors import Forbidden
from gateway.config import is_loopback
from gateway.errors import NotFromHere, OtherSite


class Visit(NamedTuple):
    """Where a request comes from, as its connection and its headers say."""

    address: str
    host: str
    origin: str
    is_guarded_elsewhere: bool


def file_grievances(visit: Visit) -> None:
    """Report a grievance, for oneself or for a resident who came or called."""
    _from_this_machine(visit)


def read_grievances(visit: Visit) -> None:
    """Read what was reported, by whom it is handled and how it goes."""
    _from_this_machine(visit)


def handle_grievances(visit: Visit) -> None:
    """Accept, resolve, reject, reopen, rate or cancel a grievance."""
    _from_this_machine(visit)


def read_places(visit: Visit) -> None:
    """Read communities, their places and who is responsible for them."""
    _from_this_machine(visit)


def import_places(visit: Visit) -> None:
    """Bring in a community's places."""
    _from_this_machine(visit)


def read_people(visit: Visit) -> None:
    """Read people and the posts they hold."""
    _from_this_machine(visit)


def import_people(visit: Visit) -> None:
    """Bring in a community's residents."""
    _from_this_machine(visit)


def fill_posts(visit: Visit) -> None:
    """Put people into posts, end posts, record leave."""
    _from_this_machine(visit)


def read_volunteers(visit: Visit) -> None:
    """Read volunteers and teams."""
    _from_this_machine(visit)


def enrol_volunteers(visit: Visit) -> None:
    """Enrol volunteers and say when they are available."""
    _from_this_machine(visit)


def form_teams(visit: Visit) -> None:
    """Form teams, join, leave and activate them."""
    _from_this_machine(visit)


def read_dispatches(visit: Visit) -> None:
    """Read who was asked to help with what."""
    _from_this_machine(visit)


def answer_dispatches(visit: Visit) -> None:
    """Accept or decline a dispatch, check in and out."""
    _from_this_machine(visit)


def read_units(visit: Visit) -> None:
    """Read partner units and their agreements."""
    _from_this_machine(visit)


def register_units(visit: Visit) -> None:
    """Register partner units and the agreements signed with them."""
    _from_this_machine(visit)


def read_referrals(visit: Visit) -> None:
    """Read which cases went to which unit."""
    _from_this_machine(visit)


def answer_referrals(visit: Visit) -> None:
    """Accept, return or complete a referral, for the unit it went to."""
    _from_this_machine(visit)


def read_elder_records(visit: Visit) -> None:
    """Read elders' health records."""
    _from_this_machine(visit)


def write_elder_records(visit: Visit) -> None:
    """Write elders' consent and findings."""
    _from_this_machine(visit)


def read_visits(visit: Visit) -> None:
    """Read home visits."""
    _from_this_machine(visit)


def make_visits(visit: Visit) -> None:
    """Plan home visits and say how they went."""
    _from_this_machine(visit)


def _from_this_machine(visit: Visit) -> None:
    if not visit.is_guarded_elsewhere and (refusal := _refusal(visit.address, visit.host, visit.origin)):
        raise refusal


@lru_cache(maxsize=1024)
def _refusal(address: str, host: str, origin: str) -> type[Forbidden] | None:
    """A foreign web page, open in a browser on this machine, also comes from this machine: it shows its origin,
    or reaches us under a name of its own that it points to 127.0.0.1."""
    if not is_loopback(address):
        return NotFromHere
    if host and not is_loopback(_without_port(host)):
        return OtherSite
    if origin and origin.partition("://")[2] != host:
        return OtherSite
    return None


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()
