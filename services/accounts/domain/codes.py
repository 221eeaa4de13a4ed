"""One-time codes: sent to a telephone, good once, for a few minutes and a few tries."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.accounts.domain.roles import Role
from services.accounts.domain.tries import Patience

DIGITS = 6
GOOD_FOR = timedelta(minutes=5)
TRIES = 5

RESEND = Patience(free=1, first=60.0, longest=3600.0)
"""How long whoever asks for another code has to wait: a minute, then twice as long each time."""

SENDS = 5
"""Times that the sending is tried; the last about a minute after the first, when few wait for it still."""

FIRST_PAUSE = timedelta(seconds=4)


@dataclass(kw_only=True)
class Code:
    """A code that somebody asked for. The telephone number is kept until the code has been sent, the code itself
    nowhere: it follows from the id and the process's secret. One that nobody may be sent has no `send_at`."""

    id: UUID
    community: str
    role: Role
    phone_key: str
    phone: str | None
    made_at: datetime
    expires_at: datetime
    tries: int = 0
    used_at: datetime | None = None
    sends: int = 0
    send_at: datetime | None = None
    sent_at: datetime | None = None

    def take(self, given: str, expected: str, role: Role, *, now: datetime) -> bool:
        """Whether what somebody typed is this code; counted, and right once at the most."""
        is_good = self.used_at is None and now < self.expires_at and self.tries < TRIES and role is self.role
        self.tries += 1
        if not (hmac.compare_digest(given.encode(), expected.encode()) and is_good):
            return False
        self.used_at = now
        return True

    def begin_sending(self, *, now: datetime) -> bool:
        """Whether it is to be sent now. Should nobody hear how that went, it is sent again after a pause, a few
        times, while it is still good for something."""
        if now >= self.expires_at or self.sends >= SENDS or self.used_at is not None:
            self.give_up()
            return False
        self.send_at = now + FIRST_PAUSE * 2**self.sends
        self.sends += 1
        return True

    def was_sent(self, *, now: datetime) -> None:
        """It is on its way; the telephone number is needed no longer."""
        self.sent_at = now
        self.give_up()

    def give_up(self) -> None:
        """It is not sent any more, and the telephone number not needed any longer."""
        self.phone = self.send_at = None


def ask_for_code(
    id: UUID, community: str, role: Role, *, phone: str, phone_key: str, may_be_sent: bool, now: datetime
) -> Code:
    """Somebody asks for a code. Whether one may be sent is not told: what may not be sent is waited for in vain."""
    return Code(
        id=id,
        community=community,
        role=role,
        phone_key=phone_key,
        phone=phone if may_be_sent else None,
        made_at=now,
        expires_at=now + GOOD_FOR,
        send_at=now if may_be_sent else None,
    )


def code_in(fingerprint: str) -> str:
    """The six digits that follow from a fingerprint."""
    return f"{int(fingerprint, 16) % 10**DIGITS:0{DIGITS}d}"
