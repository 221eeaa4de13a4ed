"""Accounts come to their end: of whoever was erased, and those that were closed long ago."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.privacy import Kind
from chassis.retention import Period
from contracts.accounts.events import AccountDetailsErased, ClosedAccountsForgotten
from contracts.event import ClassCount, PeriodApplied
from services.accounts.domain.account import Account
from services.accounts.domain.audit import Read
from services.accounts.domain.roles import Role
from services.accounts.handlers.notice_choices import forget_matters, forget_what_was_told

BY_PERIOD = "retention"
"""As whom the audit names what the clock does by itself."""


def erase_person(uow: Any, event: Any, *, now: datetime) -> None:
    """Remove somebody's accounts with all that hangs on them, what they were told and chose, and tell that it is done.
    The account of whoever still works here stays until the role is taken away, and is told of the work as before: it
    is theirs by the work, and an id that was typed wrongly must not end a colleague's."""
    ids, community = list(event.known_as), event.community
    with uow:
        uow.merged.hold_still(community)
        theirs = uow.accounts.of_persons(community, ids)
        serving = [each for each in theirs if _serves(uow, each)]
        gone = [each for each in theirs if each not in serving]
        stays = {each.id for each in serving}
        if not event.may_return:
            uow.erased.remember(community, [id for id in ids if id not in stays], event.erased_at)
        known = {*ids, *(each.id for each in theirs)}
        removed = forget_what_was_told(uow, community, sorted(known - stays))
        removed[Kind.REFERENCE] += forget_matters(uow, community, sorted(stays))
        for kind, count in _remove(uow, gone).items():
            removed[kind] = removed.get(kind, 0) + count
        uow.publish(
            AccountDetailsErased(
                community=community,
                erasure_id=event.erasure_id,
                removed=tuple(ClassCount(kind=kind, count=count) for kind, count in removed.items() if count),
                kept=("role_of_staff",) if serving else (),
                erased_at=now,
            )
        )


def forget_closed(uow: Any, ids: Iterable[UUID], period: Period, *, now: datetime) -> None:
    """Remove these accounts, which were closed long ago; one that was opened again meanwhile stays."""
    with uow:
        closed: dict[str, list[Account]] = {}
        for id in ids:
            account = uow.accounts.find(id)
            if account is not None and account.disabled_at is not None and account.disabled_at < period.began(now):
                closed.setdefault(account.community, []).append(account)
        for community, accounts in closed.items():
            forget_what_was_told(uow, community, [account.id for account in accounts])
            for facts in period.applied(community, _remove(uow, accounts), now=now):
                proof = ClosedAccountsForgotten(**facts)
                uow.publish(proof)
                note_period(uow, proof)


def note_application(uow: Any, event: PeriodApplied) -> None:
    """A service has removed what was kept for long enough: it goes on the record that nobody can change unseen."""
    with uow:
        note_period(uow, event)


def note_period(uow: Any, event: PeriodApplied) -> None:
    """The same inside a unit of work."""
    counts = ",".join(f"{each.kind}:{each.count}" for each in event.removed)
    uow.audit.record(
        [
            Read(
                id=event.application_id,
                community=event.community,
                at=event.applied_at,
                account=BY_PERIOD,
                role=event.teller(),
                session=None,
                why="kept_long_enough",
                what="removed",
                route=f"{event.setting}={event.days} before {event.older_than:%Y-%m-%d} {counts}"[:200],
                subjects=(),
                correlation="",
            )
        ]
    )


OF_ONESELF = (Role.RESIDENT, Role.VOLUNTEER)
"""Roles that somebody holds as a person, not for the community."""


def _serves(uow: Any, account: Account) -> bool:
    return any(held.role not in OF_ONESELF for held in uow.grants.held_by(account.id))


def _remove(uow: Any, accounts: Sequence[Account]) -> Mapping[str, int]:
    if not accounts:
        return {}
    uow.accounts.remove(accounts)
    return {Kind.ORDINARY: len(accounts), Kind.CONTACT: sum(account.phone is not None for account in accounts)}
