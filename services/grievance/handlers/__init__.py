"""What the grievance service does: one function for each command, event and tick of the clock."""

import secrets
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from chassis.fingerprints import fingerprint
from chassis.unit_of_work import UnitOfWork
from contracts.event import ERASED, Event
from contracts.grievance.errors import IdempotencyConflict, UnknownCategory, UnknownCommunity, UnknownPlace
from contracts.health.events import HomeVisitPlanned
from contracts.organization.events import (
    EscalationRaised,
    LeaderAssigned,
    LeaderChanged,
    LeaderMissing,
    PlacesImported,
)
from contracts.partner.events import PartnerMissing, PartnerReferred
from contracts.volunteer.events import VolunteersDispatched, VolunteersExhausted
from services.grievance.domain import grievance as cases
from services.grievance.domain import pausing
from services.grievance.domain.categories import CATEGORIES, Category
from services.grievance.domain.grievance import Grievance
from services.grievance.domain.involved import Dispatch, Leader, Referral, Visit
from services.grievance.domain.receipts import CLAIM_MARK, SERIALS, claim_of, receipt_number
from services.grievance.handlers.neighbours import join_for_caller as join_for_caller
from services.grievance.handlers.neighbours import join_grievance as join_grievance
from services.grievance.handlers.pictures import add_picture as add_picture
from services.grievance.handlers.pictures import attach_pictures
from services.grievance.handlers.pictures import forget_pictures as forget_pictures
from services.grievance.handlers.pictures import keep_picture as keep_picture
from services.grievance.handlers.residents import amend_grievance as amend_grievance
from services.grievance.handlers.residents import answer_grievance as answer_grievance
from services.grievance.handlers.residents import withdraw_grievance as withdraw_grievance
from services.grievance.handlers.turns import take_turn

# -- commands


