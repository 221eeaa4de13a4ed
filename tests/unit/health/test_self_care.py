"""The self-care score, against the table of the specification."""

import pytest

from services.health.domain.self_care import Level, SelfCare, band_of
from tests.unit.health.samples import INDEPENDENT

TABLE = {
    "eating": (0, 0, 3, 5),
    "grooming": (0, 1, 3, 7),
    "dressing": (0, 0, 3, 5),
    "toilet": (0, 1, 5, 10),
    "moving": (0, 1, 5, 10),
}


def self_care(**levels):
    return SelfCare(**{item: Level(level) for item, level in (INDEPENDENT | levels).items()})


@pytest.mark.parametrize("item", TABLE)
def test_each_level_of_each_item_counts_what_the_table_says(item):
    assert tuple(self_care(**{item: level}).score for level in Level) == TABLE[item]


def test_a_mildly_impaired_eater_or_dresser_counts_nothing():
    assert self_care(eating="mild", dressing="mild").score == 0


def test_the_score_reaches_from_nothing_to_thirty_seven():
    assert self_care().score == 0
    assert self_care(**dict.fromkeys(TABLE, "unable")).score == 37


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0, Level.INDEPENDENT),
        (3, Level.INDEPENDENT),
        (4, Level.MILD),
        (8, Level.MILD),
        (9, Level.MODERATE),
        (18, Level.MODERATE),
        (19, Level.UNABLE),
        (37, Level.UNABLE),
    ],
)
def test_the_bands_begin_and_end_where_the_specification_says(score, band):
    assert band_of(score) is band


def test_every_score_has_a_band_and_nineteen_does_not_fall_between_two():
    assert len([band_of(score) for score in range(38)]) == 38
    nineteen = self_care(
        toilet="moderate", moving="moderate", eating="moderate", dressing="moderate", grooming="moderate"
    )
    assert nineteen.score == 19
    assert nineteen.band is Level.UNABLE
