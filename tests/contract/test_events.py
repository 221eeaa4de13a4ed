"""Every event stays readable as it was once told: its sample is on file, read and written unchanged."""

import dataclasses
import inspect
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from contracts import wire
from contracts.event import Event
from contracts.wire import UnknownEvent, Unreadable
from tests.contract.samples import FOLDER, enveloped, path_of, sample_of

EVENTS = sorted(wire.known_events().values(), key=lambda event_class: event_class.wire_name())
every_event = pytest.mark.parametrize("event_class", EVENTS, ids=[each.wire_name() for each in EVENTS])
OF_THE_ENVELOPE = ("id", "source", "type", "subject", "time", "communityid", "correlationid", "causationid", "data")


def sample(event_class: type[Event]) -> dict[str, Any]:
    """The sample on file."""
    told: dict[str, Any] = json.loads(path_of(event_class).read_text(encoding="utf-8"))
    return told


def read(told: dict[str, Any]) -> Event:
    """What a service reads that is sent this."""
    return wire.from_bytes(json.dumps(told).encode()).event()


def facts_in(told: Any, described: Any) -> Iterator[tuple[dict[str, Any], type]]:
    """Each JSON object of an event with the dataclass that describes it, the nested ones too."""
    yield told, described
    for field in dataclasses.fields(described):
        nested = getattr(inspect.getmodule(described), str(field.type).removeprefix("tuple[").partition(",")[0], None)
        if dataclasses.is_dataclass(nested):
            for one in told[field.name]:
                yield from facts_in(one, nested)


