"""What is asked of the partner service and what it answers."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

UNIT_KINDS = ("police", "property", "tower", "health_station", "merchant")
COOPERATION_KINDS = ("party_building", "affairs", "resources", "civility", "problems", "activities")
REFERRAL_STATES = ("referred", "accepted", "returned", "completed", "withdrawn")

# Something must be said, and databases and UTF-8 refuse zero characters and lone surrogates.
_WORDS = r"\s*[^\s\x00\ud800-\udfff][^\x00\ud800-\udfff]*\Z"


def _text(most: int, description: str, **options: Any) -> fields.String:
    return fields.String(validate=[Length(max=most), Regexp(_WORDS)], metadata={"description": description}, **options)


def _community(*, required: bool = False) -> fields.String:
    return fields.String(
        required=required,
        validate=Regexp(r"[0-9]{12}\Z"),
        metadata={"description": "Code of the community, 12 digits", "example": "410181002011"},
    )


def _place_code() -> fields.String:
    return fields.String(validate=Regexp(r"[0-9A-Za-z-]{1,32}\Z"))


def _id(description: str, *, required: bool = True) -> fields.UUID:
    return fields.UUID(required=required, metadata={"description": description})


def _kind(*, required: bool = False) -> fields.String:
    return fields.String(
        required=required,
        validate=OneOf(UNIT_KINDS),
        metadata={
            "description": "police 公安, property 物业公司, tower 铁塔公司, health_station 卫生站, merchant 商户"
        },
    )


class _Page(Schema):
    page = fields.Integer(load_default=1, validate=Range(min=1, max=1_000_000), metadata={"description": "From 1"})
    page_size = fields.Integer(
        load_default=50, validate=Range(min=1, max=200), metadata={"description": "Rows on a page, at most 200"}
    )


class UnitToRegister(Schema):
    """A partner unit as it is registered; its id is made at the door, so that repeating changes nothing."""

    unit_id = _id("Id for the unit, made by whoever asks")
    name = _text(100, "Name of the unit, unique in its community", required=True)
    kind = _kind(required=True)
    contact_name = _text(50, "Whom to speak to at the unit", load_default=None, allow_none=True)
    phone = fields.String(
        load_default=None,
        allow_none=True,
        validate=Regexp(r"[0-9+() -]{3,20}\Z"),
        metadata={"description": "Telephone of the unit, kept encrypted"},
    )
    serves = fields.List(
        _place_code(),
        load_default=list,
        validate=Length(max=200),
        metadata={"description": "Places that the unit is limited to; empty: the whole community"},
    )


class RegisterUnit(UnitToRegister):
    """Register a partner unit."""

    community = _community(required=True)


class RegisterUnits(Schema):
    """Register many partner units of one community, all or none."""

    community = _community(required=True)
    units = fields.List(
        fields.Nested(UnitToRegister),
        required=True,
        validate=Length(min=1, max=500),
        metadata={"description": "The units, at most 500"},
    )


class SignAgreement(Schema):
    """Record an agreement signed with a unit; a renewal is another agreement."""

    agreement_id = _id("Id for the agreement, made by whoever asks")
    unit_id = _id("The unit")
    parties = _text(300, "Who signed", required=True)
    cooperation = fields.String(
        required=True,
        validate=OneOf(COOPERATION_KINDS),
        metadata={
            "description": "party_building 党建共商, affairs 事务共管, resources 资源共享, "
            "civility 文明共建, problems 难题共解, activities 活动共办"
        },
    )
    scope = fields.List(
        fields.String(validate=Regexp(r"[a-z0-9_.-]{1,40}\Z")),
        load_default=list,
        validate=Length(max=100),
        metadata={"description": "Codes of the categories or grid lines it covers; empty: every matter"},
    )
    valid_from = fields.Date(required=True, metadata={"description": "First day it is valid"})
    valid_to = fields.Date(required=True, metadata={"description": "Last day it is valid"})


class ListUnits(_Page):
    """Which units are there?"""

    community = _community()
    kind = _kind()


class GetUnit(Schema):
    """One unit with all its agreements."""

    unit_id = _id("The unit")


class AcceptReferral(Schema):
    """The unit takes the matter."""

    referral_id = _id("The referral")


class ReturnReferral(Schema):
    """The unit gives the matter back."""

    referral_id = _id("The referral")
    reason = _text(500, "Why the unit gives it back", required=True)


class CompleteReferral(Schema):
    """The unit says the matter is done."""

    referral_id = _id("The referral")
    result = _text(2000, "What was done", required=True)


class GetReferral(Schema):
    """One referral."""

    referral_id = _id("The referral")


class ListReferrals(_Page):
    """Which referrals are there, newest first?"""

    community = _community()
    unit_id = _id("Only those of this unit", required=False)
    grievance_id = _id("Only those of this grievance", required=False)
    state = fields.String(validate=OneOf(REFERRAL_STATES), metadata={"description": "Only those in this state"})


class AgreementOut(Schema):
    """An agreement with a unit."""

    id = _id("Id of the agreement")
    unit_id = _id("The unit")
    parties = fields.String(metadata={"description": "Who signed"})
    cooperation = fields.String(metadata={"description": "Which of the six kinds of co-operation"})
    scope = fields.List(fields.String(), metadata={"description": "Categories or lines covered; empty: all"})
    valid_from = fields.Date(metadata={"description": "First valid day"})
    valid_to = fields.Date(metadata={"description": "Last valid day"})
    state = fields.String(metadata={"description": "valid, not_yet or expired, today in China"})


class UnitRow(Schema):
    """A partner unit in a list."""

    id = _id("Id of the unit")
    community = _community()
    name = fields.String(metadata={"description": "Name"})
    kind = _kind()
    contact_name = fields.String(allow_none=True, metadata={"description": "Whom to speak to"})
    serves = fields.List(fields.String(), metadata={"description": "Places it is limited to; empty: all"})
    agreement = fields.String(metadata={"description": "valid, not_yet, expired or none, today in China"})
    agreement_until = fields.Date(
        allow_none=True, metadata={"description": "Last day of the agreement that runs longest"}
    )
    renewal_due = fields.Boolean(metadata={"description": "Whether the agreement ends soon and nothing follows it"})
    open_referrals = fields.Integer(metadata={"description": "Referrals neither done nor given back"})


class UnitOut(UnitRow):
    """A partner unit with its telephone and agreements."""

    phone = fields.String(allow_none=True, metadata={"description": "Telephone of the unit"})
    registered_at = fields.AwareDateTime(metadata={"description": "When it was registered"})
    agreements = fields.List(fields.Nested(AgreementOut), metadata={"description": "All agreements, newest first"})


class UnitsRegistered(Schema):
    """How many units were new."""

    registered = fields.Integer(metadata={"description": "Units registered now"})
    known_before = fields.Integer(metadata={"description": "Units that were registered before, left as they were"})


class ReferralOut(Schema):
    """A referral as the unit sees it: the case's id, place and category, never the resident's contact or words."""

    id = _id("Id of the referral")
    community = _community()
    grievance_id = _id("The grievance")
    round = fields.Integer(metadata={"description": "Which round of the grievance; 1, more when reopened"})
    attempt = fields.Integer(metadata={"description": "Which unit in turn was asked, from 1"})
    place = fields.String(metadata={"description": "Code of the grievance's place"})
    category = fields.String(metadata={"description": "Code of the grievance's category"})
    unit_id = _id("The unit")
    unit = fields.String(metadata={"description": "Name of the unit"})
    kind = _kind()
    state = fields.String(validate=OneOf(REFERRAL_STATES), metadata={"description": "Where it stands"})
    reason = fields.String(metadata={"description": "Why this unit, in Chinese words"})
    return_reason = fields.String(allow_none=True, metadata={"description": "Why it was given back"})
    result = fields.String(allow_none=True, metadata={"description": "What was done"})
    allowed = fields.List(fields.String(), metadata={"description": "Steps possible now: accept, return, complete"})
    referred_at = fields.AwareDateTime(metadata={"description": "When the unit was asked"})
    accepted_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When the unit took it"})
    ended_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "When it was completed, returned or withdrawn"}
    )
