"""Three RabbitMQ nodes under load: one killed, two killed, one cut off; what was lost or doubled is counted.

`make cluster-faults` runs this. It is no part of `make test`, and its name does not begin with `test_` for that
reason: three brokers beside nine processes want a machine that does nothing else, and RabbitMQ installed on it.
"""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.broker import QueuePlan
from chassis.leased_outbox import Row
from chassis.links import LOST, connect, cut
from chassis.publisher import Publisher
from chassis.topology import declare
from contracts.grievance.events import GrievanceResolved
from tests.e2e.communities import Community
from tests.e2e.door import happenings
from tests.e2e.systems import Distributed
from tests.faults.load import Load
from tests.faults.remains import in_outboxes
from tests.faults.test_kills import (
    check_nothing_left,
    check_nothing_lost_or_doubled,
    community_with_helpers,
    running,
)
from tests.integration.chassis.brokers import message
from tests.servers.cluster import Cluster, Node, running_cluster
from tests.servers.rabbitmq import answer
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(300)

GRIEVANCES = 400
RESUMES_WITHIN = 30.0
QUEUE = "grievance.main"
FIGURES: list[str] = []


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Three nodes."""
    with running_cluster() as found:
        yield found


@pytest.fixture(scope="module")
def system(
    cluster: Cluster, fresh_database: str, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Distributed]:
    """The distributed form, told of all three; its figures are printed at the end."""
    folder: Path = tmp_path_factory.mktemp("distributed")
    with running(Distributed(folder, cluster.url, fresh_database)) as found:
        yield found
        check_nothing_left(found)
    with pytestconfig.pluginmanager.get_plugin("capturemanager").global_and_fixture_disabled():
        print("", *FIGURES, "Left at the end: nothing in any outbox, nothing in any queue.", sep="\n")  # noqa: T201


@pytest.fixture
def community(system: Distributed) -> Community:
    """A community that has what each category asks for, and in which nobody else files."""
    return community_with_helpers(system)


def wait_until_it_flows(system: Distributed, load: Load) -> None:
    """Files one more grievance and waits until its leader is known: a call, an event, and an event back."""
    one = Load(system.url, load.community, 1)
    one.run()
    load.filed |= one.filed
    (id,) = next(iter(one.filed.values())).ids
    system.door.when(id, lambda case: happenings(case, "leader_assigned"), within=RESUMES_WITHIN)


def struck_under_load(system: Distributed, community: Community, title: str, strike: Callable[[], None]) -> None:
    """Strikes when a third of the load has been answered, and counts when all of it has come to its place."""
    load = Load(system.url, community, GRIEVANCES)
    load.start()
    load.wait_for(GRIEVANCES // 3)
    assert load.answered < GRIEVANCES, "struck after the work is no proof"
    struck_at = time.monotonic()
    strike()
    wait_until_it_flows(system, load)
    seconds = time.monotonic() - struck_at
    assert load.answered < len(load.filed), "all was answered before anything could be felt"
    load.finish()
    check_nothing_lost_or_doubled(system, community, load)
    FIGURES.append(
        f"{title}: a grievance filed right afterwards had reached its leader {seconds:.1f} s after the blow;"
        f" of {GRIEVANCES} filed around it 0 lost, 0 doubled; clients had to ask again {load.retried} times."
    )
    assert seconds < RESUMES_WITHIN


def come_back(*nodes: Node) -> None:
    """Start what was killed."""
    for node in nodes:
        node.start()
    for node in nodes:
        node.wait_until_it_answers()


def test_every_queue_of_ours_lies_on_all_three_nodes(cluster: Cluster, community: Community) -> None:
    queues = cluster.members_by_queue()
    ours = {name: members for name, members in queues.items() if not name.startswith("replies.")}
    assert QUEUE in ours
    assert {name for name, members in ours.items() if members != {node.name for node in cluster.nodes}} == set()


def test_the_node_that_leads_is_killed_and_nothing_is_lost_or_doubled(
    cluster: Cluster, system: Distributed, community: Community
) -> None:
    struck = cluster.leader_of(QUEUE)
    try:
        struck_under_load(system, community, "The leading node killed", struck.kill)
        assert not struck.is_running
        assert cluster.leader_of(QUEUE) is not struck
    finally:
        come_back(struck)


def test_the_node_that_leads_is_cut_off_and_nothing_is_lost_or_doubled(
    cluster: Cluster, system: Distributed, community: Community
) -> None:
    struck = cluster.leader_of(QUEUE)
    others = {each.name for each in cluster.nodes if each is not struck}

    def strike() -> None:
        cluster.cut_off(struck)
        eventually(lambda: cluster.sees(struck) == set(), within=10)

    assert cluster.sees(struck) == others
    try:
        struck_under_load(system, community, "The leading node cut off from the others", strike)
        assert struck.is_running
        assert cluster.sees(struck) == set(), "it came back too early to prove anything"
    finally:
        cluster.let_in(struck)
    eventually(lambda: cluster.sees(struck) == others, within=60)
    struck.wait_until_it_answers()


def test_without_a_majority_nothing_is_confirmed_and_every_outbox_keeps_what_it_has(
    cluster: Cluster, system: Distributed, community: Community
) -> None:
    # A node alone that goes on serving is the harder case: one that pauses cannot even be reached.
    for node in cluster.nodes:
        node.evaluate("application:set_env(rabbit, cluster_partition_handling, ignore).")
    alone, *struck = cluster.nodes
    plan = QueuePlan(name="cluster.main", listens=(GrievanceResolved.wire_name(),))
    declare_on(alone, plan)
    database = system.environment["DATABASE_URL"]
    load = Load(system.url, community, GRIEVANCES)
    with system.without("relay", number=signal.SIGSTOP):
        load.run()
        kept = in_outboxes(database)
        assert kept["grievance"] >= GRIEVANCES
        for node in struck:
            node.kill()
        answer(alone.url)
    publisher = Publisher(alone.url)
    with pytest.raises(LOST):
        publisher.publish([Row(1, message("nobody", id=str(uuid4()), type=plan.listens[0]), True, 0)])
    publisher.drop_connection()
    assert in_outboxes(database) == kept
    came_back_at = time.monotonic()
    come_back(*struck)
    answering_at = time.monotonic()
    eventually(lambda: not in_outboxes(database), within=90)
    emptied_at = time.monotonic()
    check_nothing_lost_or_doubled(system, community, load)
    cluster.nodes[0].control("delete_queue", plan.name)
    FIGURES.append(
        f"Two of three killed: no publish confirmed, {sum(kept.values())} events kept in the outboxes;"
        f" emptied {emptied_at - answering_at:.1f} s after the nodes answered"
        f" ({answering_at - came_back_at:.1f} s after they were started), 0 lost, 0 doubled."
    )


def declare_on(node: Node, plan: QueuePlan) -> None:
    """Have a queue of the tests' own."""
    connection = connect(node.url, "declare")
    declare(connection.channel(), [plan])
    cut(connection)
