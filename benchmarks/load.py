"""The load generator, a process of its own: files grievances that ask for hands and sees when each is dispatched.

It shares the machine's cores with the system it measures; how much of one it took is among its figures.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from benchmarks.connection import Connection
from benchmarks.figures import Figures, percentiles, rate
from benchmarks.recorded import ASSIGNED, DISPATCHED, Recorded

COMMUNITY = "410181002011"
PATIENCE = 120.0
"""Seconds after the last submission in which every grievance must have been dispatched."""

DESCRIPTION = "三楼楼道堆满旧家具和纸箱，老人上下楼过不去，也怕着火，请帮忙清理。"


class Failed(Exception):
    """The measurement means nothing: a submission was refused, or a grievance never dispatched."""


@dataclass
class Traffic:
    """What happened to each grievance: when it was sent, answered, and seen to have got so far."""

    address: str
    recorded: Recorded
    places: Sequence[str]
    sent: dict[UUID, float] = field(default_factory=dict)
    answered: dict[UUID, float] = field(default_factory=dict)
    assigned: dict[UUID, float] = field(default_factory=dict)
    dispatched: dict[UUID, float] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    async def submit(self, connection: Connection) -> None:
        """File one grievance. Raises `Failed` where it is refused."""
        began = time.perf_counter()
        status, answer = await connection.post("/api/v1/grievances", self._body())
        if status != 201:
            raise Failed(f"{status} {answer.decode(errors='replace')[:300]}")
        id = UUID(json.loads(answer)["id"])
        self.sent[id], self.answered[id] = began, time.perf_counter()

    def _body(self) -> bytes:
        told = {
            "community": COMMUNITY,
            "place": self.chance.choice(self.places),
            "category": "corridor_clutter",
            "description": DESCRIPTION,
            "contact": {"name": "张先生", "phone": "10000000000"},
            "anonymous": False,
            "channel": "web",
        }
        return json.dumps(told).encode()

    def look(self) -> None:
        """See which grievances have got further."""
        found, now = self.recorded.fresh(), time.perf_counter()
        for id, what in found:
            if what in ASSIGNED:
                self.assigned.setdefault(id, now)
            elif what in DISPATCHED:
                self.dispatched.setdefault(id, now)

    @property
    def is_pending(self) -> bool:
        """Whether a grievance was sent that has not been dispatched yet."""
        return not self.sent.keys() <= self.dispatched.keys()

    def took(self, until: dict[UUID, float]) -> list[float]:
        """Seconds from sending each grievance to that moment of it."""
        return [until[id] - began for id, began in self.sent.items()]


async def _watch(traffic: Traffic, every: float, finished: asyncio.Event) -> None:
    """Look again and again until all that was sent is dispatched. Raises `Failed` when that takes too long."""
    deadline = float("inf")
    while traffic.is_pending or not finished.is_set():
        traffic.look()
        if finished.is_set():
            deadline = min(deadline, time.perf_counter() + PATIENCE)
        if time.perf_counter() > deadline:
            raise Failed(f"{len(traffic.sent.keys() - traffic.dispatched.keys())} were never dispatched")
        await asyncio.sleep(every)


@asynccontextmanager
async def _watched(traffic: Traffic, every: float) -> AsyncIterator[None]:
    finished = asyncio.Event()
    watching = asyncio.create_task(_watch(traffic, every, finished))
    yield
    finished.set()
    await watching


async def saturate(traffic: Traffic, *, count: int, clients: int) -> Figures:
    """So many clients submit one grievance after the other, as fast as they are answered."""
    remaining = iter(range(count))

    async def client() -> None:
        async with Connection(traffic.address) as connection:
            for _ in remaining:
                await traffic.submit(connection)

    began = time.perf_counter()
    async with _watched(traffic, every=0.05):
        await asyncio.gather(*(client() for _ in range(clients)))
    return {
        "submit_rate": rate(count, max(traffic.answered.values()) - began),
        **percentiles(traffic.took(traffic.answered), "submit"),
        "chain_rate": rate(count, max(traffic.dispatched.values()) - began),
    }


async def steady(traffic: Traffic, *, per_second: float, seconds: float, clients: int = 16) -> Figures:
    """Grievances come at fixed moments, whether or not the earlier ones have been answered."""
    count = int(per_second * seconds)
    async with AsyncExitStack() as stack:
        free: asyncio.Queue[Connection] = asyncio.Queue()
        for _ in range(clients):
            free.put_nowait(await stack.enter_async_context(Connection(traffic.address)))

        async def submit() -> None:
            connection = await free.get()
            await traffic.submit(connection)
            free.put_nowait(connection)

        began = time.perf_counter()
        async with _watched(traffic, every=0.01), asyncio.TaskGroup() as submissions:
            for nth in range(count):
                await asyncio.sleep(began + nth / per_second - time.perf_counter())
                submissions.create_task(submit())
    return {
        **percentiles(traffic.took(traffic.answered), "steady_submit"),
        **percentiles(traffic.took(traffic.assigned), "steady_assigned"),
        **percentiles(traffic.took(traffic.dispatched), "steady_dispatched"),
    }


async def buildings(address: str) -> list[str]:
    """Codes of the places that grievances are filed at."""
    async with Connection(address) as connection:
        told = await connection.get(f"/api/v1/communities/{COMMUNITY}/places?kind=building&page_size=200")
        return [place["code"] for place in told["items"]]


async def measure(address: str, database_url: str, plan: dict[str, Any]) -> Figures:
    """Warm up, saturate, then go on steadily; every figure of the three."""
    recorded, places = Recorded(database_url), await buildings(address)
    try:
        await saturate(Traffic(address, recorded, places), count=plan["warm_up"], clients=4)
        busy, began = time.process_time(), time.perf_counter()
        figures = await saturate(Traffic(address, recorded, places), count=plan["count"], clients=plan["clients"])
        took = time.perf_counter() - began
        figures["load_generator_cpu_percent"] = round(100 * (time.process_time() - busy) / took, 1)
        figures |= await steady(
            Traffic(address, recorded, places), per_second=plan["per_second"], seconds=plan["steady_seconds"]
        )
    finally:
        recorded.close()
    return figures


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    print(json.dumps(asyncio.run(measure(asked["address"], asked["database_url"], asked["plan"]))))
