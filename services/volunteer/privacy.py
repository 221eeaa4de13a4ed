"""What personal data the volunteer service keeps, tells and takes in."""

from chassis.privacy import NOTHING, REFERENCE, SELF, Kind, Treatment

STAFF = ("grid_leader", "office", "secretary")
ENROLLED = {"kept_zh": "登记为志愿者期间", "kept_en": "while enrolled as a volunteer"}
SAID = {"kept": "VOLUNTEER_WORDS_DAYS"}
HOURS = {"kept_zh": "志愿服务记录，长期", "kept_en": "the record of service given, for good"}

SEARCHED = Treatment(kind=Kind.ORDINARY, zh="按姓名找志愿者", en="finding a volunteer by name")
CHOSEN = Treatment(
    kind=Kind.ORDINARY,
    zh="按技能、远近和时间派单；本人看得到为什么派给自己",
    en="offering work by skill, distance and time; volunteers see why they were asked",
    readers=(SELF, *STAFF),
    **ENROLLED,
)
REACHED = Treatment(
    kind=Kind.CONTACT,
    zh="派单时联系志愿者",
    en="volunteers are reached when they are needed",
    readers=(SELF, *STAFF),
    **ENROLLED,
)
SERVED = Treatment(
    kind=Kind.ORDINARY,
    zh="计算服务时长；只记何时到离，不记位置",
    en="hours of service are credited; when somebody came and went, never where they were",
    readers=(SELF, *STAFF),
    **HOURS,
)
MEMBER = Treatment(
    kind=Kind.ORDINARY,
    zh="服务队有谁、何时加入",
    en="who is in a team, and since when",
    readers=(SELF, "volunteer", *STAFF),
    **HOURS,
)
OWN_WORDS = Treatment(
    kind=Kind.WORDS,
    zh="婉拒的理由和备注，可能涉及健康或家事，只留在本服务",
    en="why somebody said no, and their notes, which may speak of health or home; they stay in this service",
    readers=(SELF, *STAFF),
    **SAID,
)
WHY_ASKED = Treatment(
    kind=Kind.ORDINARY,
    zh="本人看得到为什么派给自己",
    en="volunteers see why they were asked",
    readers=(SELF, *STAFF),
    **SAID,
)
SENT = Treatment(
    kind=Kind.ORDINARY,
    zh="办理人和提交人看得到派了谁",
    en="whoever handles or filed the case sees who was sent",
)

PAIRED = {"kept": "VOLUNTEER_PAIRING_DAYS"}

HELPED = Treatment(
    kind=Kind.HARDSHIP,
    zh="结对帮扶的对象是谁；帮扶人要知道去帮谁，不知道为什么",
    en="whom a pairing is for; the helper must know whom to help, and does not learn why",
    readers=(SELF, "volunteer", "office", "secretary"),
    **PAIRED,
)
IN_NEED = Treatment(
    kind=Kind.HARDSHIP,
    zh="为什么帮扶、为什么结束；只有安排结对的办公室看得到，每次查阅都有记录",
    en="why somebody is helped, and what was said at the end; for the office that arranges it, each read on record",
    readers=(SELF, "office", "secretary"),
    **PAIRED,
)
KEPT_UP = Treatment(
    kind=Kind.ORDINARY,
    zh="以何种方式帮扶、何时联系过，好按期提醒",
    en="with what somebody is helped and when they were in touch, so that nobody is forgotten",
    readers=(SELF, "volunteer", "office", "secretary"),
    **HOURS,
)
NOTED = Treatment(
    kind=Kind.WORDS,
    zh="联系时的简短记录，供帮扶人和接手的人",
    en="a short note of a contact, for the helper and for whoever takes over",
    readers=(SELF, "volunteer", "office", "secretary"),
    **PAIRED,
)

