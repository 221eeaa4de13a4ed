"""Routes about one person's data: everything that is kept of them, and its erasure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from contracts.errors import Invalid, NotFound
from contracts.organization.errors import ErasureNotFound, MergedAway, PersonNotFound
from contracts.organization.schemas import consents as consent_schemas
from contracts.organization.schemas import personal as schemas
from contracts.personal import NOT_FOUND_BY_ITSELF
from gateway import access
from gateway.audited import AUDITED, current_reader, record_reading
from gateway.http import ask
from gateway.reach import Reach
from gateway.routes import Routes
from gateway.whereabouts import Kept, Registered

routes = Routes("people", __name__, description="本人信息：导出与删除 · One's own data: export and erasure")

KEEPING = ("organization", "health", "volunteer", "grievance", "accounts")
"""The services that keep something of people."""

LOOKED_UP = (("organization", "get_person"), ("volunteer", "get_volunteer"), ("organization", "get_erasure"))
"""Who an id may belong to: a person, a volunteer, or somebody who was erased already."""

RESIDENT = Registered("organization", "get_person", PersonNotFound, place="household", before=True)
ERASURE = Kept("organization", "get_erasure", ErasureNotFound)


@dataclass(frozen=True)
class OfSomebody(Kept):
    """The id in the address is that of a person or a volunteer, who may have been erased already."""

    def enter(self, reach: Reach, query: dict[str, Any], body: dict[str, Any], ids: Mapping[str, str]) -> None:
        """Refuses whoever lies out of reach as if they did not exist, also where their entry is part of another."""
        try:
            self._refuse_unless_whole(reach, community_of(ids["id"]), ids["id"])
        except MergedAway as merged:
            self._refuse_unless_whole(reach, merged.facts["community"], ids["id"])
            raise

    def leave(self, reach: Reach, told: Any) -> None:
        """Nothing to hold against any more."""

    def _refuse_unless_whole(self, reach: Reach, community: str, id: str) -> None:
        if not any(area.is_whole for area in reach.within(community)):
            raise PersonNotFound(id=id)


SOMEBODY = OfSomebody("organization", "get_person", PersonNotFound, before=True)


def community_of(id: str) -> str:
    """In which community somebody is known. Raises `PersonNotFound`, `MergedAway`."""
    for service, call in LOOKED_UP:
        try:
            found: str = ask(service, call, {"id": id})["community"]
        except NotFound:
            continue
        return found
    raise PersonNotFound(id=id)


def _known_as(id: str, community: str, named: Mapping[str, Any]) -> list[str]:
    """The ids somebody is known by: also of entries that became part of theirs, which a service may not have heard of
    yet; of the account that holds a role for one of these or of those that are named; and of what they filed or joined
    by telephone and without an account."""
    kept = ask("organization", "export_person", {"community": community, "ids": [id]}).get("kept", [])
    also = (str(each) for each in (named.get("volunteer_id"), named.get("account_id")) if each)
    ids = [id, *also, *_merged_into(id, kept)]
    return list(dict.fromkeys([*ids, *_accounts_of(ids, community), *_by_phone(community, kept)]))


def _merged_into(id: str, kept: list[dict[str, Any]]) -> list[str]:
    rows = [row for part in kept if part["kept_in"] == "merged" for row in part["rows"]]
    return [row["gone_id"] for row in rows if row.get("gone_id") and row.get("kept_id") == id]


def _accounts_of(ids: list[str], community: str) -> list[str]:
    """Cases name whoever filed them by the account alone."""
    kept = ask("accounts", "export_person", {"community": community, "ids": ids}).get("kept", [])
    rows = [row for part in kept if part["kept_in"] == "accounts" for row in part["rows"]]
    return [row["id"] for row in rows if "id" in row]


def _by_phone(community: str, kept: list[dict[str, Any]]) -> list[str]:
    """Found by the telephone that a resident is registered with, where nobody else is registered with it: what came
    from a telephone that several share cannot be told apart."""
    phones = [row["phone"] for part in kept if part["kept_in"] == "people" for row in part["rows"] if row.get("phone")]
    if not phones:
        return []
    asked = {"community": community, "phone": phones[0]}
    try:
        if ask("organization", "find_people_by_phone", {**asked, "page": 1, "page_size": 1})["total"] != 1:
            return []
        found: list[str] = ask("grievance", "find_by_phone", asked)["ids"]
    except Invalid:  # registered with something that nobody can be called by, nor has filed with
        return []
    return found


@routes.operation(
    "GET",
    "/people/<id:id>/export",
    access.export_person,
    schemas.PersonExportOut,
    at=SOMEBODY,
    query=schemas.AlsoKnownAs(),
)
@routes.doc(**{AUDITED: ["contact", "health", "words"]})
def export_person(query: dict[str, Any], id: str) -> Any:
    """一个人的全部信息，按服务与类别，应本人要求导出 · All that is kept of somebody, by service and class"""
    community = community_of(id)
    ids = _known_as(id, community, query)
    asked = {"community": community, "ids": ids}
    services = [{"service": service, **ask(service, "export_person", asked)} for service in KEEPING]
    record_reading(",".join(sorted(_classes(services))), community, ids, usually="export")
    return {
        "id": id,
        "community": community,
        "known_as": ids,
        "exported_at": datetime.now(UTC).isoformat(),
        "services": services,
        "not_found_by_itself": dict(zip(("zh", "en"), NOT_FOUND_BY_ITSELF, strict=True)),
    }


def _classes(services: list[dict[str, Any]]) -> set[str]:
    return {part["class"] for service in services for part in service.get("kept", [])} - {"nothing"} or {"ordinary"}


@routes.operation(
    "POST",
    "/people/<id:id>/erase",
    access.erase_person,
    schemas.ErasureOut,
    at=SOMEBODY,
    status=201,
    body=schemas.AskForErasure(),
)
def erase_person(body: dict[str, Any], id: str) -> Any:
    """删除一个人的信息，各服务随后各自完成 · Have somebody's data removed; each service follows"""
    community = community_of(id)
    return ask(
        "organization",
        "erase_person",
        {
            "id": id,
            "erasure_id": str(uuid4()),
            "community": community,
            "known_as": _known_as(id, community, body),
            "reason": body["reason"],
            "asked_by": current_reader().account,
        },
    )


