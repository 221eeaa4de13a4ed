"""What personal data the partner service keeps, tells and takes in."""

from chassis.privacy import NOTHING, REFERENCE, SELF, Kind, Treatment

STAFF = ("grid_leader", "office", "secretary")
ALLIED = {"kept_zh": "单位在共建联盟期间", "kept_en": "while the unit is in the alliance"}

REACHED = Treatment(
    kind=Kind.CONTACT,
    zh="社区联系单位的经办人",
    en="the office reaches whoever acts for the unit",
    readers=(SELF, "partner", *STAFF),
    **ALLIED,
)
UNIT_SAID = Treatment(
    kind=Kind.ORDINARY,
    zh="单位就工作所写的退回理由和办理结果；单位看不到居民的原话和联系方式",
    en="what a unit writes about its work, why it gives a case back and what it did; it is shown neither a resident's "
    "words nor how to reach them",
    readers=("resident", "partner", *STAFF),
    kept="PARTNER_REFERRAL_WORDS_DAYS",
)
SIGNED = Treatment(
    kind=Kind.ORDINARY,
    zh="协议各方，可能有签署人姓名",
    en="the parties of an agreement; a signatory may be named",
    readers=("partner", *STAFF),
    **ALLIED,
)

TABLES = {
    "units": {**NOTHING.of("id name kind serves registered_at"), **REACHED.of("contact_name phone")},
    "agreements": {
        **NOTHING.of("id unit_id cooperation scope valid_from valid_to signed_at"),
        "parties": SIGNED,
    },
    "referrals": {
        **REFERENCE.of("id grievance_id place path"),
        **NOTHING.of("round attempt category line unit_kind unit_id unit_name state reason"),
        **NOTHING.of("assigned_at referred_at accepted_at ended_at"),
        **UNIT_SAID.of("return_reason result"),
    },
    "cases": {**REFERENCE.of("grievance_id"), **NOTHING.of("ends")},
}

EVENTS = {
    **NOTHING.of(
        "unit_id unit_name unit_kind referred_at accepted_at returned_at completed_at withdrawn_at missing_at"
    ),
    **NOTHING.of("PartnerReferred.reason PartnerMissing.reason"),
    **NOTHING.of("removed kind count"),
    **REFERENCE.of("referral_id grievance_id"),
    **UNIT_SAID.of("ReferralReturned.reason ReferralCompleted.result"),
}

INTAKE = {
    **NOTHING.of("page page_size name kind serves units cooperation scope valid_from valid_to state unit_id"),
    **REFERENCE.of("id grievance_id"),
    **REACHED.of("UnitFacts.contact_name UnitFacts.phone NewUnit.contact_name NewUnit.phone"),
    "NewAgreement.parties": SIGNED,
    **UNIT_SAID.of("ReturnStep.reason CompleteStep.result"),
}
