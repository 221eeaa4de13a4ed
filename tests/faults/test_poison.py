"""Messages that no handler can do anything with, and handlers that do the worst: nothing stops, nothing is lost."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.faults.chain import MAIN, Chain
from tests.faults.invariants import dead_letters, laid_aside_rightly, one_effect_each
from tests.integration.chassis.deliveries import heard
from tests.integration.chassis.things import causes, resolved
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(120)


def sound(**changed: Any) -> bytes:
    """An event as it should be, but for what is changed; what is changed to None is missing."""
    envelope = json.loads(heard(resolved(uuid4())).body) | changed
    return json.dumps({name: value for name, value in envelope.items() if value is not None}).encode()


POISON: dict[str, tuple[bytes, dict[str, Any]]] = {
    "no JSON": (b"{", {}),
    "no UTF-8": (b"\xff\xfe\x00", {}),
    "nothing at all": (b"", {}),
    "lists within lists": (b"[" * 100_000, {}),
    "a pickle": (b"\x80\x04K\x01.", {"content_type": "application/x-python-serialize"}),
    "an encoding that there is not": (b"{", {"content_encoding": "klingon"}),
    "another encoding": ("{".encode("utf-16"), {"content_encoding": "utf-16"}),
    "no id in the envelope": (sound(id=None), {}),
    "no data": (sound(data=None), {}),
    "data of another kind": (sound(data=[]), {}),
    "an unknown major version": (sound(type="grievance.grievance_resolved.v99"), {}),
    "an unknown type": (sound(type="weather.changed.v1"), {}),
    "another CloudEvents": (sound(specversion="9.0"), {}),
    "ten megabytes": (b"x" * 10_000_000, {}),
    "a strange attempt": (b"{", {"application_headers": {"attempt": "many"}}),
    "a stack of calls that is none": (b"{", {"application_headers": {"nameko.call_id_stack": 7}}),
    "headers without end": (b"{", {"application_headers": {f"h{n}": {"a": [1, {}]} for n in range(500)}}),
}


def test_what_cannot_be_read_is_laid_aside_with_its_reason_and_the_listener_goes_on(chain: Chain) -> None:
    listener = chain.start("listener")
    for id, (body, properties) in POISON.items():
        chain.post(body, message_id=id, **properties)
    chain.post(b"{")
    good = uuid4()
    chain.rabbit.tell(heard(resolved(good), id=good))
    eventually(lambda: causes(chain.listener) == [good], 30)

    def all_aside() -> None:
        assert laid_aside_rightly([*POISON, ""], dead_letters(chain.broker_url)) == []

    eventually(all_aside, 30)
    found = {dead.id: dead for dead in dead_letters(chain.broker_url)}
    assert {dead.headers["queue"] for dead in found.values()} == {MAIN.name}
    assert found["an unknown major version"].headers["error"] == "UnknownEvent"
    assert found["no JSON"].headers["error"] == "Unreadable"
    assert found["ten megabytes"].body == POISON["ten megabytes"][0]
    listener.told_to_stop()
    assert chain.rabbit.depth(MAIN.name) == 0


def test_what_looks_strange_outside_and_is_sound_inside_is_done(chain: Chain) -> None:
    chain.start("listener")
    strange: list[dict[str, Any]] = [
        {"content_type": "application/x-python-serialize"},
        {"content_type": ""},
        {"application_headers": {"nameko.call_id_stack": 7, "attempt": -1, "community": ["x"]}},
        {"message_id": "", "type": "weather.changed.v1"},
    ]
    ids = [uuid4() for _ in strange]
    for id, properties in zip(ids, strange, strict=True):
        chain.post(heard(resolved(id), id=id).body, **properties)
    eventually(lambda: one_effect_each(ids, causes(chain.listener)) == [], 30)
    assert dead_letters(chain.broker_url) == []


# -- handlers that do the worst


def test_whatever_a_handler_raises_is_judged_and_nothing_that_comes_after_it_waits_in_vain(chain: Chain) -> None:
    ids = {kind: uuid4() for kind in ("error", "timeout", "exit", "error again", "timeout again", "exit again")}
    hopeless, good = uuid4(), [uuid4() for _ in range(3)]
    wrongs = {ids[kind]: f"{kind}:1" for kind in ("error", "timeout", "exit")}
    wrongs |= {ids[f"{kind} again"]: f"{kind}:3" for kind in ("error", "timeout", "exit")}
    listener = chain.start("listener", WRONGS=told(wrongs | {hopeless: "error"}), BATCH="1")
    for id in ids.values():
        chain.rabbit.tell(heard(resolved(id), id=id))
    chain.rabbit.tell(heard(resolved(hopeless), id=hopeless, attempt=6))
    for id in good:
        chain.rabbit.tell(heard(resolved(id), id=id))
    eventually(lambda: one_effect_each([*ids.values(), *good], causes(chain.listener)) == [], 40)
    for id, wrong in wrongs.items():
        kind, times = wrong.split(":")
        assert listener.said().count(f"{kind} {id}") == int(times)
    eventually(lambda: laid_aside_rightly([str(hopeless)], dead_letters(chain.broker_url)) == [], 10)
    assert listener.is_alive
    listener.told_to_stop()
    assert chain.rabbit.depth(MAIN.name) == 0


def told(wrongs: dict[UUID, str]) -> str:
    """As the environment says it."""
    return ",".join(f"{id}={wrong}" for id, wrong in wrongs.items())


def test_a_handler_that_blocks_its_process_past_two_heartbeats_has_done_its_work_once(chain: Chain) -> None:
    slow, good = uuid4(), uuid4()
    chain.broker_url += "?heartbeat=1"
    listener = chain.start("listener", WRONGS=told({slow: "block:1"}), BLOCKS="5", BATCH="1", LOG_LEVEL="INFO")
    chain.rabbit.tell(heard(resolved(slow), id=slow))
    chain.rabbit.tell(heard(resolved(good), id=good))
    eventually(lambda: one_effect_each([slow, good], causes(chain.listener)) == [], 40)
    assert any("no broker on link" in line for line in listener.said()), "the broker has not noticed, nothing is proved"
    # What lies behind all that comes again: when it is done, so is that.
    last = uuid4()
    eventually(lambda: chain.consumers() == 1, 20)
    chain.rabbit.tell(heard(resolved(last), id=last))
    eventually(lambda: last in causes(chain.listener), 20)
    listener.told_to_stop()
    assert chain.rabbit.depth(MAIN.name) == 0
    assert one_effect_each([slow, good, last], causes(chain.listener)) == []
