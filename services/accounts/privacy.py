"""What personal data the accounts service keeps, tells and takes in."""

from chassis.privacy import NOTHING, REFERENCE, SELF, Kind, Treatment

ADMINISTRATION = ("office", "secretary", "administrator")
ACCOUNT = {
    "kept_zh": "账号存续期间；停用满 ACCOUNTS_CLOSED_KEPT_DAYS 天后删除",
    "kept_en": "while the account exists; it goes ACCOUNTS_CLOSED_KEPT_DAYS after it was disabled",
}
SESSION = {"kept_zh": "会话到期即删", "kept_en": "until the session expires"}
NOBODY_READS = {"zh": "核对凭证，谁也读不出原文", "en": "checking credentials; nobody reads them"}

SIGNS_IN = Treatment(
    kind=Kind.ORDINARY,
    zh="谁登录、持有哪些权限、由谁授予",
    en="who signs in, which roles they hold, and who gave them",
    readers=(SELF, *ADMINISTRATION),
    **ACCOUNT,
)
REACHED = Treatment(
    kind=Kind.CONTACT,
    zh="向手机发送验证码",
    en="one-time codes are sent to the telephone",
    readers=(SELF, *ADMINISTRATION),
    **ACCOUNT,
)
SECOND_FACTOR = Treatment(kind=Kind.SECRET, zh="核对动态口令", en="checking one-time passwords", **ACCOUNT)
FINGERPRINT = Treatment(kind=Kind.HASHED, **NOBODY_READS, **ACCOUNT)
CHECKED = Treatment(
    kind=Kind.SECRET,
    zh="核对身份，只存指纹或不存",
    en="checking who somebody is; kept as a fingerprint, or not at all",
    kept_zh="不以原文保存",
    kept_en="never as it was given",
)
TOKEN = Treatment(kind=Kind.HASHED, **NOBODY_READS, **SESSION)
DEVICE = Treatment(
    kind=Kind.ORDINARY,
    zh="本人看得到自己在哪些设备上登录",
    en="people see on which devices they are signed in",
    readers=(SELF,),
    **SESSION,
)

WHO_READ_WHAT = Treatment(
    kind=Kind.ORDINARY,
    zh="查阅记录：谁在何时为何看了谁的健康、困难、联系方式；只有编号，删除本人信息时无须改动",
    en="the audit: who was shown whose health, hardship or contact data, when and why; ids only, so that erasing a "
    "person need not touch it",
    readers=("secretary", "administrator"),
    kept="AUDIT_DAYS",
)

NOTICE = {"kept": "NOTICES_DAYS"}
TOLD = Treatment(
    kind=Kind.ORDINARY,
    zh="告诉谁、哪一类消息、关于哪件事；文字只有种类、类别与楼栋以上的地点",
    en="who was told which kind of news about which matter; the words hold a category and a place above the household",
    readers=(SELF,),
    **NOTICE,
)
CHOSEN = Treatment(
    kind=Kind.ORDINARY, zh="按本人选择发送通知", en="notices are sent as each person chose", readers=(SELF,), **ACCOUNT
)
TOLD_THERE = Treatment(
    kind=Kind.CONTACT,
    zh="向本人填写并验证过的手机或邮箱发送通知",
    en="notices are sent to a telephone or e-mail address that somebody gave and proved to be theirs",
    readers=(SELF,),
    **ACCOUNT,
)
FILER = Treatment(
    kind=Kind.CONTACT,
    zh="没有账号的反映人和附议的邻居，事情办到哪一步发短信告知",
    en="whoever filed a matter or joined it without an account is told by text how it goes",
    readers=(SELF,),
    kept="NOTICES_REOPENING_DAYS",
)

