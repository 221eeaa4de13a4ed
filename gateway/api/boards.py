"""Routes of what is shown of officials: the responsibility board, portraits, and who agreed to what."""

from base64 import b64decode
from typing import Any
from uuid import uuid4

from flask import Response

from contracts.organization.errors import PersonNotFound
from contracts.organization.schemas import boards as schemas
from gateway import access
from gateway.audited import current_reader
from gateway.http import ask
from gateway.pictures import portrait
from gateway.routes import Routes
from gateway.uploads import PICTURE, read_picture
from gateway.whereabouts import Kept

routes = Routes("boards", __name__, description="责任公示 · What is shown of officials")

OFFICIAL = Kept("organization", "get_publication", PersonNotFound)

JPEG = "image/jpeg"

KEPT_BY_BROWSERS = "public, max-age=300"
"""A portrait that was taken down is gone from everywhere after five minutes."""


@routes.operation(
    "GET", "/communities/<community:community>/places/<place:place>/board", access.read_board, schemas.BoardOut
)
def get_board(community: str, place: str) -> Any:
    """责任公示栏：谁在各级负责、职责、电话，不登录也可以看 · The responsibility board of a place, also for visitors"""
    return ask("organization", "get_board", {"community": community, "code": place})


@routes.operation("GET", "/portraits/<id:id>", access.read_board, schemas.PortraitOut, gives=JPEG)
def get_portrait(id: str) -> Response:
    """公示的照片，不登录也可以看 · A portrait on a board, also for visitors"""
    shown = ask("organization", "get_portrait", {"id": id})
    return Response(b64decode(shown["image"]), mimetype=JPEG, headers={"Cache-Control": KEPT_BY_BROWSERS})


@routes.operation("GET", "/people/<id:id>/publication", access.publish_officials, schemas.PublicationOut, at=OFFICIAL)
def get_publication(id: str) -> Any:
    """一个人公示什么、谁记录的同意 · What is shown of a person, and who recorded their consent"""
    return ask("organization", "get_publication", {"id": id})


@routes.operation(
    "POST",
    "/people/<id:id>/portrait",
    access.publish_officials,
    schemas.PublicationOut,
    at=OFFICIAL.first,
    query=schemas.Agreed(),
    upload=PICTURE,
    limit="picture_limit",
)
def show_portrait(query: dict[str, Any], id: str) -> Any:
    """经本人同意公示照片 · Show somebody's portrait, who agrees"""
    image = portrait(read_picture())
    command = {"id": id, "portrait": str(uuid4()), "image": image, "by": current_reader().account}
    return ask("organization", "show_portrait", command)


@routes.operation(
    "DELETE", "/people/<id:id>/portrait", access.publish_officials, schemas.PublicationOut, at=OFFICIAL.first
)
def take_down_portrait(id: str) -> Any:
    """撤下照片并删除 · Take somebody's portrait down and remove it"""
    return ask("organization", "take_down_portrait", {"id": id})


@routes.operation(
    "POST",
    "/people/<id:id>/publication",
    access.publish_officials,
    schemas.PublicationOut,
    at=OFFICIAL.first,
    body=schemas.PhoneShown(),
)
def show_phone(body: dict[str, Any], id: str) -> Any:
    """是否公示电话 · Say whether somebody's telephone is shown"""
    return ask("organization", "show_phone", {**body, "id": id})
