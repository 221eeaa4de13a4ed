"""Shapes of what the volunteer service is asked and answers."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Range, Regexp

from contracts import shapes
from contracts.volunteer.schemas.teams import TEAM_STATES

CHECK_IN_WAYS = ("qr", "by_hand", "office")
DISPATCH_STATES = ("offered", "accepted", "declined", "lapsed", "checked_in", "checked_out", "stood_down")


# -- volunteers


class WeeklyWindow(Schema):
    """Hours of a weekday, Asia/Shanghai; a window over midnight is written as two."""

    weekday = fields.Integer(
        required=True,
        strict=True,
        validate=Range(min=1, max=7),
        metadata={"description": "星期几，1 为星期一 / weekday, 1 is Monday"},
    )
    starts = fields.String(
        required=True,
        validate=Regexp(r"([01][0-9]|2[0-3]):[0-5][0-9]\Z"),
        metadata={"description": "起，北京时间 / from, local time", "example": "08:00"},
    )
    ends = fields.String(
        required=True,
        validate=Regexp(r"(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z"),
        metadata={"description": "止（不含），北京时间 / until, local time", "example": "12:00"},
    )

    @validates_schema
    def ends_after_it_starts(self, window: dict[str, Any], **_: Any) -> None:
        """A window lies inside one day."""
        if window["starts"] >= window["ends"]:
            raise ValidationError("Must be later than starts.", "ends")


def _windows(**options: Any) -> fields.List[dict[str, Any]]:
    return fields.List(
        fields.Nested(WeeklyWindow),
        validate=Length(max=50),
        metadata={"description": "每周可服务的时段，always 为 false 时有效 / weekly hours, when not always available"},
        **options,
    )


class VolunteerFacts(Schema):
    """What is said of a volunteer."""

    name = shapes.text(50, "姓名 / name", required=True)
    skills = fields.List(
        shapes.text(30, "技能代码或中文 / code or word of a skill"),
        load_default=list,
        validate=Length(max=30),
        metadata={
            "description": "技能，可自定；常用：carrying 搬运, electric 电工, mediation 调解, companionship 陪护, "
            "patrol 巡逻, cleaning 保洁, hairdressing 理发, first_aid 急救, law 普法 / skills; the list is open",
        },
    )
    home_place = fields.String(
        required=True,
        validate=shapes.CODE,
        metadata={"description": "居住的楼院或楼栋代码 / code of the courtyard or building they live in"},
    )
    always = fields.Boolean(
        load_default=True, metadata={"description": "任何时间都可服务 / available at any time, else by windows"}
    )
    windows = _windows(load_default=list)
    paused_until = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={"description": "暂停服务至该日（含） / takes a break up to and including this day"},
    )
    is_party_member = fields.Boolean(load_default=False, metadata={"description": "是否党员 / Party member"})
    phone = fields.String(
        load_default=None,
        allow_none=True,
        validate=Regexp(r"[0-9+() -]{3,20}\Z"),
        metadata={"description": "电话，加密保存 / telephone, kept encrypted"},
    )
    joined_on = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={"description": "注册日期，不填为今天 / day of joining; today if left out"},
    )


class NewVolunteer(VolunteerFacts):
    """A volunteer to be registered."""

    community = shapes.community(required=True)


class RegisterVolunteer(NewVolunteer):
    """The command: with the id made at the door, so that repeating it changes nothing."""

    id = shapes.id_of("志愿者编号 / id of the volunteer")


class NewVolunteers(Schema):
    """Volunteers of one community to be registered, all or none."""

    community = shapes.community(required=True)
    volunteers = fields.List(fields.Nested(VolunteerFacts), required=True, validate=Length(min=1, max=2000))


class VolunteerToRegister(VolunteerFacts):
    """One of many volunteers, with the id."""

    id = shapes.id_of("志愿者编号 / id of the volunteer")


class RegisterVolunteers(Schema):
    """The command: every volunteer with the id made for them at the door."""

    community = shapes.community(required=True)
    volunteers = fields.List(fields.Nested(VolunteerToRegister), required=True, validate=Length(min=1, max=2000))


class VolunteersRegistered(Schema):
    """How many volunteers were new."""

    registered = fields.Integer(metadata={"description": "新登记 / registered now"})
    known_before = fields.Integer(metadata={"description": "此前已登记，未改动 / known before, left as they were"})


class AvailabilityChanges(Schema):
    """When a volunteer can be asked; what is left out stays as it is."""

    always = fields.Boolean(metadata={"description": "任何时间都可服务 / available at any time, else by windows"})
    windows = _windows()
    paused_until = fields.Date(
        allow_none=True,
        metadata={
            "description": "暂停服务至该日（含），null 恢复 / a break up to and including this day; null ends it"
        },
    )


class ChangeAvailability(AvailabilityChanges):
    """The command."""

    id = shapes.id_of("志愿者编号 / id of the volunteer")


class GetVolunteer(Schema):
    """Which volunteer."""

    id = shapes.id_of("志愿者编号 / id of the volunteer")


class ListVolunteers(shapes.Page):
    """Which volunteers."""

    id = shapes.id_of("志愿者编号 / id of the volunteer", required=False)
    community = shapes.community()
    team_id = shapes.id_of("现为该队队员 / members of this team now", required=False)
    skill = shapes.text(30, "有此技能（代码或中文） / with this skill, code or word")
    home_place = fields.String(validate=shapes.CODE, metadata={"description": "住在此处 / living there"})
    is_party_member = fields.Boolean(metadata={"description": "是否党员 / Party members or others"})
    q = shapes.sought(50, "姓名的一部分或拼音首字母 / part of the name, or its first letters in pinyin")
    available_now = fields.Boolean(metadata={"description": "此刻能否服务 / available at this moment or not"})


class TeamOfVolunteer(Schema):
    """A team that a volunteer belongs to."""

    id = fields.UUID()
    name = fields.String()
    state = fields.String(validate=OneOf(TEAM_STATES), metadata={"description": "状态 / founded, active, suspended"})


class VolunteerRow(Schema):
    """A volunteer in a list."""

    id = fields.UUID()
    community = shapes.community()
    name = fields.String(metadata={"description": "姓名 / name"})
    skills = fields.List(fields.String(), metadata={"description": "技能代码 / codes of skills"})
    skill_names = fields.List(fields.String(), metadata={"description": "技能名称 / skills in Chinese words"})
    home_place = fields.String(metadata={"description": "居住地点代码 / code of the home place"})
    home_name = fields.String(allow_none=True, metadata={"description": "居住地点名称 / its name, null if not known"})
    always = fields.Boolean(metadata={"description": "任何时间都可服务 / available at any time"})
    windows = fields.List(fields.Nested(WeeklyWindow), metadata={"description": "每周可服务的时段 / weekly hours"})
    paused_until = fields.Date(allow_none=True, metadata={"description": "暂停服务至该日（含） / on a break until"})
    is_available_now = fields.Boolean(metadata={"description": "此刻能否服务 / available at this moment"})
    is_party_member = fields.Boolean(metadata={"description": "是否党员 / Party member"})
    joined_on = fields.Date(metadata={"description": "注册日期 / day of joining"})
    teams = fields.List(fields.Nested(TeamOfVolunteer), metadata={"description": "所在的队 / teams they belong to"})
    open_dispatches = fields.Integer(metadata={"description": "手头未完成的派单数 / dispatches on hand"})
    hours = fields.Float(metadata={"description": "累计服务时长（小时） / hours credited so far"})
    stars = fields.Integer(metadata={"description": "星级，0–5 / stars by hours: 100, 300, 600, 1000, 1500"})


# -- hours


class GetHours(shapes.Page):
    """Which volunteer's hours; the sums are of all of them, the list comes in pages."""

    id = shapes.id_of("志愿者编号 / id of the volunteer")


