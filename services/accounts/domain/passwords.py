"""Which passwords are taken, after NIST SP 800-63B: long enough and not easy to guess, whatever they are made of."""

import unicodedata

from contracts.accounts.errors import PasswordRefused
from contracts.errors import Words, words
from services.accounts.domain.account import name_key_of
from services.accounts.domain.commonest import COMMONEST

SHORTEST = 10
LONGEST = 128
DIFFERENT = 5
"""Fewer different characters than this are a pattern, not a password."""

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
RUNS = ("01234567890" * 3, ALPHABET * 2, "qwertyuiopasdfghjklzxcvbnm" * 2, "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p")


def spelled(password: str) -> str:
    """A password as it is hashed: the same however the keyboard put its characters together."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, name: str) -> None:
    """Whether a new password is taken. Raises `PasswordRefused` that says why not."""
    if reason := _refusal(spelled(password), name_key_of(name)):
        raise PasswordRefused(fields={"new": [reason]})


def _refusal(password: str, name: str) -> Words | None:
    plain = password.casefold()
    if len(password) < SHORTEST:
        return words(f"至少 {SHORTEST} 个字符", f"At least {SHORTEST} characters")
    if len(password) > LONGEST:
        return words(f"至多 {LONGEST} 个字符", f"At most {LONGEST} characters")
    if name and (name in plain or plain in name):
        return words("不能包含登录名", "It must not hold the name")
    if plain in COMMONEST:
        return words("这是最常见的密码之一", "It is one of the commonest passwords")
    if len(set(plain)) < DIFFERENT or _is_run(plain):
        return words("不能是连续或重复的字符", "It must not be a run or a repetition of characters")
    return None


def _is_run(plain: str) -> bool:
    return any(plain in run or plain[::-1] in run for run in RUNS)
