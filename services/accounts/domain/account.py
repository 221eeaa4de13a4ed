"""An account: somebody who can sign in, by name and password or by telephone and code."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.accounts.errors import NoPassword, TotpIsOn


@dataclass(kw_only=True)
class Account:
    """Somebody who can sign in. `community` says where the account is kept: a community's code, or the leading part
    of one for those above; `name_key` and `phone_key` are what it is found by."""

    id: UUID
    community: str
    name: str | None = None
    name_key: str | None = None
    password_hash: str | None = None
    must_change_password: bool = False
    phone: str | None = None
    phone_key: str | None = None
    totp_secret: str | None = None
    totp_is_on: bool = False
    totp_step: int = 0
    recovery: list[str] = field(default_factory=list)
    made_by: UUID | None = None
    made_at: datetime
    signed_in_at: datetime | None = None
    disabled_at: datetime | None = None
    disabled_by: UUID | None = None

    @property
    def is_disabled(self) -> bool:
        """Whether nobody can sign in to it."""
        return self.disabled_at is not None

    def disable(self, *, by: UUID, now: datetime) -> None:
        """Let nobody sign in to it any more; a second time changes nothing."""
        if self.disabled_at is None:
            self.disabled_at, self.disabled_by = now, by

    def enable(self) -> None:
        """Let it be signed in to again."""
        self.disabled_at = self.disabled_by = None

    def begin_totp(self, secret: str) -> None:
        """A second factor is being set up; it counts from its first right code on. Raises `TotpIsOn`."""
        if self.totp_is_on:
            raise TotpIsOn
        self.totp_secret = secret

    def confirm_totp(self, step: int, recovery: list[str]) -> None:
        """The second factor is on, with these hashes of codes that help where it got lost."""
        self.totp_is_on, self.totp_step, self.recovery = True, step, recovery

    def remove_totp(self) -> None:
        """The password is enough again."""
        self.totp_secret, self.totp_is_on, self.recovery = None, False, []

    def take_step(self, step: int | None) -> bool:
        """Whether a code of this step of time is taken: each once, and none from before the last one."""
        if step is None or step <= self.totp_step:
            return False
        self.totp_step = step
        return True

    def take_recovery(self, hashed: str) -> bool:
        """Whether a recovery code is taken: each once."""
        if hashed not in self.recovery:
            return False
        self.recovery = [each for each in self.recovery if each != hashed]
        return True

    def set_password(self, hashed: str, *, one_time: bool) -> None:
        """The password is another one from now on. Raises `NoPassword` for an account that has none."""
        if self.name is None:
            raise NoPassword
        self.password_hash, self.must_change_password = hashed, one_time


def name_key_of(name: str) -> str:
    """What a name is found by: however it is typed, half or full width, in whatever case."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def phone_digits(phone: str) -> str:
    """A telephone number however it is written: its digits, a mobile number of China without the country's code."""
    digits = "".join(character for character in unicodedata.normalize("NFKC", phone) if character in "0123456789")
    digits = digits.removeprefix("00")
    return digits[2:] if len(digits) == 13 and digits.startswith("861") else digits


def ending_of(phone: str) -> str:
    """How an account that has no name is called: by the end of its telephone number."""
    return f"尾号{phone_digits(phone)[-4:]}"
