"""Settings of the volunteer service."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from msgspec import Meta

from chassis.retention import Period
from services.volunteer.domain.callout import Terms
from services.volunteer.domain.choosing import Weights
from services.volunteer.domain.hours import HourRules

Weight = Annotated[float, Meta(ge=0, le=1000)]


@dataclass(frozen=True, kw_only=True)
class VolunteerSettings:
    """How volunteers are chosen and asked, and how their hours are counted, from `VOLUNTEER_…` variables.

    The weights are our own proposal: a matching skill outweighs living next door, which outweighs all else; being
    a Party member counts as much as one dispatch less on hand (「我是一名党员我先行」). Half-hour steps and eight
    hours a day follow one university's published rules; the shortest session is our own proposal, one step.
    """

    answer_minutes: Annotated[
        int,
        Meta(ge=1, le=1440, description="派单后等待答复的分钟数（自定） / minutes an offer waits for an answer"),
    ] = 30
    default_hands: Annotated[
        int, Meta(ge=1, le=50, description="类别未写人数时的人数（自定） / hands where a category names no number")
    ] = 2
    weight_skill: Annotated[
        Weight, Meta(description="技能全部对口的分数 / points when all skills asked for are there")
    ] = 40
    weight_distance: Annotated[
        Weight, Meta(description="同楼栋的分数，同楼院、同网格递减 / points for the same building; less further off")
    ] = 30
    weight_load: Annotated[
        Weight, Meta(description="手头每件派单扣的分数 / points taken off for each dispatch on hand")
    ] = 10
    weight_party: Annotated[
        Weight, Meta(description="党员先行的分数，0 为不考虑 / points for Party members; 0 leaves it out")
    ] = 10
    weight_team: Annotated[
        Weight, Meta(description="已启用志愿服务队队员的分数 / points for members of an active team")
    ] = 5
    hours_step: Annotated[
        int, Meta(ge=1, le=60, description="服务时长计入的最小单位，分钟 / minutes credited in steps of this")
    ] = 30
    hours_daily_cap: Annotated[
        int, Meta(ge=1, le=1440, description="每人每天最多计入的分钟数 / most minutes credited a day")
    ] = 480
    hours_shortest: Annotated[
        int, Meta(ge=0, le=480, description="少于此分钟数的服务不计时长 / sessions below this are not credited")
    ] = 30

    pairing_days: Annotated[
        int,
        Meta(
            ge=30,
            le=3650,
            description="结对结束多少天后清除对象、住处、原因和记录内容（自定） / days after which an ended "
            "pairing says no more who was helped, where, why and in what words",
        ),
    ] = 730
    words_days: Annotated[
        int,
        Meta(
            ge=16,
            le=36_500,
            description="诉求结束多少天后删除派单理由、婉拒理由和备注，时长保留（本项目自定） / days from the end of a "
            "call-out to the removal of why somebody was asked, why they said no, and their notes; hours stay; our own "
            "proposal: long enough to see who is asked in vain",
        ),
    ] = 365

    @property
    def pairings_period(self) -> Period:
        """How long it stays known who was helped in a pairing."""
        return Period(setting="VOLUNTEER_PAIRING_DAYS", days=self.pairing_days)

    @property
    def words_period(self) -> Period:
        """How long words about dispatches stay."""
        return Period(setting="VOLUNTEER_WORDS_DAYS", days=self.words_days)

    @property
    def terms(self) -> Terms:
        """On which terms volunteers are asked."""
        weights = Weights(
            skill=self.weight_skill,
            distance=self.weight_distance,
            load=self.weight_load,
            party=self.weight_party,
            team=self.weight_team,
        )
        return Terms(
            answer_within=timedelta(minutes=self.answer_minutes), default_hands=self.default_hands, weights=weights
        )

    @property
    def hour_rules(self) -> HourRules:
        """How hours are counted."""
        return HourRules(step=self.hours_step, daily_cap=self.hours_daily_cap, shortest=self.hours_shortest)
