"""Figures say what was measured."""

import math

import pytest

from benchmarks.figures import medians, percentiles, rate


def test_half_of_the_measurements_do_not_exceed_the_median() -> None:
    found = percentiles([0.004, 0.001, 0.003, 0.002], "submit")
    assert found["submit_p50_ms"] == 2.0


def test_a_slow_one_in_a_hundred_shows_only_beyond_the_99th_percentile() -> None:
    fast = [0.010] * 99
    assert percentiles([*fast, 9.0], "submit")["submit_p99_ms"] == 10.0
    assert percentiles([*fast[:-1], 9.0, 9.0], "submit")["submit_p99_ms"] == 9000.0


def test_one_measurement_is_every_percentile() -> None:
    assert set(percentiles([0.5], "x").values()) == {500.0}


def test_no_measurement_is_no_number() -> None:
    assert all(math.isnan(each) for each in percentiles([], "x").values())


def test_a_rate_counts_per_second() -> None:
    assert rate(300, 2.0) == 150.0


def test_the_middle_round_counts_and_neither_the_best_nor_the_worst() -> None:
    assert medians([{"rate": 10.0}, {"rate": 90.0}, {"rate": 30.0}]) == {"rate": 30.0}


@pytest.mark.parametrize("missing_in", [0, 1])
def test_a_figure_that_one_round_lacks_comes_from_the_others(missing_in: int) -> None:
    rounds: list[dict[str, float]] = [{"rate": 10.0}, {"rate": 10.0}]
    rounds[missing_in] = {}
    assert medians(rounds) == {"rate": 10.0}
