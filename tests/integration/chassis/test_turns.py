"""Turns: a timer runs in one instance at a time, and a row of the database settles which."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from chassis.database import Database
from chassis.turns import LONGEST_RUN, MOST_INTERVALS, Turns
from tests.integration.chassis.things import NOON, metadata

EVERY = timedelta(seconds=20)
MOMENT = timedelta(seconds=1)


@pytest.fixture
def instances(database: Database) -> tuple[Turns, Turns]:
    """Two instances of one service."""
    return (Turns(database, metadata.tables["timers"]), Turns(database, metadata.tables["timers"]))


def test_a_timer_that_never_ran_is_due(instances: tuple[Turns, Turns]) -> None:
    assert instances[0].take("lapse", EVERY, NOON)


def test_of_two_instances_only_one_takes_a_turn(instances: tuple[Turns, Turns]) -> None:
    first, second = instances
    assert first.take("lapse", EVERY, NOON)
    assert not second.take("lapse", EVERY, NOON)
    assert not first.take("lapse", EVERY, NOON)


def test_of_many_instances_that_look_at_the_same_moment_one_takes_the_turn(postgresql: Database) -> None:
    for round in range(5):
        together, taken = Barrier(4), []
        turns = Turns(postgresql, metadata.tables["timers"])

        def look(
            together: Barrier = together, taken: list[bool] = taken, round: int = round, turns: Turns = turns
        ) -> None:
            together.wait(5)
            taken.append(turns.take(f"lapse {round}", EVERY, NOON))

        threads = [Thread(target=look) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join(10)
        assert sorted(taken) == [False, False, False, True]


def test_a_timer_that_has_run_is_due_again_after_its_interval_and_not_before(instances: tuple[Turns, Turns]) -> None:
    first, second = instances
    first.take("lapse", EVERY, NOON)
    first.give_back("lapse", NOON)
    assert not second.take("lapse", EVERY, NOON + EVERY - MOMENT)
    assert second.take("lapse", EVERY, NOON + EVERY)


def test_the_turn_of_an_instance_that_died_comes_back(instances: tuple[Turns, Turns]) -> None:
    dead, alive = instances
    dead.take("lapse", EVERY, NOON)
    assert not alive.take("lapse", EVERY, NOON + LONGEST_RUN - MOMENT)
    assert alive.take("lapse", EVERY, NOON + LONGEST_RUN)


def test_the_turn_of_an_instance_that_died_comes_back_the_sooner_the_quicker_the_timer(
    instances: tuple[Turns, Turns],
) -> None:
    dead, alive = instances
    dead.take("send", MOMENT, NOON)
    assert not alive.take("send", MOMENT, NOON + MOMENT * (MOST_INTERVALS - 1))
    assert alive.take("send", MOMENT, NOON + MOMENT * MOST_INTERVALS)


def test_two_timers_have_nothing_to_do_with_each_other(instances: tuple[Turns, Turns]) -> None:
    first, second = instances
    assert first.take("lapse", EVERY, NOON)
    assert second.take("close", EVERY, NOON)
