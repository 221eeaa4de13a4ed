"""Events carry no personal detail that a hearer does not need."""

import dataclasses
import re
import typing
from collections.abc import Iterator
from typing import Any

from contracts import wire

PERSONAL = re.compile(
    r"(^|_)(phone|mobile|contact|address|email|wechat|description|text|words|note|comment|finding|findings|diagnosis"
    r"|disease|medicine|pressure|sugar|weight|birth|born|age|gender|sex|ethnic|party|card|identity|name|result|reason)(_|$)"
)

ALLOWED = {
    "ElderFact.name": "the health service opens a record for the elder and must say whose it is",
    "ElderFact.born_on": "what the elder may have at which age is reckoned from it (free check-ups from 65)",
    "DispatchFact.name": "whoever handles the case must see who was sent",
    "LeaderAssigned.leader_name": "whoever filed sees who is responsible; an official in office",
    "LeaderChanged.to_name": "whoever filed sees who is responsible; an official in office",
    "LeaderChanged.by_name": "whoever handles the case sees who handed it over; an official in office",
    "LeaderChanged.reason": "why a leader gives a case away: whoever handles it must know; written by that leader",
    "EscalationRaised.to_name": "whoever handles the case sees before whom it was put; an official in office",
    "PlaceFact.name": "the name of a place",
    "PartnerReferred.unit_name": "the name of an organization",
    "DispatchFact.reason": "why this volunteer: skill, distance, load; made by rule, not by hand",
    "VolunteersExhausted.reason": "made by rule",
    "LeaderAssigned.reason": "which post and why not the one before; made by rule",
    "LeaderMissing.reason": "made by rule",
    "EscalationRaised.reason": "made by rule",
    "PartnerReferred.reason": "which agreement; made by rule",
    "PartnerMissing.reason": "made by rule",
    "HomeVisitPlanned.reason": "what the visit is for, never a finding; made by rule or from the kind of case",
    "ReferralReturned.reason": "why a unit gives a case back: whoever handles it must know; written by the unit",
    "ReferralCompleted.result": "what a unit did: whoever handles the case must know; written by the unit",
    "DeadLetterDiscarded.reason": "why something will not be done: kept on record; written by an operator",
    "ConsumerPaused.reason": "kept on record; written by an operator",
    "QueuePurged.reason": "kept on record; written by an operator",
}
"""Fields named like a personal detail that may nevertheless travel, and why."""


def fields_of(fact: Any) -> Iterator[str]:
    """`Class.field` of a dataclass and of those inside it."""
    hints = typing.get_type_hints(fact)
    for field in dataclasses.fields(fact):
        yield f"{fact.__name__}.{field.name}"
        for part in (hints[field.name], *typing.get_args(hints[field.name])):
            if dataclasses.is_dataclass(part):
                yield from fields_of(part)


def named_like_a_personal_detail() -> set[str]:
    """Every field of every event whose name sounds personal."""
    every = (field for event_class in wire.known_events().values() for field in fields_of(event_class))
    return {field for field in every if PERSONAL.search(field.rpartition(".")[2])}


def test_no_event_carries_a_personal_detail_but_those_allowed_with_a_reason() -> None:
    assert named_like_a_personal_detail() - ALLOWED.keys() == set()


def test_every_exception_is_still_needed() -> None:
    assert ALLOWED.keys() - named_like_a_personal_detail() == set()
