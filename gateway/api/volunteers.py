"""Routes of the volunteer service: volunteers, their teams, and the work they are offered."""

from typing import Any
from uuid import uuid4

from flask import g

from contracts.volunteer import schemas
from contracts.volunteer.errors import DispatchNotFound, TeamNotFound, VolunteerNotFound
from contracts.volunteer.schemas import teams
from gateway import access
from gateway.http import ask
from gateway.places import check_community
from gateway.routes import Routes, page_of
from gateway.whereabouts import Filtered, InBody, Kept

routes = Routes("volunteers", __name__, description="志愿者、志愿服务队与派单 · Volunteers, teams and dispatches")

VOLUNTEER = Kept("volunteer", "get_volunteer", VolunteerNotFound, subject="id")
TEAM = Kept("volunteer", "get_team", TeamNotFound)
DISPATCH = Kept("volunteer", "get_dispatch", DispatchNotFound, place="place", subject="volunteer_id")


@routes.operation(
    "GET",
    "/volunteers",
    access.read_volunteers,
    page_of(schemas.VolunteerRow),
    at=Filtered(subject="id"),
    query=schemas.ListVolunteers(),
)
def list_volunteers(query: dict[str, Any]) -> Any:
    """志愿者列表 · List volunteers"""
    return ask("volunteer", "list_volunteers", query)


@routes.operation(
    "POST",
    "/volunteers",
    access.enrol_volunteers,
    schemas.VolunteerOut,
    at=InBody("home_place"),
    status=201,
    body=schemas.NewVolunteer(),
    refuses=(404, 409),
)
def register_volunteer(body: dict[str, Any]) -> Any:
    """登记志愿者 · Register a volunteer"""
    check_community(body, "home_place")
    return ask("volunteer", "register_volunteer", {**body, "id": str(uuid4())})


@routes.operation(
    "POST",
    "/volunteers/bulk",
    access.enrol_volunteers,
    schemas.VolunteersRegistered,
    at=InBody(),
    status=201,
    body=schemas.NewVolunteers(),
    limit="bulk_limit",
    refuses=(404, 409),
)
def register_volunteers(body: dict[str, Any]) -> Any:
    """批量登记志愿者，全部或全不 · Register many volunteers, all or none"""
    check_community(body)
    volunteers = [{**volunteer, "id": str(uuid4())} for volunteer in body["volunteers"]]
    return ask("volunteer", "register_volunteers", {**body, "volunteers": volunteers})


@routes.operation("GET", "/volunteers/<id:id>", access.read_volunteers, schemas.VolunteerOut, at=VOLUNTEER)
def get_volunteer(id: str) -> Any:
    """一名志愿者 · One volunteer"""
    return ask("volunteer", "get_volunteer", {"id": id})


@routes.operation(
    "GET",
    "/volunteers/<id:id>/hours",
    access.read_hours,
    schemas.VolunteerHours,
    at=VOLUNTEER.first,
    query=schemas.HoursPage(),
)
def get_hours(query: dict[str, Any], id: str) -> Any:
    """服务时长：合计、星级、按月、每次做了什么 · A volunteer's hours: sum, stars, months, and what for"""
    return ask("volunteer", "get_hours", {**query, "id": id})


@routes.operation(
    "POST",
    "/volunteers/<id:id>/availability",
    access.set_availability,
    schemas.VolunteerOut,
    at=VOLUNTEER.first,
    body=schemas.AvailabilityChanges(),
)
def change_availability(body: dict[str, Any], id: str) -> Any:
    """修改可服务时间 · Say when a volunteer can be asked"""
    return ask("volunteer", "change_availability", {**body, "id": id})


@routes.operation("GET", "/teams", access.read_teams, page_of(teams.TeamRow), at=Filtered(), query=teams.ListTeams())
def list_teams(query: dict[str, Any]) -> Any:
    """志愿服务队列表 · List teams"""
    return ask("volunteer", "list_teams", query)