class HoursPage(shapes.Page):
    """Which page of the list of services given."""


class MonthOfHours(Schema):
    """What one month brought."""

    month = fields.String(metadata={"description": "年-月 / year and month", "example": "2026-05"})
    hours = fields.Float(metadata={"description": "记入的时长（小时） / hours credited"})
    sessions = fields.Integer(metadata={"description": "服务次数 / how many times"})


class ServiceGiven(Schema):
    """One line of the ledger: what was done, where in the community, never at whose home."""

    dispatch_id = fields.UUID(metadata={"description": "派单编号 / the dispatch"})
    served_on = fields.Date(metadata={"description": "服务日期 / on which day"})
    started_at = shapes.moment("起 / from")
    ended_at = shapes.moment("止 / until")
    minutes_served = fields.Integer(metadata={"description": "实际服务分钟 / minutes served"})
    minutes_credited = fields.Integer(metadata={"description": "记入时长的分钟 / minutes credited"})
    is_over_cap = fields.Boolean(metadata={"description": "超过每日上限，未全部记入 / cut by the cap of the day"})
    category = fields.String(metadata={"description": "诉求类别代码 / code of the grievance's category"})
    place_name = fields.String(metadata={"description": "楼院、楼栋名称，可为空 / courtyard and building in words"})
    team = fields.String(allow_none=True, metadata={"description": "以哪支队的身份 / name of the team, if any"})
    checked_in_how = fields.String(
        allow_none=True,
        validate=OneOf(CHECK_IN_WAYS),
        metadata={"description": "怎样签到 / how it was checked in: qr, by_hand, office"},
    )


