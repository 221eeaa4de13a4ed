"""Keys are rotated while the system works and is killed: everything stays readable, and comes under the new key."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from chassis.encryption import key_id, new_key
from chassis.key_file import KEY, read_keys
from tests.e2e.demo_community import wait_until_filled
from tests.e2e.systems import FRONT, ROOT, STARTS_WITHIN, Distributed, Embedded, System
from tests.faults.load import Load
from tests.faults.test_backup import hemei
from tests.faults.test_kills import community_with_helpers, running
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)

GRIEVANCES = 20
IN_THE_BACKGROUND = 90.0
"""Seconds within which nine thousand fields come under the new key on a busy machine."""


def words_of(system: System) -> dict[str, Any]:
    """What residents wrote and how to reach them, by case."""
    cases = [system.door.get(f"grievances/{row['id']}") for row in system.door.every("grievances")]
    return {case["id"]: (case["description"], case["contact"]) for case in cases}


def file_some(system: System) -> dict[str, Any]:
    """Cases with their words."""
    load = Load(system.url, community_with_helpers(system), GRIEVANCES)
    load.run()
    words = words_of(system)
    assert len(words) >= GRIEVANCES
    return words


def test_the_one_process_killed_in_the_middle_goes_on_and_the_old_key_can_go(tmp_path: Path) -> None:
    system = Embedded(tmp_path)
    ring = Path(system.environment["DATA"]) / KEY
    with running(system):
        wait_until_filled(system)
        before = file_some(system)
        (old,) = (key_id(key) for key in read_keys(ring))
        hemei("keys", "rotate", environment=system.environment)
        newest = key_id(read_keys(ring)[0])
        eventually(lambda: system_counts(system, newest) and system_counts(system, old), within=IN_THE_BACKGROUND)
        # Left by the block: everything of it is killed.
    assert system_counts(system, old) > 0
    with running(system):
        assert words_of(system).items() >= before.items()
        eventually(lambda: not system_counts(system, old), within=IN_THE_BACKGROUND)
        os.utime(ring, (0, 0))
        hemei("keys", "retire", old, environment=system.environment)
    with running(system):
        assert words_of(system).items() >= before.items()
        assert [key_id(key) for key in read_keys(ring)] == [newest]


def system_counts(system: System, id: str) -> int:
    """How many fields are under a key, as the command tells."""
    said = hemei("keys", "status", environment=system.environment)
    lines = [line for line in said.splitlines() if line.startswith(id)]
    numbers = (part.rpartition(" ")[2] for line in lines for part in line.split("  ")[-1].split(", "))
    return sum(int(number) for number in numbers if number.isdigit())


def test_every_process_takes_a_new_ring_and_refuses_one_that_opens_nothing(
    fresh_broker: str, fresh_database: str, tmp_path: Path
) -> None:
    old, new, secret = new_key(), new_key(), new_key()

    def with_keys(*keys: str) -> Distributed:
        return Distributed(tmp_path, fresh_broker, fresh_database, FIELD_KEYS=",".join(keys), SECRET_KEY=secret)

    with running(with_keys(old)) as system:
        before = file_some(system)
    with running(with_keys(old, new)) as system:
        assert words_of(system).items() >= before.items()
    with running(with_keys(new, old)) as system:
        assert words_of(system).items() >= before.items()
        eventually(lambda: not system_counts(system, key_id(old)), within=IN_THE_BACKGROUND)
        assert "take number 2 out of" in hemei("keys", "retire", key_id(old), environment=system.environment)
    with running(with_keys(new)) as system:
        assert words_of(system).items() >= before.items()
    told = refused(with_keys(new_key()))
    assert "FIELD_KEYS opens none of the fields kept" in told
    assert new not in told


def refused(system: System) -> str:
    """What a service says that is started with these keys and refuses; it must not stay."""
    done = subprocess.run(
        [*FRONT, "serve", "grievance"],
        cwd=ROOT,
        env=system.environment,
        capture_output=True,
        text=True,
        timeout=STARTS_WITHIN,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    return done.stdout + done.stderr
