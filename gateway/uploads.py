"""Files that are sent to be imported."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, request
from werkzeug.exceptions import HTTPException

from gateway.config import GatewaySettings
from gateway.errors import FileMissing, Malformed, UnsupportedMediaType
from gateway.reading import read_body

View = TypeVar("View", bound=Callable[..., Any])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORM = "multipart/form-data"
PICTURES = ("image/jpeg", "image/png", "image/webp")
AS_IT_IS = ("text/csv", XLSX, "application/octet-stream")

TABLE: dict[str, Any] = {
    FORM: {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {"file": {"type": "string", "format": "binary", "description": "CSV(UTF-8、GBK)或 xlsx"}},
        }
    },
    **{type: {"schema": {"type": "string", "format": "binary"}} for type in AS_IT_IS},
}
"""The documented ways to send a table."""


def taking(limit: str) -> Callable[[View], View]:
    """A page's view whose form may be larger than others: as large as the setting `limit` says."""

    def decorate(view: View) -> View:
        view.takes_up_to = limit  # type: ignore[attr-defined]
        return view

    return decorate


def bound_body() -> None:
    """Before a form is read: as much of it as its view takes, `MAX_CONTENT_LENGTH` where that says nothing."""
    limit = getattr(current_app.view_functions.get(request.endpoint or ""), "takes_up_to", None)
    if limit is not None:
        settings: GatewaySettings = current_app.extensions["settings"]
        request.max_content_length = request.max_form_memory_size = getattr(settings, limit)


PICTURE: dict[str, Any] = {
    FORM: {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {"file": {"type": "string", "format": "binary", "description": "JPEG、PNG、WebP"}},
        }
    },
    **{type: {"schema": {"type": "string", "format": "binary"}} for type in PICTURES},
}
"""The documented ways to send a picture; its type is told by its content."""


def read_picture() -> bytes:
    """The picture, sent in a form or as the body itself, or handed on by a page of ours. Raises what the door
    refuses."""
    if (handed := g.pop("picture", None)) is not None:
        return bytes(handed)
    return _sent((*PICTURES, "application/octet-stream"))


def read_upload() -> str:
    """The file in base64, sent in a form or as the body itself. Raises what the door refuses."""
    return b64encode(_sent(AS_IT_IS)).decode()


def _sent(as_it_is: tuple[str, ...]) -> bytes:
    if request.mimetype == FORM:
        file = _file_of_form()
    elif request.mimetype in as_it_is:
        file = read_body(request)
    else:
        raise UnsupportedMediaType(given=request.mimetype or "?", read=[FORM, *as_it_is])
    if not file:
        raise FileMissing
    return file


def _file_of_form() -> bytes:
    try:
        files = request.files
    except HTTPException:
        raise
    except (ValueError, OSError) as error:
        raise Malformed from error
    found = files.get("file") or next(iter(files.values()), None)
    return found.read() if found is not None else b""
