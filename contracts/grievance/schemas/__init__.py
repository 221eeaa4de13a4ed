"""Shapes of what the grievance service is asked and answers."""

from marshmallow import Schema, fields, validate

from contracts import shapes
from contracts.grievance.schemas.lists import ChooseGrievances as ChooseGrievances
from contracts.grievance.schemas.lists import ListGrievances as ListGrievances
from contracts.grievance.schemas.pictures import MOST_REPORTED, PictureOut
from contracts.grievance.schemas.turns import Turn
from contracts.grievance.schemas.work import TaskOut

CHANNELS = ("web", "phone", "walk_in", "partner")


def _text(most: int, zh_en: str, **more: object) -> fields.String:
    return fields.String(validate=validate.Length(max=most), metadata={"description": zh_en}, **more)  # type: ignore[arg-type]


class Contact(Schema):
    """How to reach whoever filed."""

    name = _text(100, "称呼 / name", load_default="")
    phone = fields.String(
        load_default="",
        validate=validate.Regexp(r"^[0-9+*() -]{0,30}\Z"),
        metadata={"description": "电话 / phone"},
    )


class NewGrievance(Schema):
    """What a resident, or someone for them, files."""

    community = fields.String(
        required=True,
        validate=shapes.COMMUNITY,
        metadata={"description": "社区代码，12 位 / community code, 12 digits"},
    )
    place = fields.String(
        required=True, validate=shapes.CODE, metadata={"description": "地点代码，任一级 / code of any place node"}
    )
    category = fields.String(
        required=True, validate=validate.Length(min=1, max=40), metadata={"description": "类别代码 / category code"}
    )
    description = fields.String(
        required=True,
        validate=[validate.Length(min=1, max=10_000), validate.Regexp(r"(?s).*\S.*")],
        metadata={"description": "情况说明，至多 10,000 字 / what it is about, up to 10,000 characters"},
    )
    contact = fields.Nested(Contact, allow_none=True, load_default=None)
    anonymous = fields.Boolean(
        load_default=False, metadata={"description": "匿名：不保存联系方式 / anonymous: the contact is not kept"}
    )
    channel = fields.String(
        load_default="web",
        validate=validate.OneOf(CHANNELS),
        metadata={"description": "渠道 / how it came in: web, phone, walk_in, partner"},
    )
    about_person = fields.UUID(
        allow_none=True,
        load_default=None,
        metadata={
            "description": "被反映的工作人员，办理时回避 / the official complained about, who will not handle it"
        },
    )
    pictures = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=MOST_REPORTED),
        metadata={"description": "先传照片得到的编号，至多 5 张 / ids of pictures sent before, up to 5"},
    )


class FileGrievance(NewGrievance):
    """The command: with the id made at the door, the account it came from, and the key under which it counts once."""

    id = fields.UUID(required=True)
    filed_by = fields.UUID()
    idempotency_key = fields.String(allow_none=True, load_default=None, validate=validate.Length(min=1, max=200))


class Receipt(Schema):
    """The answer to a filing."""

    id = fields.UUID()
    receipt = fields.String(metadata={"description": "回执编号 / receipt number"})
    claim = fields.String(
        metadata={"description": "查询码：凭回执编号与它查询 / claim: with the receipt number it opens the case"}
    )
    status = fields.String()


class GetGrievance(Schema):
    """Which grievance."""

    id = fields.UUID(required=True)


class Step(Turn):
    """What may be said with any step."""

    by = _text(100, "经办人 / who does it", load_default="")
    note = _text(2000, "备注 / note", load_default="")
    reason = _text(2000, "理由 / reason", load_default="")
    resolution = _text(2000, "办理结果 / how it was solved", load_default="")
    comment = _text(2000, "评语 / comment", load_default="")


class RejectStep(Step):
    """A rejection says why."""

    reason = fields.String(
        required=True,
        validate=[validate.Length(min=1, max=2000), validate.Regexp(r"(?s).*\S.*")],
        metadata={"description": "理由 / reason"},
    )


class RateStep(Step):
    """A rating."""

    score = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=1, max=5), metadata={"description": "1–5 分 / 1 to 5"}
    )


class TakeStep(Step):
    """The command for accept, resolve, reopen and cancel."""

    id = fields.UUID(required=True)


class RejectGrievance(RejectStep):
    """The command."""

    id = fields.UUID(required=True)


class RateGrievance(RateStep):
    """The command."""

    id = fields.UUID(required=True)


class ListCategories(shapes.Page):
    """Which page of the table of categories."""


class PageOfFigures(shapes.Page):
    """Which page of the figures, one row a community."""


class ListFigures(PageOfFigures):
    """The question: figures of the communities whose code begins with one of `within`; `*` is all of them."""

    within = fields.List(fields.String(), required=True)


class GrievanceFigures(Schema):
    """How grievances of a community stand: numbers, and nobody's name."""

    community = fields.String()
    filed = fields.Integer(metadata={"description": "提交总数 / filed in all"})
    open = fields.Integer(metadata={"description": "未办结 / not settled yet"})
    overdue = fields.Integer(metadata={"description": "其中超过办结时限 / of these past their deadline"})
    settled = fields.Integer(metadata={"description": "已办结 / settled"})
    score = fields.Float(allow_none=True, metadata={"description": "平均评分 / mean rating, null before any"})
    categories = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "各类别提交数 / filed by category"},
    )


