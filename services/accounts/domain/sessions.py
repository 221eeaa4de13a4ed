"""Sessions: that somebody has signed in, for how long it holds, and who holds its token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a session or a key was used last."""


@dataclass(frozen=True, kw_only=True)
class Lifetime:
    """How long a session lasts at the most, and how long without being used."""

    longest: timedelta
    idle: timedelta


@dataclass(frozen=True, kw_only=True)
class Session:
    """Somebody has signed in. Of its token only the hash is kept."""

    id: UUID
    community: str
    account_id: UUID
    token_hash: str
    csrf: str
    agent: str
    made_at: datetime
    used_at: datetime
    idle_seconds: int
    expires_at: datetime


def open_session(
    id: UUID,
    account_id: UUID,
    community: str,
    lifetime: Lifetime,
    *,
    token_hash: str,
    csrf: str,
    agent: str,
    now: datetime,
) -> Session:
    """Somebody signs in."""
    return Session(
        id=id,
        community=community,
        account_id=account_id,
        token_hash=token_hash,
        csrf=csrf,
        agent=agent,
        made_at=now,
        used_at=now,
        # A session that was used is kept as used up to a minute late: it must not end early for that.
        idle_seconds=int((lifetime.idle + SEEN_EVERY).total_seconds()),
        expires_at=now + lifetime.longest,
    )


def is_alive(used_at: datetime, idle_seconds: int, expires_at: datetime, *, now: datetime) -> bool:
    """Whether a session still holds."""
    return now < expires_at and now - used_at < timedelta(seconds=idle_seconds)


def is_to_be_noted(used_at: datetime | None, *, now: datetime) -> bool:
    """Whether a use is worth a line."""
    return used_at is None or now - used_at >= SEEN_EVERY
