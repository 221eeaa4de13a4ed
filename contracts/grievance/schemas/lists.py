"""Shapes of questions about many cases: lists, numbers by place, statistics of a period."""

from datetime import date, timedelta, timezone
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Regexp

from contracts import shapes

STATUSES = ("filed", "assigned", "in_hand", "resolved", "rated", "closed", "rejected", "cancelled")
GROUPS = ("waiting", "in_hand", "paused", "open", "settled", "ended", "discontent")
ORDERS = ("newest", "oldest", "urgent")
KINDS = ("grid", "courtyard", "building")
BY = ("category", "channel", "week", "grid", "courtyard")
RATES = ("response", "resolution", "satisfaction")
LONGEST = timedelta(days=1100)
EARLIEST = date(2000, 1, 1)
"""Nobody reported anything here before; years that calendars do not reach are not reckoned with."""


def _mine() -> fields.Boolean:
    return fields.Boolean(
        load_default=False,
        metadata={"description": "只看自己负责的各处 / only where whoever asks is responsible, all such places"},
    )


class _Filters(shapes.Page):
    filed_by = fields.UUID(metadata={"description": "提交人的账号 / account of whoever filed"})
    community = fields.String(validate=shapes.COMMUNITY)
    status = fields.String(validate=OneOf(STATUSES))
    group = fields.String(
        validate=OneOf(GROUPS),
        metadata={
            "description": "状态分组 / waiting 待接办, in_hand 办理中, paused 暂停中, open 未办结, settled 已解决, "
            "ended 未办（不予受理、撤回）, discontent 评了 1–2 分还没有回复 / discontent: rated 1 or 2, not replied to"
        },
    )
    overdue = fields.Boolean(metadata={"description": "下一个时限已过 / whose next deadline has passed"})
    category = fields.String(validate=Length(min=1, max=40))
    channel = fields.String(validate=Length(min=1, max=10))
    receipt = fields.String(
        validate=Regexp(r"[0-9]{8}-?[0-9]{4}-?[0-9]{5}\Z"),
        metadata={"description": "回执编号，可不写连字符 / receipt number, its hyphens may be left out"},
    )
    place = fields.String(
        validate=shapes.CODE, metadata={"description": "该地点及其下级 / this place and everything below it"}
    )
    since = fields.AwareDateTime(
        format="iso",
        default_timezone=timezone(timedelta(hours=8)),
        metadata={"description": "此时之后提交，未写时区按北京时间 / filed at or after; without a zone: China time"},
    )
    except_id = fields.UUID(metadata={"description": "不含这一件 / without this one: what comes next"})
    order = fields.String(
        validate=OneOf(ORDERS),
        metadata={
            "description": "newest 新的在前, oldest 旧的在前（逐页导出）, urgent 急的在前 / newest, oldest (to "
            "read page by page), most urgent first"
        },
    )


class ListGrievances(_Filters):
    """Which grievances; `filed_by` stands for an account."""

    mine = _mine()


class Narrowed(_Filters):
    """What a list of grievances is narrowed to, as it is kept under a name: no order, no page, nobody's own."""

    class Meta:
        fields = ("group", "status", "category", "place", "channel", "overdue")


class ChooseGrievances(_Filters):
    """The question: `places` are those where whoever asks is responsible."""

    places = fields.List(fields.String(validate=shapes.CODE), load_default=list)


class _ByPlace(shapes.Page):
    community = shapes.community()
    place = fields.String(
        validate=shapes.CODE, metadata={"description": "该地点及其下级 / this place and everything below it"}
    )
    kind = fields.String(
        load_default="courtyard",
        validate=OneOf(KINDS),
        metadata={"description": "按哪一级汇总 / grid 网格, courtyard 楼院, building 楼栋"},
    )


class ListByPlace(_ByPlace):
    """Where open cases are counted."""

    mine = _mine()


class CountByPlace(_ByPlace):
    """The question: `places` are those where whoever asks is responsible."""

    community = shapes.community(required=True)
    places = fields.List(fields.String(validate=shapes.CODE), load_default=list)


class OpenInPlace(Schema):
    """How many cases are open in a place."""

    community = fields.String()
    place = fields.String(metadata={"description": "地点代码 / code of the place"})
    open = fields.Integer(metadata={"description": "未办结 / not settled yet"})
    waiting = fields.Integer(metadata={"description": "其中待接办 / of these nobody has taken in hand"})
    overdue = fields.Integer(metadata={"description": "其中超期 / of these past their next deadline"})


class _Days(Schema):
    since = fields.Date(metadata={"description": "从哪天起提交，默认四周前 / from this day on; else four weeks back"})
    until = fields.Date(metadata={"description": "到哪天（含），默认今天 / to this day; else today, in China"})

    @validates_schema
    def runs_forward(self, told: dict[str, Any], **_: object) -> None:
        """Raises where the period ends before it begins, is too long, or is of a time that cannot be meant."""
        for name in ("since", "until"):
            if name in told and told[name] < EARLIEST:
                raise ValidationError("Must be 2000-01-01 or later.", name)
        if "since" in told and "until" in told and not timedelta() <= told["until"] - told["since"] <= LONGEST:
            raise ValidationError("Must not be before `since`, nor more than three years after.", "until")


