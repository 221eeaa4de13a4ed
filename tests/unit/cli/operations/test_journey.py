"""`hemei journey`: who told or asked whom, when, how long it took, what failed and was tried again."""

import json
from typing import Any

import pytest

from cli.operations.journey import short
from tests.unit.cli.fake_api import refused
from tests.unit.cli.operations.conftest import Hemei
from tests.unit.cli.operations.fake_operations import FakeOperations

RECEIPT = "20261123-1234-56789"


def step(at: str, kind: str, name: str, source: str, target: str = "", **more: Any) -> dict[str, Any]:
    plain = {
        "at": f"2026-11-23T14:45:{at}+00:00",
        "kind": kind,
        "name": name,
        "source": source,
        "target": target,
        "queue": "",
        "message_id": "m1",
        "causation": "",
        "correlation": "c1",
        "subject": "g1",
        "attempt": 1,
        "seconds": 0.012,
        "waited": None,
        "outcome": "done",
        "error": "",
    }
    return plain | more


FILED = "grievance.grievance_filed.v1"
JOURNEY = {
    "id": "g1",
    "found_as": "grievance",
    "correlations": ["c1"],
    "participants": ["gateway", "grievance", "organization"],
    "steps": [
        step("03.000", "called", "file_grievance", "gateway", "grievance"),
        step("03.013", "told", FILED, "grievance", seconds=0.0),
        step("03.051", "handled", FILED, "grievance", "organization", waited=0.038, outcome="retry", error="KeyError"),
        step("05.102", "handled", FILED, "grievance", "organization", waited=2.1, attempt=2),
        step("05.200", "called", "get_grievance", "gateway", "grievance", outcome="unavailable", error="Unavailable"),
    ],
    "is_cut": False,
}


@pytest.fixture
def known(operations: FakeOperations) -> FakeOperations:
    operations.answers[f"journeys/{RECEIPT}"] = JOURNEY
    return operations


def lines_with(told: str, *words: str) -> list[str]:
    return [line for line in told.splitlines() if all(word in line for word in words)]


def test_steps_are_shown_in_their_order_with_times_and_arrows(known: FakeOperations, hemei: Hemei) -> None:
    told = hemei("journey", RECEIPT).output

    assert "gateway → grievance → organization" in told
    (filed,) = lines_with(told, "gateway → grievance", "file_grievance")
    assert "22:45:03" in filed
    assert "12 ms" in filed
    assert lines_with(told, "grievance ●", "grievance_filed", "+13 ms")
    assert lines_with(told, "grievance ⇒ organization", "+2.1 s", "2.1 s")


def test_retries_and_failures_are_named(known: FakeOperations, hemei: Hemei) -> None:
    told = hemei("journey", RECEIPT).output

    assert lines_with(told, "待重试 to be tried again")
    assert lines_with(told, "第 2 次")
    assert "KeyError" in told
    assert lines_with(told, "没有答复 no answer")
    assert "too long" not in told


@pytest.mark.parametrize(
    ("name", "said"),
    [("file_grievance", "file_grievance"), (FILED, "grievance_filed"), ("a.b_c.v2", "b_c.v2"), ("", "")],
)
def test_an_event_is_named_without_its_teller_and_without_its_first_version(name: str, said: str) -> None:
    assert short(name) == said


def test_what_went_well_is_not_worth_a_word(known: FakeOperations, hemei: Hemei) -> None:
    told = hemei("journey", RECEIPT).output

    assert "办好" not in told
    assert lines_with(told, "file_grievance", "✓")


def test_a_long_one_says_that_it_is_cut(known: FakeOperations, hemei: Hemei) -> None:
    known.answers[f"journeys/{RECEIPT}"] = JOURNEY | {"is_cut": True}

    assert "too long: the newest only" in hemei("journey", RECEIPT).output


def test_one_without_a_step_is_shown_all_the_same(known: FakeOperations, hemei: Hemei) -> None:
    known.answers[f"journeys/{RECEIPT}"] = JOURNEY | {"steps": []}

    assert hemei("journey", RECEIPT).exit_code == 0


def test_programs_get_it_as_it_is(known: FakeOperations, hemei: Hemei) -> None:
    assert json.loads(hemei("journey", RECEIPT, "--json").output) == JOURNEY


def test_what_is_not_known_is_said_not_to_be(operations: FakeOperations, hemei: Hemei) -> None:
    operations.answers["journeys/nothing"] = refused(404, "journey_not_found")

    told = hemei("journey", "nothing")

    assert told.exit_code == 1
    assert "journey_not_found" in told.output
