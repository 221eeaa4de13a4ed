"""Shapes of what the volunteer service is asked and answers."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Range, Regexp

from contracts import shapes

HELP_TYPES = ("schooling", "medical", "hardship", "care")
CONTACT_KINDS = ("visit", "meeting", "phone", "message")
PAIRING_STATES = ("active", "ended")
END_REASONS = ("no_longer_needed", "moved_away", "deceased", "asked", "other")
TEAM_TYPES = ("party", "property", "veterans", "women")
TEAM_STATES = ("founded", "active", "suspended")
TEAM_MATURITIES = ("forming", "active", "self_running")
CHECK_IN_WAYS = ("qr", "by_hand", "office")
DISPATCH_STATES = ("offered", "accepted", "declined", "lapsed", "checked_in", "checked_out", "stood_down")


def _moment(description: str, **options: Any) -> fields.AwareDateTime:
    return fields.AwareDateTime(format="iso", metadata={"description": description}, **options)


# -- volunteers


class WeeklyWindow(Schema):
    """Hours of a weekday, Asia/Shanghai; a window over midnight is written as two."""

    weekday = fields.Integer(
        required=True,
        strict=True,
        validate=Range(min=1, max=7),
        metadata={"description": "星期几,1 为星期一 / weekday, 1 is Monday"},
    )
    starts = fields.String(
        required=True,
        validate=Regexp(r"([01][0-9]|2[0-3]):[0-5][0-9]\Z"),
        metadata={"description": "起,北京时间 / from, local time", "example": "08:00"},
    )
    ends = fields.String(
        required=True,
        validate=Regexp(r"(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z"),
        metadata={"description": "止(不含),北京时间 / until, local time", "example": "12:00"},
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
        metadata={"description": "每周可服务的时段,always 为 false 时有效 / weekly hours, when not always available"},
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
            "description": "技能,可自定;常用:carrying 搬运, electric 电工, mediation 调解, companionship 陪护, "
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
        metadata={"description": "暂停服务至该日(含) / takes a break up to and including this day"},
    )
    is_party_member = fields.Boolean(load_default=False, metadata={"description": "是否党员 / Party member"})
    phone = fields.String(
        load_default=None,
        allow_none=True,
        validate=Regexp(r"[0-9+() -]{3,20}\Z"),
        metadata={"description": "电话,加密保存 / telephone, kept encrypted"},
    )
    joined_on = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={"description": "注册日期,不填为今天 / day of joining; today if left out"},
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
    known_before = fields.Integer(metadata={"description": "此前已登记,未改动 / known before, left as they were"})


class AvailabilityChanges(Schema):
    """When a volunteer can be asked; what is left out stays as it is."""

    always = fields.Boolean(metadata={"description": "任何时间都可服务 / available at any time, else by windows"})
    windows = _windows()
    paused_until = fields.Date(
        allow_none=True,
        metadata={"description": "暂停服务至该日(含),null 恢复 / a break up to and including this day; null ends it"},
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
    skill = shapes.text(30, "有此技能(代码或中文) / with this skill, code or word")
    home_place = fields.String(validate=shapes.CODE, metadata={"description": "住在此处 / living there"})
    is_party_member = fields.Boolean(metadata={"description": "是否党员 / Party members or others"})
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
    paused_until = fields.Date(allow_none=True, metadata={"description": "暂停服务至该日(含) / on a break until"})
    is_available_now = fields.Boolean(metadata={"description": "此刻能否服务 / available at this moment"})
    is_party_member = fields.Boolean(metadata={"description": "是否党员 / Party member"})
    joined_on = fields.Date(metadata={"description": "注册日期 / day of joining"})
    teams = fields.List(fields.Nested(TeamOfVolunteer), metadata={"description": "所在的队 / teams they belong to"})
    open_dispatches = fields.Integer(metadata={"description": "手头未完成的派单数 / dispatches on hand"})
    hours = fields.Float(metadata={"description": "累计服务时长(小时) / hours credited so far"})
    stars = fields.Integer(metadata={"description": "星级,0–5 / stars by hours: 100, 300, 600, 1000, 1500"})


# -- hours


class GetHours(shapes.Page):
    """Which volunteer's hours; the sums are of all of them, the list comes in pages."""

    id = shapes.id_of("志愿者编号 / id of the volunteer")