class VolunteerHours(Schema):
    """The hours of one volunteer: sum, stars, months, and a page of the services given, newest first."""

    id = fields.UUID(metadata={"description": "志愿者编号 / id of the volunteer"})
    community = shapes.community()
    hours = fields.Float(metadata={"description": "累计服务时长（小时） / hours credited in all"})
    stars = fields.Integer(metadata={"description": "星级，0–5 / stars by hours: 100, 300, 600, 1000, 1500"})
    next_star_at = fields.Integer(
        allow_none=True, metadata={"description": "下一星级所需时长，五星后为 null / hours that earn the next star"}
    )
    months = fields.List(fields.Nested(MonthOfHours), metadata={"description": "按月，近的在前 / months, newest first"})
    items = fields.List(fields.Nested(ServiceGiven), metadata={"description": "这一页 · This page"})
    total = fields.Integer(metadata={"description": "总数 · How many in all"})
    page = fields.Integer(metadata={"description": "第几页 · Which page, from 1"})
    page_size = fields.Integer(metadata={"description": "每页多少 · Items on a page"})


# -- dispatches


class Step(Schema):
    """What may be said with any step."""

    by = shapes.remark(100, "经办人 / who does it")
    reason = shapes.remark(500, "理由 / reason")
    note = shapes.remark(500, "备注 / note")


class SessionStep(Step):
    """What may be said with a check-in or check-out."""

    at = shapes.moment("实际时间，不填为此刻 / when it really was; now if left out", load_default=None, allow_none=True)


class CheckInStep(SessionStep):
    """What may be said with a check-in: also the place whose code was scanned."""

    place = fields.String(
        load_default=None,
        allow_none=True,
        validate=shapes.CODE,
        metadata={"description": "扫码签到：所扫二维码的地点 / code of the place whose QR was scanned, if it was"},
    )


class AcceptDispatch(Step):
    """The volunteer says yes."""

    id = shapes.id_of("派单编号 / id of the dispatch")


class DeclineDispatch(Step):
    """The volunteer says no, or takes back a yes; the next one is asked."""

    id = shapes.id_of("派单编号 / id of the dispatch")


class CheckIn(CheckInStep):
    """The volunteer is on the spot; `own` names the volunteers whom the asker stands for."""

    id = shapes.id_of("派单编号 / id of the dispatch")
    own = fields.List(fields.String(validate=Length(max=64)), load_default=list, validate=Length(max=50))


class CheckOut(SessionStep):
    """The volunteer has finished."""

    id = shapes.id_of("派单编号 / id of the dispatch")