TABLES = {
    "volunteers": {
        **REFERENCE.of("id"),
        **CHOSEN.of("name initials skills home_place always windows paused_until is_party_member joined_on"),
        "phone": REACHED,
    },
    "teams": NOTHING.of("id type name slogan charter state founded_at changes activated_at"),
    "memberships": {**REFERENCE.of("team_id volunteer_id"), **MEMBER.of("joined_at left_at")},
    "callouts": {
        **REFERENCE.of("id grievance_id place path"),
        **NOTHING.of("round category skills wanted assigned_at opened_at exhausted_at ended_at"),
    },
    "dispatches": {
        **REFERENCE.of("id callout_id grievance_id volunteer_id team_id"),
        **NOTHING.of("state offered_at answer_by answered_at"),
        "reason": WHY_ASKED,
        **SERVED.of("checked_in_at checked_in_how checked_out_at minutes_served"),
        **OWN_WORDS.of("decline_reason history"),
    },
    "hours": {
        **REFERENCE.of("id volunteer_id dispatch_id team_id"),
        **SERVED.of("served_on started_at ended_at minutes_served minutes_credited is_over_cap recorded_at"),
    },
    "pairings": {
        **REFERENCE.of("id beneficiary_id place path volunteer_id helpers"),
        **NOTHING.of("cadence_days due_on state end_reason forgotten_at"),
        **KEPT_UP.of("help_type started_on last_contact_on ended_on"),
        "beneficiary": HELPED,
        **IN_NEED.of("hardship end_note"),
    },
    "pairing_contacts": {
        **REFERENCE.of("id pairing_id volunteer_id"),
        **NOTHING.of("logged_at"),
        **KEPT_UP.of("contacted_on kind"),
        "note": NOTED,
    },
    "cases": {**REFERENCE.of("grievance_id"), **NOTHING.of("ends")},
    "known_places": NOTHING.of("code kind name parent"),
    "erased": {**REFERENCE.of("person_id"), **NOTHING.of("erased_at")},
    "merged": {**REFERENCE.of("gone_id kept_id"), **NOTHING.of("merged_at")},
}

EVENTS = {
    **NOTHING.of("dispatches dispatched_at accepted_at declined_at lapsed_at stood_down_at checked_in_at"),
    **NOTHING.of("checked_out_at minutes wanted found exhausted_at members activated_at suspended_at"),
    **REFERENCE.of("callout_id grievance_id dispatch_id volunteer_id team_id erasure_id"),
    **NOTHING.of("removed kept kind count erased_at"),
    **REFERENCE.of("pairing_id"),
    **NOTHING.of("set_up_at handed_over_at closed_at"),
    **SENT.of("DispatchFact.name DispatchFact.reason"),
    "VolunteersExhausted.reason": NOTHING,
}

INTAKE = {
    **REFERENCE.of("person_id"),
    **NOTHING.of("help_type cadence_days overdue EndPairingStep.reason"),
    **IN_NEED.of("NewPairing.hardship EndPairingStep.note"),
    **KEPT_UP.of("PairingContact.contacted_on PairingContact.kind"),
    **NOTED.of("PairingContact.note"),
    **NOTHING.of("page page_size weekday starts ends state skill type available_now slogan charter volunteers at"),
    **REFERENCE.of("id volunteer_id grievance_id team_id member_ids"),
    **NOTHING.of("NewTeam.name"),
    **CHOSEN.of("VolunteerFacts.name VolunteerFacts.skills VolunteerFacts.home_place VolunteerFacts.always"),
    **CHOSEN.of("VolunteerFacts.windows VolunteerFacts.paused_until VolunteerFacts.is_party_member"),
    **CHOSEN.of("VolunteerFacts.joined_on NewVolunteer.name NewVolunteer.skills NewVolunteer.home_place"),
    **CHOSEN.of("NewVolunteer.always NewVolunteer.windows NewVolunteer.paused_until NewVolunteer.is_party_member"),
    **CHOSEN.of("NewVolunteer.joined_on AvailabilityChanges.always AvailabilityChanges.windows"),
    **CHOSEN.of("AvailabilityChanges.paused_until ?home_place ?is_party_member"),
    **REACHED.of("VolunteerFacts.phone NewVolunteer.phone"),
    **SERVED.of("VolunteerStep.by SessionStep.by CheckInStep.by"),
    **OWN_WORDS.of("VolunteerStep.reason VolunteerStep.note SessionStep.reason SessionStep.note"),
    **OWN_WORDS.of("CheckInStep.reason CheckInStep.note"),
    **REFERENCE.of("CheckInStep.place ?at_place"),
    "?q": SEARCHED,
}
