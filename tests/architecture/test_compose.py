"""The compose file: complete, sound, and made of commands that exist."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis.processes import PROCESSES
from tests.architecture.checkout import ROOT, text
from tests.architecture.test_readme_commands import refusal
from tests.servers import containers

COMPOSE: dict[str, Any] = yaml.safe_load(text(Path("docker-compose.yml")))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"].startswith("hemei:")]
WATCHERS = [name for name, service in SERVICES.items() if service.get("profiles") == ["observe"]]
SERVERS = [name for name in SERVICES if name not in OURS and name not in WATCHERS]
ONCE = ["migrate"]
KNOWN_KEYS = {
    "build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "hostname", "image", "logging", "ports",
    "profiles", "read_only", "restart", "security_opt", "shm_size", "stop_grace_period", "tmpfs", "user", "volumes",
}  # fmt: skip


def test_every_process_has_an_entry_and_every_entry_of_ours_is_a_process() -> None:
    assert set(OURS) == {*PROCESSES, *ONCE}


def test_the_image_is_built_under_the_version_of_this_distribution() -> None:
    version = re.search(r'^version = "(.*)"', text(Path("pyproject.toml")), re.MULTILINE)
    assert version
    assert {SERVICES[name]["image"] for name in OURS} == {f"hemei:{version[1]}"}
    assert {SERVICES[name]["build"] for name in OURS} == {"."}


@pytest.mark.parametrize("name", SERVICES)
def test_every_entry_says_all_that_operators_rely_on(name: str) -> None:
    service = SERVICES[name]
    assert set(service) <= KNOWN_KEYS
    assert service["user"] not in {"", "root", "0"}
    assert service["restart"] == ("no" if name in ONCE else "unless-stopped")
    assert service["logging"]["options"]["max-size"]
    assert service["stop_grace_period"]
    assert name in ONCE or set(service["healthcheck"]) >= {"test", "interval", "timeout", "retries", "start_period"}


@pytest.mark.parametrize("name", OURS)
def test_a_process_of_ours_may_write_nothing_and_gain_no_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "volumes" not in service


@pytest.mark.parametrize("name", PROCESSES)
def test_each_process_is_started_and_asked_by_its_own_name(name: str) -> None:
    command = ["hemei", "relay"] if name == "relay" else ["hemei", "serve", name]
    assert SERVICES[name]["command"] == command
    assert SERVICES[name]["healthcheck"]["test"] == ["CMD", "hemei", "ready", name]


@pytest.mark.parametrize("name", OURS)
def test_every_command_of_ours_is_understood(name: str) -> None:
    assert refusal(SERVICES[name]["command"]) == ""


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_waits_for_the_servers_and_for_the_migrations(name: str) -> None:
    assert SERVICES[name]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"},
        **{server: {"condition": "service_healthy"} for server in SERVERS},
    }


def test_the_migrations_wait_for_the_servers() -> None:
    assert SERVICES["migrate"]["depends_on"] == {server: {"condition": "service_healthy"} for server in SERVERS}


def test_tests_and_compose_use_the_same_servers() -> None:
    images = {SERVICES[server]["image"] for server in SERVERS}
    assert images == {containers.POSTGRESQL_IMAGE, containers.RABBITMQ_IMAGE}


def test_servers_keep_what_they_store_in_named_volumes() -> None:
    for server in SERVERS:
        named = {volume.partition(":")[0] for volume in SERVICES[server]["volumes"]} & set(COMPOSE["volumes"])
        assert named == {server}


def test_the_broker_carries_the_plugins_that_operators_look_at() -> None:
    (mounted,) = (volume for volume in SERVICES["rabbitmq"]["volumes"] if "enabled_plugins" in volume)
    plugins = (ROOT / mounted.partition(":")[0]).read_text(encoding="utf-8")
    assert re.findall(r"\w+", plugins) == ["rabbitmq_management", "rabbitmq_prometheus"]


def test_nothing_is_published_beyond_this_machine() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(published) == 4
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_prometheus_and_grafana_start_only_when_asked_for_and_nothing_waits_for_them() -> None:
    assert WATCHERS == ["prometheus", "grafana"]
    for name, service in SERVICES.items():
        assert name in WATCHERS or not set(service.get("depends_on", {})) & set(WATCHERS)


def test_prometheus_and_grafana_are_given_files_that_exist_and_may_change_nothing() -> None:
    for name in WATCHERS:
        assert SERVICES[name]["read_only"] is True
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        given = [volume.split(":") for volume in SERVICES[name]["volumes"] if volume.startswith(".")]
        assert given
        assert all((ROOT / source).is_dir() and mode == "ro" for source, _, mode in given)


def test_nobody_can_log_in_to_grafana_and_whoever_looks_changes_nothing() -> None:
    settings = SERVICES["grafana"]["environment"]
    assert settings["GF_AUTH_ANONYMOUS_ORG_ROLE"] == "Viewer"
    assert (settings["GF_AUTH_BASIC_ENABLED"], settings["GF_AUTH_DISABLE_LOGIN_FORM"]) == ("false", "true")


def test_secrets_come_from_outside_and_are_asked_for_when_missing() -> None:
    written = text(Path("docker-compose.yml"))
    for secret in ("FIELD_KEYS", "SECRET_KEY", "POSTGRES_PASSWORD", "RABBITMQ_PASSWORD"):
        uses = re.findall(rf"\$\{{{secret}(.*?)\}}", written)
        assert uses, secret
        assert all(use.startswith(":?") and len(use) > 10 for use in uses), secret


def test_every_setting_that_compose_reads_is_explained_in_the_example() -> None:
    read = set(re.findall(r"\$\{([A-Z_]+)", text(Path("docker-compose.yml"))))
    explained = set(re.findall(r"^#? ?([A-Z_]+)=", text(Path(".env.example")), re.MULTILINE))
    assert read == explained


def test_the_compose_program_itself_accepts_the_file_where_it_is_installed() -> None:
    program = shutil.which("docker")
    has_compose = program is not None and _run([program, "compose", "version"]).returncode == 0
    if program is not None and has_compose:
        settings = {"FIELD_KEYS": "key", "SECRET_KEY": "key", "POSTGRES_PASSWORD": "word", "RABBITMQ_PASSWORD": "word"}
        done = _run([program, "compose", "-f", str(ROOT / "docker-compose.yml"), "config", "--quiet"], settings)
        assert done.returncode == 0, done.stderr


def _run(command: list[str], settings: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False)


def test_the_image_holds_the_packages_and_runs_as_nobody_special() -> None:
    dockerfile = text(Path("Dockerfile"))
    assert re.search(r"^USER 10001:10001$", dockerfile, re.MULTILINE)
    assert dockerfile.count("FROM ") == 2
    admitted = set(re.findall(r"^!(\S+)$", text(Path(".dockerignore")), re.MULTILINE))
    assert admitted >= {"contracts", "chassis", "services", "gateway", "cli", "requirements.txt", "pyproject.toml"}
    assert ".env" not in admitted
