"""What personal data the health service keeps, tells and takes in."""

from chassis.privacy import NOTHING, REFERENCE, SELF, Kind, Treatment

CARE = ("doctor",)
SEARCHED = Treatment(kind=Kind.ORDINARY, zh="按姓名找老人", en="finding an elder by name")
RECORD = {
    "kept_zh": "健康档案存续期间；本人可要求删除，迁出满 ORGANIZATION_LEFT_DAYS 天后自动删除",
    "kept_en": "with the record; the elder may have it erased, and it goes by itself ORGANIZATION_LEFT_DAYS after they "
    "left",
}

WHOSE = Treatment(
    kind=Kind.ORDINARY,
    zh="档案属于谁、几岁、住哪户、何时同意",
    en="whose record it is, their age and household, and when they consented",
    readers=(SELF, "doctor", "grid_leader", "office", "secretary"),
    **RECORD,
)
FOUND = Treatment(
    kind=Kind.HEALTH,
    zh="老年人健康管理与上门随访；须本人单独同意",
    en="care of elders and home visits; only with the elder's separate consent",
    readers=(SELF, *CARE),
    **RECORD,
)
SEEN = Treatment(
    kind=Kind.HEALTH,
    zh="老年人健康管理与上门随访；须本人单独同意",
    en="care of elders and home visits; only with the elder's separate consent",
    readers=(SELF, *CARE),
    kept="HEALTH_FINDINGS_DAYS",
)
REACHED = Treatment(
    kind=Kind.CONTACT,
    zh="紧急时联系谁；随健康档案一起加密",
    en="whom to call in an emergency; encrypted with the record",
    readers=(SELF, *CARE),
    **RECORD,
)
CONSENTED = Treatment(
    kind=Kind.ORDINARY,
    zh="同意登记由组织服务统一保存，须知道谁在哪天同意、谁登记",
    en="the organization service keeps the register of consents, and must know who agreed on which day",
)
VISITED = Treatment(
    kind=Kind.REFERENCE,
    zh="安排上门：去哪户、看望谁",
    en="planning visits: to which household, for whom",
    readers=(SELF, "doctor", "grid_leader", "office", "secretary"),
    **RECORD,
)

WHY_VISITED = Treatment(
    kind=Kind.ORDINARY,
    zh="办理人看得到为什么上门；按规则写成，只说该户有没有老年人，不含任何发现",
    en="whoever handles the case sees what the visit is for; written by rule, it says whether elders live there and "
    "holds no finding",
    readers=(SELF, "resident", "doctor", "grid_leader", "office", "secretary"),
    **RECORD,
)

TABLES = {
    "elder_records": {
        **REFERENCE.of("id"),
        **WHOSE.of("name initials born_on household consent_on left_on"),
        "record": FOUND,
        **NOTHING.of("consent_at opened_at completeness updated_at next_visit_on visit_planned_for"),
    },
    "visits": {
        **VISITED.of("id grievance_id place elder_ids"),
        "reason": WHY_VISITED,
        **NOTHING.of("round due_on state begun_at planned_at ended_at missed_in_a_row"),
        **SEEN.of("purpose findings missed_reason"),
    },
    "visited_elders": VISITED.of("elder_id visit_id"),
    "known_places": NOTHING.of("code parent"),
    "cases": {**REFERENCE.of("grievance_id"), **NOTHING.of("ends")},
    "erased": {**REFERENCE.of("person_id"), **NOTHING.of("erased_at")},
    "merged": {**REFERENCE.of("gone_id kept_id"), **NOTHING.of("merged_at")},
}

EVENTS = {
    **NOTHING.of("count opened_at due_on planned_at done_at missed_at cancelled_at"),
    "HomeVisitPlanned.reason": WHY_VISITED,
    **CONSENTED.of("ElderConsented.given_on"),
    **REFERENCE.of("elder_id recorded_by"),
    **NOTHING.of("recorded_at"),
    **REFERENCE.of("visit_id grievance_id place erasure_id"),
    **NOTHING.of("removed kept kind count erased_at"),
}

INTAKE = {
    **NOTHING.of("page page_size band state due_before due_on"),
    "?q": SEARCHED,
    **REFERENCE.of("id place elder_id elder_ids grievance_id record findings"),
    "ElderRecordChanges.consent_on": WHOSE,
    **FOUND.of("HealthRecordFields.chronic_conditions HealthRecordFields.medication HealthRecordFields.allergies"),
    **FOUND.of("HealthRecordFields.past_illness HealthRecordFields.smoking HealthRecordFields.drinking"),
    **FOUND.of("HealthRecordFields.exercise HealthRecordFields.self_care HealthRecordFields.lives_alone"),
    **FOUND.of("SelfCareLevels.eating SelfCareLevels.grooming SelfCareLevels.dressing SelfCareLevels.toilet"),
    **FOUND.of("SelfCareLevels.moving NewVisit.purpose MissVisitStep.reason"),
    **FOUND.of("VisitFindings.systolic VisitFindings.diastolic VisitFindings.pulse VisitFindings.temperature"),
    **FOUND.of("VisitFindings.fasting_glucose VisitFindings.weight VisitFindings.note"),
    **REACHED.of("HealthRecordFields.emergency_contact EmergencyContact.name EmergencyContact.phone"),
    **REACHED.of("EmergencyContact.relation"),
}