class GetDispatch(Schema):
    """Which dispatch."""

    id = shapes.id_of("派单编号 / id of the dispatch")


class ListDispatches(shapes.Page):
    """Which dispatches."""

    community = shapes.community()
    volunteer_id = shapes.id_of("志愿者 / the volunteer", required=False)
    grievance_id = shapes.id_of("诉求 / the grievance", required=False)
    state = fields.String(validate=OneOf(DISPATCH_STATES), metadata={"description": "状态 / state"})
    at_place = shapes.place("可在此处扫码签到的 / on hand, where scanning the code of this place counts as a check-in")


class DispatchStep(Schema):
    """One step of a dispatch's history."""

    at = shapes.moment("时间 / when")
    step = fields.String(
        metadata={"description": "步骤 / offer, accept, decline, lapse, check-in, check-out, stand_down"}
    )
    by = fields.String(metadata={"description": "经办人 / who"})
    note = fields.String(metadata={"description": "说明 / what was said"})


class DispatchOut(Schema):
    """A dispatch: one volunteer offered the work on one grievance."""

    id = fields.UUID()
    community = shapes.community()
    callout_id = fields.UUID(metadata={"description": "派单批次 / the call-out it belongs to"})
    grievance_id = fields.UUID(metadata={"description": "诉求 / the grievance"})
    round = fields.Integer(metadata={"description": "第几轮办理 / round of the grievance"})
    place = fields.String(metadata={"description": "诉求地点代码 / code of the grievance's place"})
    place_name = fields.String(
        metadata={"description": "楼院、楼栋名称，可为空 / courtyard and building in words, empty if not known"}
    )
    category = fields.String(metadata={"description": "诉求类别代码 / code of the grievance's category"})
    volunteer_id = fields.UUID(metadata={"description": "志愿者 / the volunteer"})
    name = fields.String(metadata={"description": "志愿者姓名 / the volunteer's name"})
    team_id = fields.UUID(
        allow_none=True, metadata={"description": "以该队队员身份派出，null 为个人 / sent as a member of; null: alone"}
    )
    team = fields.String(allow_none=True, metadata={"description": "队名 / name of the team"})
    state = fields.String(validate=OneOf(DISPATCH_STATES), metadata={"description": "状态 / state"})
    reason = fields.String(metadata={"description": "派单理由 / why this volunteer, in Chinese words"})
    offered_at = shapes.moment("派出时间 / when it was offered")
    answer_by = shapes.moment("须在此前答复 / an answer is due by")
    answered_at = shapes.moment("答复时间 / when it was answered", allow_none=True)
    checked_in_at = shapes.moment("签到时间 / check-in", allow_none=True)
    checked_in_how = fields.String(
        allow_none=True,
        validate=OneOf(CHECK_IN_WAYS),
        metadata={"description": "怎样签到：qr 扫码, by_hand 本人手动, office 办公室代办 / how it was checked in"},
    )
    checked_out_at = shapes.moment("签退时间 / check-out", allow_none=True)
    minutes_served = fields.Integer(allow_none=True, metadata={"description": "实际服务分钟 / minutes served"})
    minutes_credited = fields.Integer(allow_none=True, metadata={"description": "记入时长的分钟 / minutes credited"})
    decline_reason = fields.String(metadata={"description": "谢绝的理由 / why it was declined"})
    allowed = fields.List(
        fields.String(), metadata={"description": "现在可以执行的步骤 / accept, decline, check-in, check-out"}
    )
    history = fields.List(fields.Nested(DispatchStep), metadata={"description": "经过，先发生的在前 / earliest first"})


class VolunteerOut(VolunteerRow):
    """A volunteer with telephone and what they have on hand."""

    phone = fields.String(allow_none=True, metadata={"description": "电话 / telephone"})
    dispatches = fields.List(
        fields.Nested(DispatchOut), metadata={"description": "手头未完成的派单 / dispatches on hand, earliest first"}
    )


class ExportPerson(shapes.OfPerson):
    """The question: everything that the volunteer service keeps of a person."""
