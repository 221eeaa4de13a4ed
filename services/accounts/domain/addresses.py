"""Addresses for notices: telephone or e-mail, used once its owner has typed the code that was sent there."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from services.accounts.domain.account import phone_digits
from services.accounts.domain.choices import Channel

GOOD_FOR = timedelta(minutes=30)
TRIES = 5
SENDS = 5
FIRST_PAUSE = timedelta(seconds=5)


@dataclass(kw_only=True)
class NoticeAddress:
    """Where an account is told by one channel. `asked` is an address that waits for its code; the code follows from
    `code_id` and the process's secret and is kept nowhere."""

    id: UUID
    community: str
    account_id: UUID
    channel: Channel
    address: str | None = None
    asked: str | None = None
    code_id: UUID | None = None
    expires_at: datetime | None = None
    tries: int = 0
    sends: int = 0
    send_at: datetime | None = None
    verified_at: datetime | None = None

    def ask(self, asked: str, code_id: UUID, *, now: datetime) -> None:
        """Somebody wants to be told there; a code goes to that address."""
        self.asked, self.code_id, self.expires_at = asked, code_id, now + GOOD_FOR
        self.tries, self.sends, self.send_at = 0, 0, now

    def take(self, given: str, expected: str, *, now: datetime) -> bool:
        """Whether what was typed is the code; counted, and right once at the most."""
        is_open = self.asked is not None and self.expires_at is not None and now < self.expires_at
        self.tries += 1
        if not (hmac.compare_digest(given.encode(), expected.encode()) and is_open and self.tries <= TRIES):
            return False
        self.address, self.verified_at = self.asked, now
        self.asked = self.code_id = self.expires_at = self.send_at = None
        return True

    def begin_sending(self, *, now: datetime) -> bool:
        """Whether the code is to be sent now."""
        if self.asked is None or self.expires_at is None or now >= self.expires_at or self.sends >= SENDS:
            self.send_at = None
            return False
        self.send_at = now + FIRST_PAUSE * 2**self.sends
        self.sends += 1
        return True

    def was_sent(self, code_id: UUID) -> None:
        """The code is on its way; another that was asked for meanwhile is not."""
        if self.code_id == code_id:
            self.send_at = None

    def forget(self) -> None:
        """Tell nobody there any more."""
        self.address = self.asked = self.code_id = self.expires_at = self.send_at = self.verified_at = None


def address_id(account_id: UUID, channel: Channel) -> UUID:
    """The id of an account's address for a channel."""
    return uuid5(NAMESPACE_URL, f"hemei:address:{account_id}:{channel}")


def written_plainly(channel: Channel, address: str) -> str | None:
    """An address as it is kept; None where it is none."""
    if channel is Channel.SMS:
        digits = phone_digits(address)
        return digits if 5 <= len(digits) <= 20 else None
    address = address.strip()
    fits = re.fullmatch(r"[\x21-\x7e]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", address) and len(address) <= 200
    return address if fits and not set(address) & set(',;:<>()[]\\"') else None


def hint_of(channel: Channel, address: str | None) -> str:
    """As much of an address as its owner needs to know it again."""
    if not address:
        return ""
    if channel is Channel.SMS:
        return f"尾号{phone_digits(address)[-4:]}"
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain}"
