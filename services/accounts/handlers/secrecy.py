"""Secrets: passwords hashed slowly, tokens hashed fast, and new ones drawn."""

import hashlib
import secrets
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.green import beside
from services.accounts.domain.passwords import spelled

SESSION = "hs_"
KEY = "hk_"
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody takes for each other."""


class Passwords:
    """Hashes passwords with argon2id, so slowly that a stolen hash is worth little: 32 MiB and three rounds take 70 to
    100 ms of one of our cores. It is done in a thread of the machine, and other work goes on meanwhile."""

    def __init__(self, *, rounds: int = 3, kibibytes: int = 32 * 1024) -> None:
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=kibibytes, parallelism=1)

    def hash(self, password: str) -> str:
        """The password's hash, to be kept."""
        return beside(self._hasher.hash, spelled(password))

    def matches(self, hashed: str | None, password: str) -> bool:
        """Whether the password is the one of this hash. Where there is none it takes as long to say no."""
        found = beside(self._verified, hashed or self._nobodys, spelled(password))
        return found and hashed is not None

    def is_old(self, hashed: str) -> bool:
        """Whether it was hashed otherwise than passwords are now."""
        return self._hasher.check_needs_rehash(hashed)

    @cached_property
    def _nobodys(self) -> str:
        return self.hash(secrets.token_hex(16))

    def _verified(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


def one_time_password() -> str:
    """A password that can be read out and typed: 16 letters and digits in four groups, 79 bits."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))


def new_token(kind: str) -> str:
    """A token that nobody guesses: 32 random bytes."""
    return kind + secrets.token_urlsafe(32)


def new_csrf() -> str:
    """What a page must show to have been given by us."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is kept of a token. It is random itself: a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
