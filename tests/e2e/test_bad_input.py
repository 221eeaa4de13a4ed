"""Whatever is sent, the door says what is wrong with it in the reader's language, and nothing answers 500."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.communities import ELDER, RESIDENT, Community, enrol, found, join
from tests.e2e.demo_community import COMMUNITY
from tests.e2e.door import Door
from tests.e2e.systems import System

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
    whole = {"reason": "理由", "result": "结果", "score": 3, "starts_on": "2025-01-01", "ends_on": "2025-01-02"}
    for method, path, told in door.description.operations:
        if "{id}" not in path:
            continue
        body = {name: whole[name] for name in required_of(door, told) if name in whole}
        body |= {"volunteer_id": str(uuid4())} if path.endswith(("/join", "/leave")) and "teams" in path else {}
        body |= agreement() if path.endswith("/agreements") else {}
        sent = {} if method == "get" else {"json": body}
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


def body_of(told: dict[str, Any]) -> str:
    """The name of the schema of a command's JSON body."""
    content = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    return str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_step_that_the_state_forbids_answers_409_and_says_which_are_allowed(
    door: Door, community: Community, language: str
) -> None:
    id = door.file(community.code, community.building, "flying_wire")
    case = door.when(id, lambda case: case["referral"])
    heard = {"Accept-Language": language}

    early = door.http.post(f"grievances/{id}/resolve", json={}, headers=heard)
    told = check_refused(early, 409, language)
    assert len(told["message"]) > len("resolve")
    nothing_left = door.http.post(f"referrals/{case['referral']['id']}/complete", json={"result": "好"}, headers=heard)
    check_refused(nothing_left, 409, language)

    words = {"zh": ("受理", "不予受理", "撤回"), "en": ("accept", "reject", "cancel")}[language]
    assert all(word in told["message"] for word in words), told


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
    for headers in ({"Origin": "https://elsewhere.example"}, {"Host": "elsewhere.example"}):
        answer = door.http.post("grievances", json=filing(community), headers=headers)
        assert answer.status_code == 403, answer.text


