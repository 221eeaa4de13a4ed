"""Out of counts by bounds: within how many seconds a share of all was done."""

import pytest

from contracts.reports import CRITICAL_BOUNDS
from services.operations.domain.history import quantile

NOTHING = (0,) * (len(CRITICAL_BOUNDS) + 1)


def counts(**by_bound: int) -> tuple[int, ...]:
    """So many up to each bound, the bounds given by their place."""
    return tuple(by_bound.get(f"at_{place}", 0) for place in range(len(CRITICAL_BOUNDS) + 1))


def test_where_nothing_was_done_there_is_no_time() -> None:
    assert quantile(NOTHING, CRITICAL_BOUNDS, 0.5) is None
    assert quantile((), CRITICAL_BOUNDS, 0.5) is None


def test_within_a_bound_times_are_taken_as_spread_evenly() -> None:
    assert quantile(counts(at_6=10), CRITICAL_BOUNDS, 0.5) == pytest.approx(0.75)
    assert quantile(counts(at_0=4), CRITICAL_BOUNDS, 0.5) == pytest.approx(0.005)


def test_the_share_that_is_asked_for_decides_the_bound() -> None:
    mostly_quick = counts(at_0=98, at_10=2)
    assert quantile(mostly_quick, CRITICAL_BOUNDS, 0.98) == pytest.approx(0.01)
    assert quantile(mostly_quick, CRITICAL_BOUNDS, 0.99) == pytest.approx(20.0)


def test_bounds_in_which_nothing_was_done_are_passed_over() -> None:
    assert quantile(counts(at_0=50, at_9=50), CRITICAL_BOUNDS, 0.5) == pytest.approx(0.01)
    assert quantile(counts(at_0=50, at_9=50), CRITICAL_BOUNDS, 0.75) == pytest.approx(7.5)


def test_of_what_took_longer_than_the_last_bound_that_bound_is_told() -> None:
    assert quantile(counts(at_13=3), CRITICAL_BOUNDS, 0.5) == CRITICAL_BOUNDS[-1]
