"""What personal data the organization service keeps, tells and takes in."""

from chassis.privacy import NOTHING, REFERENCE, SELF, Kind, Treatment

STAFF = ("building_leader", "grid_leader", "office", "secretary")
WHILE_HERE = {
    "kept_zh": "在社区登记期间；迁出满 ORGANIZATION_LEFT_DAYS 天后删除",
    "kept_en": "while registered in the community, and for ORGANIZATION_LEFT_DAYS after leaving it",
}
ON_RECORD = {"kept_zh": "任职与办理档案，长期", "kept_en": "the record of posts and of who handled what, for good"}

REGISTERED = Treatment(
    kind=Kind.ORDINARY,
    zh="知道谁住在哪户，按年龄建立老年人健康档案，找到责任人",
    en="who lives where, from which age the health service keeps a record, who is responsible",
    readers=(SELF, *STAFF),
    **WHILE_HERE,
)
REACHED = Treatment(
    kind=Kind.CONTACT,
    zh="网格长和社区联系居民",
    en="grid leaders and the office reach residents",
    readers=(SELF, *STAFF),
    **WHILE_HERE,
)
IN_OFFICE = Treatment(
    kind=Kind.ORDINARY,
    zh="公开的责任公示：谁在何处任职、负责",
    en="the public board of responsibility: who holds which post where",
    readers=(SELF, "resident", *STAFF),
    **ON_RECORD,
)
PORTRAYED = Treatment(
    kind=Kind.ORDINARY,
    zh="经本人同意，公示在责任公示栏上",
    en="shown on the board of responsibility, as the person agreed",
    readers=(SELF, "resident", *STAFF),
    kept_zh="任职期间，撤回同意即删除",
    kept_en="while in the post, removed as soon as the consent is withdrawn",
)
KNOWN_AGAIN = Treatment(
    kind=Kind.HASHED,
    zh="来电时查出是谁；只用于比对，不能还原为电话",
    en="tells who calls; only compared, no telephone can be had back from it",
    **WHILE_HERE,
)
AGREED = Treatment(
    kind=Kind.ORDINARY,
    zh="证明本人同意或撤回公示照片、电话：谁记录、何时",
    en="proof that the person agreed to be shown, or does no more: who recorded it, and when",
    readers=(SELF, "office", "secretary"),
    **ON_RECORD,
)
AWAY = Treatment(
    kind=Kind.ORDINARY,
    zh="请假期间由他人代办，不记原因",
    en="somebody stands in during a leave; why is not kept",
    readers=(SELF, "office", "secretary"),
    **ON_RECORD,
)
COMPLAINED_ABOUT = Treatment(
    kind=Kind.ORDINARY,
    zh="被反映的工作人员不得办理该诉求",
    en="the official complained about must not handle the case",
    readers=("office", "secretary"),
    **ON_RECORD,
)
LEADS = Treatment(
    kind=Kind.ORDINARY,
    zh="提交人看得到由谁负责、为什么",
    en="whoever filed sees who is responsible, and why",
    readers=("resident", *STAFF),
    **ON_RECORD,
)
OPENS_A_RECORD = Treatment(
    kind=Kind.ORDINARY,
    zh="健康服务为老年人建档，须知道是谁、几岁、住哪户",
    en="the health service opens a record and must know whose it is, their age and household",
)
ASKED_TO_ERASE = Treatment(
    kind=Kind.ORDINARY,
    zh="证明删除请求已办理：谁经办、为何、何时、各服务何时完成；只有编号和代码",
    en="proof that somebody's wish to be erased was met: who saw to it, why, and when each service was done; ids and "
    "codes only",
    readers=("secretary", "administrator"),
    kept_zh="办理凭证，长期",
    kept_en="the proof, for good",
)
MERGED = Treatment(
    kind=Kind.ORDINARY,
    zh="证明两条登记为何合为一条、或不是同一人：谁经办、何时；只有编号",
    en="proof of why two entries became one, or stay two: who saw to it, and when; ids only",
    readers=("office", "secretary"),
    **ON_RECORD,
)
CONSENTED = Treatment(
    kind=Kind.ORDINARY,
    zh="证明本人单独同意或撤回：对何用途、何时、以何方式、谁登记；只有编号、日期和代码",
    en="proof that somebody agreed apart, or took it back: for what, when and how, and who wrote it down; ids, days "
    "and codes only",
    readers=(SELF, "grid_leader", "office", "secretary", "doctor"),
    kept_zh="同意与撤回的凭证，长期",
    kept_en="the proof, for good",
)
HANDING = Treatment(
    kind=Kind.ORDINARY,
    zh="负责人和社区看得到为何移交或退单；不在此保存，随诉求的其他文字保存和删除",
    en="leaders and the office see why a case was handed over or given back; not kept here, but with the case's other "
    "words, and gone with them",
    readers=STAFF,
    kept="GRIEVANCE_CASES_KEPT_DAYS",
)
SEARCHED = Treatment(kind=Kind.ORDINARY, zh="按姓名或编号找人", en="finding somebody by name or number")

