"""What operators see of a case, and that no word of a person is in it: traces, figures, logs, headers, reports."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from chassis.processes import PROCESSES
from contracts.reports import REPORTS
from tests.architecture.test_grafana import ASKED
from tests.architecture.test_prometheus import RULES, asked_for, made_by_processes
from tests.collector import Told, collector
from tests.e2e.communities import Community, enrol, found, join
from tests.e2e.door import Door
from tests.e2e.marked_people import NAME, PHONE, WORDS, die, found_in, is_of_these_tests, live_through_everything
from tests.e2e.systems import Embedded
from tests.e2e.watched import Watched, watched
from tests.servers import choice
from tests.servers.promtool import promtool
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)

FAILING = "listener.before_commit=raise:0.2"


@pytest.fixture(scope="module")
def seen(
    rabbitmq_server: choice.Server, postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    """The system, watched; a fifth of what it handles fails and is tried again."""
    folder = tmp_path_factory.mktemp("watched")
    with watched(rabbitmq_server, postgres_url, folder, HEMEI_FAILPOINT=FAILING) as started:
        yield started


@pytest.fixture(scope="module")
def community(seen: Watched) -> Community:
    """A community of the tests' own, with somebody of every kind in it."""
    return peopled(seen.system.door)


def peopled(door: Door) -> Community:
    """A new community with helpers of every kind."""
    made = found(door)
    enrol(door, made)
    join(door, made, "铁塔公司", "tower")
    return made


# -- one trace


def test_a_grievance_filed_is_one_trace_through_every_service_it_reaches(seen: Watched, community: Community) -> None:
    door = seen.system.door
    door.when_listed("elder-records", 1, community=community.code)
    trace = uuid4().hex
    outer = f"00-{trace}-00f067aa0ba902b7-01"

    body = {"community": community.code, "place": community.building, "category": "flying_wire", "description": WORDS}
    answer = eventually(lambda: _filed(door, body, {"traceparent": outer}), within=20)
    door.when(answer["id"], lambda case: case["referral"] and case["leader"], within=30)

    spans = eventually(lambda: _whole(seen, trace), within=20)
    (first,) = (span for span in spans if (span.service, span.kind) == ("gateway", "SERVER"))
    assert first.parent == "00f067aa0ba902b7"
    assert chains(spans) >= {
        "gateway POST /api/v1/grievances > gateway grievance/file_grievance > grievance grievance/file_grievance"
        " > grievance create grievance.grievance_filed.v1",
    }
    assert steps(spans) >= {
        ("grievance create grievance.grievance_filed.v1", "relay send grievance.grievance_filed.v1"),
        ("grievance create grievance.grievance_filed.v1", "organization process grievance.grievance_filed.v1"),
        ("organization process grievance.grievance_filed.v1", "organization create organization.leader_assigned.v1"),
        ("organization create organization.leader_assigned.v1", "grievance process organization.leader_assigned.v1"),
        ("organization create organization.leader_assigned.v1", "partner process organization.leader_assigned.v1"),
        ("partner create partner.partner_referred.v1", "grievance process partner.partner_referred.v1"),
    }


