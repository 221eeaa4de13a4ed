"""When volunteers can be asked, which skills they have, which rounds are over."""

from datetime import date, datetime, timedelta

import pytest

from services.volunteer.domain.availability import Window
from services.volunteer.domain.calendar import CHINA
from services.volunteer.domain.rounds import is_over
from services.volunteer.domain.skills import SKILLS, code_of, codes_of, in_words
from tests.unit.volunteer.samples import HOUR, NOON, volunteer

FRIDAY_EVENING = Window(weekday=5, starts="18:00", ends="24:00")


def at(day, clock):
    return datetime.fromisoformat(f"2026-05-{day:02}T{clock}:00").replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("moment", "is_free"),
    [
        (at(8, "17:59"), False),
        (at(8, "18:00"), True),
        (at(8, "23:59"), True),
        (at(9, "00:00"), False),
        (at(7, "20:00"), False),
    ],
)
def test_a_weekly_window_is_meant_in_local_time(moment, is_free):
    assert volunteer(always=False, windows=[FRIDAY_EVENING]).is_available(moment) is is_free


def test_who_is_always_available_needs_no_window_and_who_has_none_is_never():
    assert volunteer(always=True).is_available(NOON)
    assert not volunteer(always=False).is_available(NOON)


def test_a_break_lasts_through_its_last_day_in_china():
    one = volunteer(paused_until=date(2026, 5, 8))
    assert not one.is_available(at(8, "23:59"))
    assert one.is_available(at(9, "00:00"))


def test_a_seeded_skill_can_be_said_in_chinese():
    assert code_of(" 搬运 ") == "carrying"
    assert codes_of(["搬运", "carrying", "修鞋"]) == ["carrying", "修鞋"]
    assert in_words(["carrying", "修鞋"]) == "搬运、修鞋"
    assert len(SKILLS) == len(set(SKILLS.values()))


def test_a_round_is_over_once_its_end_is_known():
    assert not is_over(1, NOON, [])
    assert is_over(1, NOON, [NOON + HOUR])


def test_an_end_that_lies_before_the_assignment_ends_a_first_round_all_the_same():
    assert is_over(1, NOON, [NOON - timedelta(minutes=1)])


def test_the_end_of_the_first_round_does_not_end_the_second():
    assert not is_over(2, NOON, [NOON - HOUR])
    assert is_over(2, NOON, [NOON - HOUR, NOON + HOUR])
    assert is_over(2, NOON, [NOON + HOUR]), "even where the end of the first has not been heard yet"
