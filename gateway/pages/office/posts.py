"""Posts: who holds which, putting somebody into one, ending it."""

from datetime import datetime
from typing import Any

from flask import render_template, url_for
from flask_babel import lazy_gettext

from gateway.pages.api import api
from gateway.pages.office import pages
from gateway.pages.office.community import community
from gateway.pages.office.forms import Told, doing, filters, page, sent
from gateway.pages.speech import CHINA
from gateway.pages.wording import POSTS

LINES = (
    ("", "—"),
    ("security", lazy_gettext("治安")),
    ("mediation", lazy_gettext("调解")),
    ("law", lazy_gettext("普法")),
    ("support", lazy_gettext("帮教")),
    ("patrol", lazy_gettext("巡逻")),
    ("safety", lazy_gettext("安全")),
)
PAGE_SIZE = 50


@pages.get("/posts")
def posts() -> str:
    """Who holds which post today; with `all` past ones, too."""
    return _posts()


@pages.post("/posts")
def appoint() -> Told:
    """Puts somebody into a post."""
    given, at = sent("kind", "place", "person_id", "line", "starts_on"), community()
    body = {**given, "line": given["line"] or None, "community": at}
    return doing(
        lambda: api("appoint", body=body),
        lambda _: url_for("office.posts", community=at, done=1),
        lambda wrong: _posts(wrong, given),
    )


@pages.post("/posts/<id:id>/end")
def end_post(id: str) -> Told:
    """Says which day is the last in a post."""
    then = url_for("office.posts", community=community(), done=1)
    return doing(lambda: api("end_post", body=sent("ends_on"), id=id), lambda _: then, _posts)


def _posts(wrong: dict[str, list[str]] | None = None, given: dict[str, str] | None = None) -> str:
    at, asked, today = community(), filters("kind", "place", "all", "q"), datetime.now(CHINA).date().isoformat()
    narrowed = {name: asked[name] for name in ("kind", "place") if name in asked}
    on = {} if "all" in asked else {"on": today}
    return render_template(
        "office/posts.html",
        community=at,
        found=api("list_posts", query={**narrowed, **on, "community": at, "page": page(), "page_size": PAGE_SIZE}),
        asked=asked,
        wrong=wrong or {},
        given=given or filters("place", "kind", "person_id"),
        candidates=_candidates(at, asked.get("q", "")),
        posts=list(POSTS.items()),
        lines=LINES,
        today=today,
    )


def _candidates(at: str, q: str) -> list[dict[str, Any]]:
    """Those who are called so, to be put into a post."""
    if not q:
        return []
    found: list[dict[str, Any]] = api("list_people", query={"community": at, "q": q[:40], "page_size": 20})["items"]
    return found
