"""One run of chaos: load, disturbances, rest, and the nine invariants held against what is left."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from chassis.encryption import new_key
from tests.e2e.communities import Community
from tests.e2e.systems import Distributed
from tests.faults.chaos.disturbances import Disturber
from tests.faults.chaos.witness import QUEUE, Witness
from tests.faults.counting import faults_in
from tests.faults.invariants import in_their_communities, left_in_outboxes, left_in_queues
from tests.faults.load import Load, Misunderstood
from tests.faults.test_kills import community_with_helpers
from tests.servers.own_postgresql import OwnPostgreSQL
from tests.servers.own_rabbitmq import OwnRabbitMQ
from tests.servers.rabbitmq import with_vhost
from tests.waiting import eventually

COMMUNITIES = 2
PER_SECOND = 2.0
"""Grievances filed in each community."""
PAUSE = 0.35
"""Seconds between two small disturbances, on average."""
OUTAGE_EVERY = 35.0
"""Seconds between two outages, on average."""
SETTLES_WITHIN = 120.0
RECOVERS_WITHIN = 60.0
NOT_WORK = ("operations.reports", "replies.", QUEUE)
"""Queues that hold no work: what is in them may be lost."""


@dataclass
class Outcome:
    """What a run did and found."""

    seed: int
    disturbed: dict[str, int] = field(default_factory=dict)
    filed: int = 0
    told: int = 0
    repeated: int = 0
    recoveries: list[float] = field(default_factory=list)
    rested_after: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many faults were injected."""
        return sum(self.disturbed.values())

    def lines(self) -> list[str]:
        """For people."""
        kinds = ", ".join(f"{name} {count}" for name, count in sorted(self.disturbed.items()))
        times = (
            f"median {median(self.recoveries):.1f} s, longest {max(self.recoveries):.1f} s" if self.recoveries else ""
        )
        return [
            f"seed {self.seed}: {self.count} faults ({kinds})",
            f"{self.filed} grievances filed, {self.told} events told, {self.repeated} came more than once",
            f"recovery after {len(self.recoveries)} outages: {times}",
            f"at rest {self.rested_after:.0f} s after the last fault",
            f"verdict: {'sound' if not self.faults else f'{len(self.faults)} violations'}",
            *self.faults[:40],
        ]