# -- sheets


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["places", "people"])
def test_a_sheet_with_mistakes_names_row_and_column_and_imports_nothing(
    door: Door, community: Community, what: str, language: str
) -> None:
    sheets = {
        "places": "编码,类型,名称,上级\n{0}003,网格,第三网格,{0}\n{0}00301,城堡,古堡,{0}003\n",
        "people": "姓名,住户编码\n新来的,{0}00101011101\n没有家的,{0}00909\n",
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


# -- nothing answers 500

NOBODY = str(uuid4())
HOSTILE: tuple[Any, ...] = (
    None, True, -1, 10**30, 1e300, "", " ", "零\0字", "x" * 5_000, "🏮\u202e\uffff", "9999-12-31", "0001-01-01",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", [], [[]], {}, {"a": {"b": None}},
)  # fmt: skip
"""Values that have broken something somewhere; each is put where each field of each command stands."""


def test_whatever_each_field_of_each_command_holds_nothing_answers_500(door: Door, community: Community) -> None:
    known = known_ids(door, community)
    schemas = door.description.told["components"]["schemas"]
    tried = 0
    for method, path, told in door.description.operations:
        if (name := body_of(told)) == "":
            continue
        address = addressed(path, known, community)
        for field, value in product(schemas[name]["properties"], HOSTILE):
            body = {**in_order(schemas[name], schemas, known, community), field: value}
            check_no_500(door.front.request(method, address, json=body), f"{path} {field}={value!r:.40}")
            tried += 1
    assert tried > 1000, "the description has hardly any commands"


def test_whatever_each_question_holds_nothing_answers_500(door: Door, community: Community) -> None:
    known = known_ids(door, community)
    odd = (
        "", "\0", "-1", "1e3", "9" * 30, "0001-01-01", "9999-12-31", "x" * 3_000, "é\uffff", "%", "[]", "null", "true",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30", str(uuid4()), "\u0661\u0662",
    )  # fmt: skip
    for method, path, told in door.description.operations:
        names = [one["name"] for one in told.get("parameters", []) if one.get("in") == "query"]
        for name, value in product(names if method == "get" else [], odd):
            answer = door.front.get(addressed(path, known, community), params={name: value})
            check_no_500(answer, f"{path} {name}={value!r:.40}")


def test_whatever_an_address_holds_nothing_answers_500(door: Door, community: Community) -> None:
    odd = ("%00", "%ff", "..", "%2e%2e%2f", "x" * 4_000, "9" * 50, "%", "%zz", "é", "a%2Fb", " ", "-", "null", "0")
    for path, part in product(door.description.told["paths"], odd):
        answer = door.front.get(
            re.sub(r"\{\w+\}", lambda _, part=part: part, path) + ("" if "{" in path else f"/{part}")
        )
        assert answer.status_code < 500, f"{path} {part:.20}: {answer.text}"


def check_no_500(answer: httpx.Response, what: str) -> None:
    """Fails where a request was not understood by us, instead of not by the door."""
    assert answer.status_code < 500, f"{what}: {answer.status_code} {answer.text}"
    if answer.status_code >= 400:
        assert set(answer.json()) == {"error", "message", "fields"}, f"{what}: {answer.text}"


def known_ids(door: Door, community: Community) -> dict[str, str]:
    """Something there is of every kind, by the word it has in addresses; helpers of cases are fresh ones, on which
    every step is still possible."""
    asked = {
        "dispatches": ("corridor_clutter", community.building, lambda case: case["volunteers"]),
        "referrals": ("flying_wire", community.building, lambda case: [case["referral"]] if case["referral"] else []),
        "visits": ("elder_care", community.home, lambda case: [case["visit"]] if case["visit"] else []),
    }
    ids = {}
    for kind, (category, place, helpers) in asked.items():
        id = door.file(community.code, place, category)
        ids[kind] = helpers(door.when(id, helpers))[0]["id"]
    elder = community.people[ELDER]
    door.when_listed("elder-records", 1, community=community.code)
    leave = door.post(f"people/{elder}/leave", {"starts_on": "2025-01-01", "ends_on": "2025-01-02"})
    team = door.post("teams", {"community": community.code, "type": "women", "name": str(uuid4())})
    return ids | {
        "grievances": id,
        "people": community.people[RESIDENT],
        "volunteers": community.volunteers["李一"],
        "units": community.units["铁塔公司"],
        "elder-records": elder,
        "leaves": leave["id"],
        "teams": team["id"],
        "posts": door.get("posts", community=community.code)["items"][0]["id"],
    }


def addressed(path: str, known: dict[str, str], community: Community) -> str:
    """A path with what there is filled in."""
    kind = path.removeprefix("/api/v1/").partition("/")[0]
    filled = path.replace("{community}", community.code).replace("{place}", community.building)
    return filled.replace("{id}", known.get(kind, NOBODY))


def in_order(
    schema: dict[str, Any], schemas: dict[str, Any], known: dict[str, str], community: Community
) -> dict[str, Any]:
    """A body that has everything required, so that only the field under trial is odd."""
    return {
        name: sample(name, schema["properties"][name], schemas, known, community) for name in schema.get("required", ())
    }


def sample(
    name: str, schema: dict[str, Any], schemas: dict[str, Any], known: dict[str, str], community: Community
) -> Any:
    """A value that a field may hold."""
    if reference := schema.get("$ref", "").rpartition("/")[2]:
        return in_order(schemas[reference], schemas, known, community)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [sample(name, schema["items"], schemas, known, community)]
    by_name: dict[str, Any] = {
        "community": "4199" + "0" * 8,
        "place": community.building,
        "home_place": community.building,
        "category": "other",
        "person_id": known["people"],
        "volunteer_id": known["volunteers"],
        "name": str(uuid4()),
        "phone": "10000000000",
        "starts": "08:00",
        "ends": "09:00",
        "score": 3,
        "weekday": 1,
    }
    plain: dict[str, Any] = {"date": "2099-01-01", "uuid": str(uuid4()), "integer": 1, "boolean": True, "number": 1}
    kind = schema.get("format") or schema.get("type")
    return by_name.get(name, plain.get(str(kind), "文字"))


# -- what no well-behaved client sends


@pytest.mark.parametrize(
    "request_text",
    [
        b"BREW /api/v1/grievances HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"POST /api/v1/grievances HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\nConnection: close\r\n\r\n{}",
        b"POST /api/v1/grievances HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: two\r\nConnection: close\r\n\r\n{}",
        b"POST /api/v1/grievances HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/json\r\nConnection: close\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"GET /api/v1/categories HTTP/1.0\r\n\r\n",
        b"GET /api/v1/categories HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n",
        b"GET /api/v1/grievances?q=\xff\xfe\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + b"a" * 70_000 + b"\r\nConnection: close\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 50 + b"\r\n\r\n",
    ],
    ids=["method", "negative", "length", "chunk", "http-1.0", "no-host", "bytes", "long-path", "long-header", "tls"],
)
def test_what_no_client_sends_does_not_answer_500(system: System, request_text: bytes) -> None:
    with socket.create_connection(("127.0.0.1", system.port), timeout=10) as plain:
        answer = b""
        # The door may hang up on somebody like this before all is said.
        with suppress(OSError):
            plain.sendall(request_text)
            plain.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            while piece := plain.recv(65536):
                answer += piece
    status = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
    assert status is None or int(status[1]) < 500, answer[:500]
    system.check_ready()


def test_a_body_that_breaks_off_does_not_hold_the_door(system: System, door: Door) -> None:
    with socket.create_connection(("127.0.0.1", system.port), timeout=10) as plain:
        plain.sendall(
            b"POST /api/v1/grievances HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000\r\n\r\n{"
        )
        assert door.get("categories", page_size=1)["items"]
    assert door.get("categories", page_size=1)["items"]
