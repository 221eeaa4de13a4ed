"""The words in which each service says, in its `privacy.py`, what personal data it keeps, tells and takes in.

`TABLES` maps every column of its own tables, by table; `EVENTS` every field that its events carry; `INTAKE` every field
that the gateway takes in for it. A field of an event or of the intake that is nothing personal is named alone, for all
events or forms of the service; any other with its class, `ElderFact.name`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How closely a field concerns a person."""

    NOTHING = "nothing"
    REFERENCE = "reference"
    ORDINARY = "ordinary"
    CONTACT = "contact"
    WORDS = "words"
    HEALTH = "sensitive_health"
    HARDSHIP = "sensitive_hardship"
    LOCATION = "sensitive_location"
    SECRET = "secret"
    HASHED = "hashed"


KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.NOTHING: ("不涉及个人：代码、数量、状态、时刻", "nothing personal: codes, counts, states, times"),
    Kind.REFERENCE: ("代表一个人或其事项的编号、地点", "an id or a place that stands for a person or their matter"),
    Kind.ORDINARY: ("一般个人信息：姓名、生日、职务、经办记录", "ordinary: names, birthdays, posts, who did what"),
    Kind.CONTACT: ("联系方式", "how to reach somebody"),
    Kind.WORDS: ("当事人自己写的话，可能含任何敏感内容", "people's own words, which may say anything at all"),
    Kind.HEALTH: ("敏感：医疗健康（个人信息保护法第 28 条）", "sensitive: health (PIPL article 28)"),
    Kind.HARDSHIP: ("敏感：困难、救助、残疾、帮教", "sensitive: hardship, assistance, disability, rehabilitation"),
    Kind.LOCATION: ("敏感：行踪", "sensitive: whereabouts"),
    Kind.SECRET: ("凭证", "credentials"),
    Kind.HASHED: ("只存指纹，不能还原", "only a fingerprint, from which nothing can be had back"),
}
"""What each class is, in Chinese and English."""

ENCRYPTED = frozenset({Kind.CONTACT, Kind.WORDS, Kind.HEALTH, Kind.HARDSHIP, Kind.LOCATION, Kind.SECRET})
"""Kept in columns of an encrypted type only."""

NEEDS_NO_WORDS = frozenset({Kind.NOTHING, Kind.REFERENCE})
"""Events may carry these, and nobody need say why."""

TRAVELS = NEEDS_NO_WORDS | {Kind.ORDINARY}
"""What events may carry at all: an ordinary field where its purpose says what the hearer needs it for."""

ROLES = frozenset(
    {
        "resident",
        "volunteer",
        "building_leader",
        "grid_leader",
        "office",
        "secretary",
        "doctor",
        "partner",
        "viewer",
        "operator",
        "administrator",
    }
)
"""Who can be named as a reader, besides `SELF`."""

SELF = "self"
"""Whom it is about."""


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """How one field, or several alike, are treated: their class, what for, who may read them, how long they are kept.

    `kept` names a setting, or is "" where `kept_zh` and `kept_en` say how long and why.
    """

    kind: Kind
    zh: str = ""
    en: str = ""
    readers: tuple[str, ...] = ()
    kept: str = ""
    kept_zh: str = ""
    kept_en: str = ""

    def of(self, names: str) -> dict[str, "Treatment"]:
        """These fields, separated by spaces, each treated like this."""
        return dict.fromkeys(names.split(), self)


NOTHING = Treatment(kind=Kind.NOTHING)
REFERENCE = Treatment(kind=Kind.REFERENCE)

Register = Mapping[str, Treatment]

EVERYWHERE: Register = {
    **NOTHING.of("community version ?X-Purpose ?purpose"),
    **NOTHING.of("application_id setting days older_than applied_at"),
}
"""Columns and fields that mean the same in every service, the reason that may come with any read,
and what is told of a retention period that was applied."""

_TOLD = Treatment(
    kind=Kind.ORDINARY,
    zh="事件本身，个人信息仅限下文所列；送达后即删除",
    en="the event itself, with no more personal data than is listed below; removed once it is carried",
    readers=("operator",),
    kept_zh="送达即删",
    kept_en="until it is carried",
)

CHASSIS_TABLES: Mapping[str, Register] = {
    "outbox": {
        **NOTHING.of("id message_id type heard correlation available_at attempts last_error"),
        "body": _TOLD,
    },
    "inbox": NOTHING.of("consumer message_id handled_at"),
    "timers": NOTHING.of("name ran_at held_until"),
}
"""Tables that the chassis keeps in every service's database."""