@routes.operation(
    "POST",
    "/teams",
    access.form_teams,
    teams.TeamOut,
    at=InBody(),
    status=201,
    body=teams.NewTeam(),
    refuses=(404, 409),
)
def found_team(body: dict[str, Any]) -> Any:
    """成立志愿服务队 · Found a team"""
    check_community(body)
    return ask("volunteer", "found_team", {**body, "id": str(uuid4())})


@routes.operation("GET", "/teams/<id:id>", access.read_teams, teams.TeamOut, at=TEAM)
def get_team(id: str) -> Any:
    """一支志愿服务队及其队员 · One team with its members"""
    return ask("volunteer", "get_team", {"id": id})


@routes.operation(
    "POST", "/teams/<id:id>/join", access.form_teams, teams.TeamOut, at=TEAM.first, body=teams.MemberStep()
)
def join_team(body: dict[str, Any], id: str) -> Any:
    """入队 · A volunteer joins a team"""
    return ask("volunteer", "join_team", {**body, "id": id})


@routes.operation(
    "POST", "/teams/<id:id>/leave", access.form_teams, teams.TeamOut, at=TEAM.first, body=teams.MemberStep()
)
def leave_team(body: dict[str, Any], id: str) -> Any:
    """退队 · A volunteer leaves a team"""
    return ask("volunteer", "leave_team", {**body, "id": id})


@routes.operation(
    "POST", "/teams/<id:id>/activate", access.form_teams, teams.TeamOut, at=TEAM.first, body=teams.TeamWords()
)
def activate_team(body: dict[str, Any], id: str) -> Any:
    """启用：有队名、口号、制度和至少三名队员 · Activate a team with its slogan, charter and three members"""
    return ask("volunteer", "activate_team", {**body, "id": id})


@routes.operation(
    "GET",
    "/dispatches",
    access.read_dispatches,
    page_of(schemas.DispatchOut),
    at=Filtered(subject="volunteer_id"),
    query=schemas.ListDispatches(),
)
def list_dispatches(query: dict[str, Any]) -> Any:
    """派单列表 · List dispatches"""
    return ask("volunteer", "list_dispatches", query)


@routes.operation("GET", "/dispatches/<id:id>", access.read_dispatches, schemas.DispatchOut, at=DISPATCH)
def get_dispatch(id: str) -> Any:
    """一张派单及其经过 · One dispatch with its history"""
    return ask("volunteer", "get_dispatch", {"id": id})


@routes.operation(
    "POST",
    "/dispatches/<id:id>/accept",
    access.answer_dispatches,
    schemas.DispatchOut,
    at=DISPATCH.first,
    body=schemas.Step(),
)
def accept_dispatch(body: dict[str, Any], id: str) -> Any:
    """接单 · Accept a dispatch"""
    return ask("volunteer", "accept_dispatch", {**body, "id": id})


@routes.operation(
    "POST",
    "/dispatches/<id:id>/decline",
    access.answer_dispatches,
    schemas.DispatchOut,
    at=DISPATCH.first,
    body=schemas.Step(),
)
def decline_dispatch(body: dict[str, Any], id: str) -> Any:
    """谢绝，改派下一位 · Decline a dispatch; the next one is asked"""
    return ask("volunteer", "decline_dispatch", {**body, "id": id})


@routes.operation(
    "POST",
    "/dispatches/<id:id>/check-in",
    access.answer_dispatches,
    schemas.DispatchOut,
    at=DISPATCH.first,
    body=schemas.CheckInStep(),
)
def check_in(body: dict[str, Any], id: str) -> Any:
    """签到：扫楼院二维码或手动 · Check in, by the code that hangs on the spot or by hand"""
    own = [grant.subject for grant in g.who.grants if grant.role == "volunteer" and grant.subject]
    return ask("volunteer", "check_in", {**body, "id": id, "own": own})


@routes.operation(
    "POST",
    "/dispatches/<id:id>/check-out",
    access.answer_dispatches,
    schemas.DispatchOut,
    at=DISPATCH.first,
    body=schemas.SessionStep(),
)
def check_out(body: dict[str, Any], id: str) -> Any:
    """签退，记服务时长 · Check out: finished, hours are credited"""
    return ask("volunteer", "check_out", {**body, "id": id})
