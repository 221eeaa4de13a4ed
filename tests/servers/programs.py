"""Servers started from programs installed on this machine, on private ports and in folders of their own."""

import glob
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.servers.choice import NotPossible, Server
from tests.servers.ports import PRIVATE, free_ports
from tests.waiting import eventually

POSTGRESQL_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
RABBITMQ_FOLDERS = ("/usr/lib/rabbitmq/bin", "/usr/lib/rabbitmq/lib/*/sbin", "/opt/homebrew/opt/rabbitmq/sbin")
STARTING = 60.0

Answer = Callable[[str], None]


def run(command: Sequence[str], environ: Mapping[str, str] | None = None, within: float = 60) -> str:
    """Run a command to its end and return what it printed. Raises `NotPossible` when it fails."""
    try:
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=within, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise NotPossible(f"{command[0]}: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NotPossible(f"{' '.join(command[:3])} … ended with {done.returncode}: {' '.join(said[-3:])}")
    return done.stdout


def folder_of(program: str, patterns: Sequence[str]) -> Path:
    """The folder with this program: the newest of the usual places, else where PATH has it."""
    folders = [path for pattern in patterns for path in glob.glob(pattern) if Path(path, program).exists()]
    if folders:
        return Path(max(folders, key=lambda path: [int(number) for number in re.findall(r"\d+", path)]))
    found = shutil.which(program)
    if found is None:
        raise NotPossible(f"{program} is not installed here")
    return Path(found).resolve().parent


def as_user(user: str | None, dying_signal: str) -> list[str]:
    """What goes before a command so that it runs as `user` and is stopped when this process is killed."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        if user is not None:
            raise NotPossible("root, and there is no setpriv to become another user")
        return []
    change = [f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
    return [setpriv, *change, "--pdeathsig", dying_signal, "--"]


def start_postgresql(answer: Answer) -> Server:
    """A PostgreSQL of our own; it refuses to run as root, so root starts it as the user `postgres`."""
    programs = folder_of("initdb", POSTGRESQL_FOLDERS)
    folder = Path(tempfile.mkdtemp(prefix="hemei-postgresql-"))
    port = free_ports(1, _from_anywhere())[0]
    user = None
    if os.geteuid() == 0:
        user = "postgres"
        try:
            shutil.chown(folder, user, user)
        except LookupError as error:
            folder.rmdir()
            raise NotPossible("root, and there is no user postgres to run it as") from error
    store = folder / "store"
    try:
        become = as_user(user, "INT")
        run([*become, str(programs / "initdb"), "-D", str(store), "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync"])  # fmt: skip
    except NotPossible:
        shutil.rmtree(folder)
        raise
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": folder,
        "max_connections": 200,
        "fsync": "off",
    }
    command = [*become, str(programs / "postgres"), "-D", str(store)]
    for name, setting in settings.items():
        command += ["-c", f"{name}={setting}"]
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    stop = _start(command, dict(os.environ), folder, lambda: answer(url), signal.SIGQUIT)
    return Server(url=url, origin=f"{programs}/postgres on port {port}", stop=stop)


def start_rabbitmq(answer: Answer) -> Server:
    """A RabbitMQ of our own, with its own name, port mapper and folders, deaf to this machine's settings."""
    programs = folder_of("rabbitmq-server", RABBITMQ_FOLDERS)
    folder = Path(tempfile.mkdtemp(prefix="hemei-rabbitmq-"))
    port, distribution_port, mapper_port = free_ports(3, _from_anywhere())
    (folder / "rabbitmq.conf").write_text("disk_free_limit.absolute = 50MB\n")
    (folder / "rabbitmq-env.conf").write_text("")
    (folder / "enabled_plugins").write_text("[].\n")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))} | {
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
    url = f"amqp://guest:guest@127.0.0.1:{port}//"
    command = [*as_user(None, "TERM"), str(programs / "rabbitmq-server")]
    stop_server = _start(command, environ, folder, lambda: answer(url), signal.SIGKILL)

    def stop() -> None:
        stop_server()
        run(["epmd", "-kill"], environ)

    return Server(
        url=url,
        origin=f"{programs}/rabbitmq-server on port {port}",
        stop=stop,
        control=lambda arguments: run([str(programs / "rabbitmqctl"), *arguments], environ),
    )


def _from_anywhere() -> list[int]:
    """Private ports beginning at any of them: two test runs at once rarely meet."""
    first = secrets.randbelow(len(PRIVATE))
    return [*PRIVATE[first:], *PRIVATE[:first]]


def _start(
    command: list[str], environ: dict[str, str], folder: Path, answer: Callable[[], None], stop_signal: int
) -> Callable[[], None]:
    """Start a server and wait until it answers. Returns what stops it and removes its folder."""
    said = folder / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            command, env=environ, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip

    def stop() -> None:
        if process.poll() is None:
            os.killpg(process.pid, stop_signal)
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)

    def answers() -> None:
        if process.poll() is not None:
            raise NotPossible(f"{command[-1]} ended with {process.returncode}: {_last_words(said)}")
        try:
            answer()
        except NotPossible as error:
            raise AssertionError(error) from error

    try:
        eventually(answers, STARTING)
    except (AssertionError, NotPossible) as error:
        stop()
        raise NotPossible(str(error)) from error
    return stop


def _last_words(said: Path) -> str:
    return " ".join(said.read_text(errors="replace").split()[-40:])


def install_then(package: str, start: Callable[[], Server]) -> Server:
    """Install a Debian package, then start the server from it."""
    if os.geteuid() != 0:
        raise NotPossible("not root, so nothing is installed")
    if shutil.which("apt-get") is None:
        raise NotPossible("no apt-get here")
    # With run level 1 Debian's packages do not start their service: ours is started on a private port.
    environ = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    run(["apt-get", "-qq", "update"], environ, within=180)
    run(["apt-get", "-qq", "install", "--yes", "--no-install-recommends", package], environ, within=600)
    return start()
