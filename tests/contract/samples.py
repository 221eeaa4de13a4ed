"""Samples of events on file, one for each class: `python -m tests.contract.samples` writes those that are missing.

A sample is never written anew: it stands for the events that were told with that version and may still wait in
some queue. An event that no longer reads its sample needs a new version, not a new sample.
"""

import dataclasses
import types
import typing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from contracts import wire
from contracts.event import Event

FOLDER = Path(__file__).parent / "samples"
NOON = datetime(2026, 5, 20, 4, 0, 0, 123456, tzinfo=UTC)
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

SAID: dict[str, Any] = {
    "community": "410181002011",
    "code": "410181002011003",
    "parent": "410181002011",
    "place": "41018100201100302",
    "household": "410181002011003020101",
    "path": ("410181002011", "410181002011003", "41018100201100302"),
    "category": "flying_wires",
    "line": "safety",
    "kind": "grid",
    "needs": ("hands", "unit"),
    "unit_kind": "tower",
    "skills": ("electrician",),
    "post": "grid_leader",
    "milestone": "response",
    "waits_for": "material",
    "waits_for_zh": "等待材料或配件",
    "waits_for_en": "waiting for material or a part",
    "name": "张玉兰",
    "leader_name": "王建国",
    "to_name": "李秀英",
    "unit_name": "铁塔公司",
    "reason": "该网格的网格长，在岗",
    "result": "飞线已全部入管",
    "purpose": "health_record",
    "recorded_by": "6f1c1f6e-8d0a-4f4e-9a53-1b0f1d4c9a11",
    "score": 5,
}
"""What the fields of a sample hold; any other field holds something of its type."""


def path_of(event_class: type[Event]) -> Path:
    """Where the sample of an event class is kept."""
    return FOLDER / f"{event_class.wire_name()}.json"


def sample_of(event_class: type[Event]) -> Event:
    """An event of this class, every field filled."""
    return typing.cast(Event, _filled(event_class))


def enveloped(event: Event) -> wire.Envelope:
    """The event as the unit of work would tell it."""
    return wire.wrap(
        event,
        id=_id(event.wire_name()),
        time=NOON,
        correlation=str(_id("correlation")),
        causation=str(_id("causation")),
        sequence=3,
        traceparent=TRACE,
    )


def _filled(fact: type) -> Any:
    hints = typing.get_type_hints(fact)
    return fact(**{field.name: _value(field.name, hints[field.name]) for field in dataclasses.fields(fact)})


def _value(name: str, hint: Any) -> Any:
    if name in SAID:
        return SAID[name]
    if typing.get_origin(hint) is types.UnionType:
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    if typing.get_origin(hint) is tuple:
        return (_value("", typing.get_args(hint)[0]),)
    if dataclasses.is_dataclass(hint):
        return _filled(typing.cast(type, hint))
    return {UUID: _id(name), datetime: NOON, date: NOON.date(), int: 2, str: "一句话", bool: True}[hint]


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"sample:{name}")


def main() -> None:
    """Write the samples that are missing."""
    FOLDER.mkdir(exist_ok=True)
    for event_class in wire.known_events().values():
        if not path_of(event_class).exists():
            body = wire.to_bytes(enveloped(sample_of(event_class)))
            path_of(event_class).write_bytes(msgspec.json.format(body, indent=2) + b"\n")


if __name__ == "__main__":
    main()
