"""Shapes of what the partner service is asked and answers."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Regexp

from contracts import shapes

UNIT_KINDS = ("police", "property", "tower", "health_station", "merchant")
COOPERATION_KINDS = ("party_building", "affairs", "resources", "civility", "problems", "activities")
REFERRAL_STATES = ("referred", "accepted", "returned", "completed", "withdrawn")


def _kind(*, required: bool = False) -> fields.String:
    told = "单位类别 / police 公安, property 物业公司, tower 铁塔公司, health_station 卫生服务站, merchant 商户"
    return fields.String(required=required, validate=OneOf(UNIT_KINDS), metadata={"description": told})


# -- units and agreements


class UnitFacts(Schema):
    """What is said of a partner unit."""

    name = shapes.text(100, "名称，社区内唯一 / name, unique in its community", required=True)
    kind = _kind(required=True)
    contact_name = shapes.text(50, "联系人 / whom to speak to", load_default=None, allow_none=True)
    phone = shapes.phone(load_default=None, allow_none=True)
    serves = fields.List(
        fields.String(validate=shapes.CODE),
        load_default=list,
        validate=Length(max=200),
        metadata={"description": "只服务这些地点；空：全社区 / places it is limited to; empty: the whole community"},
    )


class NewUnit(UnitFacts):
    """A partner unit to be registered."""

    community = shapes.community(required=True)


class RegisterUnit(NewUnit):
    """The command: with the id made at the door, so that repeating it changes nothing."""

    id = shapes.id_of("单位编号 / id of the unit")


class NewUnits(Schema):
    """Partner units of one community to be registered, all or none."""

    community = shapes.community(required=True)
    units = fields.List(fields.Nested(UnitFacts), required=True, validate=Length(min=1, max=500))


class UnitToRegister(UnitFacts):
    """One of many units, with its id."""

    id = shapes.id_of("单位编号 / id of the unit")


class RegisterUnits(Schema):
    """The command: every unit with the id made for it at the door."""

    community = shapes.community(required=True)
    units = fields.List(fields.Nested(UnitToRegister), required=True, validate=Length(min=1, max=500))


class NewAgreement(Schema):
    """An agreement signed with a unit; a renewal is another agreement."""

    parties = shapes.text(300, "签约各方 / who signed", required=True)
    cooperation = fields.String(
        required=True,
        validate=OneOf(COOPERATION_KINDS),
        metadata={
            "description": "共建类型 / party_building 党建共商, affairs 事务共管, resources 资源共享, "
            "civility 文明共建, problems 难题共解, activities 活动共办"
        },
    )
    scope = fields.List(
        fields.String(validate=Regexp(r"[A-Za-z0-9_.-]{1,40}\Z")),
        load_default=list,
        validate=Length(max=100),
        metadata={
            "description": "涵盖的诉求类别或条线代码；空：全部 / codes of the categories or lines covered; empty: all"
        },
    )
    valid_from = fields.Date(required=True, metadata={"description": "生效日期（含） / first valid day"})
    valid_to = fields.Date(required=True, metadata={"description": "截止日期（含） / last valid day"})


class SignAgreement(NewAgreement):
    """The command."""

    id = shapes.id_of("协议编号 / id of the agreement")
    unit_id = shapes.id_of("单位 / the unit")


class ListUnits(shapes.Page):
    """Which units."""

    id = shapes.id_of("单位编号 / id of the unit", required=False)
    community = shapes.community()
    kind = _kind()


class GetUnit(Schema):
    """Which unit."""

    id = shapes.id_of("单位编号 / id of the unit")


class AgreementOut(Schema):
    """An agreement with a unit."""

    id = fields.UUID()
    unit_id = fields.UUID()
    parties = fields.String(metadata={"description": "签约各方 / who signed"})
    cooperation = fields.String(metadata={"description": "共建类型 / kind of co-operation"})
    scope = fields.List(
        fields.String(), metadata={"description": "涵盖的类别或条线；空：全部 / what it covers; empty: all"}
    )
    valid_from = fields.Date(metadata={"description": "生效日期（含） / first valid day"})
    valid_to = fields.Date(metadata={"description": "截止日期（含） / last valid day"})
    state = fields.String(metadata={"description": "今天的状态 / valid, not_yet or expired, today in China"})


class UnitRow(Schema):
    """A partner unit in a list."""

    id = fields.UUID()
    community = shapes.community()
    name = fields.String()
    kind = _kind()
    contact_name = fields.String(allow_none=True, metadata={"description": "联系人 / whom to speak to"})
    serves = fields.List(fields.String(), metadata={"description": "服务地点；空：全社区 / places served; empty: all"})
    agreement = fields.String(
        metadata={"description": "今天的协议状态 / valid, not_yet, expired or none, today in China"}
    )
    agreement_until = fields.Date(
        allow_none=True,
        metadata={"description": "该状态下协议最晚的截止日期 / last day of the agreement in that state"},
    )
    renewal_due = fields.Boolean(metadata={"description": "快到期且尚未续签 / ends soon and nothing follows it"})
    open_referrals = fields.Integer(metadata={"description": "未办结的转办数 / referrals neither done nor given back"})


class UnitOut(UnitRow):
    """A partner unit with its telephone and agreements."""

    phone = fields.String(allow_none=True, metadata={"description": "电话 / telephone"})
    registered_at = fields.AwareDateTime(metadata={"description": "登记时间 / when it was registered"})
    agreements = fields.List(
        fields.Nested(AgreementOut), metadata={"description": "全部协议，截止晚的在前 / all agreements, latest first"}
    )


class UnitsRegistered(Schema):
    """How many units were new."""

    registered = fields.Integer(metadata={"description": "新登记 / registered now"})
    known_before = fields.Integer(metadata={"description": "此前已登记，未改动 / known before, left as they were"})


# -- referrals


class GetReferral(Schema):
    """Which referral."""

    id = shapes.id_of("转办编号 / id of the referral")


class AcceptReferral(GetReferral):
    """The command: the unit takes the matter."""


class ReturnStep(Schema):
    """The unit gives the matter back, and says why."""

    reason = shapes.text(500, "退回理由 / why it is given back", required=True)


class ReturnReferral(ReturnStep):
    """The command."""

    id = shapes.id_of("转办编号 / id of the referral")


class CompleteStep(Schema):
    """The unit says that the matter is done, and how."""

    result = shapes.text(2000, "办理结果 / what was done", required=True)


class CompleteReferral(CompleteStep):
    """The command."""

    id = shapes.id_of("转办编号 / id of the referral")


class ListReferrals(shapes.Page):
    """Which referrals, newest first."""

    community = shapes.community()
    unit_id = shapes.id_of("单位 / the unit", required=False)
    grievance_id = shapes.id_of("诉求 / the grievance", required=False)
    state = fields.String(validate=OneOf(REFERRAL_STATES), metadata={"description": "状态 / state"})


class ReferralOut(Schema):
    """A referral as the unit sees it: the case's id, place and category, never the resident's contact or words."""

    id = fields.UUID()
    community = shapes.community()
    grievance_id = fields.UUID()
    round = fields.Integer(metadata={"description": "第几轮（重新打开后加一） / round of the grievance"})
    attempt = fields.Integer(metadata={"description": "本轮第几家单位 / which unit in turn, from 1"})
    place = fields.String(metadata={"description": "地点代码 / code of the place"})
    category = fields.String(metadata={"description": "类别代码 / code of the category"})
    unit_id = fields.UUID()
    unit = fields.String(metadata={"description": "单位名称 / name of the unit"})
    kind = _kind()
    state = fields.String(validate=OneOf(REFERRAL_STATES), metadata={"description": "状态 / state"})
    reason = fields.String(metadata={"description": "为什么转给这家单位 / why this unit, in Chinese words"})
    return_reason = fields.String(allow_none=True, metadata={"description": "退回理由 / why it was given back"})
    result = fields.String(allow_none=True, metadata={"description": "办理结果 / what was done"})
    allowed = fields.List(fields.String(), metadata={"description": "现在可以做的步骤 / steps possible now"})
    referred_at = fields.AwareDateTime(metadata={"description": "转办时间 / when the unit was asked"})
    accepted_at = fields.AwareDateTime(allow_none=True, metadata={"description": "接受时间 / when the unit took it"})
    ended_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "办结、退回或撤销时间 / when completed, returned or withdrawn"}
    )
