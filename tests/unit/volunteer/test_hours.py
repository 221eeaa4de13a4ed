"""What is credited for a session of service."""

from datetime import UTC, date, datetime

import pytest

from services.volunteer.domain.hours import HourRules, credit, days_of
from services.volunteer.domain.volunteer import stars
from tests.unit.volunteer.samples import HOUR, MINUTE, NOON

TODAY = date(2026, 5, 6)
TEN_AT_NIGHT = datetime(2026, 5, 6, 14, 0, tzinfo=UTC)


def credited(minutes, start=NOON, before=None, **rules):
    return [each.minutes_credited for each in credit(start, start + minutes * MINUTE, HourRules(**rules), before or {})]


@pytest.mark.parametrize(("served", "counts"), [(29, 0), (30, 30), (59, 30), (60, 60), (0, 0)])
def test_full_half_hours_are_credited_and_no_more(served, counts):
    assert credited(served) == [counts]


def test_the_step_is_a_setting():
    assert credited(44, step=15) == [30]
    assert credited(44, step=1, shortest=0) == [44]


def test_a_session_below_the_shortest_is_not_credited():
    assert credited(44, step=1, shortest=45) == [0]
    assert credited(45, step=1, shortest=45) == [45]


def test_a_day_brings_eight_hours_at_most_and_the_cut_is_marked():
    [entry] = credit(NOON, NOON + 9 * HOUR, HourRules(), {})
    assert (entry.minutes_served, entry.minutes_credited, entry.is_over_cap) == (540, 480, True)
    [entry] = credit(NOON, NOON + 8 * HOUR, HourRules(), {})
    assert (entry.minutes_credited, entry.is_over_cap) == (480, False)


def test_what_was_credited_before_on_the_day_counts_against_the_cap():
    assert credited(120, before={TODAY: 420}) == [60]
    assert credited(120, before={TODAY: 480}) == [0]
    assert credited(120, before={date(2026, 5, 5): 480}) == [120]


def test_a_session_over_midnight_in_china_counts_on_both_days():
    entries = credit(TEN_AT_NIGHT, TEN_AT_NIGHT + 4 * HOUR, HourRules(), {})
    assert [(each.served_on, each.minutes_served, each.minutes_credited) for each in entries] == [
        (TODAY, 120, 120),
        (date(2026, 5, 7), 120, 120),
    ]
    assert entries[0].ended_at == entries[1].started_at == datetime(2026, 5, 6, 16, 0, tzinfo=UTC)


def test_minutes_before_and_after_midnight_make_up_a_step_together():
    start = TEN_AT_NIGHT + 100 * MINUTE
    assert credited(40, start=start) == [0, 30]
    assert sum(credited(29, start=start)) == 0


def test_a_session_that_ends_at_midnight_belongs_to_one_day():
    assert days_of(TEN_AT_NIGHT, TEN_AT_NIGHT + 2 * HOUR) == [TODAY]
    assert days_of(TEN_AT_NIGHT, TEN_AT_NIGHT + 2 * HOUR + MINUTE) == [TODAY, date(2026, 5, 7)]


def test_a_check_out_forgotten_for_days_brings_the_cap_of_each_day_and_no_more():
    entries = credit(NOON, NOON + 60 * HOUR, HourRules(), {})
    assert [each.minutes_credited for each in entries] == [480, 480, 480]
    assert sum(each.minutes_served for each in entries) == 3600


@pytest.mark.parametrize(("hours", "earned"), [(0, 0), (99.5, 0), (100, 1), (300, 2), (600, 3), (1000, 4), (1500, 5)])
def test_stars_come_with_the_hours(hours, earned):
    assert stars(hours) == earned
