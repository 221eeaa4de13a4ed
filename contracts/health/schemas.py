"""What is asked of the health service and what it answers."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from contracts import shapes

BANDS = ("60_64", "65_plus")
VISIT_STATES = ("planned", "done", "missed", "cancelled")
SELF_CARE_LEVELS = ("independent", "mild", "moderate", "unable")


def _texts(most: int, description: str) -> fields.List[str]:
    return fields.List(
        fields.String(validate=[Length(max=100), Regexp(shapes.SAYING_SOMETHING)]),
        allow_none=True,
        validate=Length(max=most),
        metadata={"description": f"{description}；空列表：问过，没有 / an empty list means asked, none"},
    )


def _one_of(values: tuple[str, ...], description: str) -> fields.String:
    return fields.String(allow_none=True, validate=OneOf(values), metadata={"description": description})


def _measured(low: float, high: float, description: str) -> fields.Float:
    return fields.Float(validate=Range(min=low, max=high), metadata={"description": description})


def _level(item: str) -> fields.String:
    return fields.String(required=True, validate=OneOf(SELF_CARE_LEVELS), metadata={"description": item})


def _called() -> fields.String:
    return fields.String(
        validate=[Length(max=50), Regexp(shapes.SOUND)],
        metadata={
            "description": "老人姓名中的字或拼音首字母 / part of an elder's name, or its first letters in pinyin"
        },
    )


class SelfCareLevels(Schema):
    """How far an elder manages alone: independent 可自理, mild 轻度依赖, moderate 中度依赖, unable 不能自理."""

    eating = _level("进餐 eating")
    grooming = _level("梳洗 grooming")
    dressing = _level("穿衣 dressing")
    toilet = _level("如厕 using the toilet")
    moving = _level("活动 moving about")


class EmergencyContact(Schema):
    """Whom to call in an emergency."""

    name = shapes.text(50, "姓名 / name", required=True)
    phone = fields.String(
        required=True, validate=Regexp(r"[0-9+() -]{3,20}\Z"), metadata={"description": "电话 / telephone"}
    )
    relation = shapes.text(30, "与老人的关系 / what they are to the elder", load_default=None, allow_none=True)


class HealthRecordFields(Schema):
    """The findings of an elder record; what is not sent stays as it was, null takes it out."""

    chronic_conditions = _texts(30, "慢性病 chronic conditions")
    medication = _texts(50, "目前用药 medication")
    allergies = _texts(30, "过敏 allergies")
    past_illness = _texts(30, "既往病史与手术 past illnesses and operations")
    smoking = _one_of(("never", "former", "current"), "吸烟 / smoking")
    drinking = _one_of(("never", "occasional", "frequent", "daily"), "饮酒 / drinking")
    exercise = _one_of(("never", "occasional", "weekly", "daily"), "锻炼 / exercise")
    self_care = fields.Nested(
        SelfCareLevels, allow_none=True, metadata={"description": "生活自理能力，五项 / self-care, five items"}
    )
    lives_alone = fields.Boolean(allow_none=True, metadata={"description": "是否独居 / whether the elder lives alone"})
    emergency_contact = fields.Nested(
        EmergencyContact, allow_none=True, metadata={"description": "紧急联系人 / whom to call in an emergency"}
    )


class VisitFindings(Schema):
    """What was measured and seen on a visit; kept encrypted, never told to other services."""

    systolic = _measured(40, 300, "收缩压 / systolic blood pressure, mmHg")
    diastolic = _measured(20, 200, "舒张压 / diastolic blood pressure, mmHg")
    pulse = _measured(20, 250, "脉搏 / pulse, beats a minute")
    temperature = _measured(30, 45, "体温 / body temperature, °C")
    fasting_glucose = _measured(0.5, 60, "空腹血糖 / fasting blood glucose, mmol/L")
    weight = _measured(20, 300, "体重 / weight, kg")
    note = shapes.text(2000, "其他情况与建议 / what else was seen or advised")


# -- elder records


class ListElderRecords(shapes.Page):
    """Which elders have a record; never shows findings."""

    community = shapes.community()
    place = shapes.place("住户，或其上级任一地点 / a household, or any place above it")
    band = fields.String(
        validate=OneOf(BANDS), metadata={"description": "按今天的年龄 / 60_64 or 65_plus, by today's age"}
    )
    q = _called()


class GetElderRecord(Schema):
    """Which elder."""

    id = shapes.id_of("老人编号 / id of the elder")


class ElderRecordChanges(Schema):
    """An elder's consent, findings, or both; findings need consent, given before or in the same command."""

    consent_on = fields.Date(
        metadata={"description": "老人（或监护人）同意的日期 / day on which the elder (or a guardian) consented"}
    )
    record = fields.Nested(
        HealthRecordFields, load_default=dict, metadata={"description": "要写入的健康内容 / findings to write"}
    )


