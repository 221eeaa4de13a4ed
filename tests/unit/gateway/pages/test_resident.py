"""Pages of residents at the door: reporting from a courtyard's code, following by receipt, without an account."""

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.accounts.schemas.notices import LeaveReporter
from contracts.errors import Unavailable, words
from contracts.grievance.errors import ReceiptMismatch, TooLateToAmend
from tests.pictures import A_PICTURE
from tests.unit.gateway.conftest import COMMUNITY, FakeServices

GRID, YARD = COMMUNITY + "001", COMMUNITY + "00101"
HERE = f"/q/{COMMUNITY}/{YARD}"
AT = datetime(2026, 11, 28, 1, 30, tzinfo=UTC).isoformat()
RECEIPT, CLAIM = "20261128-0001-00019", "1234-5678-90123"
ID = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
OTHER_ID = "2b4e28ba-2fa1-41d2-883f-0016d3cca427"
CATEGORY = {
    "code": "corridor_clutter", "name": "楼道堆物", "english": "clutter in the corridor", "line_name": "安全",
    "respond_within_hours": 2, "asks": words("堆的是什么？", "What lies there?"), "first": words("", ""),
}  # fmt: skip
CASE = {
    "id": ID, "receipt": RECEIPT, "community": COMMUNITY, "follows_as": "filer", "status": "assigned",
    "category": "corridor_clutter", "place": YARD, "filed_at": AT, "respond_by": AT, "resolve_by": AT, "round": 1,
    "neighbours": 2, "leader": None, "description": "三楼堆满纸箱", "resolution": "", "score": None, "claim": CLAIM,
    "progress": [{"at": AT, "what": "accepted", "who": "李网格", "note": "下午上门"}], "pictures": [],
    "allowed": ["withdraw", "amend"], "change_until": AT, "reopen_until": None,
}  # fmt: skip


def entry(post: str, name: str) -> dict[str, Any]:
    return {"post": post, "place_name": "第一网格", "person": {"name": name, "phone": "0371-1", "portrait": None}}


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    board = [entry("community_secretary", "张书记"), entry("grid_leader", "李网格"), entry("line_head", "陈安全")]
    path = [{"code": YARD, "name": "交通庭院"}]
    seen = ("id", "community", "category", "place", "status", "filed_at", "respond_by", "resolve_by")
    open_matter = {name: CASE[name] for name in seen} | {"neighbours": 3}
    services.answers |= {
        "get_board": {"community": COMMUNITY, "place": YARD, "path": path, "entries": board,
                      "closed_on": None},
        "list_categories": {"items": [CATEGORY], "total": 1, "page": 1, "page_size": 200},
        "list_nearby": lambda _: {"items": [dict(open_matter)], "total": 1, "page": 1, "page_size": 50},
        "get_place": {"name": "交通庭院"},
        "file_grievance": {"id": ID, "receipt": RECEIPT, "claim": CLAIM, "status": "filed"},
        "join_grievance": {
            "id": ID, "receipt": RECEIPT, "claim": CLAIM, "neighbours": 4,
            "community": COMMUNITY, "neighbour": OTHER_ID,
        },
        "keep_picture": lambda asked: {"id": asked["id"], "width": 40, "height": 30},
        "follow_receipt": lambda _: {**CASE},
    }  # fmt: skip
    return services


def asked(services: FakeServices, call: str) -> list[dict[str, Any]]:
    return [command for _, name, command in services.asked if name == call]


def remembering(client: FlaskClient) -> FlaskClient:
    client.set_cookie("hemei_receipts", f"{RECEIPT}:{CLAIM}")
    return client


REPORT = {"category": "corridor_clutter", "description": "三楼堆满纸箱", "phone": "13800001234", "key": "a-key"}


