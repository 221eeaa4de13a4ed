"""A backup taken while grievances are filed, restored elsewhere: whatever is in it is there once, and goes on."""

import subprocess
from pathlib import Path

import pytest

from chassis.encryption import new_key
from tests.e2e.door import Door
from tests.e2e.systems import FRONT, ROOT, Distributed, Embedded, System
from tests.faults.counting import faults_in
from tests.faults.load import Filed, Load
from tests.faults.test_kills import community_with_helpers, running
from tests.servers import choice, postgresql, rabbitmq
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(180)

GRIEVANCES = 120
PER_SECOND = 10.0
"""So slowly that a backup comes in between, however busy the machine is."""

SETTLES_WITHIN = 60.0


def kept_in(door: Door, filed: dict[str, Filed]) -> dict[str, Filed]:
    """Those grievances that a system has."""
    there = {row["id"] for row in door.every("grievances")}
    return {key: one for key, one in filed.items() if one.ids & there}


def check_that_all_goes_on(system: System, load: Load, at_least: int) -> None:
    """Whatever was backed up has come to its place, each once; the system takes more."""
    community = load.community
    kept = kept_in(system.door, load.filed)
    assert len(kept) >= at_least
    eventually(lambda: not faults_in(system.door, community, kept), within=SETTLES_WITHIN)
    more = Load(system.url, community, 4)
    more.run()
    eventually(lambda: not faults_in(system.door, community, kept | more.filed), within=SETTLES_WITHIN)


def hemei(*words: str, environment: dict[str, str]) -> str:
    """Run a command to its end; what it said. Fails where it was refused."""
    done = subprocess.run(
        [*FRONT, *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_one_process_is_backed_up_while_it_works_and_restored(tmp_path: Path) -> None:
    safe = tmp_path / "safe"
    with running(Embedded(tmp_path, DEMO="0")) as system:
        load = Load(system.url, community_with_helpers(system), GRIEVANCES, per_second=PER_SECOND)
        load.start()
        load.wait_for(GRIEVANCES // 3)
        assert "field.key" in hemei("backup", str(safe), environment=system.environment)
        assert load.answered < GRIEVANCES, "a backup of a system at rest is no proof"
        load.finish()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    restored = Embedded(elsewhere, DEMO="0")
    hemei("restore", str(safe), environment=restored.environment)
    with running(restored):
        check_that_all_goes_on(restored, load, GRIEVANCES // 3)


def test_every_process_of_the_distributed_form_goes_on_from_a_backup(
    fresh_broker: str,
    fresh_database: str,
    rabbitmq_server: choice.Server,
    postgres_url: str,
    tmp_path: Path,
) -> None:
    safe = tmp_path / "safe"
    keys = {"FIELD_KEYS": new_key()}
    with running(Distributed(tmp_path, fresh_broker, fresh_database, **keys)) as system:
        load = Load(system.url, community_with_helpers(system), GRIEVANCES)
        load.run()
        assert "FIELD_KEYS" in hemei("backup", str(safe), environment=system.environment)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with rabbitmq.fresh_vhost(rabbitmq_server) as broker, postgresql.fresh_database(postgres_url) as database:
        restored = Distributed(elsewhere, broker, database, **keys)
        hemei("restore", str(safe), environment=restored.environment)
        with running(restored):
            check_that_all_goes_on(restored, load, GRIEVANCES)
