"""Every process killed in turn while grievances are filed: none lost, none doubled, nothing left over.

And the same count over builds with a promise broken: it must find what they lose and double.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.communities import Community, enrol, found, join
from tests.e2e.demo_community import wait_until_filled
from tests.e2e.systems import FRONT, Distributed, Embedded, System
from tests.faults.counting import faults_in, kinds
from tests.faults.load import Load
from tests.faults.remains import consumers, in_files, in_outboxes, in_queues
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)

GRIEVANCES = 300
FEW = 48
SETTLES_WITHIN = 90.0
EMBEDDED_KILLS = 3


def broken(*breaks: str) -> tuple[str, ...]:
    """What starts a build with these promises broken."""
    return (sys.executable, "-m", "tests.faults.broken_build", ",".join(breaks))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the distributed form keeps its key: what one build has encrypted the next must read."""
    return tmp_path_factory.mktemp("distributed")


@pytest.fixture(scope="module")
def distributed(fresh_broker: str, fresh_database: str, folder: Path) -> Callable[..., Distributed]:
    """The distributed form on the same broker and databases, sound or broken."""

    def made(*front: str) -> Distributed:
        return Distributed(folder, fresh_broker, fresh_database, front or FRONT)

    return made


@contextmanager
def running(system: System) -> Iterator[System]:
    """The system from its start until the block ends; then everything of it is killed."""
    try:
        system.start()
        system.wait_until_ready()
        yield system
    finally:
        system.kill()


def community_with_helpers(system: System) -> Community:
    """A community that has what each category asks for."""
    community = found(system.door)
    enrol(system.door, community)
    join(system.door, community, "铁塔公司", "tower")
    system.door.when_listed("elder-records", 1, community=community.code)
    return community


def check_nothing_lost_or_doubled(system: System, community: Community, load: Load) -> None:
    """Waits until all that was filed has come to its place, and fails where it does not, or comes twice."""

    def check() -> None:
        faults = faults_in(system.door, community, load.filed)
        assert faults == [], "\n".join([*faults[:20], f"{len(faults)} in all", system.said(2000)])

    eventually(check, within=SETTLES_WITHIN)


def check_nothing_left(system: Distributed) -> None:
    """Waits until outboxes and queues are empty, then kills everything: what somebody held would lie there again."""
    broker, database = system.environment["BROKER_URL"], system.environment["DATABASE_URL"]
    eventually(lambda: not in_outboxes(database), within=SETTLES_WITHIN)
    eventually(lambda: not in_queues(broker), within=SETTLES_WITHIN)
    system.kill()
    eventually(lambda: not consumers(broker), within=20)
    assert in_queues(broker) == {}
    assert in_outboxes(database) == {}


# -- a process each


def test_each_process_is_killed_in_turn_and_nothing_is_lost_or_doubled(
    distributed: Callable[..., Distributed],
) -> None:
    with running(distributed()) as system:
        community = community_with_helpers(system)
        load = Load(system.url, community, GRIEVANCES)
        load.start()
        for number, name in enumerate(Distributed.NAMES, start=1):
            load.wait_for(number * GRIEVANCES // (len(Distributed.NAMES) + 1))
            assert load.answered < GRIEVANCES, "killed after the work is no proof"
            system.of(name).kill()
        load.finish()
        assert load.retried > 0, "no client has noticed anything"
        check_nothing_lost_or_doubled(system, community, load)
        for name in Distributed.NAMES:
            assert system.said(20_000).count(f"{name} 已退出") == 1, system.said()
        check_nothing_left(system)


def test_without_the_inbox_the_same_count_finds_what_is_doubled(distributed: Callable[..., Distributed]) -> None:
    with running(distributed(*broken("told-twice", "inbox-off"))) as system:
        community = community_with_helpers(system)
        load = Load(system.url, community, FEW)
        load.run()

        def check() -> None:
            faults = faults_in(system.door, community, load.filed)
            assert "doubled" in kinds(faults)
            assert any("leader_assigned" in fault for fault in faults if fault.startswith("doubled"))

        eventually(check, within=SETTLES_WITHIN)


# -- one process


def test_the_one_process_is_killed_again_and_again_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    with running(Embedded(tmp_path, DEMO="0")) as system:
        community = community_with_helpers(system)
        load = Load(system.url, community, GRIEVANCES)
        load.start()
        for number in range(1, EMBEDDED_KILLS + 1):
            load.wait_for(number * GRIEVANCES // (EMBEDDED_KILLS + 1))
            assert load.answered < GRIEVANCES, "killed after the work is no proof"
            system.kill()
            system.start()
        load.finish()
        assert load.retried > 0, "no client has noticed anything"
        check_nothing_lost_or_doubled(system, community, load)
        eventually(lambda: not in_files(tmp_path / "kept"), within=30)
        assert system.stop() == 0


def test_the_one_process_killed_while_it_fills_the_demo_community_fills_it_after_all(tmp_path: Path) -> None:
    with running(Embedded(tmp_path)) as system:
        system.kill()
        system.start()
        system.wait_until_ready()
        wait_until_filled(system)


def test_without_the_inbox_what_the_one_process_tells_again_after_a_kill_is_found_doubled(tmp_path: Path) -> None:
    with running(Embedded(tmp_path, DEMO="0", front=broken("outbox-kept", "inbox-off"))) as system:
        community = community_with_helpers(system)
        load = Load(system.url, community, FEW)
        load.run()
        check_nothing_lost_or_doubled(system, community, load)
        system.kill()
        system.start()
        system.wait_until_ready()

        def check() -> None:
            faults = faults_in(system.door, community, load.filed)
            assert "doubled" in kinds(faults)

        eventually(check, within=SETTLES_WITHIN)