class HoursPage(shapes.Page):
    """Which page of the list of services given."""


class MonthOfHours(Schema):
    """What one month brought."""

    month = fields.String(metadata={"description": "年-月 / year and month", "example": "2026-05"})
    hours = fields.Float(metadata={"description": "记入的时长(小时) / hours credited"})
    sessions = fields.Integer(metadata={"description": "服务次数 / how many times"})


class ServiceGiven(Schema):
    """One line of the ledger: what was done, where in the community, never at whose home."""

    dispatch_id = fields.UUID(metadata={"description": "派单编号 / the dispatch"})
    served_on = fields.Date(metadata={"description": "服务日期 / on which day"})
    started_at = _moment("起 / from")
    ended_at = _moment("止 / until")
    minutes_served = fields.Integer(metadata={"description": "实际服务分钟 / minutes served"})
    minutes_credited = fields.Integer(metadata={"description": "记入时长的分钟 / minutes credited"})
    is_over_cap = fields.Boolean(metadata={"description": "超过每日上限,未全部记入 / cut by the cap of the day"})
    category = fields.String(metadata={"description": "诉求类别代码 / code of the grievance's category"})
    place_name = fields.String(metadata={"description": "楼院、楼栋名称,可为空 / courtyard and building in words"})
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
    hours = fields.Float(metadata={"description": "累计服务时长(小时) / hours credited in all"})
    stars = fields.Integer(metadata={"description": "星级,0–5 / stars by hours: 100, 300, 600, 1000, 1500"})
    next_star_at = fields.Integer(
        allow_none=True, metadata={"description": "下一星级所需时长,五星后为 null / hours that earn the next star"}
    )
    months = fields.List(fields.Nested(MonthOfHours), metadata={"description": "按月,近的在前 / months, newest first"})
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

    at = _moment("实际时间,不填为此刻 / when it really was; now if left out", load_default=None, allow_none=True)


class CheckInStep(SessionStep):
    """What may be said with a check-in: also the place whose code was scanned."""

    place = fields.String(
        load_default=None,
        allow_none=True,
        validate=shapes.CODE,
        metadata={"description": "扫码签到:所扫二维码的地点 / code of the place whose QR was scanned, if it was"},
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

    at = _moment("时间 / when")
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
        metadata={"description": "楼院、楼栋名称,可为空 / courtyard and building in words, empty if not known"}
    )
    category = fields.String(metadata={"description": "诉求类别代码 / code of the grievance's category"})
    volunteer_id = fields.UUID(metadata={"description": "志愿者 / the volunteer"})
    name = fields.String(metadata={"description": "志愿者姓名 / the volunteer's name"})
    team_id = fields.UUID(
        allow_none=True, metadata={"description": "以该队队员身份派出,null 为个人 / sent as a member of; null: alone"}
    )
    team = fields.String(allow_none=True, metadata={"description": "队名 / name of the team"})
    state = fields.String(validate=OneOf(DISPATCH_STATES), metadata={"description": "状态 / state"})
    reason = fields.String(metadata={"description": "派单理由 / why this volunteer, in Chinese words"})
    offered_at = _moment("派出时间 / when it was offered")
    answer_by = _moment("须在此前答复 / an answer is due by")
    answered_at = _moment("答复时间 / when it was answered", allow_none=True)
    checked_in_at = _moment("签到时间 / check-in", allow_none=True)
    checked_in_how = fields.String(
        allow_none=True,
        validate=OneOf(CHECK_IN_WAYS),
        metadata={"description": "怎样签到:qr 扫码, by_hand 本人手动, office 办公室代办 / how it was checked in"},
    )
    checked_out_at = _moment("签退时间 / check-out", allow_none=True)
    minutes_served = fields.Integer(allow_none=True, metadata={"description": "实际服务分钟 / minutes served"})
    minutes_credited = fields.Integer(allow_none=True, metadata={"description": "记入时长的分钟 / minutes credited"})
    decline_reason = fields.String(metadata={"description": "谢绝的理由 / why it was declined"})
    allowed = fields.List(
        fields.String(), metadata={"description": "现在可以执行的步骤 / accept, decline, check-in, check-out"}
    )
    history = fields.List(fields.Nested(DispatchStep), metadata={"description": "经过,先发生的在前 / earliest first"})


