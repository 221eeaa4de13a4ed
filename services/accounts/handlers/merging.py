"""What is done to accounts when two entries of the register were one and the same person."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.organization.events import PersonMerged
from services.accounts.domain.grants import Grant


def merge_subjects(uow: Any, event: PersonMerged, *, now: datetime) -> None:
    """Whatever accounts hold for one entry they hold for the other, and an account that held the same for both holds it
    once. Where both had an account, both go on being signed in to, with their own addresses and choices."""
    with uow:
        for gone, stays in event.pairs:
            kept = uow.merged.remember(event.community, gone, stays, event.merged_at)
            if kept is not None:
                _move(uow, event.community, gone, kept, now)


def _move(uow: Any, community: str, gone: UUID, kept: UUID, now: datetime) -> None:
    held: list[Grant] = uow.grants.of_subject(community, kept)
    for moved in uow.grants.of_subject(community, gone):
        moved.subject = kept
        if moved.is_held and any(_is_the_same(moved, each) for each in held):
            moved.revoke(by=None, now=now)
    for key in uow.keys.of_subject(gone):
        key.grants = [_for(kept, each) if each.subject == gone else each for each in key.grants]


def _is_the_same(moved: Grant, held: Grant) -> bool:
    is_same = held.says(moved.role, moved.community, moved.place, moved.subject)
    return is_same and held.is_held and held.account_id == moved.account_id


def _for(subject: UUID, carried: Any) -> Any:
    return replace(carried, subject=subject)
