"""Settings of the grievance service."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from msgspec import Meta

from chassis.retention import Period
from services.grievance.domain.pauses import Allowance


@dataclass(frozen=True, kw_only=True)
class GrievanceSettings:
    """When cases are closed, how long pictures and words stay, and how content somebody is who gives three of five:
    our own choice, none stands in a rule of the field."""

    close_rated_after_hours: Annotated[
        float, Meta(ge=0, le=8760, description="居民评价后多少小时自动办结 / hours from the rating to closing")
    ] = 24
    close_unrated_after_hours: Annotated[
        float,
        Meta(
            ge=0, le=8760, description="解决后居民未评价多少小时自动办结 / hours from an unrated resolution to closing"
        ),
    ] = 168
    half_content_counts: Annotated[
        float, Meta(ge=0, le=1, description="满意率中，3 分（基本满意）按几成计 / how much a 3 counts as content")
    ] = 1
    pictures_kept_days: Annotated[
        float,
        Meta(
            ge=16,
            le=36500,
            description="办结多少天后删除照片，须长于可重新办理的 15 天 / days from the end of a case to "
            "the removal of its pictures; longer than the 15 in which it can be reopened",
        ),
    ] = 180
    cases_kept_days: Annotated[
        float,
        Meta(
            ge=16,
            le=36500,
            description="办结多少天后删除诉求的描述、联系方式、照片和人名，只留统计，须长于可重新办理的 15 天 / "
            "days from the end of a case to the removal of its words, contacts and names; figures stay. Longer than "
            "the 15 in which it can be reopened; three years, for as long as a claim may be brought (Civil Code, "
            "article 188)",
        ),
    ] = 1095

    remind_again_after_minutes: Annotated[
        float,
        Meta(
            ge=0,
            le=10080,
            description="催办后多少分钟内不重复催办 / minutes before a leader is reminded of a case again",
        ),
    ] = 60

    pause_at_most_days: Annotated[
        int,
        Meta(
            ge=1,
            le=90,
            description="诉求最多暂停到多少天后 / in how many days from today a paused case goes on at the latest",
        ),
    ] = 15
    pauses_of_a_round: Annotated[
        int,
        Meta(ge=0, le=10, description="每轮办理最多暂停几次 / how many times a case may be paused in one round"),
    ] = 2

    @property
    def allowance(self) -> Allowance:
        """How long and how often a case may stand still. Both are our own choice: the rules of 缓办 and 延期 that we
        know ask for approval and a ledger and leave days and times to each city; fifteen days are as long
        as Beijing's draft for its hotline, which we read in a copy, gives a complex case for an answer."""
        return Allowance(days=self.pause_at_most_days, times=self.pauses_of_a_round)

    @property
    def reminder_pause(self) -> timedelta:
        """How long a leader is left in peace after a reminder: an hour unless set otherwise, our own choice."""
        return timedelta(minutes=self.remind_again_after_minutes)

    @property
    def pictures_period(self) -> Period:
        """How long pictures stay after the end of their case."""
        return Period(setting="GRIEVANCE_PICTURES_KEPT_DAYS", days=self.pictures_kept_days)

    @property
    def cases_period(self) -> Period:
        """How long words and people stay after the end of their case."""
        return Period(setting="GRIEVANCE_CASES_KEPT_DAYS", days=self.cases_kept_days)
