"""Routes of the organization service: places, people, their posts, and who is responsible for what."""

from typing import Any
from uuid import uuid4

from flask import g

from contracts.organization import schemas
from contracts.organization.errors import LeaveNotFound, PersonNotFound, PostNotFound
from gateway import access
from gateway.http import ask, ask_at_length
from gateway.places import naming_fields
from gateway.routes import Nothing, Routes, page_of
from gateway.uploads import TABLE, read_upload
from gateway.whereabouts import Filtered, InAddress, InBody, Kept, Registered

routes = Routes("organization", __name__, description="社区、网格、楼院与责任人 · Places, people and posts")

PERSON = Registered("organization", "get_person", PersonNotFound, place="household")
POST = Kept("organization", "get_post", PostNotFound)
LEAVE = Kept("organization", "get_leave", LeaveNotFound)

PREVIEW = schemas.ImportFile(only=("preview",))


@routes.operation(
    "GET",
    "/directory",
    access.read_directory,
    page_of(schemas.CommunityOut),
    query=schemas.FindCommunities(),
)
def list_directory(query: dict[str, Any]) -> Any:
    """有哪些社区，不登录也可以看 · Which communities there are, also for visitors"""
    return ask("organization", "list_communities", query)


@routes.operation(
    "GET",
    "/directory/<community:community>",
    access.read_directory,
    page_of(schemas.ListedPlaceOut),
    query=schemas.FindCourtyards(),
)
def list_courtyards(query: dict[str, Any], community: str) -> Any:
    """一个社区有哪些楼院，不登录也可以看 · The courtyards of a community, also for visitors"""
    return ask("organization", "list_places", {**query, "community": community, "kind": "courtyard"})


@routes.operation(
    "GET", "/communities", access.read_places, page_of(schemas.CommunityOut), query=schemas.FindCommunities()
)
def list_communities(query: dict[str, Any]) -> Any:
    """社区列表 · List communities"""
    return ask("organization", "list_communities", {**query, "within": list(g.reach.communities)})


@routes.operation(
    "GET", "/communities/<community:community>", access.read_places, schemas.CommunityDetailOut, at=InAddress()
)
def get_community(community: str) -> Any:
    """一个社区及其数字 · One community with what it counts"""
    return ask("organization", "get_community", {"community": community})


@routes.operation(
    "GET",
    "/communities/<community:community>/places",
    access.read_places,
    page_of(schemas.ListedPlaceOut),
    at=InAddress(),
    query=schemas.FilterPlaces(),
)
def list_places(query: dict[str, Any], community: str) -> Any:
    """地点：网格、楼院、楼栋、住户 · List places: grids, courtyards, buildings, households"""
    return ask("organization", "list_places", {**query, "community": community})


@routes.operation(
    "GET",
    "/communities/<community:community>/places/<place:place>",
    access.read_places,
    schemas.PlaceDetailOut,
    at=InAddress(),
)
def get_place(community: str, place: str) -> Any:
    """一个地点 · One place"""
    return ask("organization", "get_place", {"community": community, "code": place})


@routes.operation(
    "GET",
    "/communities/<community:community>/places/<place:place>/responsible",
    access.read_places,
    schemas.ResponsibleOut,
    at=InAddress(),
    query=schemas.ForWhom(),
)
def find_responsible(query: dict[str, Any], community: str, place: str) -> Any:
    """谁负责这里：楼栋长、网格长、社区书记 · Who is responsible: building leader, grid leader, secretary"""
    return ask("organization", "find_responsible", {**query, "community": community, "place": place})


@routes.operation(
    "GET",
    "/communities/<community:community>/gaps",
    access.read_gaps,
    page_of(schemas.GapOut),
    at=InAddress(),
    query=schemas.FilterGaps(),
)
def list_gaps(query: dict[str, Any], community: str) -> Any:
    """缺口：无人在岗的网格、无人负责的诉求 · Gaps: grids and grievances without a leader"""
    return ask("organization", "list_gaps", {**query, "community": community})


