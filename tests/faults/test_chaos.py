"""A minute of chaos over the whole distributed system: nothing lost, nothing doubled, and it comes to rest."""

import random
from pathlib import Path

import pytest

from tests.faults.chaos.running import Chaos
from tests.servers.own_postgresql import OwnPostgreSQL
from tests.servers.own_rabbitmq import OwnRabbitMQ


@pytest.mark.timeout(420)
def test_a_minute_of_chaos_breaks_none_of_the_nine_promises(
    tmp_path: Path, own_rabbitmq: OwnRabbitMQ, own_postgresql: OwnPostgreSQL
) -> None:
    outcome = Chaos(tmp_path, own_rabbitmq, own_postgresql, seed=random.randrange(10**6)).run(60)
    told = "\n".join(outcome.lines())
    print(told)  # noqa: T201 - the seed, with which the same is drawn again
    assert outcome.faults == [], told
    assert outcome.count >= 30, told
    assert outcome.recoveries, "no outage came in a minute"