def test_a_category_says_what_to_tell_of_it_and_a_number_to_call_only_where_there_is_one(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    page = anonymous.get(HERE).text
    assert '<p class="asks" id="told-corridor_clutter"><span>堆的是什么？</span></p>' in page
    assert 'value="corridor_clutter" aria-describedby="told-corridor_clutter"' in page

    silent = {**CATEGORY, "code": "noise", "asks": words("", "")}
    burning = {**CATEGORY, "first": words("先打 119", "call 119")}
    services.answers["list_categories"] = {"items": [burning, silent], "total": 2}
    page = anonymous.get(HERE, headers={"Accept-Language": "en"}).text
    assert "<strong>call 119</strong> <span>What lies there?</span>" in page
    assert "told-noise" not in page


def test_reporting_goes_on_while_the_services_are_of_the_release_before(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    services.answers["get_board"].pop("closed_on", None)
    known = {name: value for name, value in CATEGORY.items() if name not in ("asks", "first")}
    services.answers["list_categories"] = {"items": [known], "total": 1}
    page = anonymous.get(HERE)
    assert (page.status_code, "told-corridor_clutter" in page.text) == (200, False)
    assert "楼道堆物" in page.text


def test_the_page_says_who_will_handle_it_and_by_when_before_anything_is_sent(anonymous: FlaskClient) -> None:
    page = anonymous.get(HERE).text
    assert "谁来办：网格长 李网格" in page
    assert "最晚 2 小时内回应" in page
    assert page.index("李网格") < page.index("张书记") < page.index("陈安全")


def test_the_face_of_whoever_will_handle_it_is_seen_without_opening_anything_where_it_is_published(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    def summary() -> str:
        return anonymous.get(HERE).text.partition("<summary>")[2].partition("</summary>")[0]

    assert "<img" not in summary()
    services.answers["get_board"]["entries"][1]["person"]["portrait"] = ID
    assert f'src="/api/v1/portraits/{ID}" alt=""' in summary()


def test_open_matters_near_by_are_offered_for_joining(anonymous: FlaskClient) -> None:
    page = anonymous.get(HERE).text
    assert "附近已经有人反映了 1 件" in page
    assert "还有 3 位邻居反映" in page
    assert "我也遇到了" in page


def test_reporting_goes_on_where_nobody_can_tell_what_is_near_by(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    services.answers["list_nearby"] = Unavailable()
    page = anonymous.get(HERE)
    assert (page.status_code, "附近已经有人反映了" in page.text) == (200, False)


def test_the_page_may_listen_and_shows_chosen_pictures_and_runs_no_script_within(anonymous: FlaskClient) -> None:
    page = anonymous.get(HERE)
    assert "microphone=(self)" in page.headers["Permissions-Policy"]
    assert "img-src 'self' blob:" in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|style=", page.text)


def test_a_form_with_pictures_files_a_matter_and_the_phone_remembers_it(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    pictures = [(BytesIO(A_PICTURE), f"IMG_{number}.png") for number in range(2)]
    sent = anonymous.post(HERE, data={**REPORT, "pictures": pictures}, content_type="multipart/form-data")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/r/{RECEIPT}?filed=1")
    (command,) = asked(services, "file_grievance")
    assert command["pictures"] == [each["id"] for each in asked(services, "keep_picture")]
    assert (command["idempotency_key"], command["channel"], len(command["pictures"])) == ("a-key", "web", 2)
    assert command["contact"] == {"name": "", "phone": "13800001234"}
    cookie = sent.headers["Set-Cookie"]
    assert (f"{RECEIPT}:{CLAIM}" in cookie, "HttpOnly" in cookie, "SameSite=Lax" in cookie) == (True, True, True)
    assert CLAIM not in sent.headers["Location"]
    receipt = anonymous.get(sent.headers["Location"]).text
    assert (RECEIPT in receipt, CLAIM in receipt) == (True, True)


def test_more_than_five_pictures_are_not_taken(anonymous: FlaskClient, services: FakeServices) -> None:
    pictures = [(BytesIO(A_PICTURE), "a.png") for _ in range(7)]
    assert anonymous.post(HERE, data={**REPORT, "pictures": pictures}).status_code == 303
    assert len(asked(services, "keep_picture")) == 5


def test_what_is_wrong_is_said_beside_the_form_and_nothing_typed_is_lost(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    good, bad = (BytesIO(A_PICTURE), "a.png"), (BytesIO(b"no picture"), "b.png")
    page = anonymous.post(HERE, data={**REPORT, "pictures": [good, bad]})
    assert page.status_code == 422
    assert "三楼堆满纸箱" in page.text
    assert 'value="13800001234"' in page.text
    assert 'id="pictures-wrong"' in page.text
    kept = asked(services, "keep_picture")[0]["id"]
    assert f'name="picture" value="{kept}"' in page.text
    assert asked(services, "file_grievance") == []
    page = anonymous.post(HERE, data={**REPORT, "category": ""})
    assert (page.status_code, 'aria-invalid="true"' in page.text) == (422, True)


def test_an_anonymous_matter_carries_no_contact(anonymous: FlaskClient, services: FakeServices) -> None:
    anonymous.post(HERE, data={**REPORT, "anonymous": "1"})
    (command,) = asked(services, "file_grievance")
    assert (command["anonymous"], command["contact"]) == (True, None)


def test_a_page_of_another_site_files_nothing(anonymous: FlaskClient, services: FakeServices) -> None:
    assert anonymous.post(HERE, data=REPORT, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert services.asked == []


def test_me_too_is_one_tap_and_is_remembered(anonymous: FlaskClient, services: FakeServices) -> None:
    sent = anonymous.post(f"{HERE}/me-too/{ID}", data={"key": "a-key"})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/r/{RECEIPT}?joined=1")
    kept = " ".join(sent.headers.getlist("Set-Cookie"))
    assert (asked(services, "join_grievance")[0]["key"], CLAIM in kept, "hemei_visitor=a-key" in kept) == (
        "a-key", True, True,
    )  # fmt: skip


def test_who_says_me_too_may_leave_a_telephone_and_is_told_when_it_is_settled(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    anonymous.post(f"{HERE}/me-too/{ID}", data={"key": "a-key"})
    assert services.left == []
    anonymous.post(f"{HERE}/me-too/{ID}", data={"key": "a-key", "phone": "13800001234"})
    (left,) = services.left
    assert LeaveReporter().validate(left) == {}
    assert (left["id"], left["joined"], left["phone"]) == (OTHER_ID, ID, "13800001234")
    services.answers["join_grievance"] |= {"neighbour": None}
    anonymous.post(f"{HERE}/me-too/{ID}", data={"key": "b-key", "phone": "13800001234"})
    assert len(services.left) == 1


def test_the_same_phone_is_the_same_neighbour_on_every_page_until_it_forgets(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    for key in ("first-page", "second-page"):
        anonymous.post(f"{HERE}/me-too/{ID}", data={"key": key})
    first, again = asked(services, "join_grievance")
    assert (again["key"], again["neighbour_id"]) == (first["key"], first["neighbour_id"])
    anonymous.post("/track/forget")
    anonymous.post(f"{HERE}/me-too/{ID}", data={"key": "third-page"})
    other = asked(services, "join_grievance")[2]
    assert other["neighbour_id"] != first["neighbour_id"]


def test_a_receipt_that_the_phone_does_not_know_asks_for_its_proof(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    assert anonymous.get(f"/r/{RECEIPT}").headers["Location"] == "/track"
    assert services.asked == []
    sent = anonymous.post("/track", data={"receipt": RECEIPT, "phone": "13800001234"})
    assert (sent.status_code, CLAIM in sent.headers["Set-Cookie"]) == (303, True)
    assert asked(services, "follow_receipt")[0] == {"receipt": RECEIPT, "phone": "13800001234"}


def test_a_wrong_pair_is_told_in_words_and_may_be_mended(anonymous: FlaskClient, services: FakeServices) -> None:
    services.answers["follow_receipt"] = ReceiptMismatch()
    number = "20261128-0002-00027"
    page = anonymous.post("/track", data={"receipt": number, "phone": "13800001235"})
    assert (page.status_code, "没有查到" in page.text, f'value="{number}"' in page.text) == (404, True, True)


def test_a_phone_forgets_when_it_is_somebody_elses(anonymous: FlaskClient) -> None:
    client = remembering(anonymous)
    assert RECEIPT in client.get("/track").text
    client.post("/track/forget")
    assert RECEIPT not in client.get("/track").text


def test_the_case_is_told_in_words(anonymous: FlaskClient) -> None:
    page = remembering(anonymous).get(f"/r/{RECEIPT}").text
    for said in ("楼道堆物", "已派单", "开始办理</strong> 李网格", "下午上门", "共有 2 位邻居一起反映", "三楼堆满纸箱"):
        assert said in page, said


@pytest.mark.parametrize(
    ("step", "sent", "told"),
    [
        ("withdraw", {}, {"reason": ""}),
        ("amend", {"description": "四楼", "category": "noise"}, {"description": "四楼", "category": "noise"}),
        ("answer", {"solved": "yes", "score": "5"}, {"solved": True, "score": 5, "comment": "", "reason": ""}),
        ("answer", {"solved": "no", "reason": "又堆了"}, {"solved": False, "comment": "", "reason": "又堆了"}),
        ("reopen", {"reason": "又堆了"}, {"reason": "又堆了"}),
    ],
)
def test_a_step_is_taken_with_what_the_phone_remembers(
    anonymous: FlaskClient, services: FakeServices, step: str, sent: dict[str, str], told: dict[str, Any]
) -> None:
    services.answers[f"{step}_by_receipt"] = lambda _: {**CASE}
    answer = remembering(anonymous).post(f"/r/{RECEIPT}/{step}", data=sent)
    assert answer.status_code == 303
    assert asked(services, f"{step}_by_receipt") == [{"receipt": RECEIPT, "claim": CLAIM, **told}]


def test_a_step_that_comes_too_late_is_refused_in_words(anonymous: FlaskClient, services: FakeServices) -> None:
    services.answers["amend_by_receipt"] = TooLateToAmend(minutes=10)
    page = remembering(anonymous).post(f"/r/{RECEIPT}/amend", data={"description": "四楼"})
    assert (page.status_code, "提交超过 10 分钟，不能再修改" in page.text) == (409, True)


@pytest.mark.parametrize(
    ("allowed", "seen", "unseen"),
    [
        (["withdraw", "amend"], ["保存修改", "撤回这件事"], ["办好了吗？满意吗？", "请重新办理"]),
        (["rate", "reopen"], ["办好了，很满意", "没有办好"], ["撤回这件事"]),
        (["reopen"], ["又出现了，或者没有办好"], ["办好了，很满意", "保存修改"]),
        ([], [], ["请重新办理", "保存修改", "办好了，很满意"]),
    ],
)
def test_only_what_is_possible_now_is_offered(
    anonymous: FlaskClient, services: FakeServices, allowed: list[str], seen: list[str], unseen: list[str]
) -> None:
    services.answers["follow_receipt"] = lambda _: {**CASE, "allowed": allowed}
    page = remembering(anonymous).get(f"/r/{RECEIPT}").text
    assert [each for each in seen if each not in page] == [each for each in unseen if each in page] == []


def entries(*whats: str, note: str = "以后当天清走") -> list[dict[str, Any]]:
    return [{"at": AT, "what": what, "who": "李网格", "note": note if what == "replied" else ""} for what in whats]


@pytest.mark.parametrize(
    ("progress", "is_shown"),
    [
        (entries("rated", "replied", "closed"), True),
        (entries("rated"), False),
        (entries("rated", "replied", "reopened", "accepted"), False),
        (entries("rated", "replied", "reopened", "accepted", "resolved", "rated"), False),
        (entries("rated", "replied", note=""), False),
    ],
)
def test_the_reply_to_the_last_rating_stands_above_all_that_happened(
    anonymous: FlaskClient, services: FakeServices, progress: list[dict[str, Any]], is_shown: bool
) -> None:
    services.answers["follow_receipt"] = lambda _: {**CASE, "progress": progress}
    page = remembering(anonymous).get(f"/r/{RECEIPT}").text
    assert ("对您评价的回复" in page) is is_shown
    assert ("<dd>以后当天清走" in page) is is_shown


def test_everything_is_said_in_english_too(anonymous: FlaskClient) -> None:
    page = remembering(anonymous).get(f"/r/{RECEIPT}", headers={"Accept-Language": "en"}).text
    assert 'Taken in hand by</strong> <span lang="zh-CN">李网格</span>' in page
    main = page[page.index("<main") : page.index("</main")]
    kept = ("三楼堆满纸箱", "李网格", "下午上门")
    for each in kept:
        main = main.replace(each, "")
    assert re.findall(r"[\u4e00-\u9fff]+", main) == []


def test_a_receipt_says_that_it_waits_for_what_and_until_when(anonymous: FlaskClient, services: FakeServices) -> None:
    pause = {"kind": "authority", "since": AT, "until": "2026-12-05", "words": "等燃气公司开挖"}
    anonymous.post("/track", data={"receipt": RECEIPT, "claim": CLAIM})
    services.answers["follow_receipt"] = lambda _: {**CASE, "status": "in_hand", "pause": pause}
    text = anonymous.get(f"/r/{RECEIPT}").text
    assert "暂停办理：等待其他单位施工，至12月5日。" in text
    assert "等燃气公司开挖" in text
    services.answers["follow_receipt"] = lambda _: {**CASE, "status": "in_hand"}
    assert 'id="paused"' not in anonymous.get(f"/r/{RECEIPT}").text