@routes.operation(
    "POST",
    "/communities/<community:community>/places/import",
    access.import_places,
    schemas.ImportOut,
    at=InAddress(),
    query=PREVIEW,
    upload=TABLE,
    limit="import_limit",
)
def import_places(query: dict[str, Any], community: str) -> Any:
    """导入地点表（CSV 或 xlsx），有错则一条不导 · Import places from CSV or xlsx, all or none"""
    return bring_in("import_places", community, read_upload(), **query)


@routes.operation(
    "POST",
    "/communities/<community:community>/people/import",
    access.import_people,
    schemas.PeopleImportOut,
    at=InAddress(),
    query=PREVIEW,
    upload=TABLE,
    limit="import_limit",
)
def import_people(query: dict[str, Any], community: str) -> Any:
    """导入人员表（CSV 或 xlsx），有错则一条不导 · Import people from CSV or xlsx, all or none"""
    return bring_in("import_people", community, read_upload(), **query)


@routes.operation(
    "GET",
    "/people",
    access.read_people,
    page_of(schemas.PersonOut),
    at=Filtered(place="place"),
    query=schemas.ListPeople(),
)
def list_people(query: dict[str, Any]) -> Any:
    """人员列表 · List people"""
    return ask("organization", "list_people", query)


@routes.operation("GET", "/people/<id:id>", access.read_people, schemas.PersonDetailOut, at=PERSON)
def get_person(id: str) -> Any:
    """一个人及其任职经历 · One person with the posts they held"""
    return PERSON.found(g.reach, id)


@routes.operation(
    "GET", "/posts", access.read_posts, page_of(schemas.PostOut), at=Filtered(), query=schemas.ListPosts()
)
def list_posts(query: dict[str, Any]) -> Any:
    """任职列表，含往届 · List terms in posts, past ones too"""
    return ask("organization", "list_posts", query)


@routes.operation(
    "POST",
    "/posts",
    access.fill_posts,
    schemas.PostOut,
    at=InBody("place"),
    status=201,
    body=schemas.Appoint(exclude=("id",)),
    refuses=(404, 409),
)
def appoint(body: dict[str, Any]) -> Any:
    """任职 · Put a person into a post"""
    with naming_fields():
        return ask("organization", "appoint", {**body, "id": str(uuid4())})


@routes.operation(
    "POST", "/posts/<id:id>/end", access.fill_posts, schemas.PostOut, at=POST.first, body=schemas.LastDay()
)
def end_post(body: dict[str, Any], id: str) -> Any:
    """卸任 · Say which day is the last in a post"""
    return ask("organization", "end_post", {**body, "post_id": id})


@routes.operation(
    "POST",
    "/people/<id:id>/leave",
    access.fill_posts,
    schemas.LeaveOut,
    at=PERSON.first,
    status=201,
    body=schemas.NewLeave(exclude=("person_id",)),
)
def take_leave(body: dict[str, Any], id: str) -> Any:
    """请假 · Say when a person is away"""
    return ask("organization", "take_leave", {**body, "person_id": id, "id": str(uuid4())})


@routes.operation(
    "GET", "/leaves", access.read_posts, page_of(schemas.LeaveOut), at=Filtered(), query=schemas.ListLeaves()
)
def list_leaves(query: dict[str, Any]) -> Any:
    """请假列表 · List leaves"""
    return ask("organization", "list_leaves", query)


@routes.operation("POST", "/leaves/<id:id>/cancel", access.fill_posts, schemas.LeaveOut, at=LEAVE.first, body=Nothing())
def cancel_leave(body: dict[str, Any], id: str) -> Any:
    """销假 · Call a leave off"""
    return ask("organization", "cancel_leave", {**body, "id": id})


@routes.operation(
    "GET",
    "/figures/communities",
    access.read_figures,
    page_of(schemas.CommunityFigures),
    query=schemas.PageOfFigures(),
)
def list_community_figures(query: dict[str, Any]) -> Any:
    """各社区的网格、楼院、住户与人数 · Places and people counted, a row for each community"""
    return ask("organization", "list_figures", {**query, "within": list(g.reach.communities)})


def bring_in(call: str, community: str, file: str, *, preview: bool) -> Any:
    """Bring a table in, or with `preview` say what that would do; `file` is in base64. For those who may."""
    return ask_at_length("organization", call, {"community": community, "file": file, "preview": preview})
