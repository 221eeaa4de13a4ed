"""One round: a fresh system, peers, load, then quiet; and as many of them as are asked for."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.figures import Figures
from benchmarks.peers import distributed_peers, embedded_peers
from benchmarks.processes import figures_of, taken
from benchmarks.systems import System, distributed, embedded
from tests.servers import choice, postgresql, rabbitmq


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much is asked of the system."""

    warm_up: int = 40
    count: int = 1000
    clients: int = 16
    per_second: float = 20.0
    steady_seconds: float = 20.0
    idle_seconds: float = 20.0
    peer_seconds: float = 3.0


QUICK = Plan(warm_up=8, count=40, clients=4, steady_seconds=3.0, idle_seconds=2.0, peer_seconds=0.5)
"""Says whether the benchmark works, and nothing about the system."""

Opened = tuple[System, Callable[[float], Figures]]
"""A running system, and what measures its peers for so many seconds."""


@contextmanager
def _embedded() -> Iterator[Opened]:
    with tempfile.TemporaryDirectory(prefix="hemei-bench-") as name, embedded(Path(name)) as system:
        yield system, lambda seconds: embedded_peers(Path(name), seconds)


@contextmanager
def _distributed() -> Iterator[Opened]:
    """In a virtual host and databases of its own, which are deleted in the end."""
    with ExitStack() as stack:
        allowed = choice.allowed_ways(os.environ)
        database_server = choice.obtain(postgresql.ways(os.environ), allowed)
        stack.callback(database_server.stop)
        broker_server = choice.obtain(rabbitmq.ways(os.environ), allowed)
        stack.callback(broker_server.stop)
        database_url = stack.enter_context(postgresql.fresh_database(database_server.url))
        broker_url = stack.enter_context(rabbitmq.fresh_vhost(broker_server))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hemei-bench-"))
        system = stack.enter_context(distributed(Path(folder), broker_url, database_url))
        yield system, lambda seconds: distributed_peers(broker_url, database_url, seconds)


FORMS = {"embedded": _embedded, "distributed": _distributed}


def one_round(form: str, plan: Plan) -> Figures:
    """Every figure of one round on a fresh system."""
    with FORMS[form]() as (system, peers):
        figures = _load(system, plan)
        figures |= figures_of(taken(system.root, plan.idle_seconds))
        # Last, on servers that have nothing else to do.
        alone = peers(plan.peer_seconds)
    ratios = {f"chain_to_{name}": round(figures["chain_rate"] / each, 3) for name, each in alone.items()}
    return figures | alone | ratios


def _load(system: System, plan: Plan) -> Figures:
    """What the load generator measured."""
    asked = {"address": system.address, "database_url": system.database_url, "plan": asdict(plan)}
    generator = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.load"],
        input=json.dumps(asked),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: Figures = json.loads(generator.stdout)
    return figures
