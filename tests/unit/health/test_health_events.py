"""What health events may carry: that something happened, never what was found."""

from dataclasses import fields

from contracts.event import Event
from contracts.health import events

AGREED = {
    "ElderRecordsOpened": {"community", "count", "opened_at"},
    "ElderErased": {"community", "erasure_id", "removed", "kept", "erased_at"},
    "ElderConsented": {"community", "elder_id", "given_on", "recorded_by", "recorded_at"},
    "FindingsForgotten": {
        "community",
        "application_id",
        "setting",
        "days",
        "older_than",
        "removed",
        "applied_at",
    },
    "HomeVisitPlanned": {"community", "visit_id", "grievance_id", "place", "due_on", "reason", "planned_at"},
    "YearlyVisitPlanned": {"community", "visit_id", "grievance_id", "place", "due_on", "planned_at"},
    "HomeVisitDone": {"community", "visit_id", "grievance_id", "done_at"},
    "HomeVisitMissed": {"community", "visit_id", "grievance_id", "missed_at"},
    "HomeVisitCancelled": {"community", "visit_id", "grievance_id", "cancelled_at"},
}


def told_by_health() -> dict[str, set[str]]:
    classes = [one for one in vars(events).values() if isinstance(one, type) and issubclass(one, Event)]
    return {
        one.__name__: {field.name for field in fields(one)}
        for one in classes
        if one.__module__ == events.__name__ and not one.__name__.startswith("_")
    }


def test_no_health_event_has_a_field_beyond_those_agreed():
    assert told_by_health() == AGREED
