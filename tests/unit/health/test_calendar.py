"""Ages and bands of elders."""

from datetime import date, timedelta

import pytest

from services.health.domain.calendar import Band, age_on, band_of, born_by


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(1966, 5, 20), date(2026, 5, 19), 59),
        (date(1966, 5, 20), date(2026, 5, 20), 60),
        (date(1960, 2, 29), date(2025, 2, 28), 64),
        (date(1960, 2, 29), date(2025, 3, 1), 65),
        (date(1960, 2, 29), date(2024, 2, 29), 64),
    ],
)
def test_a_year_is_full_on_the_birthday(born_on, day, age):
    assert age_on(day, born_on) == age


@pytest.mark.parametrize("day", [date(2026, 5, 20), date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 1)])
@pytest.mark.parametrize("age", [60, 65])
def test_the_latest_birthday_of_an_age_divides_those_who_have_it_from_those_who_have_not(day, age):
    latest = born_by(age, day)
    assert age_on(day, latest) == age
    assert age_on(day, latest + timedelta(days=1)) == age - 1


def test_those_below_sixty_five_are_reported_apart():
    assert [band_of(age) for age in (60, 64, 65, 90)] == [Band.FROM_60, Band.FROM_60, Band.FROM_65, Band.FROM_65]
