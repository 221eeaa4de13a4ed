"""Everything that is refused has one shape, one status for its kind, and the language the client reads."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.errors import Conflict, Error, Forbidden, Invalid, NotFound, Unavailable, words
from tests.unit.gateway.conftest import FakeServices

ROUTE = "/api/v1/grievances"
ID = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
JSON = {"Content-Type": "application/json"}


def said(answer: Any) -> str:
    """The sentence, after a look at the shape."""
    assert set(answer.json) == {"error", "message", "fields"}
    assert isinstance(answer.json["error"], str)
    assert all(isinstance(one, str) for sentences in answer.json["fields"].values() for one in sentences)
    return str(answer.json["message"])


class StepForbidden(Conflict):
    """As services have it."""

    code = "a_step_forbidden"
    zh, en = "现在可以：{allowed}", "Possible now: {allowed}"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid(), 422),
        (NotFound(), 404),
        (Conflict(), 409),
        (Forbidden(), 403),
        (Unavailable(), 503),
        (StepForbidden(allowed=["accept", "reject"]), 409),
    ],
)
def test_a_refusal_of_a_service_keeps_its_code_and_gets_the_status_of_its_kind(
    client: FlaskClient, services: FakeServices, error: Error, status: int
) -> None:
    services.answers["get_grievance"] = error

    answer = client.get(f"{ROUTE}/{ID}")

    assert (answer.status_code, answer.json["error"]) == (status, error.code)
    assert said(answer) == error.said("zh")


def test_a_forbidden_step_says_which_steps_are_allowed_in_both_languages(
    client: FlaskClient, services: FakeServices
) -> None:
    services.answers["accept_grievance"] = StepForbidden(allowed=["rate", "reopen"])

    assert said(client.post(f"{ROUTE}/{ID}/accept")) == "现在可以：评价（rate）、重新办理（reopen）"
    assert said(client.post(f"{ROUTE}/{ID}/accept", headers={"Accept-Language": "en"})) == "Possible now: rate, reopen"


def test_fields_that_a_service_refuses_are_named_in_the_clients_language(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    services.answers["file_grievance"] = Invalid(fields={"place": [words("没有这个地点", "There is no such place")]})

    assert client.post(ROUTE, json=new_grievance).json["fields"] == {"place": ["没有这个地点"]}
    english = client.post(ROUTE, json=new_grievance, headers={"Accept-Language": "en-GB"})
    assert english.json["fields"] == {"place": ["There is no such place"]}


def test_marshmallows_own_words_from_a_service_are_translated_at_the_door(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    untranslated = words("Not a valid UUID.", "Not a valid UUID.")
    services.answers["file_grievance"] = Invalid(fields={"id": [untranslated]})

    assert client.post(ROUTE, json=new_grievance).json["fields"] == {"id": ["不是有效的编号（UUID）"]}


def test_a_service_that_is_down_is_503_and_says_when_to_try_again(client: FlaskClient, services: FakeServices) -> None:
    services.answers["get_grievance"] = Unavailable(service="grievance")

    answer = client.get(f"{ROUTE}/{ID}")

    assert answer.status_code == 503
    assert said(answer) == "服务暂时不可用，请稍后再试"
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"   ",
        b"nothing",
        b"{'a': 1}",
        b'{"a": NaN}',
        b"\xff\xfe",
        "{“a”: 1}".encode(),
        b"[" * 100_000,
        b'{"a":1}}',
    ],
)
def test_a_body_that_is_not_json_is_400(client: FlaskClient, services: FakeServices, body: bytes) -> None:
    for language, word in (("zh", "JSON"), ("en", "JSON")):
        answer = client.post(ROUTE, data=body, headers={**JSON, "Accept-Language": language})
        assert answer.status_code == 400
        assert word in said(answer)
        assert answer.headers["Content-Language"] == language
    assert services.asked == []


def test_a_lone_surrogate_is_not_json(client: FlaskClient, services: FakeServices) -> None:
    assert client.post(ROUTE, data=b'{"description": "\\ud800"}', headers=JSON).status_code == 400
    assert services.asked == []


@pytest.mark.parametrize("body", ["[]", '"text"', "5", "null", "true"])
def test_json_that_is_no_object_is_422(client: FlaskClient, services: FakeServices, body: str) -> None:
    answer = client.post(ROUTE, data=body, headers=JSON)

    assert answer.status_code == 422
    assert answer.json["fields"] == {"body": ["应为 JSON 对象"]}
    assert services.asked == []


@pytest.mark.parametrize(
    "type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json5"]
)
def test_a_body_of_another_type_is_415(client: FlaskClient, new_grievance: dict[str, Any], type: str) -> None:
    answer = client.post(ROUTE, data=b"{}", headers={"Content-Type": type, "Accept-Language": "en"})

    assert answer.status_code == 415
    assert type in said(answer)
    assert "application/json" in said(answer)


@pytest.mark.parametrize("type", ["application/json", "application/json; charset=utf-8", "application/vnd.hemei+json"])
def test_json_by_any_of_its_names_is_read(client: FlaskClient, type: str) -> None:
    assert client.post(f"{ROUTE}/{ID}/accept", data=b'{"note": "x"}', headers={"Content-Type": type}).status_code == 200


def test_wrong_types_are_422_with_a_sentence_for_each_field_in_chinese(client: FlaskClient) -> None:
    wrong = {
        "community": 3,
        "place": "a b",
        "category": None,
        "contact": {"phone": []},
        "anonymous": "maybe",
        "extra": 1,
    }

    answer = client.post(ROUTE, json=wrong)

    assert answer.status_code == 422
    assert said(answer) == "提交的内容有误"
    assert answer.json["fields"] == {
        "community": ["应为文字"],
        "place": ["格式不对"],
        "category": ["不能为空值（null）"],
        "description": ["必须填写"],
        "contact.phone": ["应为文字"],
        "anonymous": ["应为 true 或 false"],
        "extra": ["没有这个字段"],
    }


def test_wrong_types_are_422_with_a_sentence_for_each_field_in_english(client: FlaskClient) -> None:
    answer = client.post(
        ROUTE,
        json={"community": 3, "channel": "fax", "contact": 7},
        headers={"Accept-Language": "en-US,en;q=0.9,zh;q=0.1"},
    )

    assert answer.status_code == 422
    assert said(answer) == "The request is not valid"
    assert answer.json["fields"] == {
        "community": ["Not a valid string."],
        "place": ["Missing data for required field."],
        "category": ["Missing data for required field."],
        "description": ["Missing data for required field."],
        "channel": ["Must be one of: web, phone, walk_in, partner."],
        "contact": ["Invalid input type."],
    }


@pytest.mark.parametrize("header", ["", "fr", "zh-CN,zh;q=0.9,en;q=0.8", "*", "\xff;q=x", "en;q=0"])
def test_chinese_is_spoken_unless_english_is_preferred(client: FlaskClient, header: str) -> None:
    assert said(client.get("/api/v1/nowhere", headers={"Accept-Language": header})).startswith("没有")


def test_a_character_that_no_database_keeps_is_422_naming_its_field(
    client: FlaskClient, services: FakeServices, new_grievance: dict[str, Any]
) -> None:
    new_grievance["contact"]["name"] = "王\0"

    answer = client.post(ROUTE, json=new_grievance)

    assert answer.status_code == 422
    assert list(answer.json["fields"]) == ["contact.name"]
    assert services.asked == []


def test_a_number_that_no_database_keeps_is_422(client: FlaskClient, services: FakeServices) -> None:
    for enormous in (2**64, 1e300):
        answer = client.post("/api/v1/units", json={"community": "410181002011", "name": "x", "kind": enormous})
        assert answer.status_code == 422
    answer = client.get("/api/v1/grievances?page=99999999999999999999999")
    assert (answer.status_code, list(answer.json["fields"])) == (422, ["page"])
    assert services.asked == []


def test_a_body_over_the_limit_is_413_saying_the_limit(client: FlaskClient, services: FakeServices) -> None:
    for language, word in (("zh", "131072 字节"), ("en", "131072 bytes")):
        answer = client.post(ROUTE, data=b" " * 131_073, headers={**JSON, "Accept-Language": language})
        assert answer.status_code == 413
        assert word in said(answer)
    assert services.asked == []


def test_a_body_of_unknown_length_over_the_limit_is_413_too(client: FlaskClient) -> None:
    answer = client.post(
        ROUTE,
        input_stream=io.BytesIO(b" " * 200_000),
        headers=JSON,
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert answer.status_code == 413


def test_a_body_that_breaks_off_is_400(client: FlaskClient) -> None:
    class Broken:
        def read(self, _size: int = -1) -> bytes:
            raise ValueError("a chunk has no length")

    answer = client.post(
        ROUTE,
        headers=JSON,
        environ_overrides={"wsgi.input": Broken(), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert answer.status_code == 400


def test_the_limit_is_a_setting(open_door: Callable[..., Flask]) -> None:
    client = open_door(body_limit=65_536).test_client()

    assert client.post(ROUTE, data=b" " * 65_537, headers=JSON).status_code == 413
    assert client.post(ROUTE, data=b" " * 65_536, headers=JSON).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/api/v1/nowhere", "/api/v2/grievances", f"{ROUTE}/17", f"{ROUTE}/{ID[:-1]}", f"{ROUTE}/", f"/{ROUTE}",
     f"{ROUTE}/{ID}/burn", "/api/v1/units/not-an-id",
        "/api/v1/communities/41018",
        "/api/v1/communities/410181002011/places/a_b", "/static/nothing.css"],
)  # fmt: skip
def test_an_unknown_address_or_a_malformed_id_is_404(client: FlaskClient, services: FakeServices, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.json["error"]) == (404, "not_found")
    assert said(answer).startswith("没有这个地址")
    assert services.asked == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_a_method_that_is_not_declared_is_405_naming_those_that_are(client: FlaskClient, method: str) -> None:
    answer = client.open(ROUTE, method=method, headers={"Accept-Language": "en"})

    assert (answer.status_code, answer.json["error"]) == (405, "method_not_allowed")
    assert said(answer) == f"{method} is not possible here; use GET, HEAD, OPTIONS, POST"
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize("accept", ["text/html", "image/*", "application/xml;q=0.9", "application/json;q=0"])
def test_a_client_that_accepts_no_json_gets_406(client: FlaskClient, services: FakeServices, accept: str) -> None:
    answer = client.get(ROUTE, headers={"Accept": accept})

    assert (answer.status_code, answer.json["error"]) == (406, "not_acceptable")
    assert services.asked == []


@pytest.mark.parametrize("accept", ["", "*/*", "application/*", "text/html,*/*;q=0.1", "application/json"])
def test_a_client_that_accepts_json_among_others_gets_it(client: FlaskClient, accept: str) -> None:
    assert client.get(ROUTE, headers={"Accept": accept}).status_code == 200


def test_what_nobody_foresaw_is_500_with_a_number_and_without_a_trace(
    client: FlaskClient, services: FakeServices
) -> None:
    services.answers["get_grievance"] = ZeroDivisionError("secret of the house")

    answer = client.get(f"{ROUTE}/{ID}", headers={"X-Correlation-Id": "case-17"})

    assert (answer.status_code, answer.json["error"]) == (500, "internal_error")
    assert "case-17" in said(answer)
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_service_that_broke_is_500_without_its_words(client: FlaskClient, services: FakeServices) -> None:
    services.answers["get_grievance"] = Error()

    assert client.get(f"{ROUTE}/{ID}").json["error"] == "internal_error"


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("page=0", ["page"]),
        ("page=-1", ["page"]),
        ("page=one", ["page"]),
        ("page_size=0", ["page_size"]),
        ("page_size=201", ["page_size"]),
        ("status=lost", ["status"]),
        ("since=yesterday", ["since"]),
        ("community=41018", ["community"]),
        ("comunity=410181002011", ["comunity"]),
        ("place=%00", ["place"]),
        ("page=&page_size=x", ["page", "page_size"]),
    ],
)
def test_a_query_that_makes_no_sense_is_422_naming_the_parameter(
    client: FlaskClient, services: FakeServices, query: str, fields: list[str]
) -> None:
    answer = client.get(f"{ROUTE}?{query}")

    assert answer.status_code == 422
    assert list(answer.json["fields"]) == fields
    assert services.asked == []


@pytest.mark.parametrize(
    "query", ["page=1&page_size=1", "page_size=200", "since=2026-05-01T00:00:00%2B08:00", "status=filed"]
)
def test_a_query_that_makes_sense_is_passed_on(client: FlaskClient, services: FakeServices, query: str) -> None:
    assert client.get(f"{ROUTE}?{query}").status_code == 200
    assert services.asked[0][:2] == ("grievance", "list_grievances")


def test_a_page_of_fifty_is_asked_for_unless_told_otherwise(client: FlaskClient, services: FakeServices) -> None:
    client.get(ROUTE)

    assert services.command == {"page": 1, "page_size": 50}


def test_a_time_whose_plus_was_not_escaped_is_understood(client: FlaskClient, services: FakeServices) -> None:
    client.get(f"{ROUTE}?since=2026-05-01T08:00:00+08:00")

    assert services.command["since"].isoformat() == "2026-05-01T08:00:00+08:00"


def test_refusals_to_a_head_request_have_no_body(client: FlaskClient) -> None:
    answer = client.head("/api/v1/nowhere")

    assert (answer.status_code, answer.data) == (404, b"")
