"""Times and amounts as people read them at a glance."""

import pytest

from cli.operations.figures import amount, clock, duration, megabytes


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "-"), (-1.0, "-"), (0.0, "0 ms"), (0.0184, "18 ms"), (1.0, "1.0 s"), (119.0, "119.0 s"),
        (120.0, "2 min"), (754.0, "13 min"), (7200.0, "2 h"), (93_000.0, "26 h"), (200_000.0, "2 d"),
    ],
)  # fmt: skip
def test_a_duration_is_said_in_the_largest_unit_that_still_tells_something(seconds: float | None, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("figure", "said"), [(None, "-"), (0, "0"), (3.0, "3"), (3.44, "3.4"), (12.7, "13"), (18432, "18,432")]
)
def test_an_amount_is_said_with_a_decimal_only_where_it_matters(figure: float | None, said: str) -> None:
    assert amount(figure) == said


def test_a_moment_is_said_by_the_clock_of_the_community() -> None:
    assert clock("2026-11-23T16:30:00+00:00") == "11-24 00:30:00"
    assert clock(None) == "-"


def test_memory_is_said_in_megabytes() -> None:
    assert megabytes(84_500_000) == "81 MB"
