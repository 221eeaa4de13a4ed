"""Files that are sent to be imported."""

from base64 import b64encode
from typing import Any

from flask import request
from werkzeug.exceptions import HTTPException

from gateway.errors import FileMissing, Malformed, UnsupportedMediaType
from gateway.reading import read_body

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORM = "multipart/form-data"
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


def read_upload() -> str:
    """The file in base64, sent in a form or as the body itself. Raises what the door refuses."""
    if request.mimetype == FORM:
        file = _file_of_form()
    elif request.mimetype in AS_IT_IS:
        file = read_body(request)
    else:
        raise UnsupportedMediaType(given=request.mimetype or "?", read=[FORM, *AS_IT_IS])
    if not file:
        raise FileMissing
    return b64encode(file).decode()


def _file_of_form() -> bytes:
    try:
        files = request.files
    except HTTPException:
        raise
    except (ValueError, OSError) as error:
        raise Malformed from error
    found = files.get("file") or next(iter(files.values()), None)
    return found.read() if found is not None else b""
