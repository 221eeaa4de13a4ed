"""Gaps, and registers brought in from Excel with a look at what would happen first."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext

from contracts.errors import Error
from gateway.api.organization import bring_in
from gateway.blank_sheets import TEMPLATES, template
from gateway.errors import FileMissing
from gateway.files import call
from gateway.http import STATUS
from gateway.pages.api import api, reach
from gateway.pages.frame import said_of
from gateway.pages.office import pages
from gateway.pages.office.community import community
from gateway.sheets import XLSX, Column, sheet
from gateway.uploads import taking

PAGE_SIZE = 50
MOST_ROWS = 100_000
"""As many as an import may have unless it is set otherwise."""


def _paged() -> dict[str, int]:
    return {"page": max(1, request.args.get("page", 1, type=int)), "page_size": PAGE_SIZE}


@pages.get("/gaps")
def gaps() -> str:
    """Where nobody is responsible."""
    at = community()
    return render_template("office/gaps.html", community=at, found=api("list_gaps", query=_paged(), community=at))


@pages.get("/import/<any(places, people):what>")
def import_form(what: str) -> str:
    """Asks for the file."""
    return _import_page(what)


@pages.post("/import/<any(places, people):what>")
@taking("import_limit")
def import_file(what: str) -> str | tuple[str, int]:
    """Says what the file would do and what is wrong with it; with `confirmed`, does it."""
    at = community()
    is_confirmed = request.form.get("confirmed") == "1"
    try:
        reach(f"import_{what}", community=at)
        file = _sent()
        told = bring_in(f"import_{what}", at, file, preview=not is_confirmed)
    except Error as error:
        return _import_page(what, wrong=said_of(error)), STATUS.get(error.kind, 500)
    return _import_page(what, told=told, file=file, is_done=is_confirmed and not told["fault_count"])


@pages.get("/import/<any(places, people):what>/template.xlsx")
def import_template(what: str) -> Response:
    """The sheet to fill in."""
    name = gettext("%(what)s导入模板.xlsx", what=TEMPLATES[what].title)
    return _download(template(TEMPLATES[what]), name, f"{what}-template.xlsx")


@pages.post("/import/result.xlsx")
@taking("import_limit")
def import_result() -> Response:
    """What became of each row, as a sheet: said by the page that showed the numbers."""
    words: dict[int, str] = dict.fromkeys(_numbers("added"), gettext("已新增"))
    words |= dict.fromkeys(_numbers("changed"), gettext("已更新"))
    rows = ({"row": row, "result": words.get(row, gettext("没有变化"))} for row in range(2, _last() + 2))
    columns = [
        Column(gettext("行号"), lambda row: row["row"], "number", 8),
        Column(gettext("结果"), lambda row: row["result"], "text", 16),
    ]
    return _download(sheet(gettext("导入结果"), columns, rows), gettext("导入结果.xlsx"), "results.xlsx")


def _last() -> int:
    return min(max(0, request.form.get("rows", 0, type=int)), MOST_ROWS)


def _numbers(field: str) -> Iterator[int]:
    said = request.form.get(field, "").split(",")
    return (int(each) for each in said if each.isascii() and each.isdecimal() and len(each) < 8)


def _download(content: bytes, name: str, plain: str) -> Response:
    return call(Response(content, content_type=XLSX), "attachment", name, plain)


def _sent() -> str:
    """The file in base64: as it was sent, or as it came back with the page that showed what it would do."""
    if kept := request.form.get("file_kept", ""):
        return kept
    sent = request.files.get("file")
    content = sent.read() if sent is not None else b""
    if not content:
        raise FileMissing
    return b64encode(content).decode()


def _import_page(
    what: str,
    *,
    told: dict[str, Any] | None = None,
    file: str = "",
    wrong: dict[str, list[str]] | None = None,
    is_done: bool = False,
) -> str:
    return render_template(
        "office/import.html",
        what=what,
        told=told,
        file=file,
        wrong=wrong or {},
        is_done=is_done,
    )