class UpdateElderRecord(ElderRecordChanges):
    """The command, with the account that wrote it down."""

    id = shapes.id_of("老人编号 / id of the elder")
    recorded_by = fields.String(load_default="", validate=Regexp(r"[0-9A-Za-z-]{0,60}\Z"))


# -- visits


class NewVisit(Schema):
    """A home visit planned by hand; the place follows from the elders, the elders from the household, if left out."""

    community = shapes.community(required=True)
    place = shapes.place("上门地点 / where the visit goes")
    elder_ids = fields.List(
        fields.UUID(),
        load_default=list,
        validate=Length(max=20),
        metadata={"description": "看望哪些老人 / whom the visit is for"},
    )
    grievance_id = shapes.id_of("为哪件诉求上门 / the grievance that the visit serves, if any", required=False)
    due_on = fields.Date(metadata={"description": "最晚哪天上门；不填按设置推算 / day by which to go; else by setting"})
    purpose = shapes.text(
        300, "上门事由，加密保存 / what the visit is for, kept encrypted", load_default=None, allow_none=True
    )


class PlanVisit(NewVisit):
    """The command: with the id made at the door, so that repeating it changes nothing."""

    id = shapes.id_of("上门编号 / id of the visit")


class CompleteVisitStep(Schema):
    """The visit took place."""

    findings = fields.Nested(
        VisitFindings,
        load_default=None,
        allow_none=True,
        metadata={"description": "发现 / what was found, if anything"},
    )


class CompleteVisit(CompleteVisitStep):
    """The command."""

    id = shapes.id_of("上门编号 / id of the visit")


class MissVisitStep(Schema):
    """The visit did not take place, and why."""

    reason = shapes.text(500, "未上门原因，只保存在健康服务 / why not; stays with the health service", required=True)


class MissVisit(MissVisitStep):
    """The command."""

    id = shapes.id_of("上门编号 / id of the visit")


class GetVisit(Schema):
    """Which visit."""

    id = shapes.id_of("上门编号 / id of the visit")


class ListVisits(shapes.Page):
    """Which visits, those due first first; never shows findings."""

    community = shapes.community()
    state = fields.String(validate=OneOf(VISIT_STATES), metadata={"description": "状态 / state"})
    place = shapes.place("该地点及其下级 / this place and everything below it")
    elder_id = shapes.id_of("老人 / the elder", required=False)
    grievance_id = shapes.id_of("诉求 / the grievance", required=False)
    due_before = fields.Date(metadata={"description": "最晚日期早于此日 / due before this day"})
    q = _called()


# -- answers


class ElderRecordRow(Schema):
    """An elder record without its findings."""

    id = fields.UUID(metadata={"description": "与居民编号相同 / the same as the person's"})
    community = shapes.community()
    name = fields.String()
    age = fields.Integer(metadata={"description": "周岁 / full years today"})
    band = fields.String(validate=OneOf(BANDS), metadata={"description": "60_64 or 65_plus"})
    household = fields.String(metadata={"description": "住户代码 / code of the household"})
    consent_on = fields.Date(allow_none=True, metadata={"description": "同意日期 / when consent was given"})
    completeness = fields.Integer(metadata={"description": "档案完整度，% / how much is filled, percent"})
    missed_in_a_row = fields.Integer(
        metadata={"description": "连续几次未能上门 / visits missed since the last one that took place"}
    )
    opened_at = fields.AwareDateTime(metadata={"description": "建档时间 / when the record was opened"})
    updated_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "最近写入时间 / when findings were last written"}
    )
    next_visit_on = fields.Date(
        allow_none=True,
        metadata={"description": "65岁及以上每年一次的上门最晚哪天 / day by which the yearly visit is due, from 65"},
    )


