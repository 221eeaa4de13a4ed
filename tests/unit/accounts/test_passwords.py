"""Passwords: which are refused, and that checking one takes its time without holding up other work."""

import time

import pytest

from contracts.accounts.errors import PasswordRefused
from services.accounts.domain.commonest import COMMONEST
from services.accounts.domain.passwords import SHORTEST, check_password
from services.accounts.handlers.secrecy import Passwords, new_token, one_time_password

QUICK = Passwords(rounds=1, kibibytes=8)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "ten-chars!",
        "我家门前有三棵老槐树",
        "aB3$aB3$xY",
        "一二三四五六七八九十",
    ],
)
def test_whatever_is_long_enough_and_hard_to_guess_is_taken(password: str) -> None:
    check_password(password, "王芳")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "characters"),
        ("x7$kq!9zB", "characters"),
        ("x7" * 65, "At most"),
        ("password123", "commonest"),
        ("Password123", "commonest"),
        ("woaini1314520", "commonest"),
        ("wangfang-88", "name"),
        ("my-WangFang-x", "name"),
        ("aaaaaaaaaaaa", "run"),
        ("abababababab", "run"),
        ("abcdefghijkl", "run"),
        ("9876543210", "run"),
        ("qwertyuiopas", "run"),
    ],
)
def test_what_is_easy_to_guess_is_refused_with_the_reason(password: str, why: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        check_password(password, "WangFang")
    [words] = refused.value.fields["new"]
    assert why in words["en"]


def test_full_width_letters_are_the_same_password() -> None:
    with pytest.raises(PasswordRefused):
        check_password("password123", "王芳")
    assert QUICK.matches(QUICK.hash("correct horse"), "correct horse")


def test_every_common_password_on_the_list_would_otherwise_be_long_enough() -> None:
    assert len(COMMONEST) > 100
    assert {word for word in COMMONEST if len(word) < SHORTEST or word != word.casefold()} == set()


def test_a_hash_fits_its_password_and_no_other_and_is_never_the_same_twice() -> None:
    first, second = QUICK.hash("correct horse"), QUICK.hash("correct horse")
    assert first != second
    assert QUICK.matches(first, "correct horse")
    assert not QUICK.matches(first, "Correct horse")
    assert not QUICK.matches("no hash at all", "correct horse")


def test_where_there_is_no_hash_it_takes_as_long_to_say_no() -> None:
    assert not QUICK.matches(None, "correct horse")
    passwords = Passwords(rounds=2, kibibytes=16 * 1024)
    hashed = passwords.hash("correct horse")
    passwords.matches(None, "first, which makes a hash that nobody has")
    took = {known: min(_seconds(passwords, known) for _ in range(5)) for known in (hashed, None)}
    assert took[None] > took[hashed] / 2


def _seconds(passwords: Passwords, hashed: str | None) -> float:
    began = time.perf_counter()
    passwords.matches(hashed, "another horse")
    return time.perf_counter() - began


def test_a_hash_of_other_strength_is_known_to_be_old() -> None:
    assert not QUICK.is_old(QUICK.hash("correct horse"))
    assert Passwords().is_old(QUICK.hash("correct horse"))


def test_one_time_passwords_are_taken_as_passwords_and_tokens_tell_what_they_are() -> None:
    drawn = {one_time_password() for _ in range(50)}
    assert len(drawn) == 50
    for password in drawn:
        check_password(password, "王芳")
    assert new_token("hs_").startswith("hs_")
    assert len({new_token("hs_") for _ in range(50)}) == 50
    assert len(new_token("hs_")) >= 3 + 43
