"""Settings of the partner service."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from chassis.retention import Period


@dataclass(frozen=True, kw_only=True)
class PartnerSettings:
    """What can be set about partner units, from `PARTNER_…` variables."""

    renewal_notice_days: Annotated[
        int,
        Meta(
            ge=1,
            le=365,
            description="协议到期前多少天开始提醒续签（本项目自定） / "
            "days before an agreement ends that its renewal is called due; our own proposal",
        ),
    ] = 30
    referral_words_days: Annotated[
        int,
        Meta(
            ge=16,
            le=36_500,
            description="转办结束多少天后删除单位所写的退回理由和结果（本项目自定） / "
            "days from the end of a referral to the removal of what the unit wrote; "
            "our own proposal: as long as the words of the case itself stay",
        ),
    ] = 1095

    @property
    def words_period(self) -> Period:
        """How long what units wrote about referrals stays."""
        return Period(setting="PARTNER_REFERRAL_WORDS_DAYS", days=self.referral_words_days)
