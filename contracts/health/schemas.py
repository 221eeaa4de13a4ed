"""What is asked of the health service and what it answers."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

BANDS = ("60_64", "65_plus")
VISIT_STATES = ("planned", "done", "missed", "cancelled")
SELF_CARE_LEVELS = ("independent", "mild", "moderate", "unable")

# Something must be said, and databases and UTF-8 refuse zero characters and lone surrogates.
_WORDS = r"\s*[^\s\x00\ud800-\udfff][^\x00\ud800-\udfff]*\Z"


def _text(most: int, description: str, **options: Any) -> fields.String:
    return fields.String(validate=[Length(max=most), Regexp(_WORDS)], metadata={"description": description}, **options)


def _texts(most: int, description: str) -> fields.List[str]:
    return fields.List(
        fields.String(validate=[Length(max=100), Regexp(_WORDS)]),
        allow_none=True,
        validate=Length(max=most),
        metadata={"description": f"{description}; an empty list means asked, none"},
    )


def _one_of(values: tuple[str, ...], description: str) -> fields.String:
    return fields.String(allow_none=True, validate=OneOf(values), metadata={"description": description})


def _measured(low: float, high: float, description: str) -> fields.Float:
    return fields.Float(validate=Range(min=low, max=high), metadata={"description": description})


def _community(*, required: bool = False) -> fields.String:
    return fields.String(
        required=required,
        validate=Regexp(r"[0-9]{12}\Z"),
        metadata={"description": "Code of the community, 12 digits", "example": "410181002011"},
    )


def _place(description: str) -> fields.String:
    return fields.String(validate=Regexp(r"[0-9A-Za-z-]{1,32}\Z"), metadata={"description": description})


def _id(description: str, *, required: bool = True) -> fields.UUID:
    return fields.UUID(required=required, metadata={"description": description})


class _Page(Schema):
    page = fields.Integer(load_default=1, validate=Range(min=1, max=1_000_000), metadata={"description": "From 1"})
    page_size = fields.Integer(
        load_default=50, validate=Range(min=1, max=200), metadata={"description": "Rows on a page, at most 200"}
    )


def _level(item: str) -> fields.String:
    return fields.String(required=True, validate=OneOf(SELF_CARE_LEVELS), metadata={"description": item})


class SelfCareLevels(Schema):
    """How far an elder manages alone: independent 可自理, mild 轻度依赖, moderate 中度依赖, unable 不能自理."""

    eating = _level("进餐 eating")
    grooming = _level("梳洗 grooming")
    dressing = _level("穿衣 dressing")
    toilet = _level("如厕 using the toilet")
    moving = _level("活动 moving about")


class EmergencyContact(Schema):
    """Whom to call in an emergency."""

    name = _text(50, "Name", required=True)
    phone = fields.String(
        required=True, validate=Regexp(r"[0-9+() -]{3,20}\Z"), metadata={"description": "Telephone number"}
    )
    relation = _text(30, "What they are to the elder", load_default=None, allow_none=True)


class HealthRecordFields(Schema):
    """The findings of an elder record; what is not sent stays as it was, null takes it out."""

    chronic_conditions = _texts(30, "Chronic conditions")
    medication = _texts(50, "Medication taken now")
    allergies = _texts(30, "Allergies")
    past_illness = _texts(30, "Illnesses and operations in the past")
    smoking = _one_of(("never", "former", "current"), "Smoking")
    drinking = _one_of(("never", "occasional", "frequent", "daily"), "Drinking")
    exercise = _one_of(("never", "occasional", "weekly", "daily"), "Exercise")
    self_care = fields.Nested(SelfCareLevels, allow_none=True, metadata={"description": "Self-care, five items"})
    lives_alone = fields.Boolean(allow_none=True, metadata={"description": "Whether the elder lives alone"})
    emergency_contact = fields.Nested(
        EmergencyContact, allow_none=True, metadata={"description": "Whom to call in an emergency"}
    )


class VisitFindings(Schema):
    """What was measured and seen on a visit; kept encrypted, never told to other services."""

    systolic = _measured(40, 300, "Systolic blood pressure, mmHg")
    diastolic = _measured(20, 200, "Diastolic blood pressure, mmHg")
    pulse = _measured(20, 250, "Pulse, beats a minute")
    temperature = _measured(30, 45, "Body temperature, °C")
    fasting_glucose = _measured(0.5, 60, "Fasting blood glucose, mmol/L")
    weight = _measured(20, 300, "Weight, kg")
    note = _text(2000, "What else was seen or advised")


class ListElderRecords(_Page):
    """Which elders have a record? Never shows findings."""

    community = _community()
    place = _place("A household, or any place above it")
    band = fields.String(validate=OneOf(BANDS), metadata={"description": "60_64 or 65_plus, by today's age"})


class GetElderRecord(Schema):
    """One elder's whole record, findings included."""

    elder_id = _id("The elder")


