"""A cluster of RabbitMQ nodes on this machine, each to be killed, started again and cut off by itself."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.choice import NotPossible
from tests.servers.own_rabbitmq import RABBITMQ_FOLDERS
from tests.servers.ports import free_ports
from tests.servers.programs import as_user, folder_of, private_ports, run
from tests.servers.rabbitmq import answer
from tests.waiting import eventually

STARTS_WITHIN = 90.0


class Node:
    """One node, in a folder of its own; the port mapper and the cookie are the cluster's."""

    def __init__(self, programs: Path, folder: Path, name: str, mapper_port: int) -> None:
        self.name, self._programs, self._folder = f"{name}@localhost", programs, folder / name
        self._folder.mkdir()
        self.port, distribution_port = free_ports(2, private_ports())
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self._process: subprocess.Popen[bytes] | None = None
        self._environ = {k: v for k, v in os.environ.items() if not k.startswith(("RABBITMQ_", "ERL_"))} | {
            "HOME": str(folder),  # the cookie that lets nodes and rabbitmqctl talk to each other stands there
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(mapper_port),
            "ERL_EPMD_RELAXED_COMMAND_CHECK": "1",  # else the port mapper cannot be told to stop
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(distribution_port),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "store"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(self._folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(self._folder / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        # What is advised for three nodes: one that sees no majority stops serving, and cannot promise what it loses.
        # From 4.3 on brokers know no other way and pass this setting over.
        settings = ["disk_free_limit.absolute = 50MB", "cluster_partition_handling = pause_minority"]
        (self._folder / "rabbitmq.conf").write_text("\n".join(settings) + "\n")
        (self._folder / "rabbitmq-env.conf").write_text("")
        (self._folder / "enabled_plugins").write_text("[].\n")

    def start(self) -> None:
        """Start it; returns at once."""
        with (self._folder / "said").open("ab") as output:
            self._process = subprocess.Popen(
                [*as_user(None, "TERM"), str(self._programs / "rabbitmq-server")],
                env=self._environ,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def wait_until_it_answers(self) -> None:
        """Until a client can log in."""
        eventually(self._answers, STARTS_WITHIN)

    def kill(self) -> None:
        """End it at once, with everything that it started."""
        assert self._process is not None
        # Whoever is a child of a child is in the group too, but for what the node has put into one of its own.
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)

    @property
    def is_running(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.poll() is None

    def control(self, *arguments: str) -> str:
        """What `rabbitmqctl` prints for these words. Raises `NotPossible`."""
        return run([str(self._programs / "rabbitmqctl"), "-q", *arguments], self._environ, within=60)

    def evaluate(self, expression: str) -> str:
        """What the node says to an Erlang expression. Raises `NotPossible`."""
        return self.control("eval", expression).strip()

    def end_port_mapper(self) -> None:
        """The cluster is over."""
        run(["epmd", "-kill"], self._environ)

    def said(self, most: int = 3000) -> str:
        """The end of what it wrote."""
        return (self._folder / "said").read_text(errors="replace")[-most:]

    def _answers(self) -> None:
        assert self.is_running, f"{self.name} has ended: {self.said()}"
        try:
            answer(self.url)
        except NotPossible as error:
            raise AssertionError(error) from error


class Cluster:
    """Nodes that have joined each other."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes

    @property
    def url(self) -> str:
        """The addresses of all nodes, as BROKER_URL takes them."""
        return ";".join(node.url for node in self.nodes)

    def join(self) -> None:
        """The others join the first."""
        first, *others = self.nodes
        for node in others:
            for words in (["stop_app"], ["join_cluster", first.name], ["start_app"]):
                node.control(*words)

    def leader_of(self, queue: str) -> Node:
        """The node that leads a quorum queue. Fails while none does."""
        lines = self._running().control("list_queues", "name", "leader", "--no-table-headers").splitlines()
        leaders = dict(line.split("\t") for line in lines if "\t" in line)
        found = [node for node in self.nodes if node.name == leaders.get(queue)]
        assert found, f"nobody leads {queue}: {leaders.get(queue)}"
        return found[0]

    def members_by_queue(self) -> dict[str, set[str]]:
        """The names of the nodes that keep a copy of each queue; none where it is no quorum queue."""
        lines = self._running().control("list_queues", "name", "members", "--no-table-headers").splitlines()
        found = dict(line.split("\t") for line in lines if "\t" in line)
        return {name: set(re.findall(r"[^\[\], ']+", members)) for name, members in found.items()}

    def sees(self, node: Node) -> set[str]:
        """The names of the other nodes that this one is connected to."""
        return set(re.findall(r"[^\[\], ']+", node.evaluate("nodes().")))

    def cut_off(self, node: Node) -> None:
        """No message passes between this node and the others until it is let in again: it takes the others' cookie
        for another one, so that the connection that is ended here cannot be made again."""
        names = ", ".join(f"'{other.name}'" for other in self.nodes if other is not node)
        node.evaluate(f"[begin erlang:set_cookie(N, wrong), erlang:disconnect_node(N) end || N <- [{names}]].")

    def let_in(self, node: Node) -> None:
        """What was cut off may talk to the others again."""
        names = ", ".join(f"'{other.name}'" for other in self.nodes if other is not node)
        node.evaluate(f"[begin erlang:set_cookie(N, erlang:get_cookie()), net_adm:ping(N) end || N <- [{names}]].")

    def _running(self) -> Node:
        return next(node for node in self.nodes if node.is_running)


@contextmanager
def running_cluster(size: int = 3) -> Iterator[Cluster]:
    """So many nodes in one cluster; nothing of them is left afterwards. Raises `NotPossible`."""
    programs = folder_of("rabbitmq-server", RABBITMQ_FOLDERS)
    folder = Path(tempfile.mkdtemp(prefix="hemei-cluster-"))
    cookie = folder / ".erlang.cookie"
    cookie.write_text(secrets.token_hex(10).upper())
    cookie.chmod(0o400)
    (mapper_port,) = free_ports(1, private_ports())
    cluster = Cluster([Node(programs, folder, f"hemei_test_{number}", mapper_port) for number in range(1, size + 1)])
    try:
        for node in cluster.nodes:
            node.start()
        for node in cluster.nodes:
            node.wait_until_it_answers()
        cluster.join()
        yield cluster
    finally:
        for node in cluster.nodes:
            if node.is_running:
                node.kill()
        cluster.nodes[0].end_port_mapper()
        shutil.rmtree(folder, ignore_errors=True)