class Period(_Days):
    """Of which period, and by what."""

    community = shapes.community()
    by = fields.String(
        load_default="category",
        validate=OneOf(BY),
        metadata={"description": "分组 / category 类别, channel 渠道, week 周, grid 网格, courtyard 楼院"},
    )
    rank_by = fields.String(
        validate=OneOf(RATES),
        metadata={
            "description": "按哪个率排名，仅网格、楼院 / ranked by this rate, grids and courtyards only; the best first"
        },
    )


class AskStatistics(Period):
    """The question."""

    community = shapes.community(required=True)


class Comparison(_Days, shapes.Page):
    """Communities side by side: of which period, ranked by which rate."""

    rank_by = fields.String(
        load_default=RATES[0],
        validate=OneOf(RATES),
        metadata={
            "description": "按哪个率排名 / ranked by this rate, the best first: response 响应率, resolution 解决率, "
            "satisfaction 满意率"
        },
    )


class CompareCommunities(Comparison):
    """The question: communities whose code begins with one of `within`; `*` is all of them."""

    within = fields.List(fields.String(), required=True)


class RateOut(Schema):
    """A rate with what it counts and of how many."""

    counted = fields.Float(metadata={"description": "分子 / numerator"})
    of = fields.Integer(metadata={"description": "分母 / denominator"})
    rate = fields.Float(allow_none=True, metadata={"description": "比率，分母为 0 时为空 / null where of nothing"})


class _Counted(Schema):
    rank = fields.Integer(
        allow_none=True,
        metadata={
            "description": "名次，相同的率名次相同，没有可计的无名次 / rank; equal rates share it, null where of "
            "nothing, or not ranked"
        },
    )
    filed = fields.Integer(metadata={"description": "提交 / filed"})
    open = fields.Integer(metadata={"description": "未办结 / not settled yet"})
    overdue = fields.Integer(metadata={"description": "未办结且超过办结时限 / open past the time for a resolution"})
    withdrawn = fields.Integer(metadata={"description": "撤回，不计入各率 / withdrawn: counts in no rate"})
    rejected = fields.Integer(
        metadata={"description": "不予受理，不计入解决率 / not taken: not in the resolution rate"}
    )
    response = fields.Nested(
        RateOut,
        metadata={
            "description": "响应率：时限内首次答复 ÷ 已答复或时限已过；未联系的算未响应 / first answered in "
            "time, of those answered or due; who was not contacted counts as not answered"
        },
    )
    resolution = fields.Nested(
        RateOut,
        metadata={"description": "解决率：已解决 ÷ 已解决或已超期 / solved, of those solved or past their time"},
    )
    satisfaction = fields.Nested(
        RateOut,
        metadata={
            "description": "满意率：4–5 分加 3 分折算 ÷ 已评价 / rated 4 or 5, and 3 as far as it counts, of "
            "those rated"
        },
    )
    paused = fields.Integer(metadata={"description": "现在暂停办理的 / standing still now"})
    moved = fields.Integer(
        metadata={"description": "办结时限因暂停顺延过的 / whose time for a resolution was moved by a pause"}
    )
    on_time = fields.Nested(
        RateOut,
        metadata={
            "description": "按时办结率：时限内解决 ÷ 已解决或已超期，时限含暂停顺延 / solved in time, of those "
            "solved or past their time; pauses have moved the time"
        },
    )
    on_time_unmoved = fields.Nested(
        RateOut,
        metadata={
            "description": "不计暂停的按时办结率：按顺延之前的时限 / the same by the time that was promised first: "
            "what pauses change is the difference"
        },
    )
    unrated = fields.Integer(metadata={"description": "已解决未评价 / solved and not rated"})
    mean_hours = fields.Float(
        allow_none=True, metadata={"description": "平均解决用时（小时） / mean hours from filing to solving"}
    )


class StatisticsRow(_Counted):
    """The numbers of one group."""

    key = fields.String(
        metadata={"description": "类别、渠道或地点的代码，周以周一表示 / code, or the Monday of a week"}
    )


class CommunityCompared(_Counted):
    """The numbers of one community of a period: nobody in person."""

    community = fields.String()
    name = fields.String(metadata={"description": "社区名称 / name of the community"})


class StatisticsOut(Schema):
    """The numbers of a period, in all and by group; nobody's name."""

    community = fields.String()
    since = fields.Date()
    until = fields.Date()
    by = fields.String()
    total = fields.Nested(StatisticsRow)
    groups = fields.List(fields.Nested(StatisticsRow))


class ContactShown(Schema):
    """How to reach whoever filed; empty where the filing was anonymous."""

    id = fields.UUID()
    community = fields.String()
    name = fields.String(metadata={"description": "称呼 / name"})
    phone = fields.String(metadata={"description": "电话 / telephone"})