class UpdateElderRecord(Schema):
    """Record an elder's consent, findings, or both; findings need consent, given before or in the same command."""

    elder_id = _id("The elder")
    consent_on = fields.Date(metadata={"description": "Day on which the elder (or their guardian) consented"})
    record = fields.Nested(HealthRecordFields, load_default=dict, metadata={"description": "Findings to write"})


class PlanVisit(Schema):
    """Plan a home visit by hand; the place follows from the elders, the elders from the household, if left out."""

    visit_id = _id("Id for the visit, made by whoever asks")
    community = _community(required=True)
    place = _place("Where the visit goes")
    elder_ids = fields.List(
        fields.UUID(), load_default=list, validate=Length(max=20), metadata={"description": "Whom the visit is for"}
    )
    grievance_id = _id("The grievance that the visit serves, if any", required=False)
    due_on = fields.Date(metadata={"description": "Day by which to go; else a few days from today, by setting"})
    reason = _text(300, "What the visit is for, without any finding", required=True)


class CompleteVisit(Schema):
    """The visit took place."""

    visit_id = _id("The visit")
    findings = fields.Nested(
        VisitFindings, load_default=None, allow_none=True, metadata={"description": "What was found, if anything"}
    )


class MissVisit(Schema):
    """The visit did not take place."""

    visit_id = _id("The visit")
    reason = _text(500, "Why it did not take place; stays with the health service", required=True)


class GetVisit(Schema):
    """One visit with its findings."""

    visit_id = _id("The visit")


class ListVisits(_Page):
    """Which visits are there, those due first first? Never shows findings."""

    community = _community()
    state = fields.String(validate=OneOf(VISIT_STATES), metadata={"description": "Only those in this state"})
    place = _place("Only visits to this place or one below it")
    elder_id = _id("Only visits to this elder", required=False)
    grievance_id = _id("Only visits for this grievance", required=False)
    due_before = fields.Date(metadata={"description": "Only visits due before this day"})


class ElderRecordRow(Schema):
    """An elder record without its findings."""

    id = _id("Id of the elder, the same as the person's")
    community = _community()
    name = fields.String(metadata={"description": "Name"})
    age = fields.Integer(metadata={"description": "Full years today"})
    band = fields.String(validate=OneOf(BANDS), metadata={"description": "60_64 or 65_plus"})
    household = fields.String(metadata={"description": "Code of the household"})
    consent_on = fields.Date(allow_none=True, metadata={"description": "When consent was given"})
    completeness = fields.Integer(metadata={"description": "How much of the record is filled, percent"})
    missed_in_a_row = fields.Integer(metadata={"description": "Visits missed since the last one that took place"})
    opened_at = fields.AwareDateTime(metadata={"description": "When the record was opened"})
    updated_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When findings were last written"})


class SelfCareOut(SelfCareLevels):
    """Self-care with its score."""

    score = fields.Integer(metadata={"description": "0 to 37; more means more dependent"})
    band = fields.String(metadata={"description": "independent, mild, moderate or unable"})
    rule = fields.String(metadata={"description": "Id of the rule that gave the score"})
    source = fields.String(metadata={"description": "Where the rule is written"})


class HealthRecordOut(HealthRecordFields):
    """The findings of an elder record, self-care with its score."""

    self_care = fields.Nested(SelfCareOut, allow_none=True, metadata={"description": "Self-care with its score"})


class ElderRecordOut(ElderRecordRow):
    """An elder's whole record."""

    born_on = fields.Date(metadata={"description": "Day of birth"})
    record = fields.Nested(HealthRecordOut, allow_none=True, metadata={"description": "Findings; null before any"})


class VisitRow(Schema):
    """A home visit without what was found."""

    id = _id("Id of the visit")
    community = _community()
    grievance_id = fields.UUID(allow_none=True, metadata={"description": "The grievance it serves, if any"})
    place = fields.String(metadata={"description": "Where it goes"})
    elder_ids = fields.List(fields.UUID(), metadata={"description": "Whom it is for; may be empty"})
    state = fields.String(validate=OneOf(VISIT_STATES), metadata={"description": "Where it stands"})
    reason = fields.String(metadata={"description": "What it is for, in words, without any finding"})
    due_on = fields.Date(metadata={"description": "Day by which to go"})
    missed_in_a_row = fields.Integer(
        metadata={"description": "If missed: how many times running for the elder concerned, this one included"}
    )
    allowed = fields.List(fields.String(), metadata={"description": "Steps possible now: complete, miss"})
    planned_at = fields.AwareDateTime(metadata={"description": "When it was planned"})
    ended_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it was done, missed or cancelled"})


class VisitOut(VisitRow):
    """A home visit with what was found, or why it was missed."""

    findings = fields.Nested(VisitFindings, allow_none=True, metadata={"description": "What was found"})
    missed_reason = fields.String(allow_none=True, metadata={"description": "Why it did not take place"})