class Chaos:
    """The system with its own servers, disturbed for so many seconds."""

    def __init__(self, folder: Path, rabbitmq: OwnRabbitMQ, postgresql: OwnPostgreSQL, seed: int) -> None:
        self._rabbitmq, self._postgresql = rabbitmq, postgresql
        self._draw = random.Random(seed)
        self.outcome = Outcome(seed)
        # Of its own: other tests have left things on these servers.
        self._vhost = f"chaos{seed}"
        rabbitmq.control(["add_vhost", self._vhost])
        rabbitmq.control(["set_permissions", "-p", self._vhost, "guest", ".*", ".*", ".*"])
        self._broker_url = with_vhost(rabbitmq.url, self._vhost)
        database = f"{postgresql.url.rsplit('/', 1)[0]}/chaos{seed}"
        self.system = Distributed(folder, self._broker_url, database, FIELD_KEYS=new_key())

    def run(self, seconds: float) -> Outcome:
        """Disturb for so long, let it come to rest, and look."""
        try:
            self.system.start()
            self.system.wait_until_ready()
            self._witness = Witness(self._broker_url)
            communities = [community_with_helpers(self.system) for _ in range(COMMUNITIES)]
            self._loads = [self._load(community, seconds) for community in communities]
            self._disturber = Disturber(self.system, self._rabbitmq, self._postgresql, self._witness, self._draw)
            for load in self._loads:
                load.start()
            self._disturb(time.monotonic() + seconds)
            for load in self._loads:
                self._finish(load)
            self._look(communities)
        finally:
            self.system.kill()
            self._rabbitmq.control(["delete_vhost", self._vhost])
        return self.outcome

    def _finish(self, load: Load) -> None:
        """A client that was given up or misunderstood is a violation like any other: the rest is looked at and told."""
        try:
            load.finish()
        except (AssertionError, Misunderstood) as error:
            self.outcome.faults.append(f"a client was not answered as it should be: {error!r}"[:500])

    def _load(self, community: Community, seconds: float) -> Load:
        count = max(8, int(seconds * PER_SECOND))
        return Load(self.system.url, community, count, clients=4, per_second=PER_SECOND)

    def _disturb(self, until: float) -> None:
        outage_at = time.monotonic() + OUTAGE_EVERY / 3
        while time.monotonic() < until:
            if time.monotonic() >= outage_at:
                self._have_outage()
                outage_at = time.monotonic() + self._draw.uniform(0.5, 1.5) * OUTAGE_EVERY
            else:
                self._disturber.do_one_of(self._disturber.small)
                time.sleep(self._draw.uniform(0.5, 1.5) * PAUSE)
        # However few outages a short run had time for, and all of them alarms: one recovery is always measured.
        while not self.outcome.recoveries:
            self._have_outage()
        self.outcome.disturbed = dict(self._disturber.counts)

    def _have_outage(self) -> None:
        """With every process up before, so that what is measured is the recovery from this one thing."""
        eventually(self.system.check_ready, within=RECOVERS_WITHIN)
        name = self._disturber.do_one_of(self._disturber.outages)
        back_at = time.monotonic()
        probe = Load(self.system.url, self._loads[0].community, 1)
        probe.run()
        self._loads[0].filed |= probe.filed
        (id,) = next(iter(probe.filed.values())).ids
        self._holds(f"no flow after: {name}", lambda: self._check_assigned(id))
        if "alarm" not in name:
            self.outcome.recoveries.append(time.monotonic() - back_at)

    def _check_assigned(self, id: str) -> None:
        answer = self.system.door.http.get(f"grievances/{id}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == "assigned"

    # -- afterwards

    def _look(self, communities: list[Community]) -> None:
        faults, began = self.outcome.faults, time.monotonic()
        self._holds("not ready again", self.system.check_ready)
        databases = {
            name: f"{self.system.environment['DATABASE_URL']}_{name}"
            for name in Distributed.NAMES
            if name not in ("relay", "gateway")
        }
        self._settles(lambda: left_in_outboxes(databases))
        self._settles(lambda: [each for each in left_in_queues(self._rabbitmq.control, self._vhost) if _is_work(each)])
        for load, community in zip(self._loads, communities, strict=True):
            self._settles(lambda load=load, community=community: faults_in(self.system.door, community, load.filed))  # type: ignore[misc]
        self._settles(self._wrongly_laid_aside)
        self.outcome.rested_after = time.monotonic() - began
        if self.system.stop() != 0:
            faults.append(f"did not end well: {self.system.said(1500)}")
        # With nobody left who could hold something in hand.
        faults += left_in_outboxes(databases)
        faults += [each for each in left_in_queues(self._rabbitmq.control, self._vhost) if _is_work(each)]
        self._witness.close()
        faults += self._witness.not_in_sequence()
        filed_in = {
            id: community.code
            for load, community in zip(self._loads, communities, strict=True)
            for one in load.filed.values()
            for id in one.ids
        }
        faults += in_their_communities(filed_in, self._witness.by_community())
        self.outcome.filed = sum(load.answered for load in self._loads)
        self.outcome.told, self.outcome.repeated = len(self._witness.told), self._witness.repeated

    def _settles(self, faults: Callable[[], list[str]]) -> None:
        """Wait until nothing is found; what is found in the end is a violation."""
        found: list[str] = []

        def look() -> bool:
            found[:] = faults()
            return not found

        try:
            eventually(look, within=SETTLES_WITHIN)
        except AssertionError:
            self.outcome.faults += found

    def _holds(self, what: str, check: Callable[[], None]) -> None:
        try:
            eventually(check, within=RECOVERS_WITHIN)
        except AssertionError as error:
            self.outcome.faults.append(f"{what}: {error}"[:500])

    def _wrongly_laid_aside(self) -> list[str]:
        """I6: exactly the poison lies among the dead letters, in the queue it was put into and with a reason."""
        expected = self._disturber.poison
        found = {row["message_id"]: row for row in self.system.door.every("operations/dead-letters", state="open")}
        return [
            *(f"not laid aside: {id} of {expected[id]}" for id in expected.keys() - found.keys()),
            *(f"laid aside without need: {found[id]}" for id in found.keys() - expected.keys()),
            *(
                f"laid aside wrongly: {found[id]}"
                for id in expected.keys() & found.keys()
                if found[id]["queue"] != expected[id] or not found[id]["error"]
            ),
        ]


def _is_work(left: str) -> bool:
    return not left.removeprefix("in ").startswith(NOT_WORK)
