"""What personal data the grievance service keeps, tells and takes in."""

from chassis.privacy import NOTHING, REFERENCE, SELF, Kind, Treatment

STAFF = ("building_leader", "grid_leader", "office", "secretary")
CASE = {"kept": "GRIEVANCE_CASES_KEPT_DAYS"}
ON_RECORD = {"kept_zh": "任职与办理档案，长期", "kept_en": "the record of who handled what, for good"}

OWN_WORDS = Treatment(
    kind=Kind.WORDS,
    zh="办理诉求；内容可能涉及健康、困难或他人，故加密",
    en="handling the case; it may speak of health, hardship or others, so it is encrypted",
    readers=(SELF, *STAFF),
    **CASE,
)
NOTED = Treatment(
    kind=Kind.WORDS,
    zh="办理途中的任务和记录，提交人看不到；内容可能涉及健康、困难或他人，故加密",
    en="tasks and notes of the work on the way, which whoever filed it does not see; they may speak of health, "
    "hardship or others, so they are encrypted",
    readers=STAFF,
    **CASE,
)
TOLD_IN_PART = Treatment(
    kind=Kind.WORDS,
    zh="办理经过；提交人只看到给其看的几种（接办、办结、不予受理、回复、暂停等），故加密",
    en="what happened on the way; whoever filed it sees the kinds that are meant for them (accepted, resolved, "
    "rejected, replied, paused and the like); encrypted",
    readers=(SELF, *STAFF),
    **CASE,
)
REACHED = Treatment(
    kind=Kind.CONTACT,
    zh="办理人联系提交人；匿名的不保存，展示时打码",
    en="whoever handles the case reaches the person; not kept where anonymous, masked where shown",
    readers=(SELF, *STAFF),
    **CASE,
)
FILED = Treatment(
    kind=Kind.REFERENCE,
    zh="本人查看自己的诉求",
    en="people find their own cases",
    readers=(SELF, *STAFF),
    **CASE,
)
HANDLED = Treatment(
    kind=Kind.ORDINARY,
    zh="提交人看得到由谁办理、办得怎样",
    en="whoever filed sees who handles it and how it goes",
    readers=(SELF, *STAFF),
    **CASE,
)
LED = Treatment(
    kind=Kind.ORDINARY,
    zh="提交人看得到由谁负责；志愿者的姓名到期删除",
    en="whoever filed sees who is responsible; the names of volunteers go when the period ends",
    readers=(SELF, *STAFF),
    **ON_RECORD,
)
COMPLAINED_ABOUT = Treatment(
    kind=Kind.ORDINARY,
    zh="被反映的工作人员不得办理该诉求",
    en="the official complained about must not handle the case",
    readers=("office", "secretary"),
    **ON_RECORD,
)

JOINED = Treatment(
    kind=Kind.CONTACT,
    zh="附议的邻居愿意接到通知时留下；只用于通知本件诉求的进展",
    en="left by a neighbour who wants to be told how the matter they joined goes, and used for nothing else",
    readers=(SELF,),
    **CASE,
)
PICTURED = Treatment(
    kind=Kind.WORDS,
    zh="照片：可能拍到住处、他人，故加密；存入前去除拍摄地点等附加信息；未随诉求提交的一天后删除",
    en="photographs may show a home or others, so they are encrypted; where and by what they were taken is removed "
    "before; those that no case came with are removed after a day",
    readers=(SELF, *STAFF),
    kept="GRIEVANCE_PICTURES_KEPT_DAYS",
)
ONLY_COMPARED = Treatment(
    kind=Kind.HASHED,
    zh="辨认同一位邻居，不重复计数；不能还原为电话",
    en="tells the same neighbour again, so that each counts once; no telephone can be had back from it",
    **CASE,
)
KNOWN_AGAIN = Treatment(
    kind=Kind.HASHED,
    zh="来电时查出同一电话以前的诉求；只用于比对，不能还原为电话",
    en="finds the earlier cases of a telephone when it calls; only compared, no telephone can be had back from it",
    **CASE,
)

