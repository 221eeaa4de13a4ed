"""Guessing at a receipt: a few mistakes cost nothing, then each next try waits longer."""

import pytest
from flask.testing import FlaskClient

from contracts.errors import Conflict, NotFound, TooMany
from contracts.grievance.errors import ReceiptMismatch
from gateway.guessing import FIRST, FORGOTTEN, FREE, LONGEST, Guesses
from tests.unit.gateway.conftest import COMMUNITY, FakeServices


class Clock:
    """Stands where it is put."""

    now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def guesses(clock: Clock) -> Guesses:
    return Guesses(clock)


def guess(guesses: Guesses, *things: str, fails: type[Exception] | None = NotFound) -> None:
    try:
        with guesses.at(*things, wrong=NotFound):
            if fails:
                raise fails
    except NotFound:
        pass


def test_people_may_mistype_a_few_times(guesses: Guesses) -> None:
    for _ in range(FREE):
        guess(guesses, "a")
    with pytest.raises(TooMany):
        guess(guesses, "a")
    guess(guesses, "b")


def test_the_wait_doubles_up_to_its_longest(guesses: Guesses, clock: Clock) -> None:
    for _ in range(FREE - 1):
        guess(guesses, "a")
    for step in range(12):
        guess(guesses, "a")
        clock.now += min(LONGEST, FIRST * 2**step) - 1
        with pytest.raises(TooMany):
            guess(guesses, "a")
        clock.now += 1


def test_what_was_right_or_refused_for_another_reason_is_no_guess(guesses: Guesses) -> None:
    for _ in range(FREE * 3):
        guess(guesses, "a", fails=None)
        with pytest.raises(Conflict):
            guess(guesses, "a", fails=Conflict)


def test_guesses_at_many_receipts_from_one_address_count_as_well(guesses: Guesses) -> None:
    for number in range(FREE):
        guess(guesses, f"receipt {number}", "address")
    with pytest.raises(TooMany):
        guess(guesses, "receipt 99", "address")


def test_a_day_later_they_are_forgotten(guesses: Guesses, clock: Clock) -> None:
    for _ in range(FREE):
        guess(guesses, "a")
    clock.now += FORGOTTEN + 1
    for _ in range(FREE):
        guess(guesses, "a")


def test_whoever_guesses_at_a_receipt_is_slowed_down_at_the_door(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    services.answers["follow_receipt"] = ReceiptMismatch()
    proof = {"receipt": "20260521-1234-56789", "phone": "13800000000"}
    found = [anonymous.post("/api/v1/receipts/follow", json=proof).status_code for _ in range(FREE + 1)]
    assert found == [404] * FREE + [429]
    services.answers["withdraw_by_receipt"] = {"id": "x", "community": COMMUNITY}
    assert anonymous.post("/api/v1/receipts/withdraw", json=proof).status_code == 429


def test_a_receipt_needs_a_telephone_or_a_claim(anonymous: FlaskClient, services: FakeServices) -> None:
    answer = anonymous.post("/api/v1/receipts/follow", json={"receipt": "20260522-1234-56789"})
    assert (answer.status_code, list(answer.json["fields"])) == (422, ["phone"])
    assert services.asked == []


OTHER_GRID = f"{COMMUNITY}002"


def test_how_to_reach_the_leader_is_told_as_published(anonymous: FlaskClient, services: FakeServices) -> None:
    case = {"id": "x", "community": COMMUNITY, "place": COMMUNITY, "leader": {"id": "1", "name": "李网格"}}
    services.answers["follow_receipt"] = lambda _: {**case, "leader": dict(case["leader"])}  # type: ignore[call-overload]
    services.answers["find_responsible"] = {"ladder": [{"person": None}, {"person": {"id": "1", "phone": "0371-1"}}]}
    proof = {"receipt": "20260523-1234-56789", "phone": "13800000000"}
    assert anonymous.post("/api/v1/receipts/follow", json=proof).json["leader"]["phone"] == "0371-1"
    services.answers["follow_receipt"] = lambda _: {**case, "leader": {"id": "1", "name": "李网格", "at": OTHER_GRID}}
    assert anonymous.post("/api/v1/receipts/follow", json=proof).json["leader"]["phone"] == "0371-1"
    asked = [command["place"] for _, call, command in services.asked if call == "find_responsible"]
    assert asked == [COMMUNITY, OTHER_GRID], "who leads it from elsewhere is published there"
    services.answers["find_responsible"] = NotFound()
    assert anonymous.post("/api/v1/receipts/follow", json=proof).json["leader"]["phone"] is None
