"""Pages of the office: its own community only, entry for callers, imports looked at first, lists as sheets."""

import io
import re
from base64 import b64encode
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from contracts.errors import Invalid, words
from gateway.pages.office.exports import EXPORTS
from services.organization.domain import people, tree
from services.organization.handlers.sheets import read_sheet
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

WORD = {"csrf": signed_in()["csrf"]}
AT = datetime(2026, 11, 28, 1, 30, tzinfo=UTC).isoformat()
CASE = {
    "id": "1b4e28ba-2fa1-41d2-883f-0016d3cca427", "receipt": "20261128-0001-00019", "community": COMMUNITY,
    "status": "assigned", "category": "corridor_clutter", "place": "41018100201100401", "channel": "phone",
    "leader": {"name": "张网格"}, "leader_missing": False, "version": 3,
    "filed_at": AT, "respond_by": AT, "resolve_by": AT,
    "score": None,
}  # fmt: skip
CATEGORY = {"code": "corridor_clutter", "name": "楼道堆物", "english": "clutter in the corridor"}
YARD = {"code": "410181002011004", "name": "陇海花苑", "kind": "courtyard", "parent": "410181002011001", "aged": True,
        "boundary": ""}  # fmt: skip


def page_of(*items: dict[str, Any]) -> dict[str, Any]:
    return {"items": list(items), "total": len(items), "page": 1, "page_size": 200}


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.who = signed_in(granted("office", COMMUNITY))
    services.answers |= {
        "list_grievances": page_of(CASE),
        "choose_grievances": page_of(CASE),
        "list_categories": page_of(CATEGORY),
        "list_places": page_of(YARD),
        "list_people": page_of(),
        "list_gaps": page_of(),
        "file_grievance": {"id": CASE["id"], "receipt": CASE["receipt"], "status": "filed"},
    }
    return services


def test_the_inbox_shows_what_is_open_with_state_and_deadline_in_words(office: FlaskClient) -> None:
    page = office.get("/office").text
    assert CASE["receipt"] in page
    assert "已派单" in page
    assert "已超时" in page
    assert "楼道堆物" in page


def test_low_ratings_that_wait_for_a_reply_are_a_choice_of_the_inbox(
    office: FlaskClient, services: FakeServices
) -> None:
    assert '<option value="discontent">低分待回复</option>' in office.get("/office").text
    services.asked.clear()
    assert '<option value="discontent" selected>' in office.get("/office?group=discontent").text
    (asked,) = [command for _, call, command in services.asked if call == "list_grievances"]
    assert (asked["group"], asked["order"]) == ("discontent", "newest")


def test_a_receipt_number_that_cannot_be_one_is_said_beside_its_field(office: FlaskClient) -> None:
    page = office.get("/office?receipt=4711").text
    assert 'id="receipt-wrong">格式不对' in page
    assert CASE["receipt"] not in page


def test_another_community_is_not_looked_at_though_its_code_is_typed(
    office: FlaskClient, services: FakeServices
) -> None:
    office.get("/office?community=410181002012")
    assert {command["community"] for _, call, command in services.asked if "grievances" in call} == {COMMUNITY}


@pytest.mark.parametrize("role", ["resident", "volunteer", "grid_leader", "doctor", "partner", "viewer", "operator"])
@pytest.mark.parametrize("path", ["", "/new", "/places", "/people", "/gaps", "/import/people", "/export/people.xlsx"])
def test_nobody_else_comes_in(office: FlaskClient, services: FakeServices, role: str, path: str) -> None:
    services.who = signed_in(granted(role, COMMUNITY, subject="anybody"))
    assert office.get(f"/office{path}").status_code in (403, 404)


@pytest.mark.parametrize(
    ("path", "marked"),
    [("/office", ["page 诉求"]), ("/office/people", ["page 人员"]), ("/office/people/new", ["true 人员"])],
)
def test_the_tab_that_one_is_in_is_marked_and_no_other(office: FlaskClient, path: str, marked: list[str]) -> None:
    tabs = office.get(path).text.partition('class="tabs"')[2].partition("</nav>")[0]
    assert [" ".join(found) for found in re.findall(r'aria-current="(\w+)">(\w+)<', tabs)] == marked


