"""Tries, sessions and codes: how long somebody waits, and how long something holds."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.accounts.errors import TooManyTries
from services.accounts.domain.account import ending_of, name_key_of, phone_digits
from services.accounts.domain.codes import RESEND, ask_for_code, code_in
from services.accounts.domain.roles import Role
from services.accounts.domain.sessions import Lifetime, is_alive, is_to_be_noted, open_session
from services.accounts.domain.tries import FORGOTTEN_AFTER, Patience, Tries

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PATIENCE = Patience(free=3, longest=60)


def after(failures: int, patience: Patience = PATIENCE) -> Tries:
    """So many failures at noon."""
    tries = Tries()
    for _ in range(failures):
        tries = tries.failed(patience, now=NOON)
    return tries


def wait(tries: Tries) -> float:
    """Seconds that the next try has to wait, at noon."""
    return 0 if tries.waits_until is None else (tries.waits_until - NOON).total_seconds()


def test_the_first_failures_are_free_and_every_further_one_doubles_the_wait_up_to_the_longest() -> None:
    assert [wait(after(failures)) for failures in range(10)] == [0, 0, 0, 2, 4, 8, 16, 32, 60, 60]


def test_the_wait_stays_the_longest_however_many_failures_there_are() -> None:
    assert wait(Tries(failures=5_000, last_at=NOON).failed(PATIENCE, now=NOON)) == 60


def test_a_try_is_let_through_when_the_wait_is_over_and_not_before() -> None:
    tries = after(3)
    with pytest.raises(TooManyTries) as refused:
        tries.check(now=NOON + timedelta(seconds=1.5))
    assert refused.value.facts == {"retry_after": 1}
    tries.check(now=NOON + timedelta(seconds=2))


def test_failures_are_forgotten_a_day_after_the_last() -> None:
    assert after(5).failed(PATIENCE, now=NOON + FORGOTTEN_AFTER).failures == 6
    assert after(5).failed(PATIENCE, now=NOON + FORGOTTEN_AFTER + timedelta(seconds=1)).failures == 1


def test_a_try_that_was_right_takes_back_only_itself() -> None:
    assert (after(3).proved_right().failures, after(3).proved_right().waits_until) == (2, None)
    assert Tries().proved_right().failures == 0


def test_whoever_asks_for_a_second_code_waits_a_minute_then_longer() -> None:
    assert [wait(after(times, RESEND)) for times in (0, 1, 2, 3, 9)] == [0, 60, 120, 240, 3600]


def test_a_session_holds_while_it_is_used_and_until_its_end() -> None:
    lifetime = Lifetime(longest=timedelta(hours=12), idle=timedelta(hours=2))
    opened = open_session(uuid4(), uuid4(), "", lifetime, token_hash="h", csrf="c", agent="", now=NOON)

    def holds(used: float, now: float) -> bool:
        used_at, at = NOON + timedelta(hours=used), NOON + timedelta(hours=now)
        return is_alive(used_at, opened.idle_seconds, opened.expires_at, now=at)

    assert holds(0, 2)
    assert not holds(0, 2.1)
    assert holds(11, 11.9)
    assert not holds(11.9, 12)


def test_a_use_is_noted_once_a_minute() -> None:
    assert is_to_be_noted(None, now=NOON)
    assert not is_to_be_noted(NOON, now=NOON + timedelta(seconds=59))
    assert is_to_be_noted(NOON, now=NOON + timedelta(seconds=60))


def code(*, may_be_sent: bool = True):
    return ask_for_code(
        uuid4(), "410181002011", Role.RESIDENT, phone="1", phone_key="k", may_be_sent=may_be_sent, now=NOON
    )


def test_a_code_is_taken_once_for_its_role_in_time_and_within_five_tries() -> None:
    assert code().take("123456", "123456", Role.RESIDENT, now=NOON)
    assert not code().take("123456", "123456", Role.VOLUNTEER, now=NOON)
    assert not code().take("123456", "123456", Role.RESIDENT, now=NOON + timedelta(minutes=5))
    assert not code().take("１２３４５６", "123456", Role.RESIDENT, now=NOON)
    tried = code()
    assert [tried.take(given, "123456", Role.RESIDENT, now=NOON) for given in ("1", "2", "3", "4", "123456")] == [
        False, False, False, False, True,
    ]  # fmt: skip
    assert not tried.take("123456", "123456", Role.RESIDENT, now=NOON)
    worn = code()
    for _ in range(5):
        worn.take("000000", "123456", Role.RESIDENT, now=NOON)
    assert not worn.take("123456", "123456", Role.RESIDENT, now=NOON)


def test_a_code_that_may_not_be_sent_keeps_no_telephone_and_waits_for_no_sending() -> None:
    assert (code(may_be_sent=False).phone, code(may_be_sent=False).send_at) == (None, None)
    assert (code().phone, code().send_at) == ("1", NOON)


def test_sending_is_tried_five_times_with_growing_pauses_and_then_given_up_with_the_telephone() -> None:
    tried, pauses, now = code(), [], NOON
    while tried.begin_sending(now=now):
        pauses.append((tried.send_at - now).total_seconds())
        now = tried.send_at
    assert pauses == [4, 8, 16, 32, 64]
    assert (tried.phone, tried.send_at) == (None, None)


def test_nothing_is_sent_that_is_used_expired_or_on_its_way() -> None:
    used, expired, sent = code(), code(), code()
    used.take("123456", "123456", Role.RESIDENT, now=NOON)
    assert not used.begin_sending(now=NOON)
    assert not expired.begin_sending(now=NOON + timedelta(minutes=5))
    assert sent.begin_sending(now=NOON)
    sent.was_sent(now=NOON)
    assert (sent.phone, sent.send_at, sent.sent_at) == (None, None, NOON)


def test_a_code_has_six_digits_whatever_it_follows_from() -> None:
    assert code_in("0" * 64) == "000000"
    assert code_in("f" * 64) == f"{(16**64 - 1) % 10**6:06d}"


@pytest.mark.parametrize(
    "written", ["13800005678", "138 0000 5678", "+86 138-0000-5678", "0086 13800005678", "１３８００００５６７８"]
)
def test_a_telephone_is_the_same_however_it_is_written(written: str) -> None:
    assert phone_digits(written) == "13800005678"
    assert ending_of(written) == "尾号5678"


def test_other_numbers_stay_as_they_are() -> None:
    assert phone_digits("0371-6432 1234") == "037164321234"
    assert phone_digits("110") == "110"


@pytest.mark.parametrize("written", ["Wang Fang", "  wang   fang", "ＷＡＮＧ ＦＡＮＧ"])
def test_a_name_is_the_same_however_it_is_typed(written: str) -> None:
    assert name_key_of(written) == "wang fang"
