"""Settings of the health service."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta


@dataclass(frozen=True, kw_only=True)
class HealthSettings:
    """What can be set about home visits, from `HEALTH_…` variables."""

    visit_within_days: Annotated[
        int,
        Meta(
            ge=1,
            le=60,
            description="诉求要求上门时,几天内上门(本项目自定) / "
            "days within which a home visit that a grievance asks for is due; our own proposal",
        ),
    ] = 3