TABLES = {
    "communities": NOTHING.of("name subdistrict_name city_name"),
    "places": NOTHING.of("code kind rank name parent is_aged boundary path grid courtyard building added_at")
    | NOTHING.of("initials closed_on"),
    "people": {
        **REFERENCE.of("id"),
        **REGISTERED.of("number name initials born_on sex household"),
        "phone": REACHED,
        "phone_key": KNOWN_AGAIN,
        **NOTHING.of("elder_told left_on changed_on"),
    },
    "publications": {
        **REFERENCE.of("id portrait"),
        **AGREED.of("phone_withheld consent_recorded_by consented_at withdrawn_at"),
    },
    "portraits": {**REFERENCE.of("id person_id"), "image": PORTRAYED},
    "posts": {**NOTHING.of("id kind place line"), "terms": IN_OFFICE},
    "terms": {**NOTHING.of("id post_id kind place line predecessor_id"), **IN_OFFICE.of("person_id starts_on ends_on")},
    "leaves": {**NOTHING.of("id cancelled_at"), **AWAY.of("person_id starts_on ends_on")},
    "assignments": {
        **REFERENCE.of("id place grid path led_at"),
        **NOTHING.of("round matter began_at post assigned_at gap_since waiting waiting_since ended_at changes"),
        **NOTHING.of("step_ids"),
        "about_person": COMPLAINED_ABOUT,
        **LEADS.of("leader_id leader_name reason"),
    },
    "erasures": {
        **REFERENCE.of("id person_id known_as"),
        **ASKED_TO_ERASE.of("reason asked_by asked_at"),
        **NOTHING.of("answers"),
    },
    "erased": {**REFERENCE.of("person_id"), **NOTHING.of("erased_at")},
    "merged": {**REFERENCE.of("gone_id kept_id"), **MERGED.of("merged_at merged_by")},
    "told_apart": {**REFERENCE.of("one_id other_id"), **MERGED.of("said_by said_at")},
    "consents": {**REFERENCE.of("id person_id"), **CONSENTED.of("purpose given")},
}

EVENTS = {
    **NOTHING.of(
        "places code kind parent starts_on ended_on path category line needs unit_kind skills hands round post"
    ),
    **NOTHING.of("milestone assigned_at missing_at raised_at elders is_closed is_belated"),
    **REFERENCE.of("person_id post_id grievance_id leader_id to_id escalated_to place household"),
    **REFERENCE.of("erasure_id known_as kept_id gone_id kept_volunteer_id gone_volunteer_id"),
    **NOTHING.of("merged_at"),
    **NOTHING.of("erased_at recorded_at removed kind count may_return"),
    **REFERENCE.of("consent_id"),
    **CONSENTED.of("ConsentGiven.purpose ConsentGiven.given_on ConsentWithdrawn.purpose ConsentWithdrawn.withdrawn_on"),
    "PlaceFact.name": NOTHING,
    **OPENS_A_RECORD.of("ElderFact.name ElderFact.born_on ElderLeft.left_on"),
    # The reasons are put together by rule from posts and absences, and may name an official.
    **LEADS.of("LeaderAssigned.leader_name LeaderAssigned.reason LeaderMissing.reason"),
    **LEADS.of("EscalationRaised.to_name EscalationRaised.reason"),
    # What was written with it is shown on the case and kept as long as its other words; nobody else keeps it.
    "LeaderChanged.reason": HANDING,
    **LEADS.of("LeaderChanged.to_name LeaderChanged.by_name"),
    **REFERENCE.of("from_id from_place to_place by_id led_at"),
    **NOTHING.of("change from_post to_post changed_at"),
}

INTAKE = {
    **NOTHING.of("page page_size kind line starts_on ends_on on parent post preview"),
    **REFERENCE.of("id place person_id about_person"),
    **REFERENCE.of("volunteer_id account_id gone_id other_id kept_volunteer_id gone_volunteer_id"),
    **NOTHING.of("gone_version stays ?reason"),
    **NOTHING.of("Staying.name Staying.number Staying.sex Staying.born_on Staying.household Staying.phone"),
    "AskForErasure.reason": NOTHING,
    **CONSENTED.of("NewConsent.purpose NewConsent.given_on NewConsent.how NewConsent.given_by NewConsent.notice"),
    **CONSENTED.of("NewWithdrawal.purpose NewWithdrawal.withdrawn_on NewWithdrawal.how"),
    "?q": SEARCHED,
    **NOTHING.of("code parent aged boundary version closed left consent shown NewPlace.name PlaceChanges.name"),
    **REGISTERED.of("NewPerson.number NewPerson.name NewPerson.born_on NewPerson.sex NewPerson.household"),
    **REGISTERED.of("PersonChanges.name PersonChanges.born_on PersonChanges.sex NewHome.household Departure.left_on"),
    "NewPerson.phone": REACHED,
    "PersonChanges.phone": REACHED,
    "{id} portrait.file": PORTRAYED,
    "places import.file": NOTHING,
    "people import.file": REACHED,
}
