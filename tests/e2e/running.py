"""Whole systems for a while, their demo community filled: started for those who ask, and ended in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.demo_community import wait_until_filled
from tests.e2e.systems import Distributed, Embedded
from tests.servers import postgresql, rabbitmq
from tests.servers.choice import Server


@contextmanager
def running_embedded(folder: Path) -> Iterator[Embedded]:
    """The one-process form."""
    started = Embedded(folder)
    try:
        started.start()
        started.wait_until_ready()
        wait_until_filled(started)
        yield started
        assert started.stop() == 0, started.said()
    finally:
        started.kill()


@contextmanager
def running_distributed(
    folder: Path, rabbitmq_server: Server, postgres_url: str, **settings: str
) -> Iterator[Distributed]:
    """The form with a process each, with these settings; its virtual host and databases are its own."""
    with rabbitmq.fresh_vhost(rabbitmq_server) as broker, postgresql.fresh_database(postgres_url) as database:
        started = Distributed(folder, broker, database, **settings)
        try:
            started.start()
            started.wait_until_ready()
            filled = started.run("fill-demo")
            assert filled.returncode == 0, filled.stderr + started.said()
            # Where the one-process form has written what it was filled with, too.
            with started.log.open("a") as log:
                log.write(filled.stdout)
            wait_until_filled(started)
            yield started
            assert started.stop() == 0, started.said()
        finally:
            started.kill()
