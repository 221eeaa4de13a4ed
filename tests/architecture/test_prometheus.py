"""The alert rules: complete, explained in both languages, about figures that exist, firing when needed only."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis.metrics import Metrics
from chassis.processes import PROCESSES
from tests.architecture.checkout import ROOT, text
from tests.architecture.series import HEALTHY, ILL, WELL
from tests.servers.promtool import promtool

FOLDER = ROOT / "deploy" / "prometheus"
RULE_FILES = sorted((FOLDER / "rules").glob("*.yml"))
GROUPS = [group for file in RULE_FILES for group in yaml.safe_load(file.read_text("utf-8"))["groups"]]
RULES: list[dict[str, Any]] = [rule for group in GROUPS for rule in group["rules"]]
ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}
RECORDED = {rule["record"] for rule in RULES if "record" in rule}

WANTED = {
    "outbox stuck": {"OutboxStuck", "LeaseFree"},
    "events dropped": {"EventsDropped"},
    "consumer gone": {"ConsumerGone"},
    "stuck deliveries": {"DeliveriesStuck"},
    "dead letters": {"DeadLettersOpen", "DeadLettersMany", "DeadLetterOld"},
    "dead-lettering stalled": {"DeadLetteringStalled"},
    "critical time": {"CriticalTimeLong"},
    "retry storm": {"RetryStorm", "BreakerOpen"},
    "redeliveries": {"RedeliveriesHigh"},
    "broker alarm": {"BrokerAlarm", "BrokerAway", "QuorumCritical"},
    "duplicates": {"DuplicatesJump"},
    "inbox retention": {"InboxRetentionNear"},
    "processes": {"ProcessAway"},
}
"""What a person on duty must be told of, and by which alerts."""

KNOWN_SEVERITIES = {"page", "ticket", "info"}
WORDS = {"and", "or", "unless", "offset", "bool"}


def made_by_processes() -> set[str]:
    """Every name that a process of ours can answer with."""
    endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
    return {
        found.name + ending for found in Metrics().registry.collect() for ending in endings.get(found.type, ("",))
    } | {"process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds", "process_start_time_seconds"}


def made_by_rabbitmq() -> set[str]:
    """Every name that a RabbitMQ with our queues answered with, kept from a real one."""
    return set((ROOT / "tests/architecture/rabbitmq_metrics.txt").read_text("utf-8").split())


def asked_for(expression: str) -> set[str]:
    """The names of figures in an expression."""
    for noise in (
        r'"[^"]*"',
        r"\{[^}]*\}",
        r"\[[^\]]*\]",
        r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)",
    ):
        expression = re.sub(noise, " ", expression)
    return set(re.findall(r"\b[a-zA-Z_:][\w:]*\b(?!\s*\()", expression)) - WORDS


def everything_known() -> set[str]:
    """Every name that may be asked for."""
    return made_by_processes() | made_by_rabbitmq() | RECORDED | {"up"}


def anchor(name: str) -> str:
    """The heading under which an alert is explained: its name in small letters with hyphens."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def test_prometheus_understands_its_settings_and_the_rules() -> None:
    promtool("check", "config", str(FOLDER / "prometheus.yml"))
    promtool("check", "rules", "--lint=all", "--lint-fatal", *map(str, RULE_FILES))


def test_every_trouble_on_the_list_has_its_alerts_and_every_alert_is_on_the_list() -> None:
    assert set().union(*WANTED.values()) == set(ALERTS)


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_says_in_both_languages_what_it_means_and_where_to_read_on(name: str) -> None:
    alert = ALERTS[name]
    assert alert["labels"]["severity"] in KNOWN_SEVERITIES
    assert set(alert["annotations"]) == {"summary", "description", "runbook"}
    for said in ("summary", "description"):
        chinese, _, english = alert["annotations"][said].partition(" / ")
        assert re.search(r"[\u4e00-\u9fff]", chinese), chinese
        assert re.search(r"[a-z]{3}", english), english
        assert not re.search(r"[\u4e00-\u9fff]", english), english
    assert alert["annotations"]["runbook"] == f"docs/operations.md#{anchor(name)}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.get("alert") or rule["record"])
def test_a_rule_asks_only_for_what_somebody_measures(rule: dict[str, Any]) -> None:
    assert asked_for(rule["expr"])
    assert asked_for(rule["expr"]) - everything_known() == set()


def test_every_trouble_is_made_up_at_least_once() -> None:
    assert set().union(*(alerts for alerts, _ in ILL.values())) == set(ALERTS)


def test_what_is_wrong_is_told_and_nothing_else(tmp_path: Path) -> None:
    check([case(trouble, alerts, series) for trouble, (alerts, series) in ILL.items()], tmp_path)


def test_what_is_well_calls_nobody(tmp_path: Path) -> None:
    check([case(state, set(), series) for state, series in WELL.items()], tmp_path)


def test_the_check_itself_finds_an_alert_that_does_not_fire_and_one_that_should_not(tmp_path: Path) -> None:
    for alerts in ({"OutboxStuck", "BrokerAway"}, set[str]()):
        with pytest.raises(pytest.fail.Exception, match="an outbox stands still"):
            check([case("an outbox stands still", alerts, ILL["an outbox stands still"][1])], tmp_path)


def case(name: str, alerts: set[str], series: dict[str, str]) -> dict[str, Any]:
    """One of promtool's tests: with these series exactly these alerts fire at the end, for which a day is long enough
    where a rule looks back that far (with these series alone, or it would take long), and an hour else."""
    minutes = 1500 if any("x1440" in values for values in series.values()) else 60
    asked = {
        "expr": f'# {name}\ncount by (alertname) (ALERTS{{alertstate="firing"}})',
        "eval_time": f"{minutes}m",
        "exp_samples": [{"labels": f'{{alertname="{alert}"}}', "value": 1} for alert in sorted(alerts)],
    }
    given = [
        {"series": name, "values": values.replace("N", str(minutes))}
        for name, values in (series if minutes > 60 else HEALTHY | series).items()
        if values
    ]
    return {"interval": "1m", "input_series": given, "promql_expr_test": [asked]}


def check(cases: list[dict[str, Any]], folder: Path) -> None:
    """Fails where one of the cases comes out otherwise."""
    file = folder / "series.yml"
    rules = [str(rule_file) for rule_file in RULE_FILES]
    file.write_text(yaml.safe_dump({"rule_files": rules, "evaluation_interval": "1m", "tests": cases}), "utf-8")
    promtool("test", "rules", str(file))


def test_every_process_is_looked_at() -> None:
    jobs = {
        job["job_name"]: job for job in yaml.safe_load((FOLDER / "prometheus.yml").read_text("utf-8"))["scrape_configs"]
    }
    looked_at = {target["labels"]["process"]: target["targets"] for target in jobs["hemei"]["static_configs"]}
    assert set(looked_at) == set(PROCESSES)
    services = yaml.safe_load(text(Path("docker-compose.yml")))["services"]
    for job in jobs.values():
        for target in job["static_configs"]:
            (address,) = target["targets"]
            assert address.partition(":")[0] in {*services, "localhost"}