def file_grievance(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> dict[str, str]:
    """File a grievance once, however often the same key comes with the same content."""
    with uow:
        if command.get("about_person"):
            uow.merged.hold_still(command["community"])
        if (known := _filed_before(uow, command)) is not None:
            return known
        category = _category_of(command)
        _check_place(uow, command["community"], command["place"])
        command, about = _of_nobody_erased(uow, command), command.get("about_person")
        grievance, filed = cases.file(
            id=command["id"],
            receipt=receipt_number(now, secrets.randbelow(SERIALS)),
            community=command["community"],
            place=command["place"],
            category=category,
            channel=command["channel"],
            is_anonymous=command["anonymous"],
            about_person=about and uow.merged.now(command["community"], about),
            filed_by=command.get("filed_by"),
            now=now,
        )
        uow.grievances.add(grievance)
        uow.publish(filed)
        _keep_words(uow, command)
        attach_pictures(uow, grievance.community, command.get("pictures", ()), grievance.id)
        return _receipt_of(grievance)


def find_filing(uow: UnitOfWork, command: dict[str, Any]) -> dict[str, Any]:
    """The receipt given before to the same key, under "receipt"; None there where nothing was filed under it. Raises
    `IdempotencyConflict` where it was filed with other content."""
    with uow:
        return {"receipt": _filed_before(uow, command)}


def _of_nobody_erased(uow: UnitOfWork, command: dict[str, Any]) -> dict[str, Any]:
    """What somebody sent off for themselves just before they were erased is nobody's: neither theirs, nor where they
    are reached or live. What somebody writes down for a caller is the caller's."""
    filed_by, community = command.get("filed_by"), command["community"]
    if filed_by is None or command["channel"] != "web" or not uow.erased.among(community, [filed_by]):
        return command
    place = uow.places.without_household(community, command["place"])
    return {**command, "filed_by": None, "contact": None, "place": place}


def _filed_before(uow: UnitOfWork, command: dict[str, Any]) -> dict[str, str] | None:
    """The answer given before to the same key."""
    key = command.get("idempotency_key")
    found = uow.filings.find(command["community"], key) if key else None
    if found is None:
        return None
    content, grievance_id = found
    if content != _fingerprint(command):
        raise IdempotencyConflict
    return _receipt_of(uow.grievances.get(grievance_id))


def _receipt_of(grievance: Grievance) -> dict[str, str]:
    """The first answer stays the answer, whatever has become of the case since."""
    return {
        "id": str(grievance.id),
        "receipt": grievance.receipt,
        "claim": claim_of(fingerprint(CLAIM_MARK, str(grievance.id))),
        "status": cases.Status.FILED.value,
    }


NO_CONTENT = frozenset({"id", "idempotency_key", "pictures"})
"""What may differ when the same is sent again: pictures that come with a form get an id each time."""


def _fingerprint(command: dict[str, Any]) -> str:
    content = {name: command[name] for name in sorted(command) if name not in NO_CONTENT}
    return sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def _category_of(command: dict[str, Any]) -> Category:
    if command["category"] not in CATEGORIES:
        raise UnknownCategory.named(command["category"])
    return CATEGORIES[command["category"]]


def _check_place(uow: UnitOfWork, community: str, place: str) -> None:
    known = uow.places.known(community, {community, place})
    if community not in known:
        raise UnknownCommunity.named(community)
    if place not in known:
        raise UnknownPlace.named(place)


def _keep_words(uow: UnitOfWork, command: dict[str, Any]) -> None:
    """An anonymous resident's contact is not kept at all: what is not there cannot leak."""
    contact = None if command["anonymous"] else command.get("contact")
    uow.statements.keep(command["id"], command["community"], command["description"], contact)
    if key := command.get("idempotency_key"):
        uow.filings.keep(command["community"], key, _fingerprint(command), command["id"])


def accept_grievance(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """The leader takes it in hand."""
    take_turn(uow, command, lambda case: [case.accept(by=command["by"], note=command["note"], now=now)])


def resolve_grievance(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """It is solved."""
    resolution = command["resolution"] or command["note"]
    take_turn(uow, command, lambda case: [case.resolve(resolution, by=command["by"], now=now)])


def reject_grievance(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """It is not taken, for a reason."""
    take_turn(uow, command, lambda case: [case.reject(command["reason"], by=command["by"], now=now)])


def reopen_grievance(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """The resident is not content."""
    reason = command["reason"] or command["note"]

    def reopen(case: Grievance) -> list[Event]:
        return [case.reopen(reason, by=command["by"], category=CATEGORIES[case.category], now=now)]

    take_turn(uow, command, reopen)


def rate_grievance(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """The resident rates."""
    comment = command["comment"] or command["note"]
    take_turn(uow, command, lambda case: [case.rate(command["score"], by=command["by"], comment=comment, now=now)])


def cancel_grievance(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> None:
    """The resident withdraws it."""
    reason = command["reason"] or command["note"]
    take_turn(uow, command, lambda case: [case.cancel(by=command["by"], reason=reason, now=now)])


# -- what time does


def escalate(uow: UnitOfWork, grievance_id: UUID, *, now: datetime) -> None:
    """Put a late case before the next person up. One whose pause is over, and whose timer has not come yet, goes on
    first."""
    with uow:
        grievance = uow.grievances.get(grievance_id)
        if went_on := pausing.go_on(grievance, now=now):
            uow.publish(went_on)
        uow.publish(*(grievance.escalate(milestone, now=now) for milestone in grievance.late_milestones(now)))


def close_settled(uow: UnitOfWork, grievance_id: UUID, *, now: datetime) -> None:
    """Close a case that has been settled long enough."""
    with uow:
        if closed := uow.grievances.get(grievance_id).close(now=now):
            uow.publish(closed)


def fill_phone_keys(uow: UnitOfWork, *, most: int) -> int:
    """Let callers be known by telephones from before they were found by them; returns how many were looked at."""
    with uow:
        return int(uow.statements.fill_phone_keys(most))


# -- events


def remember_places(uow: UnitOfWork, event: PlacesImported) -> None:
    """Know which places there are."""
    with uow:
        uow.places.remember(event.community, event.places)


def record_leader(uow: UnitOfWork, event: LeaderAssigned) -> None:
    """Note who is responsible."""
    with uow:
        uow.merged.hold_still(event.community)
        leader_id = uow.merged.now(event.community, event.leader_id)
        at = event.led_at or None
        leader = Leader(id=leader_id, name=event.leader_name, post=event.post, reason=event.reason, at=at)
        uow.grievances.get(event.grievance_id).name_leader(leader, round=event.round, now=event.assigned_at)


def record_leader_changed(uow: UnitOfWork, event: LeaderChanged) -> None:
    """Note that somebody else leads it, or nobody. What was written stays in the timeline, from where it is forgotten;
    of the leader stands only how they came to it. Where the words of the case are gone already, none are written."""
    leader, who = None, event.by_name or "工作人员"
    if event.to_id is not None:
        came_by = {"handed_over": f"由{who}移交", "given_back": f"{who}退单"}
        reason = came_by.get(event.kind, event.reason)
        leader = Leader(id=event.to_id, name=event.to_name, post=event.to_post, reason=reason, at=event.to_place)
    whom = f"{POSTS.get(event.to_post, '')}{event.to_name}" or "暂无人接"
    by, kind = (event.to_name, "leader_assigned") if event.kind == "taken_up" else (who, event.kind)
    with uow:
        if leader is not None:
            uow.merged.hold_still(event.community)
            leader = replace(leader, id=uow.merged.now(event.community, leader.id))
        words = whom if uow.statements.are_forgotten(event.community, event.grievance_id) else f"{whom}：{event.reason}"
        uow.grievances.get(event.grievance_id).change_leader(
            leader,
            kind=kind,
            change=event.change,
            round=event.round,
            by=by,
            words=event.reason if kind == "leader_assigned" else words,
            now=event.changed_at,
        )


POSTS = {"grid_leader": "网格长", "building_leader": "楼栋长", "community_secretary": "社区书记"}
"""What the posts are called from which cases are led."""


def record_leader_missing(uow: UnitOfWork, event: LeaderMissing) -> None:
    """Note that nobody holds the post."""
    with uow:
        grievance = uow.grievances.get(event.grievance_id)
        grievance.note_leader_missing(event.reason, round=event.round, now=event.missing_at)


def record_escalation(uow: UnitOfWork, event: EscalationRaised) -> None:
    """Note whom a late case was put before."""
    with uow:
        grievance = uow.grievances.get(event.grievance_id)
        grievance.note(event.raised_at, "escalated", event.to_name, event.reason)


def record_dispatched(uow: UnitOfWork, event: VolunteersDispatched) -> None:
    """Note who was offered the work, each once."""
    with uow:
        uow.merged.hold_still(event.community)
        grievance = uow.grievances.get(event.grievance_id)
        grievance.asked.hands = False
        offered = [fact.volunteer_id for fact in event.dispatches]
        erased, merged = uow.erased.among(event.community, offered), uow.merged.of(event.community, offered)
        for fact in event.dispatches:
            if grievance.dispatch(fact.dispatch_id) is None:
                name, reason = (ERASED, "") if fact.volunteer_id in erased else (fact.name, fact.reason)
                grievance.dispatches.append(
                    Dispatch(
                        id=fact.dispatch_id,
                        volunteer_id=merged.get(fact.volunteer_id, fact.volunteer_id),
                        name=name,
                        state="offered",
                        reason=reason,
                    )
                )
                grievance.note(event.dispatched_at, "volunteer_offered", name, reason)


def record_dispatch(uow: UnitOfWork, event: Any, *, state: str, at: datetime, minutes: int | None = None) -> None:
    """Note what became of a dispatch; one told before its offer is tried again later."""
    with uow:
        # It names nobody by an id of theirs, so that no merge need be kept away: the lock of the case is enough.
        grievance = uow.grievances.get(event.grievance_id)
        dispatch = grievance.dispatch(event.dispatch_id)
        if dispatch is None:
            if grievance.round > 1:
                return
            raise ToldTooEarly(event.wire_name())
        if DISPATCH_ORDER[state] > DISPATCH_ORDER[dispatch.state]:
            dispatch.state, dispatch.minutes = state, minutes
        grievance.note(at, f"volunteer_{state}", dispatch.name, f"服务 {minutes} 分钟" if minutes is not None else "")


DISPATCH_ORDER = {
    "offered": 0,
    "accepted": 1,
    "declined": 2,
    "lapsed": 2,
    "checked_in": 2,
    "stood_down": 3,
    "checked_out": 4,
}
"""A later state is never overwritten by an earlier one that was delayed on its way."""


class ToldTooEarly(Exception):
    """An event has overtaken the one it builds on: the retry ladder brings it back when that has come."""


def record_exhausted(uow: UnitOfWork, event: VolunteersExhausted) -> None:
    """Note that nobody more can be asked."""
    with uow:
        grievance = uow.grievances.get(event.grievance_id)
        grievance.asked.hands = False
        grievance.note(event.exhausted_at, "volunteers_exhausted", "志愿服务", event.reason)


def record_referred(uow: UnitOfWork, event: PartnerReferred) -> None:
    """Note which unit was asked."""
    with uow:
        grievance = uow.grievances.get(event.grievance_id)
        grievance.asked.unit = False
        grievance.referral = Referral(
            id=event.referral_id,
            unit_id=event.unit_id,
            unit=event.unit_name,
            kind=event.unit_kind,
            state="referred",
            reason=event.reason,
        )
        grievance.note(event.referred_at, "referred", event.unit_name, event.reason)


def record_referral(uow: UnitOfWork, event: Any, *, state: str, at: datetime, words: str = "") -> None:
    """Note what became of a referral."""
    with uow:
        grievance = uow.grievances.get(event.grievance_id)
        referral = grievance.referral
        if referral is None:
            if grievance.round > 1:
                return
            raise ToldTooEarly(event.wire_name())
        grievance.note(at, f"referral_{state}", referral.unit, words)
        if referral.id == event.referral_id and REFERRAL_ORDER[state] > REFERRAL_ORDER[referral.state]:
            referral.state, referral.result = state, words or referral.result


REFERRAL_ORDER = {"missing": 0, "referred": 0, "accepted": 1, "returned": 2, "completed": 3, "withdrawn": 3}


def record_no_partner(uow: UnitOfWork, event: PartnerMissing) -> None:
    """Note that no unit could be chosen."""
    with uow:
        grievance = uow.grievances.get(event.grievance_id)
        grievance.asked.unit = False
        if grievance.referral is None:
            grievance.referral = Referral(
                id=None, unit_id=None, unit="", kind=event.unit_kind, state="missing", reason=event.reason
            )
        grievance.note(event.missing_at, "partner_missing", "共建联盟", event.reason)


def record_visit_planned(uow: UnitOfWork, event: HomeVisitPlanned) -> None:
    """Note the home visit."""
    with uow:
        grievance = uow.grievances.get(event.grievance_id)  # type: ignore[arg-type]
        grievance.visit = Visit(id=event.visit_id, state="planned", due_on=event.due_on, reason=event.reason)
        grievance.note(event.planned_at, "visit_planned", "卫生服务站", event.reason)


def record_visit(uow: UnitOfWork, event: Any, *, state: str, at: datetime) -> None:
    """Note what became of the home visit."""
    with uow:
        grievance = uow.grievances.get(event.grievance_id)
        if grievance.visit is None:
            if grievance.round > 1:
                return
            raise ToldTooEarly(event.wire_name())
        if grievance.visit.id == event.visit_id:
            grievance.visit.state = state
        grievance.note(at, f"visit_{state}", "卫生服务站")
