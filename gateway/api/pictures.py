"""Routes of pictures: sent before a filing, added by those who handle a case, shown to who may see the case."""

from base64 import b64decode
from hmac import compare_digest
from time import time
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

from flask import Response, g, url_for
from marshmallow import Schema, fields, validate

from chassis.fingerprints import fingerprint
from contracts import shapes
from contracts.grievance.errors import PictureNotFound
from contracts.grievance.schemas import pictures as schemas
from gateway import access
from gateway.api.grievances import GRIEVANCE
from gateway.http import ask
from gateway.pictures import photo
from gateway.reach import Reach
from gateway.routes import Routes
from gateway.uploads import PICTURE, read_picture
from gateway.whereabouts import Kept

routes = Routes("pictures", __name__, description="照片：随诉求提交，办理前后 · Pictures: reported, before, after")


class _OfPicture(Kept):
    """A picture lies where its case does, and is looked up before; its bytes say nothing of where."""

    def leave(self, reach: Reach, told: Any) -> None:
        """Nothing to hold against any more."""


PICTURE_OF_GRIEVANCE = _OfPicture(
    "grievance", "find_picture", PictureNotFound, place="place", owner="filed_by", led="leader", before=True
)

OPEN_FOR = 3600
"""Seconds for which an address opens a picture for whoever proved that they filed the case."""


JPEG = "image/jpeg"

PRIVATE = {
    "Cache-Control": "private, no-store",
    "Content-Disposition": "inline",
}
"""A picture from somebody's home is kept by no cache."""


class _Community(Schema):
    community = shapes.community(required=True)


class _Kind(Schema):
    kind = fields.String(
        load_default="after",
        validate=validate.OneOf(schemas.HANDLED),
        metadata={"description": "办理前、办理后 / before, after"},
    )


def _command(id: str) -> dict[str, Any]:
    return {"id": id, **photo(read_picture())._asdict(), "added_by": g.who.account if g.who else None}


@routes.operation(
    "POST",
    "/pictures",
    access.file_grievances,
    schemas.KeptPictureOut,
    status=201,
    query=_Community(),
    upload=PICTURE,
    limit="picture_limit",
    refuses=(413, 415, 422),
)
def add_picture(query: dict[str, str]) -> Any:
    """先传照片，得到编号写入报事；一天内未用即删除 · Send a picture first; its id goes into the filing"""
    return ask("grievance", "keep_picture", {**_command(str(uuid4())), **query})


@routes.operation(
    "POST",
    "/grievances/<id:id>/pictures",
    access.handle_grievances,
    schemas.KeptPictureOut,
    at=GRIEVANCE.first,
    status=201,
    query=_Kind(),
    upload=PICTURE,
    limit="picture_limit",
    refuses=(413, 415, 422),
)
def add_picture_of_grievance(query: dict[str, str], id: str) -> Any:
    """办理前后的照片 · A picture of before or after, by those who handle the case"""
    command = _command("")
    # The same picture sent again is the same: a form that was sent twice adds it once.
    command["id"] = str(uuid5(NAMESPACE_OID, f"{id} {query['kind']} {command['image']}"))
    return ask("grievance", "add_picture", {**command, **query, "grievance_id": id, "community": "0" * 12})


@routes.operation(
    "GET",
    "/pictures/<id:id>",
    access.read_grievances,
    schemas.PictureFile,
    at=PICTURE_OF_GRIEVANCE,
    query=schemas.PictureSize(),
    gives=JPEG,
)
def get_picture(query: dict[str, str], id: str) -> Response:
    """一件诉求的照片 · A picture of a case"""
    return shown(ask("grievance", "get_picture", {"id": id, **query}))


@routes.operation(
    "GET",
    "/pictures/<id:id>/<word:mark>",
    access.open_pictures,
    schemas.PictureFile,
    query=schemas.PictureSize(),
    gives=JPEG,
)
def open_picture(query: dict[str, str], id: str, mark: str) -> Response:
    """凭短时有效的地址看照片 · A picture by the short-lived address that following a receipt gives"""
    until = mark.partition("-")[0]
    if not until.isdecimal() or int(until) < time() or not compare_digest(mark.encode(), mark_of(id, until).encode()):
        raise PictureNotFound(id=id)
    return shown(ask("grievance", "get_picture", {"id": id, **query}))


def shown(told: dict[str, Any]) -> Response:
    """A picture as the service tells it."""
    return Response(b64decode(told["image"]), mimetype=JPEG, headers=PRIVATE)


def address_of(id: str, size: str = "full") -> str:
    """An address that opens this picture for a while, and names nobody."""
    # A whole quarter of an hour, so that a page shown again finds the picture that it has.
    until = str((int(time()) // 900 + 1) * 900 + OPEN_FOR)
    return url_for("pictures.open_picture", id=id, mark=mark_of(id, until), size=size)


def mark_of(id: str, until: str) -> str:
    """What proves that this address was given out here: made of what nobody else can make it of."""
    return f"{until}-{fingerprint('address of a picture', f'{id} {until}')[:32]}"
