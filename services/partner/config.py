"""Settings of the partner service."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta


@dataclass(frozen=True, kw_only=True)
class PartnerSettings:
    """What can be set about partner units, from `PARTNER_…` variables."""

    renewal_notice_days: Annotated[
        int,
        Meta(
            ge=1,
            le=365,
            description="协议到期前多少天开始提醒续签(本项目自定) / "
            "days before an agreement ends that its renewal is called due; our own proposal",
        ),
    ] = 30
