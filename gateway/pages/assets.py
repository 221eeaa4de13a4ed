"""Style sheets, scripts and icons: their addresses change with their contents, so that browsers may keep them."""

from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, request, url_for
from flask_compress import Compress

FOLDER = Path(__file__).parents[1] / "static"
VERSION = "v"
KEPT = "public, max-age=31536000, immutable"


def asset(name: str) -> str:
    """The address of a file in gateway/static."""
    return url_for("static", filename=name, **{VERSION: _version(name)})


@lru_cache
def _version(name: str) -> str:
    return blake2b((FOLDER / name).read_bytes(), digest_size=6).hexdigest()


def serve_assets(app: Flask) -> None:
    """Let `app` give them, and its pages, as small as they can be."""
    app.config["COMPRESS_MIMETYPES"] = ["text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"]
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    app.config["COMPRESS_BR_LEVEL"] = 4
    app.config["COMPRESS_ALGORITHM_STREAMING"] = ["br", "gzip"]  # files are streamed; what is told live is not packed
    Compress(app)
    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def _keep(response: Response) -> Response:
        if request.endpoint == "static" and VERSION in request.args:
            response.headers["Cache-Control"] = KEPT
        return response
