"""What is told at the seams becomes figures and steps: of the right kind, once, and never of what was undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest

from chassis.broker import Message
from chassis.context import Chain
from chassis.observed_work import Asked, Batch, Received, Ticked, outcome_of
from chassis.observing import Begun, Observer, harmless
from chassis.tracing import Work
from contracts.errors import Conflict, Error, Forbidden, Invalid, NotFound, Unavailable
from contracts.reports import Step
from tests.unit.chassis.seen import COMMUNITY, NOON, QUEUE, envelope, figure

WRITTEN_BY_SOMEONE = "张玉兰 13800001111"
CHAIN = Chain(correlation="first-command", causation="first-command")


@pytest.fixture
def observer() -> Observer:
    """Of a process called tests."""
    return Observer("tests")


def steps(observer: Observer) -> tuple[Step, ...]:
    """Those noted so far."""
    return observer.steps.oldest(99)


# -- events told


def test_what_was_told_is_a_step_of_its_teller_and_counts_for_its_community(observer: Observer) -> None:
    told = envelope()
    observer.told([(told, Work(CHAIN))])
    (step,) = steps(observer)
    assert (step.kind, step.name, step.source, step.outcome) == (
        "told",
        "grievance.grievance_resolved.v1",
        "grievance",
        "done",
    )
    assert (step.message_id, step.subject, step.community) == (str(told.id), told.subject, COMMUNITY)
    assert figure(observer, "community_events_total", community=COMMUNITY) == 1


# -- events handled


def test_an_event_handled_is_a_step_with_how_long_it_waited(observer: Observer) -> None:
    heard = envelope()
    with Batch(observer, QUEUE, of=1) as batch, batch.handling(heard, 2):
        pass
    (step,) = steps(observer)
    assert (step.kind, step.target, step.queue, step.attempt) == ("handled", "health", QUEUE, 2)
    assert (step.source, step.outcome, step.message_id) == ("grievance", "done", str(heard.id))
    assert step.waited == pytest.approx(step.at - NOON.timestamp())
    assert figure(observer, "handler_seconds_count", queue=QUEUE, outcome="done") == 1
    assert figure(observer, "critical_time_seconds_count", queue=QUEUE) == 1
    assert observer.tallies[QUEUE].handled == 1


def test_events_of_one_transaction_share_its_time(observer: Observer) -> None:
    with Batch(observer, QUEUE, of=4) as batch:
        for _ in range(4):
            with batch.handling(envelope(), 1):
                pass
    whole = steps(observer)[0].seconds
    shared = figure(observer, "handler_seconds_sum", queue=QUEUE, outcome="done")
    assert shared == pytest.approx(whole)
    assert {step.seconds for step in steps(observer)} == {whole}


def test_a_dead_letter_that_was_sent_again_is_work_and_says_nothing_of_how_fast_work_goes(observer: Observer) -> None:
    with Batch(observer, QUEUE, of=1) as batch, batch.handling(envelope(), 1, is_replay=True):
        pass
    assert [step.outcome for step in steps(observer)] == ["done"]
    assert figure(observer, "handler_seconds_count", queue=QUEUE, outcome="done") == 1
    assert not figure(observer, "critical_time_seconds_count", queue=QUEUE)
    tally = observer.tallies[QUEUE]
    assert (tally.handled, sum(tally.critical), tally.oldest_age) == (1, 0, -1.0)


def test_nothing_is_told_of_a_transaction_that_was_rolled_back(observer: Observer) -> None:
    with pytest.raises(ValueError, match="x"), Batch(observer, QUEUE, of=2) as batch, batch.handling(envelope(), 1):
        raise ValueError("x")
    assert steps(observer) == ()
    assert figure(observer, "handler_seconds_count", queue=QUEUE, outcome="done") is None


def test_what_had_been_handled_already_counts_as_a_duplicate_and_not_as_work(observer: Observer) -> None:
    with Batch(observer, QUEUE, of=1) as batch:
        batch.again(envelope(), 1)
    (step,) = steps(observer)
    assert step.outcome == "again"
    assert figure(observer, "inbox_duplicates_total", queue=QUEUE) == 1
    assert observer.tallies[QUEUE].handled == 0


def test_what_does_not_concern_the_service_is_passed(observer: Observer) -> None:
    observer.passed(QUEUE, envelope(), 1)
    assert [step.outcome for step in steps(observer)] == ["passed"]
    assert figure(observer, "handler_seconds_count", queue=QUEUE, outcome="passed") == 1
    assert figure(observer, "critical_time_seconds_count", queue=QUEUE) is None


def test_a_retry_is_told_by_its_level_and_the_class_of_its_error_only(observer: Observer) -> None:
    observer.retried(QUEUE, envelope(), 3, Begun.now(), "2m", ValueError(WRITTEN_BY_SOMEONE))
    (step,) = steps(observer)
    assert (step.outcome, step.attempt, step.error) == ("retry", 3, "ValueError")
    assert figure(observer, "handler_retries_total", queue=QUEUE, level="2m") == 1
    assert WRITTEN_BY_SOMEONE not in repr(steps(observer))


def test_a_dead_letter_is_told_by_the_class_of_its_error_only(observer: Observer) -> None:
    observer.buried(QUEUE, envelope(), 6, Begun.now(), ValueError(WRITTEN_BY_SOMEONE))
    (step,) = steps(observer)
    assert (step.outcome, step.attempt, step.error) == ("dead", 6, "ValueError")
    assert figure(observer, "deadletters_total", queue=QUEUE, error_type="ValueError") == 1
    assert observer.tallies[QUEUE].buried == 1


def test_of_what_cannot_be_read_nothing_is_kept_but_what_we_know(observer: Observer) -> None:
    unknown = Message(body=b"", id=WRITTEN_BY_SOMEONE, type=WRITTEN_BY_SOMEONE, correlation=WRITTEN_BY_SOMEONE)
    known = Message(body=b"", id=str(uuid4()), type="grievance.grievance_resolved.v1")
    for message in (unknown, known):
        observer.unread(QUEUE, message, ValueError(WRITTEN_BY_SOMEONE))
    strange, familiar = steps(observer)
    assert (strange.name, strange.message_id, strange.outcome) == ("unknown", "", "dead")
    assert (familiar.name, familiar.message_id) == ("grievance.grievance_resolved.v1", known.id)
    assert WRITTEN_BY_SOMEONE not in repr(steps(observer))
    assert figure(observer, "deadletters_total", queue=QUEUE, error_type="ValueError") == 2


def test_a_queue_that_waits_for_its_database_shows_it_until_it_goes_on(observer: Observer) -> None:
    observer.waits_for_database(QUEUE, True)
    assert figure(observer, "breaker_open", queue=QUEUE) == 1
    observer.waits_for_database(QUEUE, False)
    assert figure(observer, "breaker_open", queue=QUEUE) == 0


# -- calls


@contextmanager
def asked(
    observer: Observer, call: str = "resolve_grievance", service: str = "grievance", **command: Any
) -> Iterator[None]:
    """A call by the gateway."""
    with Asked(observer, "gateway", service, call, "the question", CHAIN, command):
        yield


def test_a_call_is_a_step_from_who_asks_to_who_answers(observer: Observer) -> None:
    about = str(uuid4())
    with asked(observer, id=about, community=COMMUNITY):
        pass
    (step,) = steps(observer)
    assert (step.kind, step.name, step.source, step.target) == ("called", "resolve_grievance", "gateway", "grievance")
    assert (step.message_id, step.correlation) == ("the question", "first-command")
    assert (step.subject, step.community, step.outcome, step.error) == (about, COMMUNITY, "done", "")
    labels = {"service": "grievance", "call": "resolve_grievance", "outcome": "done"}
    assert figure(observer, "call_seconds_count", **labels) == 1


def test_a_call_holds_no_words_of_anybodys(observer: Observer) -> None:
    with asked(observer, id=WRITTEN_BY_SOMEONE, community=WRITTEN_BY_SOMEONE, text=WRITTEN_BY_SOMEONE):
        pass
    (step,) = steps(observer)
    assert (step.subject, step.community) == ("", "")
    assert WRITTEN_BY_SOMEONE not in repr(step)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "done"),
        (Invalid(), "refused"),
        (NotFound(), "refused"),
        (Conflict(), "refused"),
        (Forbidden(), "refused"),
        (Unavailable(), "unavailable"),
        (Error(), "failed"),
        (ValueError(), "failed"),
    ],
)
def test_what_a_call_came_to_goes_by_its_error(error: BaseException | None, outcome: str) -> None:
    assert outcome_of(error) == outcome


def test_a_refused_call_tells_the_code_of_its_error_and_goes_on_being_refused(observer: Observer) -> None:
    with pytest.raises(NotFound), asked(observer):
        raise NotFound(id=WRITTEN_BY_SOMEONE)
    (step,) = steps(observer)
    assert (step.outcome, step.error) == ("refused", "not_found")


def test_asking_whether_a_service_is_ready_is_counted_and_no_step(observer: Observer) -> None:
    with asked(observer, "ready"):
        pass
    assert steps(observer) == ()
    assert figure(observer, "call_seconds_count", service="grievance", call="ready", outcome="done") == 1


def test_what_is_only_looked_at_is_counted_and_no_step(observer: Observer) -> None:
    with asked(observer, "get_grievance", id=str(uuid4())):
        pass
    with pytest.raises(NotFound), asked(observer, "get_grievance", id=str(uuid4())):
        raise NotFound
    assert steps(observer) == ()
    assert figure(observer, "call_seconds_count", service="grievance", call="get_grievance", outcome="done") == 1


def test_looking_in_vain_because_nobody_answers_is_a_step(observer: Observer) -> None:
    with pytest.raises(Unavailable), asked(observer, "get_grievance", id=str(uuid4())):
        raise Unavailable
    (step,) = steps(observer)
    assert (step.name, step.outcome) == ("get_grievance", "unavailable")


def test_looking_at_a_journey_is_counted_and_no_step_of_it(observer: Observer) -> None:
    with asked(observer, "get_journey", "operations", id=str(uuid4())):
        pass
    assert steps(observer) == ()
    labels = {"service": "operations", "call": "get_journey", "outcome": "done"}
    assert figure(observer, "call_seconds_count", **labels) == 1


# -- timers and requests


def test_a_timer_is_counted_by_how_it_ended(observer: Observer) -> None:
    with Ticked(observer, "grievance", "watch_deadlines"):
        pass
    with Ticked(observer, "grievance", "watch_deadlines") as ticked:
        ticked.failed(ValueError(WRITTEN_BY_SOMEONE))
    for outcome in ("done", "failed"):
        labels = {"timer": "grievance.watch_deadlines", "outcome": outcome}
        assert figure(observer, "timer_seconds_count", **labels) == 1


def test_a_request_is_in_hand_until_it_is_answered_and_counted_by_its_route(observer: Observer) -> None:
    with Received(observer, "GET", None, "") as received:
        assert observer.requests_in_hand == 1
        received.answered(200, "/api/v1/grievances/<id:id>")
    assert observer.requests_in_hand == 0
    route = "/api/v1/grievances/<id:id>"
    assert figure(observer, "http_requests_total", method="GET", route=route, status="200") == 1
    assert figure(observer, "http_seconds_count", route=route) == 1


def test_methods_and_routes_that_we_do_not_know_are_counted_as_one_each(observer: Observer) -> None:
    for method in ("BREW", "WHEN"):
        with Received(observer, method, None, "") as received:
            received.answered(405, "")
    assert figure(observer, "http_requests_total", method="other", route="none", status="405") == 2


# -- the relay


def test_a_batch_of_the_relay_is_counted_by_what_the_broker_said(observer: Observer) -> None:
    observer.carried(Begun.now(), confirmed=3, returned=1, nacked=2)
    found = {
        result: figure(observer, "relay_publish_total", result=result) for result in ("confirmed", "returned", "nacked")
    }
    assert found == {"confirmed": 3, "returned": 1, "nacked": 2}
    assert figure(observer, "relay_confirm_seconds_count") == 1


def test_a_batch_that_nobody_confirmed_says_nothing_of_how_long_confirms_take(observer: Observer) -> None:
    observer.carried(Begun.now(), timeout=5)
    assert figure(observer, "relay_publish_total", result="timeout") == 5
    assert figure(observer, "relay_confirm_seconds_count") == 0


def test_a_relay_shows_which_outboxes_it_carries(observer: Observer) -> None:
    observer.holds_lease("grievance", True)
    observer.holds_lease("partner", False)
    assert figure(observer, "relay_lease_held", service="grievance") == 1
    assert figure(observer, "relay_lease_held", service="partner") == 0


# -- in nobody's way


def test_what_goes_wrong_in_the_telling_harms_nothing(caplog: pytest.LogCaptureFixture) -> None:
    @harmless
    def tell() -> None:
        raise ValueError

    tell()
    assert "not seen" in caplog.text


def test_figures_say_which_process_they_are_of(observer: Observer) -> None:
    (sample,) = (
        each for family in observer.metrics.registry.collect() for each in family.samples if "info" in each.name
    )
    assert sample.labels["process"] == "tests"
