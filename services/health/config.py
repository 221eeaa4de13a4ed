"""Settings of the health service."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from chassis.retention import Period


@dataclass(frozen=True, kw_only=True)
class HealthSettings:
    """What can be set about home visits, from `HEALTH_…` variables."""

    visit_within_days: Annotated[
        int,
        Meta(
            ge=1,
            le=60,
            description="诉求要求上门时，几天内上门（本项目自定） / "
            "days within which a home visit that a grievance asks for is due; our own proposal",
        ),
    ] = 3
    yearly_visit_ahead_days: Annotated[
        int,
        Meta(
            ge=1,
            le=180,
            description="65岁及以上每年一次的上门，到期前几天安排（本项目自定） / "
            "days before it is due that the yearly visit of those of 65 and over is planned; our own proposal",
        ),
    ] = 30
    missed_visit_again_days: Annotated[
        int,
        Meta(
            ge=1,
            le=90,
            description="每年一次的上门没有见到，几天内再去（本项目自定） / "
            "days within which a yearly visit that was missed is made again; our own proposal",
        ),
    ] = 14
    findings_days: Annotated[
        int,
        Meta(
            ge=365,
            le=36_500,
            description="上门结束多少天后删除所见、事由和未见原因（本项目自定） / "
            "days from the end of a visit to the removal of what was found on it; "
            "our own proposal: five yearly visits can be compared",
        ),
    ] = 1825

    @property
    def findings_period(self) -> Period:
        """How long what was found on visits stays."""
        return Period(setting="HEALTH_FINDINGS_DAYS", days=self.findings_days)