TABLES = {
    "grievances": {
        **FILED.of("id receipt place filed_by"),
        **REFERENCE.of("led_at"),
        **NOTHING.of("category line needs unit_kind skills hands channel is_anonymous status filed_at respond_by"),
        **NOTHING.of("resolve_by due_at round is_leader_missing late score resolved_at ended_at neighbours amended_at"),
        **NOTHING.of("filed_on is_answered_in_time solved_minutes asked turn forgotten_at leader_changes is_responded"),
        **NOTHING.of("pause pauses goes_on_at moved_from"),
        "about_person": COMPLAINED_ABOUT,
        "leader": LED,
        **HANDLED.of("dispatches referral visit"),
        **OWN_WORDS.of("resolution pause_words"),
        "tasks": NOTED,
    },
    "statements": {
        **REFERENCE.of("grievance_id"),
        "description": OWN_WORDS,
        "contact": REACHED,
        "phone_key": KNOWN_AGAIN,
    },
    "timeline": {
        **REFERENCE.of("grievance_id"),
        **NOTHING.of("id at what turn step_id"),
        "who": LED,
        "note": TOLD_IN_PART,
    },
    "neighbours": {
        **REFERENCE.of("id grievance_id account receipt"),
        **NOTHING.of("joined_at"),
        "known_by": ONLY_COMPARED,
        "phone": JOINED,
    },
    "pictures": {
        **REFERENCE.of("id grievance_id added_by"),
        **NOTHING.of("kind width height added_at"),
        **PICTURED.of("image small"),
    },
    "phrases": NOTHING.of("id step title words"),
    "views": NOTHING.of("id title narrowed"),
    "filings": {**REFERENCE.of("grievance_id"), **NOTHING.of("key fingerprint")},
    "known_places": NOTHING.of("code kind parent"),
    "erased": {**REFERENCE.of("person_id"), **NOTHING.of("erased_at")},
    "merged": {**REFERENCE.of("gone_id kept_id"), **NOTHING.of("merged_at")},
}

EVENTS = {
    **NOTHING.of("category category_zh category_en line needs unit_kind skills hands round score milestone due_at"),
    **NOTHING.of(
        "filed_at reopened_at accepted_at resolved_at rejected_at cancelled_at rated_at closed_at escalated_at asked_at"
    ),
    **NOTHING.of("request_id wanted earlier_began_at amended_at neighbours joined_at"),
    **NOTHING.of("post reminded_at replied_at removed kept kind count erased_at"),
    **NOTHING.of("waits_for waits_for_zh waits_for_en until paused_at by_itself went_on_at"),
    **REFERENCE.of("grievance_id place path about_person unit_id erasure_id"),
}

BY_RECEIPT = ("Proof", "WithdrawByReceipt", "AmendByReceipt", "AnswerByReceipt", "ReopenByReceipt")
PROVED = Treatment(kind=Kind.SECRET, zh="证明回执是本人的", en="proves that the receipt is one's own")

INTAKE = {
    **NOTHING.of("pictures solved kind size mark file"),
    **{f"{form}.{name}": kind for form in BY_RECEIPT for name, kind in (("phone", REACHED), ("claim", PROVED))},
    **OWN_WORDS.of("WithdrawByReceipt.reason AmendByReceipt.description Amendment.description"),
    **OWN_WORDS.of("AnswerByReceipt.comment AnswerByReceipt.reason ReopenByReceipt.reason"),
    "JoinStep.phone": JOINED,
    "JoinStep.key": PROVED,
    **NOTHING.of("step version NewPhrase.title NewPhrase.words PhraseChanges.title PhraseChanges.words"),
    **NOTHING.of("NewView.title narrowed"),
    "JoinForCallerStep.phone": JOINED,
    "Caller.phone": REACHED,
    **NOTHING.of("page page_size category channel anonymous score status since Idempotency-Key"),
    **NOTHING.of("group overdue order mine kind until ?by rank_by expected_version step_id called outcome tasks"),
    **NOTHING.of("who due_on required hands skills unit_kind wanted"),
    **REFERENCE.of("except_id task_id unit_id"),
    **REFERENCE.of("id place receipt about_person filed_by contact"),
    "NewGrievance.description": OWN_WORDS,
    **REACHED.of("Contact.name Contact.phone"),
    **HANDLED.of("GrievanceStep.by RejectStep.by RateStep.by"),
    **OWN_WORDS.of("GrievanceStep.note GrievanceStep.reason GrievanceStep.resolution GrievanceStep.comment"),
    **OWN_WORDS.of("RejectStep.note RejectStep.reason RejectStep.resolution RejectStep.comment"),
    **OWN_WORDS.of("RateStep.note RateStep.reason RateStep.resolution RateStep.comment"),
    **HANDLED.of("CallStep.by SplitStep.by FinishTaskStep.by DropTaskStep.by AttemptStep.by HandsStep.by UnitStep.by"),
    **HANDLED.of("RemindStep.by ReplyStep.by PauseStep.by ResumeStep.by"),
    **NOTED.of("CallStep.note SplitStep.note NewTask.title FinishTaskStep.note FinishTaskStep.reason"),
    **NOTED.of("DropTaskStep.note DropTaskStep.reason AttemptStep.note HandsStep.note UnitStep.note"),
    **OWN_WORDS.of("ReplyStep.note PauseStep.reason"),
    **NOTED.of("RemindStep.note ResumeStep.note"),
    **HANDLED.of("HandCaseOverStep.by GiveCaseBackStep.by"),
    **OWN_WORDS.of("HandCaseOverStep.reason GiveCaseBackStep.reason"),
    **REFERENCE.of("to_id from_id"),
}