class SelfCareOut(SelfCareLevels):
    """Self-care with its score."""

    score = fields.Integer(metadata={"description": "0–37 分，越高越依赖 / more means more dependent"})
    band = fields.String(validate=OneOf(SELF_CARE_LEVELS), metadata={"description": "分级 / by the score"})
    rule = fields.String(metadata={"description": "评分规则编号 / id of the rule that gave the score"})
    source = fields.String(metadata={"description": "规则出处 / where the rule is written"})


class HealthRecordOut(HealthRecordFields):
    """The findings of an elder record, self-care with its score."""

    self_care = fields.Nested(SelfCareOut, allow_none=True)


class ElderRecordOut(ElderRecordRow):
    """An elder's whole record."""

    born_on = fields.Date(metadata={"description": "出生日期 / day of birth"})
    record = fields.Nested(
        HealthRecordOut, allow_none=True, metadata={"description": "健康内容；未写入时为空 / findings; null before any"}
    )


class VisitedElder(Schema):
    """Whom a visit is for."""

    id = fields.UUID(metadata={"description": "老人编号 / id of the elder"})
    name = fields.String()
    age = fields.Integer(metadata={"description": "周岁 / full years today"})
    missed_in_a_row = fields.Integer(metadata={"description": "连续几次未能上门 / visits missed running"})


class VisitRow(Schema):
    """A home visit without what was found."""

    id = fields.UUID()
    community = shapes.community()
    grievance_id = fields.UUID(allow_none=True, metadata={"description": "诉求 / the grievance it serves, if any"})
    place = fields.String(metadata={"description": "上门地点 / where it goes"})
    elder_ids = fields.List(
        fields.UUID(), metadata={"description": "看望的老人，可为空 / whom it is for; may be empty"}
    )
    elders = fields.List(fields.Nested(VisitedElder), metadata={"description": "看望的老人 / whom it is for"})
    state = fields.String(validate=OneOf(VISIT_STATES), metadata={"description": "状态 / state"})
    reason = fields.String(metadata={"description": "为什么安排 / why it was planned, in Chinese words"})
    due_on = fields.Date(metadata={"description": "最晚哪天上门 / day by which to go"})
    missed_in_a_row = fields.Integer(
        metadata={"description": "未上门时：该老人连续第几次 / if missed: how many times running, this one included"}
    )
    allowed = fields.List(fields.String(), metadata={"description": "现在可以做的步骤 / steps possible now"})
    planned_at = fields.AwareDateTime(metadata={"description": "安排时间 / when it was planned"})
    ended_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "结束时间 / when it was done, missed or cancelled"}
    )


class AdviceSaid(Schema):
    """A reminder in both languages."""

    zh = fields.String()
    en = fields.String()


class AdviceOut(Schema):
    """A reminder to refer, with the rule that asks for it; it is no diagnosis."""

    rule = fields.String(metadata={"description": "规则编号 / id of the rule"})
    said = fields.Nested(AdviceSaid, metadata={"description": "提醒，中英文 / the reminder in Chinese and English"})
    source = fields.String(metadata={"description": "规则出处 / where the rule is written"})


class VisitOut(VisitRow):
    """A home visit with what was found, or why it was missed."""

    purpose = fields.String(allow_none=True, metadata={"description": "上门事由 / what the visit is for"})
    findings = fields.Nested(VisitFindings, allow_none=True, metadata={"description": "发现 / what was found"})
    missed_reason = fields.String(allow_none=True, metadata={"description": "未上门原因 / why it did not take place"})
    advice = fields.List(
        fields.Nested(AdviceOut), metadata={"description": "转诊提醒，由所见得出，不作诊断 / reminders to refer"}
    )


class ExportPerson(shapes.OfPerson):
    """The question: everything that the health service keeps of a person."""
