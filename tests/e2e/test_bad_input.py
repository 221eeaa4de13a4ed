"""Whatever is sent, the door says what is wrong with it in the reader's language, and nothing answers 500."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.communities import Community, enrol, found, join
from tests.e2e.demo_community import COMMUNITY
from tests.e2e.door import Door
from tests.e2e.first_key import COOKIE, KEY
from tests.e2e.sample_bodies import body_of
from tests.pictures import A_PICTURE

pytestmark = pytest.mark.timeout(240)

CHINESE = re.compile("[\u4e00-\u9fff]")
LANGUAGES = ("zh", "en")


@pytest.fixture(scope="module")
def known() -> dict[str, Community]:
    """A community for each system, made once."""
    return {}


@pytest.fixture
def community(door: Door, known: dict[str, Community]) -> Community:
    """A community with somebody of every kind in it, and a case that is in hand."""
    if door.url not in known:
        made = known[door.url] = found(door)
        enrol(door, made)
        join(door, made, "铁塔公司", "tower")
        door.file(made.code, made.building, "other")
    return known[door.url]


def filing(known: Community, **changes: Any) -> dict[str, Any]:
    """A filing in order, but for the changes."""
    return {
        "community": known.code,
        "place": known.building,
        "category": "other",
        "description": "楼道灯坏了。",
        **changes,
    }


def check_refused(answer: httpx.Response, status: int, language: str) -> dict[str, Any]:
    """The refusal, in its one shape and in this language."""
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    assert set(told) == {"error", "message", "fields"}, told
    assert re.fullmatch("[a-z_]+", told["error"])
    sentences = [told["message"], *(sentence for field in told["fields"].values() for sentence in field)]
    for sentence in sentences:
        assert bool(CHINESE.search(sentence)) == (language == "zh"), sentence
    assert answer.headers["Content-Language"] == language
    return told


# -- each kind of refusal, in both languages


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("community", "999999999999", "unknown_community"),
        ("place", "nowhere-1", "unknown_place"),
        ("place", COMMUNITY, "unknown_place"),
        ("category", "nothing", "unknown_category"),
    ],
)
def test_what_is_not_known_is_refused_by_its_field(
    door: Door, community: Community, field: str, value: str, code: str, language: str
) -> None:
    body = filing(community, **{field: value})
    answer = door.http.post("grievances", json=body, headers={"Accept-Language": language})

    told = check_refused(answer, 422, language)

    assert told["error"] == code
    assert list(told["fields"]) == [field]
    assert value in told["fields"][field][0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_reading_an_unknown_community_or_place_answers_404(door: Door, community: Community, language: str) -> None:
    for path in (
        "communities/999999999999",
        "communities/999999999999/places",
        "communities/999999999999/gaps",
        f"communities/{community.code}/places/nowhere",
        f"communities/{community.code}/places/nowhere/responsible",
    ):
        check_refused(door.http.get(path, headers={"Accept-Language": language}), 404, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nothing", b'{"place": "\xff\xfe"}', b'{"place": "\\ud800"}', b"{'place': 1}", b"[" * 100_000, b"\x00",
     b'{"score": NaN}', b"\xef\xbb\xbf{}", '{"place": 1}'.encode("utf-16")],
    ids=["empty", "cut", "word", "bytes", "half-a-pair", "quotes", "deep", "zero", "nan", "mark", "utf-16"],
)  # fmt: skip
def test_a_body_that_is_no_json_answers_400(door: Door, body: bytes, language: str) -> None:
    headers = {"Content-Type": "application/json", "Accept-Language": language}
    check_refused(door.http.post("grievances", content=body, headers=headers), 400, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_body_over_the_limit_answers_413(door: Door, community: Community, language: str) -> None:
    headers = {"Content-Type": "application/json", "Accept-Language": language}
    body = json.dumps(filing(community, description="长" * 100_000)).encode()

    def in_pieces() -> Iterator[bytes]:
        yield from (body[start : start + 10_000] for start in range(0, len(body), 10_000))

    check_refused(door.http.post("grievances", content=body, headers=headers), 413, language)
    check_refused(door.http.post("grievances", content=in_pieces(), headers=headers), 413, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("community", 410181002011, "community"),
        ("community", "41018100201１", "community"),
        ("place", ["a"], "place"),
        ("place", "a b", "place"),
        ("category", "", "category"),
        ("category", {}, "category"),
        ("description", "", "description"),
        ("description", " \n\u3000", "description"),
        ("description", "长" * 10_001, "description"),
        ("description", "零\0字", "description"),
        ("description", None, "description"),
        ("contact", "李女士", "contact"),
        ("contact", {"phone": "打不通"}, "contact.phone"),
        ("contact", {"name": "长" * 101}, "contact.name"),
        ("contact", {"name": "零\0"}, "contact.name"),
        ("contact", {"fax": "1"}, "contact.fax"),
        ("anonymous", "perhaps", "anonymous"),
        ("channel", "pigeon", "channel"),
        ("about_person", "王建国", "about_person"),
        ("colour", "red", "colour"),
    ],
)
def test_a_field_that_is_wrong_is_named(
    door: Door, community: Community, field: str, value: Any, named: str, language: str
) -> None:
    body = filing(community, **{field: value})

    told = check_refused(door.http.post("grievances", json=body, headers={"Accept-Language": language}), 422, language)

    assert list(told["fields"]) == [named]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_that_is_missing_is_named_at_once(door: Door, language: str) -> None:
    told = check_refused(door.http.post("grievances", json={}, headers={"Accept-Language": language}), 422, language)
    assert set(told["fields"]) == {"community", "place", "category", "description"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_id_answers_404_wherever_an_id_stands(door: Door, language: str) -> None:
    heard = {"Accept-Language": language}
    whole = {
        "by": "值班员",
        "reason": "理由",
        "result": "结果",
        "score": 3,
        "starts_on": "2025-01-01",
        "ends_on": "2025-01-02",
        "role": "office",
        "community": COMMUNITY,
        "outcome": "reached",
        "note": "备注",
        "version": 1,
        "household": f"{COMMUNITY}00100101011101",
        "left_on": "2025-01-01",
        "shown": True,
        "given_on": "2025-01-01",
        "withdrawn_on": "2025-01-02",
        "purpose": "images",
        "how": "written",
        "kind": "phone",
        "wanted": "survey",
        "hands": 2,
        "phone": "13800001234",
        "to_id": str(uuid4()),
        "gone_id": str(uuid4()),
        "gone_version": 1,
        "other_id": str(uuid4()),
        "title": "已转办",
        "words": "请等两天。",
        "tasks": [{"title": "清走旧家具"}],
    }
    for method, path, told in door.description.operations:
        if "{id}" not in path:
            continue
        body = {name: whole[name] for name in required_of(door, told) if name in whole}
        names_a_volunteer = ("teams/{id}/join", "teams/{id}/leave", "/hand-over")
        is_of_volunteers = path.endswith(names_a_volunteer) and "grievances" not in path
        body |= {"volunteer_id": str(uuid4())} if is_of_volunteers else {}
        body |= agreement() if path.endswith("/agreements") else {}
        body |= {"kind": "season", "until": "2099-12-31"} if path.endswith("/pause") else {}
        body |= {"unit_kind": "police"} if path.endswith("/ask-unit") else {}
        body |= {"reason": "asked_by_person"} if path.endswith("/erase") else {}
        body |= {"reason": "other"} if path.endswith("pairings/{id}/end") else {}
        sent: dict[str, Any] = {} if method == "get" else {"json": body}
        if path.endswith("{id}/merge") and method == "get":
            sent = {"params": {"gone_id": str(uuid4())}}
        if path.endswith(("{id}/pictures", "{id}/portrait")) and method == "post":
            asked = {"consent": "true"} if "portrait" in path else {"kind": "before"}
            sent = {"files": {"file": ("a.png", A_PICTURE, "image/png")}, "params": asked}
        answer = door.front.request(method, path.replace("{id}", str(uuid4())), headers=heard, **sent)
        check_refused(answer, 404, language)
        check_refused(door.front.request(method, path.replace("{id}", "x1"), headers=heard, **sent), 404, language)


def agreement() -> dict[str, str]:
    """An agreement in order."""
    return {
        "parties": "社区、单位",
        "cooperation": "problems",
        "valid_from": "2025-01-01",
        "valid_to": "2025-12-31",
    }


def required_of(door: Door, told: dict[str, Any]) -> list[str]:
    """The fields that a command must have."""
    name = body_of(told)
    return list(door.description.told["components"]["schemas"][name].get("required", ())) if name else []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_step_that_the_state_forbids_answers_409_and_says_which_are_allowed(
    door: Door, community: Community, language: str
) -> None:
    id = door.file(community.code, community.building, "flying_wire")
    case = door.when(id, lambda case: case["referral"])
    heard = {"Accept-Language": language}

    early = check_refused(door.http.post(f"grievances/{id}/resolve", json={}, headers=heard), 409, language)
    assert all(step in early["message"] for step in ("resolve", *case["allowed"])), early
    referral = case["referral"]["id"]
    answer = door.http.post(f"referrals/{referral}/complete", json={"result": "好"}, headers=heard)
    unaccepted = check_refused(answer, 409, language)
    assert all(step in unaccepted["message"] for step in ("accept", "return")), unaccepted


def test_chinese_is_spoken_to_whoever_asks_for_nothing_or_for_what_is_not_spoken(door: Door) -> None:
    spoken_to = {"": "zh", "fr": "zh", ";;q=": "zh", "*": "zh", "zh-CN,zh;q=0.9,en;q=0.8": "zh"}
    spoken_to |= {"en-GB,zh;q=0.5": "en", "en;q=0.1,fr": "en", "EN-us": "en"}
    for wished, spoken in spoken_to.items():
        answer = door.http.get("grievances/x", headers={"Accept-Language": wished} if wished else {})
        check_refused(answer, 404, spoken)


def test_a_method_or_type_that_is_not_taken_is_refused(door: Door, community: Community) -> None:
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "LINK"):
        answer = door.front.request(method, "/api/v1/grievances")
        assert answer.status_code == 405, f"{method} {answer.text}"
        assert "POST" in answer.headers["Allow"]
    form = door.http.post("grievances", data={"community": community.code})
    assert form.status_code == 415
    xml = door.http.post("grievances", content=b"<a/>", headers={"Content-Type": "application/xml"})
    assert xml.status_code == 415
    picky = door.http.get("categories", headers={"Accept": "text/html"})
    assert picky.status_code == 406


def test_an_odd_key_is_refused_and_the_longest_is_taken(door: Door, community: Community) -> None:
    for key in ("", "k" * 201, "a b", "é".encode().decode("latin-1")):
        answer = door.http.post(
            "grievances", json=filing(community), headers={"Idempotency-Key": key.encode("latin-1")}
        )
        assert answer.status_code == 422, answer.text
        assert list(answer.json()["fields"]) == ["Idempotency-Key"]
    assert door.post("grievances", filing(community), key="k" * 200)["id"]


def test_a_page_of_another_site_cannot_use_the_door(door: Door, community: Community) -> None:
    # What a browser sends along by itself: the cookie of a session, and no word that only our pages know.
    with httpx.Client(base_url=door.http.base_url, cookies={COOKIE: KEY}, trust_env=False) as browser:
        answer = browser.post("grievances", json=filing(community), headers={"Origin": "https://elsewhere.example"})
        assert (answer.status_code, answer.json()["error"]) == (403, "wrong_csrf_token")
        assert browser.get("categories").status_code == 200
    answer = httpx.get(f"{door.http.base_url}grievances", trust_env=False)
    assert answer.status_code == 401, answer.text


# -- sheets


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["places", "people"])
def test_a_sheet_with_mistakes_names_row_and_column_and_imports_nothing(
    door: Door, community: Community, what: str, language: str
) -> None:
    sheets = {
        "places": "编码,类型,名称,上级\n{0}003,网格,第三网格,{0}\n{0}00301,城堡,古堡,{0}003\n",
        "people": "姓名，住户编码\n新来的，{0}00101011101\n没有家的，{0}00909\n",
    }
    before = door.get(f"communities/{community.code}")["counts"]
    path = f"communities/{community.code}/{what}/import"
    content = sheets[what].format(community.code).encode("gb18030")

    answer = door.http.post(path, files={"file": ("表.csv", content)}, headers={"Accept-Language": language})

    told = check_refused(answer, 422, language)
    assert all(name.startswith("rows.3.") for name in told["fields"]), told
    assert door.get(f"communities/{community.code}")["counts"] == before


def test_what_is_no_sheet_is_refused(door: Door, community: Community) -> None:
    path = f"communities/{community.code}/places/import"
    for content in (b"\x00\x01", b"PK\x03\x04broken", b"\xff\xfe\x00", b"no,columns\n1,2\n", b",,,\n", b'"' * 50_000):
        answer = door.http.post(path, files={"file": ("a.xlsx", content)})
        assert answer.status_code == 422, answer.text
    for sent in ({"files": {"file": ("a.csv", b"")}}, {"content": b"", "headers": {"Content-Type": "text/csv"}}):
        assert door.http.post(path, **sent).status_code == 400
    torn = door.http.post(path, content=b"--x\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert torn.status_code == 400
    assert door.http.post(path, json={"file": "x"}).status_code == 415
    huge = door.http.post(path, content=b"a,b\n" * 3_000_000, headers={"Content-Type": "text/csv"})
    assert huge.status_code == 413