def test_whoever_has_not_signed_in_is_asked_to(anonymous: FlaskClient) -> None:
    assert anonymous.get("/office").headers["Location"] == "/sign-in?next=/office"


# -- for callers


ENTRY = {
    **WORD, "channel": "phone", "place": YARD["code"], "category": "corridor_clutter", "description": "三楼堆满纸箱",
    "name": "张先生", "phone": "10000000000", "key": "entry-1",
}  # fmt: skip


def test_what_a_caller_says_is_filed_once_and_the_receipt_is_shown_to_be_read_out(
    office: FlaskClient, services: FakeServices
) -> None:
    answer = office.post("/office/new", data=ENTRY, follow_redirects=True)
    assert CASE["receipt"] in answer.text
    (command,) = [command for _, call, command in services.asked if call == "file_grievance"]
    assert command["contact"] == {"name": "张先生", "phone": "10000000000"}
    assert (command["channel"], command["idempotency_key"], command["community"]) == ("phone", "entry-1", COMMUNITY)


def test_a_caller_who_wants_to_stay_unknown_leaves_no_contact(office: FlaskClient, services: FakeServices) -> None:
    office.post("/office/new", data={**ENTRY, "anonymous": "1"})
    (command,) = [command for _, call, command in services.asked if call == "file_grievance"]
    assert (command["contact"], command["anonymous"]) == (None, True)


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    office: FlaskClient, services: FakeServices
) -> None:
    services.answers["file_grievance"] = Invalid(fields={"category": [words("没有这个类别", "No such category")]})
    answer = office.post("/office/new", data=ENTRY)
    assert answer.status_code == 422
    assert "没有这个类别" in answer.text
    assert "三楼堆满纸箱" in answer.text
    assert 'value="entry-1"' in answer.text


# -- imports


FOUND = {"preview": True, "rows": 3, "added": 2, "changed": 1, "unchanged": 0, "ignored_columns": [], "fault_count": 0,
         "faults": [], "added_rows": [2, 3], "changed_rows": [4]}  # fmt: skip


def sent() -> dict[str, Any]:
    return {**WORD, "file": (io.BytesIO("编码\n".encode()), "places.csv")}


def test_a_file_is_looked_at_first_and_brought_in_when_confirmed(office: FlaskClient, services: FakeServices) -> None:
    services.answers |= {"ready": {"ready": True}, "import_places": FOUND}
    page = office.post("/office/import/places", data=sent()).text
    assert "确认导入" in page
    kept = page.partition('name="file_kept" value="')[2].partition('"')[0]

    answer = office.post("/office/import/places", data={**WORD, "confirmed": "1", "file_kept": kept})

    previews = [command["preview"] for _, call, command in services.asked if call == "import_places"]
    files = {command["file"] for _, call, command in services.asked if call == "import_places"}
    assert (previews, len(files), answer.status_code) == ([True, False], 1, 200)
    assert "新增 2" in answer.text


