"""Figures: named as agreed, bounded whatever happens, understood by Prometheus."""

import re

from prometheus_client import generate_latest

from chassis.metrics import MOST_COMMUNITIES, Metrics
from chassis.observing import Observer
from tests.servers.promtool import promtool

NAMES = {
    "hemei_info": {"process", "version"},
    "outbox_oldest_age_seconds": {"service"},
    "outbox_pending": {"service"},
    "outbox_parked": {"service"},
    "relay_publish_total": {"result"},
    "relay_confirm_seconds": set(),
    "relay_lease_held": {"service"},
    "inbox_duplicates_total": {"queue"},
    "handler_seconds": {"queue", "outcome"},
    "handler_retries_total": {"queue", "level"},
    "deadletters_total": {"queue", "error_type"},
    "deadletters_open": {"queue"},
    "deadletters_oldest_age_seconds": set(),
    "inbox_retention_seconds": set(),
    "critical_time_seconds": {"queue"},
    "consumer_in_flight": {"queue"},
    "breaker_open": {"queue"},
    "community_events_total": {"community"},
    "call_seconds": {"service", "call", "outcome"},
    "timer_seconds": {"timer", "outcome"},
    "http_requests_total": {"method", "route", "status"},
    "http_seconds": {"route"},
    "steps_dropped_total": set(),
}
"""Every figure of ours with its labels; alerts and dashboards go by them."""


def every_figure() -> Metrics:
    """Each figure with one series at least."""
    metrics = Observer("tests").metrics
    for handles in vars(metrics).values():
        if hasattr(handles, "known"):
            labels = handles._metric._labelnames
            handles(*(f"any {label}" for label in labels))
    return metrics


def test_figures_are_named_and_labelled_as_operators_know_them() -> None:
    found = {}
    for family in every_figure().registry.collect():
        for sample in family.samples:
            name = re.sub(r"_(bucket|count|sum)$", "", sample.name) if family.type == "histogram" else sample.name
            if not name.startswith("process_"):
                found[name] = set(sample.labels) - {"le"}
    assert found.items() >= NAMES.items()


def test_prometheus_itself_has_nothing_to_say_against_them() -> None:
    assert promtool("check", "metrics", given=generate_latest(every_figure().registry).decode()) == ""


def test_ten_thousand_communities_make_a_hundred_and_one_series() -> None:
    metrics = Metrics()
    for number in range(10_000):
        metrics.community_event(f"{410181000000 + number}")
    told = generate_latest(metrics.registry).decode()
    series = re.findall(r"^community_events_total\{.*\} (.*)$", told, re.MULTILINE)
    assert len(series) == MOST_COMMUNITIES + 1
    assert sum(map(float, series)) == 10_000
    assert 'community_events_total{community="other"} 9900.0' in told


def test_a_community_that_was_counted_by_name_stays_so() -> None:
    metrics = Metrics()
    for number in range(200):
        metrics.community_event(f"{410181000000 + number}")
    metrics.community_event("410181000000")
    assert metrics.registry.get_sample_value("community_events_total", {"community": "410181000000"}) == 2


def test_what_concerns_no_community_is_counted_as_none() -> None:
    metrics = Metrics()
    metrics.community_event("")
    assert metrics.registry.get_sample_value("community_events_total", {"community": "none"}) == 1


def test_a_queue_whose_dead_letters_are_all_gone_has_none() -> None:
    metrics = Metrics()
    known = {"health.main", "partner.main"}
    metrics.dead_letters_open({"health.main": 3, "partner.main": 1}, known, 60.0)
    metrics.dead_letters_open({"partner.main": 2}, known, 60.0)
    found = {
        queue: metrics.registry.get_sample_value("deadletters_open", {"queue": queue})
        for queue in ("health.main", "partner.main")
    }
    assert found == {"health.main": 0, "partner.main": 2}


def test_queues_that_nobody_knows_have_one_series_together() -> None:
    metrics = Metrics()
    metrics.dead_letters_open({f"foreign.{number}": 2 for number in range(1_000)}, {"health.main"}, 60.0)
    assert metrics.registry.get_sample_value("deadletters_open", {"queue": "other"}) == 2_000
    assert generate_latest(metrics.registry).decode().count("\ndeadletters_open{") == 1
    assert metrics.registry.get_sample_value("deadletters_oldest_age_seconds") == 60
