"""A RabbitMQ of our own, that can be stopped, killed and started again on the same files, and told to raise alarms."""

import os
import re
import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.servers.choice import NotPossible, Server
from tests.servers.ports import free_ports
from tests.servers.programs import Answer, Program, as_user, folder_of, private_ports, run

RABBITMQ_FOLDERS = ("/usr/lib/rabbitmq/bin", "/usr/lib/rabbitmq/lib/*/sbin", "/opt/homebrew/opt/rabbitmq/sbin")

ALARMS = {
    "memory": (["set_vm_memory_high_watermark", "0.0000001"], ["set_vm_memory_high_watermark", "0.4"]),
    "disk": (["set_disk_free_limit", "1000GB"], ["set_disk_free_limit", "50MB"]),
}
"""What raises each alarm, and what ends it."""


class OwnRabbitMQ:
    """A RabbitMQ node with its own name, port mapper and folders, deaf to this machine's settings; not started yet.

    `with_management`: it answers over HTTP at `management_url` too, and counts twice a second what it tells there.
    Raises `NotPossible` where it cannot be had.
    """

    def __init__(self, answer: Answer, *, with_management: bool = False) -> None:
        self._programs = folder_of("rabbitmq-server", RABBITMQ_FOLDERS)
        folder = Path(tempfile.mkdtemp(prefix="hemei-rabbitmq-"))
        port, distribution_port, mapper_port, management_port = free_ports(4, private_ports())
        self.url = f"amqp://guest:guest@127.0.0.1:{port}//"
        self.origin = f"{self._programs}/rabbitmq-server on port {port}"
        self._environ = _environ(folder, port, distribution_port, mapper_port)
        self.management_url = f"http://127.0.0.1:{management_port}" if with_management else ""
        if with_management:
            _manage(folder, management_port)
        command = [*as_user(None, "TERM"), str(self._programs / "rabbitmq-server")]
        self._program = Program(command, self._environ, folder, lambda: answer(self.url))

    def start(self) -> None:
        """Start the node, again too: what was durable is there again."""
        self._program.start()

    def kill(self) -> None:
        """End the node without a word to anyone."""
        self._program.end(signal.SIGKILL)

    def stop(self) -> None:
        """End it for good, its port mapper too."""
        self.kill()
        run(["epmd", "-kill"], self._environ)
        self._program.remove()

    def control(self, arguments: Sequence[str]) -> str:
        """What `rabbitmqctl` says. Raises `NotPossible` where it refuses."""
        return run([str(self._programs / "rabbitmqctl"), *arguments], self._environ, within=40)

    def raise_alarm(self, name: str) -> None:
        """Let it have too little memory or disk: it then reads nothing more from whoever publishes."""
        self.control(ALARMS[name][0])
        assert self.alarms(), f"no {name} alarm was raised"

    def end_alarms(self) -> None:
        """Let it have enough again."""
        for _, ending in ALARMS.values():
            self.control(ending)

    def alarms(self) -> str:
        """What alarms there are, "" for none."""
        return self.control(["eval", "rabbit_alarm:get_alarms()."]).strip().removeprefix("[]")

    def redelivered(self) -> int:
        """How many deliveries this node has made again since it was started."""
        return self._counter("messages_redelivered_total")

    def delivered(self) -> int:
        """How many deliveries this node has made since it was started."""
        return self._counter("messages_delivered_total")

    def _counter(self, name: str) -> int:
        told = self.control(["eval", "rabbit_global_counters:overview()."])
        return sum(int(number) for number in re.findall(rf"{name}\s*=>\s*(\d+)", told))


def _environ(folder: Path, port: int, distribution_port: int, mapper_port: int) -> dict[str, str]:
    (folder / "rabbitmq.conf").write_text("disk_free_limit.absolute = 50MB\n")
    (folder / "rabbitmq-env.conf").write_text("")
    (folder / "enabled_plugins").write_text("[].\n")
    return {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))} | {
        "HOME": str(folder),  # the cookie that lets rabbitmqctl in stands there
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(mapper_port),
        "ERL_EPMD_RELAXED_COMMAND_CHECK": "1",  # else the port mapper cannot be told to stop
        "RABBITMQ_NODENAME": f"hemei_test_{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution_port),
        "RABBITMQ_MNESIA_BASE": str(folder / "store"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }


def _manage(folder: Path, port: int) -> None:
    (folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
    with (folder / "rabbitmq.conf").open("a") as settings:
        settings.write(f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {port}\n")
        settings.write("collect_statistics_interval = 500\n")


def start(answer: Answer) -> Server:
    """One that is started, for tests that do it no harm."""
    server = OwnRabbitMQ(answer)
    try:
        server.start()
    except NotPossible:
        server.stop()
        raise
    return Server(url=server.url, origin=server.origin, stop=server.stop, control=server.control)
