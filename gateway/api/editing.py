"""Routes by which the office edits the tree and the people one by one."""

from typing import Any

from contracts.organization import schemas as shown
from contracts.organization.schemas import editing as schemas
from gateway import access
from gateway.api.organization import PERSON
from gateway.http import ask
from gateway.places import naming_fields
from gateway.routes import Routes
from gateway.tree import known_tree
from gateway.whereabouts import InAddress, InBody

routes = Routes("editing", __name__, description="维护地点与名册 · Editing the tree and the register")

PLACES = "/communities/<community:community>/places"


@routes.operation(
    "POST",
    PLACES,
    access.edit_places,
    shown.PlaceDetailOut,
    at=InAddress(),
    status=201,
    body=schemas.NewPlace(),
)
def add_place(body: dict[str, Any], community: str) -> Any:
    """新增地点 · Add a place"""
    with naming_fields(place_not_found="parent"):
        return ask("organization", "add_place", {**body, "community": community})


@routes.operation(
    "POST",
    f"{PLACES}/<place:place>/change",
    access.edit_places,
    shown.PlaceDetailOut,
    at=InAddress(),
    body=schemas.PlaceChanges(),
)
def change_place(body: dict[str, Any], community: str, place: str) -> Any:
    """改名称、四至等 · Give a place another name or other details"""
    return ask("organization", "change_place", {**body, "community": community, "code": place})


@routes.operation(
    "POST",
    f"{PLACES}/<place:place>/close",
    access.edit_places,
    shown.PlaceDetailOut,
    at=InAddress(),
    body=schemas.Seen(),
)
def close_place(body: dict[str, Any], community: str, place: str) -> Any:
    """停用地点，已有的记录不受影响 · Close a place; what refers to it stays"""
    told = ask("organization", "close_place", {**body, "community": community, "code": place})
    known_tree().forget(community, place)
    return told


@routes.operation(
    "POST",
    f"{PLACES}/<place:place>/reopen",
    access.edit_places,
    shown.PlaceDetailOut,
    at=InAddress(),
    body=schemas.Seen(),
)
def reopen_place(body: dict[str, Any], community: str, place: str) -> Any:
    """恢复停用的地点 · Open a closed place again"""
    return ask("organization", "reopen_place", {**body, "community": community, "code": place})


@routes.operation(
    "POST",
    "/people",
    access.edit_people,
    shown.PersonDetailOut,
    at=InBody(),
    status=201,
    body=schemas.NewPerson(),
    refuses=(404, 409),
)
def add_person(body: dict[str, Any]) -> Any:
    """登记一个人 · Register somebody"""
    with naming_fields(place_not_found="household"):
        return ask("organization", "add_person", body)


@routes.operation(
    "POST",
    "/people/<id:id>/change",
    access.edit_people,
    shown.PersonDetailOut,
    at=PERSON.first,
    body=schemas.PersonChanges(),
)
def change_person(body: dict[str, Any], id: str) -> Any:
    """更正登记信息 · Correct what is written of somebody"""
    return ask("organization", "change_person", {**body, "id": id})


@routes.operation(
    "POST",
    "/people/<id:id>/move",
    access.edit_people,
    shown.PersonDetailOut,
    at=PERSON.first,
    body=schemas.NewHome(),
)
def move_person(body: dict[str, Any], id: str) -> Any:
    """迁到本社区另一户 · Somebody moves to another household of the community"""
    with naming_fields(place_not_found="household"):
        return ask("organization", "move_person", {**body, "id": id})


@routes.operation(
    "POST",
    "/people/<id:id>/depart",
    access.edit_people,
    shown.PersonDetailOut,
    at=PERSON.first,
    body=schemas.Departure(),
)
def depart_person(body: dict[str, Any], id: str) -> Any:
    """迁出社区，不再保留电话 · Somebody has left the community; their telephone is not kept"""
    return ask("organization", "depart_person", {**body, "id": id})