def _filed(door: Door, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    answer = door.http.post("grievances", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def _whole(seen: Watched, trace: str) -> list[Told]:
    """The spans of a trace, once every one's parent has come too and the last of the chain."""
    spans = seen.told.trace(trace)
    ids = {span.id for span in spans} | {"00f067aa0ba902b7"}
    assert {span.parent for span in spans} <= ids
    assert "grievance process partner.partner_referred.v1" in {f"{span.service} {span.name}" for span in spans}
    return spans


def steps(spans: list[Told]) -> set[tuple[str, str]]:
    """Which span stands directly under which."""
    names = {span.id: f"{span.service} {span.name}" for span in spans}
    return {(names.get(span.parent, ""), names[span.id]) for span in spans}


def chains(spans: list[Told]) -> set[str]:
    """Every span with those above it, the first of the trace first."""
    by_id = {span.id: span for span in spans}

    def above(span: Told) -> str:
        mine = f"{span.service} {span.name}"
        return f"{above(by_id[span.parent])} > {mine}" if span.parent in by_id else mine

    return {above(span) for span in spans}


# -- no word of a person


@pytest.fixture(scope="module")
def lived(seen: Watched, community: Community) -> Watched:
    """The system after people whose words are marked lived through everything."""
    live_through_everything(seen.system.door, community)
    die(seen)
    return seen


def test_the_words_were_on_their_way_all_the_while(lived: Watched) -> None:
    assert found_in("\n".join(one.body.decode(errors="replace") for one in lived.overheard if one.key != REPORTS))


def test_no_word_of_a_person_is_in_a_log(lived: Watched) -> None:
    said = lived.system.log.read_text(errors="replace")
    assert said.count("\n") > 100
    assert found_in(said) == []


def test_no_word_of_a_person_is_in_a_figure(lived: Watched) -> None:
    told = lived.metrics()
    assert set(told) == set(PROCESSES)
    assert {name: found_in(text) for name, text in told.items() if found_in(text)} == {}


def test_no_word_of_a_person_is_in_a_span(lived: Watched) -> None:
    eventually(lambda: any("process grievance.grievance_reopened" in span.name for span in lived.told.spans), 20)
    assert found_in("\n".join(span.said for span in lived.told.spans)) == []
    assert found_in(b"\n".join(lived.told.bodies).decode(errors="replace")) == []


def test_no_word_of_a_person_is_in_a_report(lived: Watched) -> None:
    reports = [one for one in lived.overheard if one.key == REPORTS]
    assert len(reports) > len(PROCESSES)
    assert found_in("\n".join(f"{one.outside} {one.body.decode()}" for one in reports)) == []


def test_no_word_of_a_person_is_in_a_header_an_exchange_or_a_queue(lived: Watched) -> None:
    outside = [one.outside for one in lived.overheard if not is_of_these_tests(one)]
    assert len(outside) > 100
    assert found_in("\n".join(outside)) == []


def test_no_word_of_a_person_is_in_a_dead_letter_as_operators_are_shown_it(lived: Watched) -> None:
    listed = eventually(lambda: listed_dead_letters(lived.system.door), within=20)
    shown = [lived.system.door.get(f"operations/dead-letters/{one['id']}") for one in listed]
    assert found_in(str(listed)) == []
    assert found_in(str(shown)) == []
    assert found_in(str(lived.system.door.get("operations/dead-letters/groups"))) == []


def test_no_word_of_a_person_is_in_the_journey_of_a_case(lived: Watched) -> None:
    ids = {one.properties["message_id"] for one in lived.overheard if one.key == "grievance.grievance_filed.v1"}
    # They are collected behind the work: whoever looks at once may be there before them.
    journeys = eventually(lambda: [lived.system.door.get(f"operations/journeys/{id}") for id in ids], within=30)
    assert any(journey["steps"] for journey in journeys)
    assert found_in(str(journeys)) == []


def test_no_word_of_a_person_is_in_the_overview(lived: Watched) -> None:
    assert found_in(str(lived.system.door.get("operations/overview"))) == []


def listed_dead_letters(door: Door) -> list[dict[str, Any]]:
    """The dead letters, once all have been collected."""
    found: list[dict[str, Any]] = door.every("operations/dead-letters")
    assert len(found) >= 3
    return found


def test_what_is_looked_for_would_be_found() -> None:
    for word in (NAME, PHONE, WORDS):
        for written in (
            word,
            ascii(word),
            msgspec.json.encode(word).decode(),
            str(httpx.QueryParams({"q": word})),
        ):
            assert found_in(f"before {written} after")


# -- the one-process form


def test_no_word_of_a_person_is_in_what_the_one_process_form_logs_and_tells(tmp_path: Path) -> None:
    settings = {"LOG_LEVEL": "DEBUG", "HEMEI_FAILPOINT": FAILING, "OTEL_BSP_SCHEDULE_DELAY": "200"}
    with collector() as told:
        system = Embedded(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=told.url, **settings)
        try:
            system.start()
            system.wait_until_ready()
            community = peopled(system.door)
            live_through_everything(system.door, community)
            figures = system.door.front.get("/metrics").text
            assert system.stop() == 0, system.said()
        finally:
            system.kill()
    assert {span.service for span in told.spans} == {"hemei"}
    assert {span.kind for span in told.spans} >= {"SERVER", "CLIENT", "PRODUCER", "CONSUMER"}
    log = system.log.read_text(errors="replace")
    for text in (log, figures, *(span.said for span in told.spans)):
        assert text
        assert found_in(text) == []


# -- figures


def test_the_figures_of_every_process_are_as_prometheus_wants_them_and_few(lived: Watched) -> None:
    told = lived.metrics()
    for text in told.values():
        promtool("check", "metrics", given=text)
    series = {name: len(re.findall(r"^[^#\n]", text, re.MULTILINE)) for name, text in told.items()}
    assert all(30 < count < 2_000 for count in series.values()), series


def test_every_figure_that_an_alert_or_the_dashboard_watches_is_really_told(lived: Watched) -> None:
    expressions = [*(rule["expr"] for rule in RULES), *ASKED]
    watched_for = set().union(*map(asked_for, expressions)) & made_by_processes()
    watched_for -= {"handler_retries_total"}  # there is none before something was tried again, which is left to chance

    def all_are_told() -> None:
        told = "\n".join(lived.metrics().values())
        assert {name for name in watched_for if not re.search(rf"^{name}[ {{]", told, re.MULTILINE)} == set()

    assert len(watched_for) > 20
    eventually(all_are_told, within=20)
