"""What stands at the door for everybody: what this is, how to use it, whether it is ready."""

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import msgspec
from eventlet import GreenPool
from flask import Blueprint, Response, current_app, g, render_template, url_for
from flask_babel import lazy_gettext
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from chassis.observing import OBSERVER
from contracts.errors import Error, Unauthenticated, Unavailable
from contracts.wire import TELLERS
from gateway.access import watch_operations
from gateway.browsers import NOT_KEPT, RUNNING_OWN_SCRIPTS
from gateway.config import GatewaySettings
from gateway.http import Ask, answer, language
from gateway.identity import current_who
from gateway.pages.documentation import chapters

pages = Blueprint("front", "gateway")


@pages.get("/")
def front() -> Response:
    """What this is, with links, and who is signed in."""
    try:
        who = current_who()
    except (Unauthenticated, Unavailable):
        who = None
    page = Response(render_template("front.html", who=who, doors=list(doors())))
    page.headers.update(RUNNING_OWN_SCRIPTS | NOT_KEPT)
    return page


class Door(NamedTuple):
    """A way in for everybody."""

    endpoint: str
    name: Any
    told: Any

    @property
    def address(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint)


DOORS = (
    Door("resident.choose", lazy_gettext("我要报事"), lazy_gettext("不用注册：选楼院，说情况，拍照片")),
    Door("resident.track", lazy_gettext("查进度"), lazy_gettext("用回执号加电话或查询码")),
    Door("board.choose", lazy_gettext("责任公示"), lazy_gettext("我这个楼院谁负责，怎么联系")),
    Door("signing_in.form", lazy_gettext("登录"), lazy_gettext("居民、志愿者用手机号，工作人员用账号和密码")),
)
"""What whoever comes can do."""


def doors() -> Iterator[Door]:
    """Those that there are; signing in only for who has not."""
    for door in DOORS:
        if not (door.endpoint == "signing_in.form" and g.get("who")):
            yield door


@pages.get("/openapi.json")
def openapi() -> Response:
    """The description of the API for programs."""
    return Response(msgspec.json.encode(current_app.extensions["description"]), mimetype="application/json")


@pages.get("/docs")
def docs() -> str:
    """The description of the API for people; written once, it never changes while this runs."""
    kept = current_app.extensions
    if "reference" not in kept:
        description = kept["description"]
        kept["reference"] = render_template("docs.html", description=description, chapters=chapters(description))
    return str(kept["reference"])


@pages.get("/ready")
def ready() -> Response:
    """Whether every service answers; asked all at once."""
    settings: GatewaySettings = current_app.extensions["settings"]
    is_ready = partial(_is_ready, current_app.extensions["ask"], settings.ready_patience)
    services = dict(zip(TELLERS, GreenPool(len(TELLERS)).imap(is_ready, TELLERS), strict=True))
    missing = [service for service, stands in services.items() if not stands]
    if not missing:
        return answer({"ready": True, "services": services})
    message = f"尚未就绪：{'、'.join(missing)}" if language() == "zh" else f"Not ready: {', '.join(missing)}"
    told: dict[str, Any] = {"error": "not_ready", "message": message, "fields": {}}
    return answer({**told, "ready": False, "services": services}, 503)


@pages.get("/metrics")
def metrics() -> Response:
    """The figures of this process, for Prometheus."""
    watch_operations(current_who())
    told = generate_latest(OBSERVER.metrics.registry)
    return Response(told, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _is_ready(ask: Ask, patience: float, service: str) -> bool:
    try:
        return bool(ask(service, "ready", {}, patience)["ready"])
    except Error:
        return False