class VolunteerOut(VolunteerRow):
    """A volunteer with telephone and what they have on hand."""

    phone = fields.String(allow_none=True, metadata={"description": "电话 / telephone"})
    dispatches = fields.List(
        fields.Nested(DispatchOut), metadata={"description": "手头未完成的派单 / dispatches on hand, earliest first"}
    )


# -- teams


class NewTeam(Schema):
    """A team to be founded; before it is sent it needs a slogan, a charter and three members."""

    community = shapes.community(required=True)
    type = fields.String(
        required=True,
        validate=OneOf(TEAM_TYPES),
        metadata={"description": "类型 / party “常有礼”党员志愿者, property 红色物业, veterans 退役军人, women 巾帼"},
    )
    name = shapes.text(50, "队名,社区内唯一 / name, unique in its community", required=True)
    slogan = shapes.remark(200, "口号 / slogan")
    charter = shapes.remark(10_000, "制度 / charter")
    member_ids = fields.List(
        fields.UUID(),
        load_default=list,
        validate=Length(max=500),
        metadata={"description": "首批队员 / volunteers who are members from the start"},
    )


class FoundTeam(NewTeam):
    """The command: with the id made at the door, so that repeating it changes nothing."""

    id = shapes.id_of("志愿服务队编号 / id of the team")


class TeamWords(Schema):
    """Slogan and charter, where they were not given at the founding; what is left out stays as it is."""

    slogan = shapes.text(200, "口号 / slogan")
    charter = shapes.text(10_000, "制度 / charter")


class ActivateTeam(TeamWords):
    """The team shall be sent from now on."""

    id = shapes.id_of("志愿服务队编号 / id of the team")


class MemberStep(Schema):
    """Who joins or leaves."""

    volunteer_id = shapes.id_of("志愿者 / the volunteer")


class JoinTeam(MemberStep):
    """A volunteer becomes a member."""

    id = shapes.id_of("志愿服务队编号 / id of the team")


class LeaveTeam(MemberStep):
    """A member leaves."""

    id = shapes.id_of("志愿服务队编号 / id of the team")


class GetTeam(Schema):
    """Which team."""

    id = shapes.id_of("志愿服务队编号 / id of the team")


class ListTeams(shapes.Page):
    """Which teams."""

    community = shapes.community()
    volunteer_id = shapes.id_of("此人现为队员的 / of which this volunteer is a member now", required=False)
    type = fields.String(validate=OneOf(TEAM_TYPES), metadata={"description": "类型 / type"})
    state = fields.String(validate=OneOf(TEAM_STATES), metadata={"description": "状态 / founded, active, suspended"})


class TeamRow(Schema):
    """A team in a list."""

    id = fields.UUID()
    community = shapes.community()
    type = fields.String(validate=OneOf(TEAM_TYPES), metadata={"description": "类型 / type"})
    type_name = fields.String(metadata={"description": "类型名称 / the type in Chinese words"})
    name = fields.String(metadata={"description": "队名 / name"})
    slogan = fields.String(metadata={"description": "口号 / slogan"})
    state = fields.String(validate=OneOf(TEAM_STATES), metadata={"description": "状态 / founded, active, suspended"})
    members_now = fields.Integer(metadata={"description": "现有队员数 / members now"})
    maturity = fields.String(
        validate=OneOf(TEAM_MATURITIES),
        metadata={
            "description": "成熟度:forming 组建中, active 已成队, self_running 自转(90 天内至少三名队员以队名服务过) / "
            "self-running: three members or more served in its name within 90 days"
        },
    )
    founded_at = _moment("成立时间 / when it was founded")
    activated_at = _moment("最近启用时间 / when it was last activated", allow_none=True)


