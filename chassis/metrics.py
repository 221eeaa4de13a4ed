"""Every figure of a process that Prometheus collects; no label holds an id, a text or a person."""

from collections import Counter as Counts
from collections.abc import Collection, Mapping, Sequence
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import Generic, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics

from contracts.reports import CRITICAL_BOUNDS

M = TypeVar("M", Counter, Gauge, Histogram)

# One more series for each counter and histogram otherwise, which nothing here asks about.
disable_created_metrics()  # type: ignore[no-untyped-call]

WORK_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds in seconds for what is done at once: handling, calls, requests, confirms."""

MOST_COMMUNITIES = 100
"""Communities that are counted by name; all further ones together are "other"."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods that are counted by name; a client may send any word."""


def version() -> str:
    """Version of what is installed, "unknown" in a bare checkout."""
    try:
        return version_of("hemei")
    except PackageNotFoundError:
        return "unknown"


class Handles(Generic[M]):
    """One figure by the values of its labels; each handle is looked up once and kept."""

    def __init__(self, metric: M) -> None:
        self._metric: M = metric
        self._kept: dict[tuple[str, ...], M] = {}

    def __call__(self, *values: str) -> M:
        """The handle for these values."""
        found = self._kept.get(values)
        if found is None:
            found = self._kept[values] = self._metric.labels(*values) if values else self._metric
        return found

    def known(self) -> list[tuple[str, ...]]:
        """The values that were met so far."""
        return list(self._kept)


class Metrics:
    """The figures of one process, in a registry of their own. Handles are kept, so that counting costs a microsecond
    or two."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._process = self._gauge("hemei_info", "Which process this is, and its version", "process", "version")

        self.outbox_oldest_age = self._gauge(
            "outbox_oldest_age_seconds", "Age of the oldest event not carried yet, 0 when there is none", "service"
        )
        self.outbox_pending = self._gauge("outbox_pending", "Events not carried yet, counted up to 10000", "service")
        self.outbox_parked = self._gauge("outbox_parked", "Events tried and not taken yet", "service")

        self.relay_publish = self._counter("relay_publish_total", "Events by what the broker said to them", "result")
        self.relay_confirm = self._histogram("relay_confirm_seconds", "From sending a batch to its last confirm")
        self.relay_lease_held = self._gauge("relay_lease_held", "1 where this relay carries the outbox", "service")

        self.inbox_duplicates = self._counter(
            "inbox_duplicates_total", "Deliveries of what had been handled already", "queue"
        )
        self.handler = self._histogram(
            "handler_seconds",
            "A transaction's time, shared equally by the events handled in it",
            "queue",
            "outcome",
        )
        self.handler_retries = self._counter(
            "handler_retries_total", "Events to be tried again later", "queue", "level"
        )
        self.deadletters = self._counter("deadletters_total", "Messages laid aside", "queue", "error_type")
        self._dead_letters_open = self._gauge("deadletters_open", "Dead letters that wait for a decision", "queue")
        self.dead_letters_oldest_age = self._gauge(
            "deadletters_oldest_age_seconds", "Age of the oldest dead letter that waits, 0 when there is none"
        )
        self.inbox_retention = self._gauge(
            "inbox_retention_seconds", "How long it is remembered what was handled; a replay after that may double"
        )
        self.critical_time = self._histogram(
            "critical_time_seconds",
            "From telling an event to the commit of its effect",
            "queue",
            bounds=CRITICAL_BOUNDS,
        )
        self.consumer_in_flight = self._gauge("consumer_in_flight", "Deliveries in hand", "queue")
        self.breaker_open = self._gauge("breaker_open", "1 while a queue waits for its database", "queue")
        self._community_events = self._counter("community_events_total", "Events told", "community")

        self.call = self._histogram("call_seconds", "Calls to services", "service", "call", "outcome")
        self.timer = self._histogram("timer_seconds", "Runs of timers", "timer", "outcome")
        self.notices = self._counter(
            "notices_total", "Texts of notices by what became of a try to send them", "channel", "outcome"
        )
        self.http_requests = self._counter("http_requests_total", "Requests answered", "method", "route", "status")
        self.http = self._histogram("http_seconds", "Requests answered", "route")
        self.steps_dropped = self._counter(
            "steps_dropped_total", "Steps of journeys thrown away because too many waited to be reported"
        )()
        self._named_communities: set[str] = set()

    def tell_process(self, process: str) -> None:
        """Which process this is."""
        self._process(process, version()).set(1)

    def community_event(self, community: str) -> None:
        """An event of this community was told; beyond the first communities all are counted as one."""
        named = self._named_communities
        if community not in named:
            if len(named) >= MOST_COMMUNITIES:
                community = "other"
            else:
                named.add(community)
        self._community_events(community or "none").inc()

    def dead_letters_open(self, counts: Mapping[str, int], known: Collection[str], oldest_age: float) -> None:
        """How many dead letters of each queue wait for a decision, a queue that is not named having none, and one that
        is not known counting as "other", since a foreign message may name any; and for how many seconds the oldest of
        them has waited."""
        self.dead_letters_oldest_age().set(oldest_age)
        told = Counts[str]()
        for queue, count in counts.items():
            told[queue if queue in known else "other"] += count
        for queue in {*told, *(queue for (queue,) in self._dead_letters_open.known())}:
            self._dead_letters_open(queue).set(told[queue])

    # -- making

    def _counter(self, name: str, what: str, *labels: str) -> Handles[Counter]:
        return Handles(Counter(name, what, labels, registry=self.registry))

    def _gauge(self, name: str, what: str, *labels: str) -> Handles[Gauge]:
        return Handles(Gauge(name, what, labels, registry=self.registry))

    def _histogram(
        self, name: str, what: str, *labels: str, bounds: Sequence[float] = WORK_BOUNDS
    ) -> Handles[Histogram]:
        return Handles(Histogram(name, what, labels, registry=self.registry, buckets=bounds))
