"""Routes of the volunteer service about one-to-one pairings: who keeps up with whom."""

from typing import Any
from uuid import uuid4

from contracts.errors import Unavailable
from contracts.organization.errors import MergedAway, PersonNotFound
from contracts.volunteer.errors import PairingNotFound
from contracts.volunteer.schemas import pairings
from gateway import access
from gateway.http import ask
from gateway.places import naming_fields
from gateway.routes import Routes, page_of
from gateway.whereabouts import Filtered, InBody, Kept

routes = Routes("pairings", __name__, description="一对一结对帮扶 · One-to-one pairings")

PAIRING = Kept("volunteer", "get_pairing", PairingNotFound, subject="volunteer_id")


@routes.operation(
    "GET",
    "/pairings",
    access.read_pairings,
    page_of(pairings.PairingRow),
    at=Filtered(subject="volunteer_id"),
    query=pairings.ListPairings(),
)
def list_pairings(query: dict[str, Any]) -> Any:
    """结对列表，先到期的在前 · List pairings, those due first first"""
    return ask("volunteer", "list_pairings", query)


@routes.operation(
    "POST",
    "/pairings",
    access.arrange_pairings,
    pairings.PairingOut,
    at=InBody(),
    status=201,
    body=pairings.NewPairing(),
    refuses=(404, 409),
)
def set_up_pairing(body: dict[str, Any]) -> Any:
    """结对：一人一类一名帮扶人 · Set up a pairing: one helper a person for each kind of help"""
    with naming_fields():
        person = _whom(body["person_id"], body["community"])
    place = person.get("household") or body["community"]
    whom = {"beneficiary": person["name"], "place": place, "path": _path(body["community"], place)}
    return ask("volunteer", "set_up_pairing", {**body, **whom, "id": str(uuid4())})


def _whom(id: str, community: str) -> dict[str, Any]:
    """Somebody of this community; whoever is registered elsewhere, or was, is nobody here."""
    try:
        person: dict[str, Any] = ask("organization", "get_person", {"id": id})
    except MergedAway as merged:
        if merged.facts["community"] == community:
            raise
        raise PersonNotFound(id=id) from merged
    if person["community"] != community:
        raise PersonNotFound(id=id)
    return person


def _path(community: str, place: str) -> list[str]:
    """The way down to a home; where it cannot be told just now, its last step only."""
    try:
        found = ask("organization", "get_place", {"community": community, "code": place})
    except Unavailable:
        return [place]
    return [each["code"] for each in found.get("path", ())]


@routes.operation("GET", "/pairings/<id:id>", access.read_pairings, pairings.PairingOut, at=PAIRING)
def get_pairing(id: str) -> Any:
    """一份结对及其联系记录 · One pairing with its helpers and contacts"""
    return ask("volunteer", "get_pairing", {"id": id})


@routes.operation("GET", "/pairings/<id:id>/hardship", access.read_hardship, pairings.HardshipOut, at=PAIRING.first)
def get_hardship(id: str) -> Any:
    """为什么帮扶 · Why somebody is helped"""
    return ask("volunteer", "get_hardship", {"id": id})


@routes.operation(
    "POST",
    "/pairings/<id:id>/contacts",
    access.log_contacts,
    pairings.PairingOut,
    at=PAIRING.first,
    status=201,
    body=pairings.PairingContact(),
)
def log_contact(body: dict[str, Any], id: str) -> Any:
    """记一次联系 · Note a contact"""
    return ask("volunteer", "log_contact", {**body, "id": id, "contact_id": str(uuid4())})


@routes.operation(
    "POST",
    "/pairings/<id:id>/hand-over",
    access.arrange_pairings,
    pairings.PairingOut,
    at=PAIRING.first,
    body=pairings.HandOverStep(),
)
def hand_over_pairing(body: dict[str, Any], id: str) -> Any:
    """移交给另一名帮扶人 · Hand a pairing over to another helper"""
    return ask("volunteer", "hand_over_pairing", {**body, "id": id})


@routes.operation(
    "POST",
    "/pairings/<id:id>/end",
    access.arrange_pairings,
    pairings.PairingOut,
    at=PAIRING.first,
    body=pairings.EndPairingStep(),
)
def end_pairing(body: dict[str, Any], id: str) -> Any:
    """结束结对，须有原因 · End a pairing, with the reason"""
    return ask("volunteer", "end_pairing", {**body, "id": id})
