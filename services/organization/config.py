"""What can be set of the organization service."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from chassis.retention import Period


@dataclass(frozen=True, kw_only=True)
class OrganizationSettings:
    """Settings of the organization service, read from `ORGANIZATION_…`."""

    elder_age: Annotated[
        int,
        Meta(
            ge=50,
            le=90,
            description="建立老年人健康档案的年龄 / age from which the health service keeps a record of a resident; "
            "60 by the community's own rule",
        ),
    ] = 60
    import_rows: Annotated[
        int,
        Meta(
            ge=1,
            le=1_000_000,
            description="一次导入最多的行数 / most rows in one import; 100,000 places are a large sub-district, "
            "read in a few seconds",
        ),
    ] = 100_000
    left_days: Annotated[
        int,
        Meta(
            ge=30,
            le=36_500,
            description="居民迁出多少天后如同本人要求一样删除其信息（本项目自定） / "
            "days after which a resident who left is erased, as if they had asked for "
            "it; our own proposal: whoever comes back within a year is known again",
        ),
    ] = 365

    @property
    def left_period(self) -> Period:
        """How long residents stay who left."""
        return Period(setting="ORGANIZATION_LEFT_DAYS", days=self.left_days)
