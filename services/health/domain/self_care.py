"""The self-care score of older people: five items, 0 to 37 points. It is not the Barthel scale."""

from dataclasses import dataclass, fields
from enum import StrEnum

RULE = "self-care-5"
SOURCE = "国家基本公共卫生服务规范《老年人生活自理能力评估表》"


class Level(StrEnum):
    """How far one manages an item, or everything, alone."""

    INDEPENDENT = "independent"
    MILD = "mild"
    MODERATE = "moderate"
    UNABLE = "unable"


POINTS = {
    "eating": {Level.INDEPENDENT: 0, Level.MILD: 0, Level.MODERATE: 3, Level.UNABLE: 5},
    "grooming": {Level.INDEPENDENT: 0, Level.MILD: 1, Level.MODERATE: 3, Level.UNABLE: 7},
    "dressing": {Level.INDEPENDENT: 0, Level.MILD: 0, Level.MODERATE: 3, Level.UNABLE: 5},
    "toilet": {Level.INDEPENDENT: 0, Level.MILD: 1, Level.MODERATE: 5, Level.UNABLE: 10},
    "moving": {Level.INDEPENDENT: 0, Level.MILD: 1, Level.MODERATE: 5, Level.UNABLE: 10},
}
"""The table of the specification, item by item."""

BANDS = ((19, Level.UNABLE), (9, Level.MODERATE), (4, Level.MILD), (0, Level.INDEPENDENT))
"""From how many points on each band begins; 19 itself is already the last one."""


@dataclass(frozen=True, kw_only=True)
class SelfCare:
    """How an elder manages eating, grooming, dressing, using the toilet and moving about."""

    eating: Level
    grooming: Level
    dressing: Level
    toilet: Level
    moving: Level

    @property
    def score(self) -> int:
        """0 to 37 points; more means more dependent."""
        return sum(POINTS[item.name][getattr(self, item.name)] for item in fields(self))

    @property
    def band(self) -> Level:
        """可自理，轻度依赖，中度依赖 or 不能自理, by the score."""
        return band_of(self.score)


def band_of(score: int) -> Level:
    """The band of a score: 0 to 3 independent, 4 to 8 mild, 9 to 18 moderate, from 19 unable."""
    return next(band for begins, band in BANDS if score >= begins)
