"""No room left where things are kept: the service says that it cannot now, and nothing is lost when there is room."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import text

from chassis.database import Database
from tests.e2e.first_key import SHOWN
from tests.e2e.systems import Embedded, System
from tests.faults.chain import Chain
from tests.faults.load import Load
from tests.faults.remains import in_files
from tests.faults.test_kills import check_nothing_lost_or_doubled, community_with_helpers, running
from tests.integration.chassis.things import causes
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(180)

FILED = 60
NOTHING_LARGER = 4096
"""Bytes a file may have: less than any of ours has, so that none can grow."""

OUT_OF_ROOM = """
CREATE FUNCTION be_full() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$
"""
"""What PostgreSQL says when a table cannot grow, word and code. Filling a real disk needs one that is small."""


@contextmanager
def full(database: Database, table: str) -> Iterator[None]:
    """This table cannot grow, until the block ends."""
    owner = Database(database.url, as_owner=True)
    with owner.writing() as connection:
        connection.execute(text(OUT_OF_ROOM))
        connection.execute(text(f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} EXECUTE FUNCTION be_full()"))
    try:
        yield
    finally:
        with owner.writing() as connection:
            connection.execute(text(f"DROP TRIGGER full_disk ON {table}"))
            connection.execute(text("DROP FUNCTION be_full()"))
        owner.close()


def test_a_listener_whose_database_is_out_of_room_waits_for_it_and_lays_nothing_aside(chain: Chain) -> None:
    listener = chain.start("listener")
    chain.start("relay")
    with full(chain.listener, "effects"):
        chain.tell(20)
        eventually(lambda: "the database is away, listener.main waits" in "\n".join(listener.said()), within=20)
        assert causes(chain.listener) == []
    chain.check_at_rest()


@contextmanager
def no_room(system: System) -> Iterator[None]:
    """No file of this system can grow, until the block ends."""
    (process,) = [each for each in system.processes() if each.ppid() == psutil.Process().pid]
    before = process.rlimit(psutil.RLIMIT_FSIZE)
    process.rlimit(psutil.RLIMIT_FSIZE, (NOTHING_LARGER, before[1]))
    try:
        yield
    finally:
        process.rlimit(psutil.RLIMIT_FSIZE, before)


def is_listed(system: System) -> bool:
    """Whether what is there can be read: while others wait for room, it may take longer than a caller's patience."""
    return httpx.get(f"{system.url}/api/v1/grievances", timeout=10, trust_env=False, headers=SHOWN).status_code == 200


def test_the_one_process_without_room_says_that_it_cannot_now_and_goes_on_once_there_is_room(tmp_path: Path) -> None:
    with running(Embedded(tmp_path, DEMO="0")) as system:
        community = community_with_helpers(system)
        load = Load(system.url, community, FILED)
        load.start()
        load.wait_for(FILED // 3)
        with no_room(system):
            body = {"community": community.code, "place": community.building, "category": "other", "description": "灯"}
            refused = httpx.post(
                f"{system.url}/api/v1/grievances", json=body, timeout=10, trust_env=False, headers=SHOWN
            )
            assert refused.status_code == 503, refused.text
            eventually(lambda: is_listed(system), within=20)
            assert load.answered < FILED
        load.finish()
        check_nothing_lost_or_doubled(system, community, load)
        eventually(lambda: not in_files(tmp_path / "kept"), within=30)
        assert system.stop() == 0
