"""What a file is called that a browser is given."""

from typing import Literal
from urllib.parse import quote

from flask import Response


def call(response: Response, how: Literal["inline", "attachment"], name: str, plain: str) -> Response:
    """Give the file its name. A header holds no Chinese, and the server drops the connection over one that does:
    browsers take the name that RFC 6266 writes for them, others the plain one, which is ASCII."""
    response.headers.set("Content-Disposition", how, **{"filename": plain, "filename*": f"UTF-8''{quote(name)}"})
    return response
