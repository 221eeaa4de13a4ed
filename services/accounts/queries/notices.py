"""Notices and choices as they are shown to whose they are."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, or_, select

from chassis.paging import page_of as listed
from chassis.personal import gathered
from services.accounts.domain.addresses import hint_of
from services.accounts.domain.choices import PERSONAL, Channel, Choices, Defaults
from services.accounts.domain.notices import (
    KINDS_OF,
    SENTENCES,
    Kind,
    account_recipient,
    page_of,
    reporter_recipient,
    sentence,
)
from services.accounts.domain.roles import Role
from services.accounts.persistence.tables import (
    accounts,
    deliveries,
    grants,
    keys,
    notice_addresses,
    notice_choices,
    notices,
    reporters,
    sessions,
)
from services.accounts.privacy import TABLES

Shown = dict[str, Any]


def list_notices(
    connection: Connection, *, account: UUID, unread: bool = False, page: int = 1, page_size: int = 50
) -> Shown:
    """Somebody's notices: the unread first, then the newest."""
    theirs = notices.c.recipient == account_recipient(account)
    rows = select(notices).where(theirs)
    if unread:
        rows = rows.where(notices.c.read_at.is_(None))
    rows = rows.order_by(notices.c.read_at.is_not(None), notices.c.made_at.desc(), notices.c.id)
    return listed(connection, rows, page=page, page_size=page_size, show=_shown)


def _shown(row: Row[Any]) -> Shown:
    kind = Kind(row.kind)
    return {
        "id": row.id,
        "kind": row.kind,
        "zh": sentence(kind, row.subject_zh, "zh"),
        "en": sentence(kind, row.subject_en, "en"),
        "page": page_of(kind, row.matter, row.subject),
        "is_urgent": row.is_urgent,
        "made_at": row.made_at,
        "read_at": row.read_at,
    }


def count_unread(connection: Connection, account: UUID) -> int:
    """How many notices somebody has not read."""
    unread = (notices.c.recipient == account_recipient(account), notices.c.read_at.is_(None))
    return connection.execute(select(func.count()).select_from(notices).where(*unread)).scalar_one()


def get_choices(connection: Connection, account: UUID, defaults: Defaults, available: Sequence[Channel]) -> Shown:
    """What somebody chose, each kind that their roles are told with the channels that hold for it, and where they are
    told."""
    row = connection.execute(select(notice_choices).where(notice_choices.c.id == account)).one_or_none()
    choices = Choices(id=account, community="")
    if row is not None:
        choices.choose(
            language=row.language,
            quiet_from=row.quiet_from,
            quiet_until=row.quiet_until,
            urgent_at_night=row.urgent_at_night,
            channels=row.channels,
        )
    quiet = choices.quiet(defaults)
    return {
        "language": choices.language,
        "quiet_from": quiet.begins,
        "quiet_until": quiet.ends,
        "urgent_at_night": choices.urgent_at_night,
        "kinds": [
            {
                "kind": kind.value,
                "zh": SENTENCES[kind][0],
                "en": SENTENCES[kind][1],
                "channels": [channel.value for channel in choices.channels_for(kind, role, defaults)],
            }
            for kind, role in _kinds_of(connection, account).items()
        ],
        "channels": [channel.value for channel in available if channel in PERSONAL],
        "addresses": _addresses(connection, account),
    }


def _kinds_of(connection: Connection, account: UUID) -> dict[Kind, Role]:
    held = select(grants.c.role).where(grants.c.account_id == account, grants.c.revoked_at.is_(None)).distinct()
    found: dict[Kind, Role] = {}
    for role in sorted(connection.execute(held).scalars()):
        for kind in KINDS_OF.get(Role(role), ()):
            found.setdefault(kind, Role(role))
    return found


def _addresses(connection: Connection, account: UUID) -> list[Shown]:
    """Only as much of each as its owner needs to know it again."""
    phone = connection.execute(select(accounts.c.phone).where(accounts.c.id == account)).scalar()
    rows = select(notice_addresses).where(notice_addresses.c.account_id == account)
    kept = {row.channel: row for row in connection.execute(rows)}
    return [
        {
            "channel": channel.value,
            "hint": hint_of(channel, (row.address if row else None) or (phone if channel is Channel.SMS else None)),
            "asked": hint_of(channel, row.asked if row else None),
            "is_own": bool(row and row.address),
        }
        for channel in PERSONAL
        for row in [kept.get(channel.value)]
    ]


def export_person(connection: Connection, community: str, ids: Sequence[UUID]) -> Shown:
    """Everything that is kept of somebody in this community: by the ids of their accounts, by those for whom an account
    holds a role, and by those of what they filed or joined without an account."""
    held = grants.c.subject.in_(ids) & grants.c.revoked_at.is_(None)
    named = or_(accounts.c.id.in_(ids), accounts.c.id.in_(select(grants.c.account_id).where(held)))
    theirs = [*connection.execute(select(accounts.c.id).where(accounts.c.community == community, named)).scalars()]
    recipients = [*map(account_recipient, theirs), *map(reporter_recipient, ids)]
    reported = or_(reporters.c.account_id.in_(theirs), reporters.c.id.in_(ids))
    chosen = [
        (accounts, accounts.c.id.in_(theirs)),
        *((table, table.c.account_id.in_(theirs)) for table in (grants, sessions, keys, notice_addresses)),
        (notice_choices, notice_choices.c.id.in_(theirs)),
        *(
            (table, (table.c.community == community) & table.c.recipient.in_(recipients))
            for table in (notices, deliveries)
        ),
        (reporters, (reporters.c.community == community) & reported),
    ]
    return {"kept": gathered(connection, TABLES, chosen)}