def test_what_became_of_each_row_is_a_sheet(office: FlaskClient, services: FakeServices) -> None:
    services.answers |= {"ready": {"ready": True}, "import_places": {**FOUND, "preview": False}}
    page = office.post("/office/import/places", data={**WORD, "confirmed": "1", "file_kept": "Y29kZQ=="}).text
    told = dict(re.findall(r'name="(rows|added|changed)" value="([^"]*)"', page))
    assert told == {"rows": "3", "added": "2,3", "changed": "4"}
    written = office.post("/office/import/result.xlsx", data={**WORD, **told})
    rows = list(load_workbook(BytesIO(written.data)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows == [("行号", "结果"), (2, "已新增"), (3, "已新增"), (4, "已更新")]


def test_a_large_file_comes_back_with_its_confirmation(office: FlaskClient, services: FakeServices) -> None:
    services.answers |= {"ready": {"ready": True}, "import_places": {**FOUND, "preview": False}}
    answer = office.post("/office/import/places", data={**WORD, "confirmed": "1", "file_kept": "Y" * 3_000_000})
    assert answer.status_code == 200


@pytest.mark.parametrize("what", ["places", "people"])
def test_the_template_is_understood_by_the_import(office: FlaskClient, what: str) -> None:
    answer = office.get(f"/office/import/{what}/template.xlsx")
    assert answer.headers["Content-Disposition"].isascii()  # else the server drops the connection
    written = answer.data
    page = load_workbook(BytesIO(written)).active
    assert page is not None
    assert page.freeze_panes == "A2"
    assert page["A2"].number_format == "@"
    assert page.data_validations.dataValidation
    columns = {"places": tree, "people": people}[what]
    sheet = read_sheet(b64encode(written).decode(), columns.COLUMNS, columns.REQUIRED, 10)
    assert (sheet.ignored, set(columns.REQUIRED) <= sheet.columns) == ((), True)


def test_mistakes_are_shown_by_row_and_cannot_be_confirmed(office: FlaskClient, services: FakeServices) -> None:
    fault = {
        "row": 7,
        "column": "parent",
        "heading": "上级",
        "value": "12",
        "said": words("没有这个上级", "No such place above"),
    }
    services.answers |= {"ready": {"ready": True}, "import_places": {**FOUND, "fault_count": 1, "faults": [fault]}}
    page = office.post("/office/import/places", data=sent()).text
    assert "没有这个上级" in page
    assert ">7<" in page
    assert "确认导入" not in page


def test_no_file_is_said_so(office: FlaskClient) -> None:
    answer = office.post("/office/import/places", data=WORD)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


# -- sheets


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_every_list_can_be_had_as_a_sheet(office: FlaskClient, services: FakeServices, name: str) -> None:
    operation = EXPORTS[name].operation
    services.answers.setdefault(operation, page_of())
    answer = office.get(f"/office/export/{name}.xlsx")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert load_workbook(BytesIO(answer.data)).active.freeze_panes == "A2"


def test_a_sheet_holds_the_rows_of_the_list_codes_as_text(office: FlaskClient) -> None:
    rows = list(load_workbook(BytesIO(office.get("/office/export/grievances.xlsx").data)).active.values)
    assert rows[1][0] == CASE["receipt"]
    assert rows[1][3] == CASE["place"]


def test_the_sheet_of_cases_says_which_wait_for_what_and_until_when(
    office: FlaskClient, services: FakeServices
) -> None:
    waiting = {
        **CASE,
        "status": "in_hand",
        "pause": {"kind": "season", "since": CASE["filed_at"], "until": "2026-12-05"},
        "moved_from": CASE["resolve_by"],
    }
    services.answers["list_grievances"] = page_of(waiting)
    written = office.get("/office/export/grievances.xlsx?group=paused").data
    heading, first = load_workbook(BytesIO(written)).active.values
    told = dict(zip(heading, first, strict=True))
    assert (told["状态"], told["暂停：等什么"], str(told["暂停到"])[:10]) == (
        "暂停办理",
        "等待季节或天气",
        "2026-12-05",
    )
    assert told["顺延前最晚办结"] == told["最晚办结"]
    assert services.told("list_grievances")["group"] == "paused"


def test_the_inbox_finds_what_waits_and_says_until_when(office: FlaskClient, services: FakeServices) -> None:
    pause = {"kind": "season", "since": CASE["filed_at"], "until": "2026-12-05"}
    services.answers["list_grievances"] = page_of({**CASE, "status": "in_hand", "pause": pause})
    text = office.get("/office?group=paused").text
    assert services.told("list_grievances")["group"] == "paused"
    assert ("至12月5日" in text, "等待季节或天气" in text, ">暂停办理</span>" in text) == (True, True, True)


def test_there_is_no_sheet_of_something_unheard_of(office: FlaskClient) -> None:
    assert office.get("/office/export/secrets.xlsx").status_code == 404
