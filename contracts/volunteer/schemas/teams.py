"""Shapes of teams: founded, joined, activated, listed."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from contracts import shapes

TEAM_TYPES = ("party", "property", "veterans", "women")
TEAM_STATES = ("founded", "active", "suspended")
TEAM_MATURITIES = ("forming", "active", "self_running")


class NewTeam(Schema):
    """A team to be founded; before it is sent it needs a slogan, a charter and three members."""

    community = shapes.community(required=True)
    type = fields.String(
        required=True,
        validate=OneOf(TEAM_TYPES),
        metadata={"description": "类型 / party “常有礼”党员志愿者, property 红色物业, veterans 退役军人, women 巾帼"},
    )
    name = shapes.text(50, "队名，社区内唯一 / name, unique in its community", required=True)
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
            "description": "成熟度：forming 组建中, active 已成队, self_running 自转（90 "
            "天内至少三名队员以队名服务过） / self-running: three members or more served in its name within 90 days"
        },
    )
    founded_at = shapes.moment("成立时间 / when it was founded")
    activated_at = shapes.moment("最近启用时间 / when it was last activated", allow_none=True)


class MemberOut(Schema):
    """A member of a team."""

    volunteer_id = fields.UUID()
    name = fields.String(metadata={"description": "姓名 / name"})
    joined_at = shapes.moment("入队时间 / since when")


class TeamOut(TeamRow):
    """A team with its charter and members."""

    charter = fields.String(metadata={"description": "制度 / charter"})
    missing = fields.List(
        fields.String(), metadata={"description": "启用前尚缺 / what is missing: slogan, charter, members"}
    )
    members = fields.List(fields.Nested(MemberOut), metadata={"description": "现有队员 / members now"})
