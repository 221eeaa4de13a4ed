"""What Prometheus is told of dead letters, on both databases."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chassis.database import Database
from chassis.figures import QueueFigures
from chassis.observing import OBSERVER
from tests.integration.operations.desk import NOON, dead
from tests.integration.operations.tower import Tower


@pytest.fixture
def tower(database_of: Callable[[str], Database]) -> Tower:
    """The operations service, which has seen a queue of the partner service."""
    made = Tower(database_of("operations"))
    made.broker.stand(QueueFigures(name="partner.main", ready=0, consumers=1))
    made.service.sample_queues()
    return made


def figure(name: str, **labels: str) -> float | None:
    """A figure as Prometheus would read it now."""
    found: float | None = OBSERVER.metrics.registry.get_sample_value(name, labels)
    return found


def test_open_dead_letters_are_told_by_queue_with_the_age_of_the_oldest(tower: Tower) -> None:
    tower.collect(dead(), dead(), dead().with_headers(queue="who.knows"))
    tower.clock.now = NOON + timedelta(hours=25)
    tower.service.sample_queues()
    assert figure("deadletters_open", queue="other") == 1
    assert figure("deadletters_open", queue="partner.main") == 2
    assert (figure("deadletters_oldest_age_seconds") or 0) >= 25 * 3600


def test_once_all_are_settled_nothing_waits_any_more(tower: Tower) -> None:
    tower.collect(dead())
    tower.service.sample_queues()
    tower.ask("discard_dead_letter", id=tower.the_letter()["id"], by="王工", reason="不再需要")
    tower.service.sample_queues()
    assert figure("deadletters_open", queue="partner.main") == 0
    assert figure("deadletters_oldest_age_seconds") == 0
