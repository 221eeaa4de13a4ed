"""My notices: the unread first, each with the way to its matter; and how many are unread, for the bell in the frame."""

from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as Answer

from gateway.http import answer
from gateway.pages.api import api
from gateway.pages.display import own_address
from gateway.pages.mine import pages

ON_A_PAGE = 20


@pages.get("/notices")
def notices() -> str:
    """What I am told."""
    page = max(1, request.args.get("page", 1, type=int))
    found = api("list_notices", query={"page": page, "page_size": ON_A_PAGE})
    for each in found["items"]:
        each["has_page"] = is_a_page(each["page"])
    return render_template("mine/notices.html", found=found, is_done="done" in request.args)


@pages.post("/notices/read")
def read() -> Answer:
    """Marks one notice as read and goes where it leads, or marks all."""
    id = request.form.get("id", "")
    api("mark_notices_read", body={"ids": [id]} if id else {})
    where = own_address(request.form.get("page", ""))
    return redirect(where if is_a_page(where) else url_for("mine.notices", done=1), 303)


@pages.get("/notices/unread")
def count() -> Response:
    """How many are unread, for the bell of a page that stays open."""
    return answer(api("count_unread_notices"))


def is_a_page(path: str) -> bool:
    """Whether this door has a page there."""
    if not path:
        return False
    try:
        endpoint: Any = current_app.url_map.bind("").match(path, method="GET")[0]
    except HTTPException:
        return False
    return bool(endpoint) and not path.startswith(("/api/", "/static/"))