class LeaderOut(Schema):
    """Who is responsible, and why."""

    id = fields.UUID()
    name = fields.String()
    post = fields.String(metadata={"description": "grid_leader, building_leader, community_secretary"})
    reason = fields.String()
    at = fields.String(
        allow_none=True,
        metadata={
            "description": "移交而来的，负责人任职的地点 / place of the leader's post, where the case came by hand"
        },
    )


class DispatchOfGrievanceOut(Schema):
    """A volunteer asked; `id` is the dispatch's."""

    id = fields.UUID()
    volunteer_id = fields.UUID()
    name = fields.String()
    state = fields.String()
    reason = fields.String()
    minutes = fields.Integer(allow_none=True)


class ReferralOfGrievanceOut(Schema):
    """The unit asked."""

    id = fields.UUID(allow_none=True)
    unit_id = fields.UUID(allow_none=True)
    unit = fields.String()
    kind = fields.String()
    state = fields.String()
    reason = fields.String()
    result = fields.String()


class VisitOfGrievanceOut(Schema):
    """The home visit planned."""

    id = fields.UUID()
    state = fields.String()
    due_on = fields.Date()
    reason = fields.String()


class PauseOut(Schema):
    """That the clock of a case stands still."""

    kind = fields.String(metadata={"description": "等什么 / material, resident, season, authority, other"})
    since = fields.DateTime()
    until = fields.Date(metadata={"description": "到哪天，当天自动继续 / on this day it goes on by itself"})


class EntryOut(Schema):
    """A line of the timeline."""

    at = fields.DateTime()
    what = fields.String()
    who = fields.String()
    note = fields.String()


class ContactOut(Schema):
    """The contact, masked."""

    name = fields.String()
    phone = fields.String()


class GrievanceRow(Schema):
    """A grievance in a list."""

    id = fields.UUID()
    receipt = fields.String()
    community = fields.String()
    status = fields.String()
    category = fields.String()
    place = fields.String()
    line = fields.String()
    channel = fields.String()
    leader = fields.Nested(LeaderOut, allow_none=True)
    leader_missing = fields.Boolean()
    volunteers = fields.List(fields.Nested(DispatchOfGrievanceOut))
    referral = fields.Nested(ReferralOfGrievanceOut, allow_none=True)
    visit = fields.Nested(VisitOfGrievanceOut, allow_none=True)
    filed_at = fields.DateTime()
    respond_by = fields.DateTime()
    resolve_by = fields.DateTime()
    responded = fields.Boolean(
        metadata={"description": "接办过，现等新负责人接办 / was in hand before another leader got it"}
    )
    late = fields.List(fields.String())
    neighbours = fields.Integer(metadata={"description": "几位邻居附议 / how many neighbours said “me too”"})
    round = fields.Integer()
    score = fields.Integer(allow_none=True)
    version = fields.Integer(metadata={"description": "操作次数，回传为 expected_version / turns had so far"})
    due_by = fields.DateTime(allow_none=True, metadata={"description": "下一个时限 / the deadline that is next"})
    tasks_open = fields.Integer(metadata={"description": "未完成的任务数 / tasks still open"})
    pause = fields.Nested(
        PauseOut, allow_none=True, metadata={"description": "暂停办理，没有则空 / the clock stands still; else null"}
    )
    moved_from = fields.DateTime(
        allow_none=True,
        metadata={"description": "因暂停顺延之前的办结时限 / the time for a resolution before pauses moved it"},
    )


class ListedGrievance(GrievanceRow):
    """A grievance in a list, with how urgent it is now."""

    urgency = fields.Integer(
        metadata={"description": "紧急程度：（类别 + 邻居）× 时限，0 为不再有时限 / how urgent, 0 where nothing is due"}
    )
    reasons = fields.List(
        fields.String(),
        metadata={
            "description": "为何紧急 / overdue_week, overdue_days, overdue, due_today, due_soon, due_later, weight_3 "
            "(safety), weight_2 (daily life), neighbours; of what waits paused alone"
        },
    )
    why = fields.String(metadata={"description": "为何紧急，中文 / the same in Chinese words"})


class GrievanceOut(GrievanceRow):
    """A grievance with everything that happened to it."""

    description = fields.String()
    anonymous = fields.Boolean()
    contact = fields.Nested(ContactOut, allow_none=True)
    resolution = fields.String()
    pause_words = fields.String(allow_none=True, metadata={"description": "暂停的理由 / why it is paused, in words"})
    allowed = fields.List(fields.String(), metadata={"description": "现在可以做的步骤 / steps possible now"})
    tasks = fields.List(fields.Nested(TaskOut))
    timeline = fields.List(fields.Nested(EntryOut))
    pictures = fields.List(fields.Nested(PictureOut))


class CategoryOut(Schema):
    """A category of the table."""

    code = fields.String()
    name = fields.String()
    english = fields.String()
    line = fields.String()
    line_name = fields.String()
    needs = fields.List(fields.String(), metadata={"description": "hands, unit, visit"})
    unit_kind = fields.String(allow_none=True)
    hands = fields.Integer()
    shared = fields.Boolean(
        metadata={"description": "可由邻居附议 / shown to neighbours, who can join it instead of filing it again"}
    )
    respond_within_hours = fields.Integer()
    resolve_within_hours = fields.Integer()
    asks = fields.Nested(
        shapes.WordsOut, metadata={"description": "请报事人说明什么，可为空 / what to say of the matter; may be empty"}
    )
    first = fields.Nested(
        shapes.WordsOut,
        metadata={"description": "报事之前先做什么，可为空 / what to do before reporting; may be empty"},
    )