def changed(
    event_class: type[Event], change: Callable[[dict[str, Any], str], None]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The sample once for each of its fields, with `change` done to that field."""
    for number, (_, described) in enumerate(facts_in(sample(event_class)["data"], event_class)):
        for field in dataclasses.fields(described):
            told = sample(event_class)
            fact, _ = list(facts_in(told["data"], event_class))[number]
            change(fact, field.name)
            yield f"{described.__name__}.{field.name}", told


@every_event
def test_every_event_has_a_sample_on_file(event_class: type[Event]) -> None:
    assert path_of(event_class).exists(), "python -m tests.contract.samples writes it"
    assert sample(event_class)["type"] == event_class.wire_name()


def test_every_sample_on_file_is_of_an_event_still_known() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(wire.known_events())


@every_event
def test_a_sample_is_read_and_written_unchanged(event_class: type[Event]) -> None:
    told = sample(event_class)
    envelope = wire.from_bytes(path_of(event_class).read_bytes())
    again = wire.wrap(
        envelope.event(),
        id=envelope.id,
        time=envelope.time,
        correlation=envelope.correlationid,
        causation=envelope.causationid,
        sequence=envelope.sequence,
        traceparent=envelope.traceparent,
    )
    written = json.loads(wire.to_bytes(again))
    data, written_data = told.pop("data"), written.pop("data")
    assert written == told
    assert {name: written_data[name] for name in data} == data
    added = {field.name: field for field in dataclasses.fields(event_class) if field.name not in data}
    assert all(field.default is not dataclasses.MISSING for field in added.values()), "a new field needs a default"


@every_event
def test_every_event_comes_back_from_the_wire_as_it_was_told(event_class: type[Event]) -> None:
    event = sample_of(event_class)
    assert wire.from_bytes(wire.to_bytes(enveloped(event))).event() == event


@every_event
def test_an_envelope_carries_what_cloudevents_asks_for_and_what_the_house_adds(event_class: type[Event]) -> None:
    told = sample(event_class)
    assert told["specversion"] == "1.0"
    assert told["source"] == f"/hemei/{event_class.teller()}"
    assert told["subject"] == told["data"][event_class.about]
    assert told["communityid"] == told["data"]["community"]
    assert (told["sequence"], told["dataversion"]) == (3, event_class.version)
    assert all(re.fullmatch("[a-z0-9]+", name) for name in told), (
        "CloudEvents allows lower case letters and digits only"
    )
    assert told["time"].endswith("Z")
    assert UUID(told["id"])


@every_event
def test_fields_unknown_here_are_ignored_in_the_envelope_and_in_what_it_carries(event_class: type[Event]) -> None:
    told = sample(event_class)
    told["added_by_a_later_version"] = {"deep": [1, None]}
    for fact, _ in list(facts_in(told["data"], event_class)):
        fact["added_by_a_later_version"] = "x"
    assert read(told) == read(sample(event_class))


@every_event
def test_an_event_that_lacks_a_required_field_cannot_be_read(event_class: type[Event]) -> None:
    required = {
        f"{described.__name__}.{field.name}"
        for _, described in facts_in(sample(event_class)["data"], event_class)
        for field in dataclasses.fields(described)
        if field.default is dataclasses.MISSING
    }
    assert required
    # A sample from before an optional field was added does not hold it.
    for name, told in changed(event_class, lambda fact, field: fact.pop(field, None)):
        if name in required:
            with pytest.raises(Unreadable):
                read(told)
        else:
            read(told)


@every_event
def test_an_event_with_a_field_of_the_wrong_type_cannot_be_read(event_class: type[Event]) -> None:
    for _, told in changed(event_class, lambda fact, field: fact.__setitem__(field, {"not": "this"})):
        with pytest.raises(Unreadable):
            read(told)


@pytest.mark.parametrize("name", OF_THE_ENVELOPE)
def test_an_envelope_that_lacks_a_field_cannot_be_read(name: str) -> None:
    told = sample(EVENTS[0])
    del told[name]
    with pytest.raises(Unreadable):
        read(told)


@pytest.mark.parametrize("name", OF_THE_ENVELOPE)
def test_an_envelope_with_a_field_of_the_wrong_type_cannot_be_read(name: str) -> None:
    with pytest.raises(Unreadable):
        read(sample(EVENTS[0]) | {name: 7})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("id", "not a uuid"),
        ("time", "yesterday"),
        ("time", "2026-05-20T12:00:00"),
        ("sequence", "third"),
        ("specversion", "0.3"),
    ],
)
def test_an_envelope_whose_field_means_nothing_cannot_be_read(name: str, wrong: object) -> None:
    with pytest.raises(Unreadable):
        read(sample(EVENTS[0]) | {name: wrong})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe{}",
        b'{"id": "\\ud800"}',
        b"[" * 100_000,
        b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=["nothing", "null", "a list", "half an object", "no UTF-8", "half a character", "endless lists", "deep lists"],
)
def test_bytes_that_are_no_envelope_cannot_be_read(body: bytes) -> None:
    with pytest.raises(Unreadable):
        wire.from_bytes(body)


def test_data_as_deep_as_it_is_senseless_cannot_be_read() -> None:
    told = wire.to_bytes(enveloped(sample_of(EVENTS[0])))
    deep = re.sub(rb'"data":.*', b'"data":{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}}", told)
    with pytest.raises(Unreadable):
        wire.from_bytes(deep).event()


@pytest.mark.parametrize(
    "unknown", ["grievance.grievance_filed.v2", "grievance.grievance_filed.v10", "nobody.spoke.v1", ""]
)
def test_an_event_of_a_type_or_major_version_unknown_here_is_an_unknown_event(unknown: str) -> None:
    with pytest.raises(UnknownEvent):
        read(sample(EVENTS[0]) | {"type": unknown})


@every_event
def test_every_event_says_in_a_sentence_what_has_happened(event_class: type[Event]) -> None:
    # inspect.getdoc would find the sentence of a class above: this one must have its own.
    words = event_class.__doc__ or ""
    assert not words.startswith(f"{event_class.__name__}("), "dataclass writes this one where there is none"
    assert words.rstrip().endswith(".")


@every_event
def test_every_event_is_frozen_and_named_by_keyword_only(event_class: type[Event]) -> None:
    assert event_class.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert all(field.kw_only for field in dataclasses.fields(event_class))
    assert event_class.about in {field.name for field in dataclasses.fields(event_class)}
