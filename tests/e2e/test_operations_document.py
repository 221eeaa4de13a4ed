"""Every command of the operations manual does what the manual says, in the form it is written for."""

import re
import shlex
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest

from tests.architecture.test_readme_commands import refusal
from tests.e2e.communities import found
from tests.e2e.dead_letters import Laid, lay_aside
from tests.e2e.first_key import KEY
from tests.e2e.systems import FRONT, ROOT, Distributed, Embedded, System
from tests.e2e.test_readme_story import path_with_curl
from tests.servers import choice, postgresql, rabbitmq
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)

MANUAL = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^<!-- (.*?) -->\n```sh\n(.*?)^```", MANUAL, re.M | re.S)
"""For whom each block of commands is, and the commands."""

RULES = ROOT / "deploy" / "prometheus" / "rules" / "alerts.yml"


def blocks_for(*whom: str) -> str:
    """The commands for one of these, as one person types them one after the other."""
    return "".join(commands for told, commands in BLOCKS if told in whom)


def typed(script: str, environment: dict[str, str], folder: Path, **variables: str) -> str:
    """Type the commands; what they said. Fails where one of them fails."""
    folder.mkdir(parents=True, exist_ok=True)
    hemei = folder / "hemei"
    hemei.write_text(f'#!/bin/sh\ncd {ROOT} && exec {shlex.join(FRONT)} "$@"\n')
    hemei.chmod(0o755)
    path = f"{folder}:{path_with_curl(folder)}"
    done = subprocess.run(
        ["bash", "-eux", "-c", script],
        env={
            **environment,
            "HEMEI_TOKEN": KEY,
            "LANG": "C.UTF-8",
            **variables,
            "PATH": path,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_block_of_commands_says_for_whom_it_is() -> None:
    assert len(BLOCKS) == len(re.findall(r"^```sh$", MANUAL, re.M)) > 0
    assert {told for told, _ in BLOCKS} <= {
        "both", "embedded", "distributed", "embedded, stopped", "distributed, stopped",
    }  # fmt: skip


def test_every_alert_is_explained_and_every_explanation_has_its_alert() -> None:
    asked = set(re.findall(r"runbook: docs/operations\.md#(\S+)", RULES.read_text(encoding="utf-8")))
    assert asked == set(re.findall(r"^### (\S+)$", MANUAL, re.M))


def test_the_commands_named_in_the_text_exist() -> None:
    text = re.sub(r"^```sh\n.*?^```", "", MANUAL, flags=re.M | re.S)
    named = re.findall(r"`(hemei [^`<]+?)`", text)
    assert named
    assert {one: why for one in named if (why := refusal(shlex.split(one)))} == {}


def test_what_both_forms_are_told_to_type_works(system: System, tmp_path: Path) -> None:
    chain = f"manual-{uuid4()}"
    community = found(system.door)
    filed = system.door.file(community.code, community.building, "other")
    lay_aside(system, Laid(body=b"poison", correlation=chain))
    (letter,) = system.door.when_listed("operations/dead-letters", 1, correlation=chain)
    # What a process has done is known to operations with its next report.
    eventually(lambda: system.door.get(f"operations/journeys/{filed}"), within=30)

    said = typed(
        blocks_for("both"),
        system.environment | {"HEMEI_URL": system.url},
        tmp_path,
        GRIEVANCE=filed,
        DEAD_LETTER=letter["id"],
        CAUSE=letter["cause"],
    )

    assert "handler_seconds" in said
    assert "died again" in said
    assert system.door.get(f"operations/dead-letters/{letter['id']}")["state"] == "discarded"


def test_the_one_process_is_backed_up_and_restored_as_the_manual_says(tmp_path: Path) -> None:
    given = {"BACKUP": str(tmp_path / "safe"), "ELSEWHERE": str(tmp_path / "elsewhere")}
    system = Embedded(tmp_path)
    try:
        system.start()
        system.wait_until_ready()
        typed(blocks_for("embedded"), system.environment, tmp_path / "bin", **given)
    finally:
        system.kill()
    typed(blocks_for("embedded, stopped"), system.environment, tmp_path / "bin", **given)
    assert {path.name for path in (tmp_path / "elsewhere").glob("*.db")} >= {"grievance.db", "operations.db"}
    assert (tmp_path / "elsewhere" / "field.key").exists()


def test_the_distributed_form_is_backed_up_and_restored_as_the_manual_says(
    distributed_system: Distributed, rabbitmq_server: choice.Server, postgres_url: str, tmp_path: Path
) -> None:
    key = (Path(distributed_system.environment["DATA"]) / "field.key").read_text().strip()
    given = {"BACKUP": str(tmp_path / "safe"), "FIELD_KEYS": key}
    eventually(lambda: distributed_system.check_ready(), within=30)
    typed(blocks_for("distributed"), distributed_system.environment, tmp_path / "bin", **given)
    with rabbitmq.fresh_vhost(rabbitmq_server) as broker, postgresql.fresh_database(postgres_url) as database:
        empty = distributed_system.environment | {"BROKER_URL": broker, "DATABASE_URL": database}
        said = typed(blocks_for("distributed, stopped"), empty, tmp_path / "bin", **given)
    assert "is restored" in said