@routes.operation("GET", "/people/<id:id>/erasure", access.erase_person, schemas.ErasureOut, at=ERASURE)
def get_erasure(id: str) -> Any:
    """删除进行到哪一步：谁要求的，哪些服务已完成 · How far an erasure is: who asked, which services are done"""
    return ask("organization", "get_erasure", {"id": id})


@routes.operation("GET", "/people/<id:id>/consents", access.read_consents, consent_schemas.ConsentsOut, at=RESIDENT)
def get_consents(id: str) -> Any:
    """单独同意与撤回的记录 · What somebody has agreed to apart, and taken back"""
    return ask("organization", "get_consents", {"person_id": id})


@routes.operation(
    "POST",
    "/people/<id:id>/consents",
    access.record_consents,
    consent_schemas.ConsentsOut,
    at=RESIDENT,
    status=201,
    body=consent_schemas.NewConsent(),
)
def record_consent(body: dict[str, Any], id: str) -> Any:
    """登记一项单独同意 · Record a consent, for one purpose"""
    return ask("organization", "record_consent", {**body, "person_id": id, "recorded_by": current_reader().account})


@routes.operation(
    "POST",
    "/people/<id:id>/consents/withdraw",
    access.record_consents,
    consent_schemas.ConsentsOut,
    at=RESIDENT,
    body=consent_schemas.NewWithdrawal(),
)
def withdraw_consent(body: dict[str, Any], id: str) -> Any:
    """撤回一项同意，各服务随后停用并删除 · Take a consent back; what was kept for it alone is removed"""
    return ask("organization", "withdraw_consent", {**body, "person_id": id, "recorded_by": current_reader().account})
