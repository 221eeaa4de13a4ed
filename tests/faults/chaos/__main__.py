"""`python -m tests.faults.chaos --minutes 10 --seed 7`: one run on servers of its own; the exit code is the verdict."""

import argparse
import random
import tempfile
from pathlib import Path

from tests.faults.chaos.running import Chaos
from tests.servers import postgresql, rabbitmq
from tests.servers.own_postgresql import OwnPostgreSQL
from tests.servers.own_rabbitmq import OwnRabbitMQ


def main() -> None:
    """Run once and tell."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=10.0)
    asked.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = asked.parse_args()
    print(f"chaos for {given.minutes:g} minutes, seed {given.seed} …", flush=True)  # noqa: T201
    broker, database = OwnRabbitMQ(rabbitmq.answer), OwnPostgreSQL(postgresql.answer)
    try:
        broker.start()
        database.start()
        with tempfile.TemporaryDirectory(prefix="hemei-chaos-") as folder:
            outcome = Chaos(Path(folder), broker, database, given.seed).run(given.minutes * 60)
    finally:
        broker.stop()
        database.stop()
    print("\n".join(outcome.lines()))  # noqa: T201
    raise SystemExit(bool(outcome.faults))


if __name__ == "__main__":
    main()