TABLES = {
    "accounts": {
        **REFERENCE.of("id"),
        **SIGNS_IN.of("name name_key made_by made_at signed_in_at disabled_at disabled_by"),
        **FINGERPRINT.of("password_hash phone_key recovery"),
        "phone": REACHED,
        "totp_secret": SECOND_FACTOR,
        **NOTHING.of("must_change_password totp_is_on totp_step"),
    },
    "grants": {
        **REFERENCE.of("id account_id subject"),
        **SIGNS_IN.of("role place granted_by granted_at revoked_by revoked_at"),
    },
    "sessions": {
        **REFERENCE.of("id account_id"),
        "token_hash": TOKEN,
        # Worth nothing without the token, which is not kept.
        **NOTHING.of("csrf made_at used_at idle_seconds expires_at"),
        "agent": DEVICE,
    },
    "tries": {"key": FINGERPRINT, **NOTHING.of("failures last_at waits_until")},
    "keys": {
        **REFERENCE.of("id account_id"),
        **SIGNS_IN.of("name grants made_at used_at revoked_at revoked_by"),
        "key_hash": FINGERPRINT,
        **NOTHING.of("beginning scopes expires_at"),
    },
    "codes": {
        **REFERENCE.of("id"),
        "phone": REACHED,
        "phone_key": FINGERPRINT,
        **NOTHING.of("role made_at expires_at tries used_at sends send_at sent_at"),
    },
    "audit_reads": {
        **NOTHING.of("number id route correlation what previous hash"),
        **REFERENCE.of("session"),
        **WHO_READ_WHAT.of("at account role why subjects"),
    },
    "known_places": NOTHING.of("code kind name parent"),
    "known_matters": {
        **REFERENCE.of("grievance_id place path led_at"),
        **NOTHING.of("category_zh category_en line post round change heard_at"),
    },
    "reporters": {
        **REFERENCE.of("id joined account_id"),
        "phone": FILER,
        **NOTHING.of("language left_at filed_at ended_at"),
    },
    "notices": {
        **REFERENCE.of("id recipient matter subject"),
        **TOLD.of("kind role subject_zh subject_en read_at"),
        **NOTHING.of("is_urgent made_at spread_at"),
    },
    "deliveries": {
        **REFERENCE.of("id notice_id recipient text_id"),
        **NOTHING.of("channel is_urgent due_at send_at state attempts ended_at"),
    },
    "notice_choices": {
        **REFERENCE.of("id"),
        **CHOSEN.of("language quiet_from quiet_until urgent_at_night channels"),
    },
    "notice_addresses": {
        **REFERENCE.of("id account_id code_id"),
        **TOLD_THERE.of("address asked"),
        **NOTHING.of("channel expires_at tries sends send_at verified_at"),
    },
    "erased": {**REFERENCE.of("person_id"), **NOTHING.of("erased_at")},
    "merged": {**REFERENCE.of("gone_id kept_id"), **NOTHING.of("merged_at")},
    "audit_heads": NOTHING.of("count hash"),
    "audit_seals": NOTHING.of("count hash at"),
    "audit_cuts": NOTHING.of("count hash at days"),
}

EVENTS = {**REFERENCE.of("erasure_id"), **NOTHING.of("kind count removed kept erased_at")}

INTAKE = {
    **NOTHING.of("page page_size role scopes days"),
    **REFERENCE.of("id grant place subject grants"),
    **SIGNS_IN.of("Credentials.name NewAccount.name NewKey.name"),
    **REACHED.of("CodeFor.phone CodeGiven.phone NewAccount.phone"),
    **CHECKED.of("Credentials.password Credentials.totp CodeGiven.code NewPassword.old NewPassword.new"),
    **CHECKED.of("PasswordAgain.password TotpCode.code"),
    **NOTHING.of("ids channel language quiet_from quiet_until urgent_at_night channels ?unread"),
    **TOLD_THERE.of("NewAddress.address"),
    **CHECKED.of("AddressCode.code"),
    **REFERENCE.of("?subject ?account"),
    **NOTHING.of("?on ?after ?most"),
}
