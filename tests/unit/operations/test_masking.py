"""Masking: of what a dead message holds, nothing personal is shown, whoever sent it."""

import dataclasses
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from contracts.wire import known_events
from services.operations.queries.masking import LONGEST_SHOWN, MASK, PLACES, WORDS, masked
from tests.contract.samples import FOLDER

SAMPLES = sorted(FOLDER.glob("*.json"))
every_sample = pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])

PERSONAL_FIELDS = {
    "name",
    "leader_name",
    "to_name",
    "unit_name",
    "reason",
    "result",
    "by",
    "born_on",
    "household",
    "score",
}
"""Fields of events that are about a person, or that a person has written."""

PERSONAL = [
    "张玉兰",
    "zhang yulan",
    "13800001111",
    13800001111,
    "138 0000 1111",
    "a@b.cn",
    "杜甫路3号楼",
    "楼道太暗",
    True,
    1.5,
]


def leaves(told: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside."""
    if isinstance(told, dict | list):
        for key, inner in told.items() if isinstance(told, dict) else enumerate(told):
            yield from leaves(inner, (*path, key))
    else:
        yield path


def put(told: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The same with another value at that place."""
    if not path:
        return value
    copy = dict(told) if isinstance(told, dict) else list(told)
    copy[path[0]] = put(copy[path[0]], path[1:], value)
    return copy


def shown(told: Any) -> Any:
    """What is shown of it."""
    return json.loads(masked(json.dumps(told).encode()))


def at(told: Any, path: tuple[Any, ...]) -> Any:
    """What stands at that place."""
    for key in path:
        told = told[key]
    return told


@every_sample
def test_no_personal_field_of_any_event_is_shown(path: Any) -> None:
    told = json.loads(path.read_text(encoding="utf-8"))
    for place in leaves(told):
        if PERSONAL_FIELDS & set(place):
            assert at(shown(told), place) == MASK, place


@every_sample
@pytest.mark.parametrize("personal", PERSONAL, ids=str)
def test_whatever_field_of_an_event_holds_something_personal_it_is_not_shown(path: Any, personal: Any) -> None:
    told = json.loads(path.read_text(encoding="utf-8"))
    for place in leaves(told):
        assert at(shown(put(told, place, personal)), place) == MASK, place


@every_sample
def test_of_every_event_it_is_shown_what_it_is_about_and_when(path: Any) -> None:
    told = json.loads(path.read_text(encoding="utf-8"))
    found = shown(told)
    for name in ("id", "type", "time", "communityid", "correlationid", "causationid", "sequence", "traceparent"):
        assert found[name] == told[name]
    assert found["data"]["community"] == told["data"]["community"]
    # A message may be any, a foreign one too: its id is no UUID then.
    ids = [place for place in leaves(told["data"]) if str(place[-1]).endswith("_id") and place[-1] != "message_id"]
    assert all(at(found["data"], place) == at(told["data"], place) for place in ids)


def test_codes_are_shown_in_fields_of_codes_only() -> None:
    assert shown({"category": "flying_wires", "path": ["410181002011"]}) == {
        "category": "flying_wires",
        "path": ["410181002011"],
    }
    assert shown({"reason": "flying_wires"}) == {"reason": MASK}


def test_a_place_is_shown_down_to_its_grid_and_never_where_somebody_lives() -> None:
    household, grid = "41018100201100401011301", "410181002011004"
    for name in ("place", "code", "parent"):
        assert shown({name: household}) == {name: grid + MASK}
    assert shown({"path": ["410181002011", grid, household]}) == {"path": ["410181002011", grid, grid + MASK]}
    assert shown({"household": household}) == {"household": MASK}


def test_fields_that_no_event_knows_are_counted_and_not_shown() -> None:
    assert shown({"张玉兰": 1, "diagnosis": "x", "kind": "grid"}) == {"kind": "grid", MASK: 2}
    assert shown({"data": {"13800001111": {"phone": "x"}}}) == {"data": {MASK: 1}}


def test_that_nothing_stands_in_a_field_is_shown() -> None:
    assert shown({"grievance_id": None}) == {"grievance_id": None}


@pytest.mark.parametrize("told", ["张玉兰", 13800001111, ["张玉兰", ["x"]], True], ids=str)
def test_what_is_no_object_shows_its_form_only(told: Any) -> None:
    text = json.dumps(shown(told), ensure_ascii=False)
    assert "张" not in text
    assert "138" not in text
    assert MASK in text


@pytest.mark.parametrize(
    "body",
    [b"", "张玉兰 13800001111".encode(), b"\xff\xfe13800001111", b"[" * 100_000, b'{"phone": "13800001111"'],
    ids=["nothing", "text", "no UTF-8", "endless lists", "half an object"],
)
def test_of_what_cannot_be_read_only_the_size_and_a_hash_are_shown(body: bytes) -> None:
    text = masked(body)
    assert text.startswith(f"{len(body)} bytes, sha256 ")
    assert "138" not in text.partition("sha256")[0]
    assert len(text.rpartition(" ")[2]) == 16


def test_of_what_is_too_long_to_be_read_only_the_size_and_a_hash_are_shown() -> None:
    body = json.dumps({"kind": "x" * LONGEST_SHOWN}).encode()
    assert masked(body).startswith(f"{len(body)} bytes, sha256 ")


def test_the_same_body_has_the_same_hash_and_another_one_another() -> None:
    assert masked(b"x") == masked(b"x") != masked(b"y")


def test_lists_within_lists_are_masked_or_not_shown_at_all() -> None:
    for depth in (10, 200, 900, 5000):
        body = b"[" * depth + b'"zhang yulan"' + b"]" * depth
        assert b"zhang" not in masked(body).encode()


def test_every_field_of_codes_is_one_of_an_event_or_of_the_envelope() -> None:
    def fields_of(fact: Any) -> Iterator[str]:
        for field in dataclasses.fields(fact):
            yield field.name

    known = {name for event in known_events().values() for name in fields_of(event)}
    envelope = {"communityid", "datacontenttype", "source", "specversion", "traceparent", "type"}
    of_facts = {"code", "parent", "kind"}
    assert known | envelope | of_facts >= WORDS | PLACES


def test_an_id_is_shown_where_an_id_belongs() -> None:
    id = str(uuid4())
    assert shown({"grievance_id": id}) == {"grievance_id": id}
    assert shown({"grievance_id": "zhang"}) == {"grievance_id": MASK}
    assert shown({"reason": id}) == {"reason": MASK}