class MemberOut(Schema):
    """A member of a team."""

    volunteer_id = fields.UUID()
    name = fields.String(metadata={"description": "姓名 / name"})
    joined_at = _moment("入队时间 / since when")


class TeamOut(TeamRow):
    """A team with its charter and members."""

    charter = fields.String(metadata={"description": "制度 / charter"})
    missing = fields.List(
        fields.String(), metadata={"description": "启用前尚缺 / what is missing: slogan, charter, members"}
    )
    members = fields.List(fields.Nested(MemberOut), metadata={"description": "现有队员 / members now"})


# -- pairings


class NewPairing(Schema):
    """Somebody shall be helped by one volunteer, with one thing."""

    community = shapes.community(required=True)
    person_id = shapes.id_of("帮扶对象(居民编号) / whom to help: id of the resident")
    volunteer_id = shapes.id_of("帮扶人 / who helps: id of the volunteer")
    help_type = fields.String(
        required=True,
        validate=OneOf(HELP_TYPES),
        metadata={"description": "帮扶类型:schooling 助学, medical 助医, hardship 助困, care 关爱陪伴 / with what"},
    )
    hardship = shapes.text(
        200,
        "困难类别或情况,加密,只有办公室看得到 / what hardship, encrypted and for the office only",
        load_default=None,
        allow_none=True,
    )
    cadence_days = fields.Integer(
        load_default=30,
        strict=True,
        validate=Range(min=1, max=365),
        metadata={"description": "至少多少天联系一次 / days within which to be in touch again"},
    )


class SetUpPairing(NewPairing):
    """The command: with the id, and with name and home of whom to help, as the door found them."""

    id = shapes.id_of("结对编号 / id of the pairing")
    beneficiary = shapes.text(100, "帮扶对象姓名 / name of whom to help", required=True)
    place = shapes.place("住处 / where they live", required=True)
    path = fields.List(
        fields.String(validate=shapes.CODE),
        load_default=list,
        validate=Length(max=10),
        metadata={"description": "从社区到住处的各级代码 / codes from the community down to where they live"},
    )


class PairingContact(Schema):
    """The helper was in touch."""

    contacted_on = fields.Date(
        load_default=None, allow_none=True, metadata={"description": "联系日期,不填为今天 / day; today if left out"}
    )
    kind = fields.String(
        required=True,
        validate=OneOf(CONTACT_KINDS),
        metadata={"description": "方式:visit 上门, meeting 见面, phone 电话, message 微信或短信 / how"},
    )
    note = shapes.remark(500, "简短记录,加密保存 / a short note, kept encrypted")


class LogContact(PairingContact):
    """The command."""

    id = shapes.id_of("结对编号 / id of the pairing")
    contact_id = shapes.id_of("联系记录编号 / id of the contact")


class HandOverStep(Schema):
    """Somebody else helps from now on."""

    volunteer_id = shapes.id_of("新的帮扶人 / the new helper")


class HandOverPairing(HandOverStep):
    """The command."""

    id = shapes.id_of("结对编号 / id of the pairing")


class EndPairingStep(Schema):
    """The pairing ends."""

    reason = fields.String(
        required=True,
        validate=OneOf(END_REASONS),
        metadata={
            "description": "原因:no_longer_needed 困难已缓解, moved_away 搬离, deceased 去世, asked 本人要求, "
            "other 其他 / why"
        },
    )
    note = shapes.text(500, "说明,加密保存 / in words, kept encrypted", load_default=None, allow_none=True)


class EndPairing(EndPairingStep):
    """The command."""

    id = shapes.id_of("结对编号 / id of the pairing")


class GetPairing(Schema):
    """Which pairing."""

    id = shapes.id_of("结对编号 / id of the pairing")


class GetHardship(GetPairing):
    """Of which pairing it is asked why somebody is helped."""


