"""Showing a grievance, and sending a sheet of places or people in."""

import io
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from cli.api import Api, Refused, Trouble
from cli.imports.tables import import_table, preview_table
from cli.timeline import show_grievance
from tests.unit.cli.fake_api import COMMUNITY, refused

GRIEVANCE = {
    "id": "7",
    "receipt": "20260101-0007",
    "status": "assigned",
    "place": "41018100201100101",
    "category": "corridor_clutter",
    "description": "楼道 [三楼] 堆满纸箱",
    "leader": {"name": "王丽", "post": "grid_leader"},
    "volunteers": [{"name": "张军", "state": "accepted"}],
    "referral": None,
    "visit": None,
    "allowed": ["accept", "reject"],
    "timeline": [
        {"at": "2026-01-01T08:00:00+00:00", "what": "filed", "who": "居民（网上）", "note": ""},
        {"at": "2026-01-01T08:00:01+00:00", "what": "leader_assigned", "who": "王丽", "note": "第一网格[东]由王丽负责"},
        {"at": "2026-01-01T08:00:02+00:00", "what": "something_new", "who": "系统", "note": ""},
    ],
}
COUNTS = {"rows": 2, "added": 2, "changed": 0, "unchanged": 0}
IMPORTED = COUNTS | {"ignored_columns": ["备注"], "faults": [], "fault_count": 0}


def paper() -> tuple[Console, io.StringIO]:
    file = io.StringIO()
    return Console(file=file, width=140), file


def api_that(response: httpx.Response, seen: list[httpx.Request]) -> Api:
    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return response

    return Api(httpx.Client(base_url="http://fake", transport=httpx.MockTransport(answer)))


def sheet(tmp_path: Path) -> Path:
    file = tmp_path / "地点.csv"
    file.write_text("编码,类型\n", encoding="utf-8")
    return file


def test_a_grievance_is_shown_with_who_is_on_it_and_its_timeline() -> None:
    console, file = paper()
    show_grievance(console, GRIEVANCE)
    told = file.getvalue()
    assert "已派单 assigned" in told
    assert "王丽 网格长 grid leader" in told
    assert "楼道 [三楼] 堆满纸箱" in told
    assert "派单到人 leader named" in told
    assert "第一网格[东]由王丽负责" in told
    assert "something_new" in told
    assert "01-01 16:00:00" in told


def test_an_imported_sheet_is_sent_as_it_is_and_its_counts_are_shown(tmp_path: Path) -> None:
    seen: list[httpx.Request] = []
    console, file = paper()
    import_table(api_that(httpx.Response(200, json=IMPORTED), seen), "places", sheet(tmp_path), COMMUNITY, console)
    assert seen[0].url.path == f"/api/v1/communities/{COMMUNITY}/places/import"
    assert seen[0].url.params["preview"] == "false"
    assert "编码,类型\n".encode() in seen[0].content
    assert "新增 added 2" in file.getvalue()
    assert "备注" in file.getvalue()


def test_a_preview_lists_every_mistake_and_ends_with_exit_code_1(tmp_path: Path) -> None:
    seen: list[httpx.Request] = []
    fault = {
        "row": 3,
        "column": "code",
        "said": {"zh": "第3行“编码”：不能为空", "en": "row 3, code: must not be empty"},
    }
    found = IMPORTED | {"faults": [fault], "fault_count": 1}
    console, file = paper()
    with pytest.raises(Trouble, match="1 mistakes"):
        preview_table(api_that(httpx.Response(200, json=found), seen), "people", sheet(tmp_path), COMMUNITY, console)
    assert seen[0].url.params["preview"] == "true"
    assert "第3行“编码”：不能为空" in file.getvalue()


def test_a_preview_without_mistakes_says_that_nothing_was_written(tmp_path: Path) -> None:
    console, file = paper()
    preview_table(api_that(httpx.Response(200, json=IMPORTED), []), "people", sheet(tmp_path), COMMUNITY, console)
    assert "nothing was written" in file.getvalue()


def test_a_refused_sheet_names_its_rows(tmp_path: Path) -> None:
    response = refused(422, "import_refused", {"rows.3.code": ["第3行“编码”：不能为空"]})
    with pytest.raises(Refused, match=r"rows\.3\.code: 第3行“编码”：不能为空"):
        import_table(api_that(response, []), "places", sheet(tmp_path), COMMUNITY, paper()[0])
