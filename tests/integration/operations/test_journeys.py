"""Journeys on both databases: found by case, chain or message, in the order of time, for as long as they are kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chassis.database import Database
from contracts.operations import schemas
from contracts.operations.errors import JourneyNotFound
from contracts.reports import Step
from services.operations.config import OperationsSettings
from services.operations.handlers import journeys
from services.operations.persistence.journeys import BITE
from services.operations.queries.journeys import MOST
from tests.building import unit_of_work
from tests.integration.operations.desk import NOON, dead
from tests.integration.operations.tower import T, Tower, report, step

CASE = "6e0d2b1c-7a54-4f6b-8a0e-3d1c5b9f7e21"


@pytest.fixture
def tower(database_of: Callable[[str], Database]) -> Tower:
    """The operations service on each kind of database."""
    found = Tower(database_of("operations"))
    found.clock.now = NOON + timedelta(minutes=1)
    return found


def called(after: float, call: str, id: str, **more: Any) -> Step:
    """The gateway asks a service."""
    return step(call, at=T + after, kind="called", source="gateway", target="grievance", message_id=id, **more)


def told(after: float, name: str, id: str, *, by: str, because: str, about: str = CASE, **more: Any) -> Step:
    """A service tells an event."""
    return step(name, at=T + after, source=by, message_id=id, causation=because, subject=about, **more)


def heard(after: float, name: str, id: str, *, by: str, of: str, because: str, about: str = CASE, **more: Any) -> Step:
    """A service handles an event."""
    given = {"kind": "handled", "source": of, "target": by, "queue": f"{by}.main", "waited": 0.02, **more}
    return step(name, at=T + after, message_id=id, causation=because, subject=about, **given)


FILING = (
    called(0, "file_grievance", "call"),
    told(0.1, "filed", "m1", by="grievance", because="call"),
    heard(0.2, "filed", "m1", by="organization", of="grievance", because="call"),
    told(0.3, "assigned", "m2", by="organization", because="m1"),
    heard(0.4, "assigned", "m2", by="partner", of="organization", because="m1", outcome="retry", error="KeyError"),
    heard(5.4, "assigned", "m2", by="partner", of="organization", because="m1", attempt=2),
    told(5.5, "referred", "m3", by="partner", because="m2", about="referral"),
)


def journey(tower: Tower, id: str = CASE) -> dict[str, Any]:
    """What is shown of it."""
    found: dict[str, Any] = tower.ask("get_journey", id=id)
    return found


def names(found: dict[str, Any]) -> list[str]:
    """The names of its steps."""
    return [each["name"] for each in found["steps"]]


def test_a_case_shows_every_step_in_the_order_of_time_with_those_who_took_part(tower: Tower) -> None:
    tower.report(report(steps=FILING[3:]), report(instance="gateway-1", steps=FILING[:3]))
    found = journey(tower)
    assert schemas.JourneyOut().validate(found) == {}
    assert names(found) == ["file_grievance", "filed", "filed", "assigned", "assigned", "assigned", "referred"]
    assert found["participants"] == ["gateway", "grievance", "organization", "partner"]
    assert (found["id"], found["found_as"], found["correlations"]) == (CASE, "grievance", ["chain"])
    assert not found["is_cut"]


def test_a_step_tells_what_is_known_of_it(tower: Tower) -> None:
    tower.report(report(steps=FILING))
    retry = journey(tower)["steps"][4]
    assert (retry["outcome"], retry["error"], retry["attempt"]) == ("retry", "KeyError", 1)
    assert (retry["source"], retry["target"], retry["queue"]) == ("organization", "partner", "partner.main")
    assert (retry["message_id"], retry["causation"], retry["correlation"]) == ("m2", "m1", "chain")
    assert retry["at"].startswith("2026-05-20T12:00:00.4")
    assert retry["waited"] == pytest.approx(0.02)
    assert journey(tower)["steps"][0]["waited"] is None


@pytest.mark.parametrize(("id", "found_as"), [("chain", "correlation"), ("m2", "message"), ("call", "message")])
def test_a_chain_is_found_by_its_own_id_and_by_each_of_its_messages(tower: Tower, id: str, found_as: str) -> None:
    tower.report(report(steps=(*FILING, told(1, "other", "o1", by="health", because="x", correlation="another"))))
    found = journey(tower, id)
    assert (found["found_as"], len(found["steps"])) == (found_as, len(FILING))


def test_every_chain_of_a_case_belongs_to_its_journey(tower: Tower) -> None:
    later = told(86_400, "closed", "m9", by="grievance", because="timer", correlation="the next day")
    tower.clock.now = NOON + timedelta(days=2)
    tower.report(report(steps=(*FILING, later)))
    found = journey(tower)
    assert names(found)[-1] == "closed"
    assert set(found["correlations"]) == {"chain", "the next day"}


def test_of_a_chain_that_concerns_many_cases_only_what_led_to_this_one_and_came_of_it_is_shown(tower: Tower) -> None:
    steps = (
        told(0, "imported", "root", by="organization", because="timer", about="places"),
        told(1, "reassigned", "mine", by="organization", because="root"),
        told(1, "reassigned", "not mine", by="organization", because="root", about="another case"),
        told(2, "referred", "effect", by="partner", because="mine", about="referral"),
        heard(3, "referred", "effect", by="grievance", of="partner", because="mine", about="referral"),
        told(2, "referred", "not my effect", by="partner", because="not mine", about="another referral"),
    )
    tower.report(report(steps=steps))
    assert [each["message_id"] for each in journey(tower)["steps"]] == ["root", "mine", "effect", "effect"]
    assert len(journey(tower, "chain")["steps"]) == len(steps)


def test_messages_that_name_each_other_as_their_cause_end_nobodys_patience(tower: Tower) -> None:
    tower.report(
        report(
            steps=(told(0, "hen", "a", by="health", because="b"), told(1, "egg", "b", by="health", because="a")),
        )
    )
    assert names(journey(tower)) == ["hen", "egg"]


def test_of_a_journey_that_is_too_long_the_newest_steps_are_shown(tower: Tower) -> None:
    many = [told(second, f"n{second}", f"m{second}", by="grievance", because="c") for second in range(MOST)]
    tower.clock.now = NOON + timedelta(hours=2)
    tower.report(report(steps=tuple(many)))
    for id in (CASE, "chain"):
        assert (len(journey(tower, id)["steps"]), journey(tower, id)["is_cut"]) == (MOST, False)
    tower.report(report(steps=(told(MOST, "last", "m", by="grievance", because="c"),)))
    for id in (CASE, "chain"):
        found = journey(tower, id)
        assert (names(found)[0], names(found)[-1], found["is_cut"]) == ("n1", "last", True)


def test_a_dead_letter_that_is_put_back_is_a_step_of_the_journey(tower: Tower) -> None:
    letter = replace(dead(id="m2"), correlation="chain")
    tower.report(report(steps=FILING))
    tower.collect(letter)
    tower.ask("replay_dead_letter", id=tower.the_letter()["id"], by="王工")
    tower.send_waiting()
    for id in (CASE, "chain"):
        sent = journey(tower, id)["steps"][-1]
        assert (sent["kind"], sent["source"], sent["target"]) == ("sent", "operations", "partner")
        assert (sent["message_id"], sent["queue"], sent["outcome"]) == ("m2", "partner.main", "done")


def test_what_nobody_knows_is_not_found(tower: Tower) -> None:
    tower.report(report(steps=FILING))
    with pytest.raises(JourneyNotFound):
        journey(tower, "nobody")


def test_a_step_from_the_future_is_put_at_the_present_so_that_it_is_forgotten_in_its_time(tower: Tower) -> None:
    tower.report(report(steps=(told(10**6, "ahead", "m", by="grievance", because="c"),)))
    assert journey(tower)["steps"][0]["at"].startswith("2026-05-20T12:01:00")


# -- forgetting


def test_journeys_are_forgotten_after_the_days_they_are_kept_and_not_before(tower: Tower) -> None:
    tower.report(report(steps=FILING))
    days = OperationsSettings().journey_days
    tower.clock.now = NOON + timedelta(days=days)
    tower.forget()
    assert len(journey(tower)["steps"]) == len(FILING)
    tower.clock.now = NOON + timedelta(days=days, seconds=10)
    tower.forget()
    with pytest.raises(JourneyNotFound):
        journey(tower)


def test_more_than_a_bite_is_forgotten_in_one_turn(tower: Tower) -> None:
    tower.report(report(steps=(step(),) * (BITE + 1)), report(steps=(step(at=T),)))
    journeys.forget(unit_of_work("operations", tower.database), before=T + 1, most=10**6)
    assert tower.rows("steps") == []


def test_of_too_many_steps_the_oldest_are_forgotten_before_their_time(tower: Tower) -> None:
    tower.report(report(steps=tuple(told(n / 10, f"n{n}", f"m{n}", by="g", because="c") for n in range(10))))
    tower.clock.now = NOON + timedelta(minutes=1)
    journeys.forget(unit_of_work("operations", tower.database), before=T - 1, most=3)
    assert names(journey(tower)) == ["n7", "n8", "n9"]


def test_an_old_step_that_was_reported_late_is_forgotten_too(tower: Tower) -> None:
    tower.report(report(steps=(step(at=T - 5, message_id="new"), step(at=T - 10**6, message_id="late"))))
    journeys.forget(unit_of_work("operations", tower.database), before=T - 100, most=10**6)
    assert [row.message_id for row in tower.rows("steps")] == ["new"]