class ListPairings(shapes.Page):
    """Which pairings, those due first first."""

    community = shapes.community()
    volunteer_id = shapes.id_of("帮扶人 / who helps now", required=False)
    person_id = shapes.id_of("帮扶对象 / whom it is for", required=False)
    help_type = fields.String(validate=OneOf(HELP_TYPES), metadata={"description": "帮扶类型 / with what"})
    state = fields.String(validate=OneOf(PAIRING_STATES), metadata={"description": "状态 / active or ended"})
    overdue = fields.Boolean(
        metadata={"description": "超期未联系或没有帮扶人的 / those overdue or without a helper, or the others"}
    )


class PairingRow(Schema):
    """A pairing in a list: whom to keep up with, never why."""

    id = fields.UUID()
    community = shapes.community()
    beneficiary_id = fields.UUID(metadata={"description": "帮扶对象(居民编号) / id of the resident"})
    beneficiary = fields.String(metadata={"description": "帮扶对象姓名 / name of whom to help"})
    place = fields.String(metadata={"description": "住处代码 / code of where they live"})
    place_name = fields.String(metadata={"description": "楼院、楼栋名称,可为空 / courtyard and building in words"})
    help_type = fields.String(validate=OneOf(HELP_TYPES), metadata={"description": "帮扶类型 / with what"})
    help_name = fields.String(metadata={"description": "帮扶类型名称 / with what, in Chinese words"})
    volunteer_id = fields.UUID(allow_none=True, metadata={"description": "现在的帮扶人 / who helps now, if anybody"})
    helper = fields.String(allow_none=True, metadata={"description": "帮扶人姓名 / the helper's name"})
    cadence_days = fields.Integer(metadata={"description": "至少多少天联系一次 / days between contacts at most"})
    started_on = fields.Date(metadata={"description": "结对日期 / since when"})
    last_contact_on = fields.Date(allow_none=True, metadata={"description": "最近联系 / last contact"})
    due_on = fields.Date(metadata={"description": "最晚哪天联系 / next contact is due by"})
    is_overdue = fields.Boolean(metadata={"description": "是否超期 / whether it is overdue today"})
    state = fields.String(validate=OneOf(PAIRING_STATES), metadata={"description": "状态 / active or ended"})
    ended_on = fields.Date(allow_none=True, metadata={"description": "结束日期 / when it ended"})
    end_reason = fields.String(allow_none=True, metadata={"description": "结束原因 / why it ended, as a code"})


class HelpingOut(Schema):
    """Who helped, and when."""

    volunteer_id = fields.UUID()
    name = fields.String(allow_none=True, metadata={"description": "姓名 / name"})
    since = fields.Date(metadata={"description": "起 / from"})
    until = fields.Date(allow_none=True, metadata={"description": "止 / until"})


class ContactOut(Schema):
    """One contact."""

    id = fields.UUID()
    contacted_on = fields.Date(metadata={"description": "联系日期 / day"})
    kind = fields.String(validate=OneOf(CONTACT_KINDS), metadata={"description": "方式 / how"})
    by = fields.String(allow_none=True, metadata={"description": "谁联系的 / who was in touch"})
    note = fields.String(metadata={"description": "简短记录 / a short note"})


class PairingOut(PairingRow):
    """A pairing with all its helpers and contacts, newest first."""

    helpers = fields.List(fields.Nested(HelpingOut), metadata={"description": "历任帮扶人 / who has helped"})
    contacts = fields.List(fields.Nested(ContactOut), metadata={"description": "联系记录 / contacts"})


class HardshipOut(Schema):
    """Why somebody is helped, for those who must know."""

    id = fields.UUID(metadata={"description": "结对编号 / id of the pairing"})
    community = shapes.community()
    beneficiary_id = fields.UUID(metadata={"description": "帮扶对象(居民编号) / id of the resident"})
    hardship = fields.String(allow_none=True, metadata={"description": "困难类别或情况 / what hardship"})
    end_note = fields.String(allow_none=True, metadata={"description": "结束说明 / what was said at its end"})


class ExportPerson(shapes.OfPerson):
    """The question: everything that the volunteer service keeps of a person."""
