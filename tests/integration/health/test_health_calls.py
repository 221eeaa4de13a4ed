"""The health service's door: what is asked and answered, in the shapes of its contract."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from marshmallow import ValidationError

from contracts.health import schemas
from contracts.health.events import FindingsForgotten
from services.health.config import HealthSettings
from services.health.domain.visit import visit_id_of
from services.health.service import HealthService
from tests.unit.health.samples import (
    COMMUNITY,
    GRANDFATHER,
    GRANDMOTHER,
    GRIEVANCE,
    HOUSEHOLD,
    INDEPENDENT,
    NOON,
    TODAY,
    couple,
    leader_assigned,
)


@pytest.fixture
def door(database, uow):
    """The service as nameko would hand it out, two elders known."""
    door = HealthService()
    door.uow, door.reading, door.settings, door.clock = uow, database.reading, HealthSettings(), lambda: NOON
    hear(door, "open_elder_records", couple())
    return door


def ask(door, call: str, **command: Any) -> Any:
    """Ask as the gateway does: the command travels as JSON, and so does the answer."""
    [entrypoint] = getattr(HealthService, call).nameko_entrypoints
    loaded = entrypoint.schema().load(msgspec.json.decode(msgspec.json.encode(command)))
    return msgspec.json.decode(msgspec.json.encode(entrypoint.method(door, loaded)))


def hear(door, what: str, event: Any) -> None:
    [entrypoint] = getattr(HealthService, what).nameko_entrypoints
    entrypoint.hearing.handle(door, event)


def test_an_elder_record_is_written_with_consent_and_opened(door):
    record = {"chronic_conditions": ["高血压"], "self_care": INDEPENDENT | {"eating": "unable"}, "lives_alone": True}
    written = ask(door, "update_elder_record", id=GRANDMOTHER, consent_on=TODAY, record=record)
    assert schemas.ElderRecordRow().validate(written) == {}
    assert (written["completeness"], written["consent_on"]) == (30, TODAY.isoformat())
    opened = ask(door, "get_elder_record", id=GRANDMOTHER)
    assert schemas.ElderRecordOut().validate(opened) == {}
    assert (opened["record"]["self_care"]["score"], opened["record"]["self_care"]["band"]) == (5, "mild")
    rows = ask(door, "list_elder_records", community=COMMUNITY, place=HOUSEHOLD, band="65_plus")["items"]
    assert {row["id"] for row in rows} == {str(GRANDMOTHER), str(GRANDFATHER)}


def test_a_visit_is_planned_done_and_opened(door):
    visit_id = uuid4()
    ask(door, "update_elder_record", id=GRANDMOTHER, consent_on=TODAY)
    planned = ask(
        door, "plan_visit", id=visit_id, community=COMMUNITY, elder_ids=[GRANDMOTHER], due_on=TODAY, purpose="复查"
    )
    assert schemas.VisitRow().validate(planned) == {}
    assert (planned["place"], planned["state"], planned["due_on"]) == (HOUSEHOLD, "planned", TODAY.isoformat())
    done = ask(door, "complete_visit", id=visit_id, findings={"systolic": 150, "diastolic": 92, "note": "按时服药"})
    assert schemas.VisitRow().validate(done) == {}
    assert done["state"] == "done"
    opened = ask(door, "get_visit", id=visit_id)
    assert schemas.VisitOut().validate(opened) == {}
    assert opened["findings"] == {"systolic": 150, "diastolic": 92, "note": "按时服药"}
    assert opened["advice"] == []


def test_a_visit_with_findings_past_a_limit_reminds_to_refer_with_rule_and_source(door):
    visit_id = uuid4()
    ask(door, "update_elder_record", id=GRANDMOTHER, consent_on=TODAY)
    ask(door, "plan_visit", id=visit_id, community=COMMUNITY, elder_ids=[GRANDMOTHER], due_on=TODAY)
    done = ask(door, "complete_visit", id=visit_id, findings={"systolic": 182, "diastolic": 96})
    assert "advice" not in done, "it tells of what was found"
    opened = ask(door, "get_visit", id=visit_id)
    assert schemas.VisitOut().validate(opened) == {}
    assert [(each["rule"], bool(each["source"])) for each in opened["advice"]] == [("bp-180-110", True)]


def test_a_visit_for_a_case_is_missed_and_listed(door):
    hear(door, "plan_visit_for_grievance", leader_assigned())
    missed = ask(door, "miss_visit", id=visit_id_of(GRIEVANCE, 1), reason="无人应门")
    assert (missed["state"], missed["missed_in_a_row"], missed["allowed"]) == ("missed", 1, [])
    wanted = {"community": COMMUNITY, "state": "missed", "elder_id": GRANDFATHER, "place": HOUSEHOLD}
    assert ask(door, "list_visits", **wanted, due_before="2026-05-24")["total"] == 1
    assert ask(door, "list_visits", **wanted, due_before="2026-05-23")["total"] == 0


@pytest.mark.parametrize(
    ("call", "command", "field"),
    [
        ("update_elder_record", {"id": uuid4(), "record": {"diagnosis": "?"}}, "record"),
        ("update_elder_record", {"id": uuid4(), "record": {"self_care": {"eating": "mild"}}}, "record"),
        ("update_elder_record", {"id": uuid4(), "record": {"smoking": "sometimes"}}, "record"),
        ("update_elder_record", {"id": uuid4(), "consent_on": "yesterday"}, "consent_on"),
        ("list_elder_records", {"band": "50_59"}, "band"),
        ("plan_visit", {"id": uuid4()}, "community"),
        ("plan_visit", {"id": uuid4(), "community": COMMUNITY, "elder_ids": ["x"]}, "elder_ids"),
        ("complete_visit", {"id": uuid4(), "findings": {"systolic": 1500}}, "findings"),
        ("miss_visit", {"id": uuid4(), "reason": ""}, "reason"),
        ("list_visits", {"page": 0}, "page"),
        ("get_visit", {}, "id"),
    ],
)
def test_a_command_of_the_wrong_shape_is_refused_naming_the_field(door, call, command, field):
    with pytest.raises(ValidationError) as refused:
        ask(door, call, **command)
    assert list(refused.value.messages) == [field]


def test_what_was_found_goes_when_the_period_is_over_and_not_a_day_before(door):
    id = uuid4()
    ask(door, "update_elder_record", id=GRANDMOTHER, consent_on=TODAY)
    ask(door, "plan_visit", id=id, community=COMMUNITY, elder_ids=[GRANDMOTHER], due_on=TODAY, purpose="复查")
    ask(door, "complete_visit", id=id, findings={"systolic": 150, "diastolic": 92})
    for days, is_kept, proofs in ((1824, True, 0), (1826, False, 1), (1827, False, 1)):
        door.clock = lambda days=days: NOON + timedelta(days=days)
        HealthService.forget_findings.__wrapped__(door)
        seen = ask(door, "get_visit", id=id)
        assert (bool(seen["findings"]), bool(seen["purpose"])) == (is_kept, is_kept)
        with door.reading() as connection:
            told = connection.execute(HealthService.uow.metadata.tables["outbox"].select()).all()
        assert len([row for row in told if row.type == FindingsForgotten.wire_name()]) == proofs
