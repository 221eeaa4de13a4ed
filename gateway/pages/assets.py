"""Style sheets, scripts and icons: their addresses change with their contents, so that browsers may keep them."""

from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, request, url_for
from flask_compress import Compress

from gateway.browsers import RUNNING_OWN_SCRIPTS

FOLDER = Path(__file__).parents[1] / "static"
VERSION = "v"
WORKER = "worker.js"
KEPT = "public, max-age=31536000, immutable"


def asset(name: str) -> str:
    """The address of a file in gateway/static."""
    return url_for("static", filename=name, **{VERSION: _version(name)})


def worker() -> str:
    """The address of the script that keeps pages for dead spots: another one as soon as any file is another."""
    return url_for("static", filename=WORKER, **{VERSION: _version_of_all()})


@lru_cache
def _version_of_all() -> str:
    files = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*") if path.is_file())
    return blake2b("".join(map(_version, files)).encode(), digest_size=6).hexdigest()


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
    app.jinja_env.globals |= {"asset": asset, "worker": worker}

    @app.after_request
    def _keep(response: Response) -> Response:
        if request.endpoint == "static" and VERSION in request.args:
            response.headers["Cache-Control"] = KEPT
        if request.endpoint == "static" and (request.view_args or {}).get("filename") == WORKER:
            # It sees to all pages, and asks this door for them.
            response.headers["Service-Worker-Allowed"] = "/"
            response.headers.update(RUNNING_OWN_SCRIPTS)
        return response
