"""Notices: what people are told of, for whom, and in which words. A text holds the kind of news, a category and a place
at most, and of what waits the kind of reason and a day: nothing that tells of a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from services.accounts.domain.roles import Role


class Kind(StrEnum):
    """What a notice tells."""

    NEW_MATTER = "new_matter"
    MATTER_BACK = "matter_back"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    REMINDED = "reminded"
    HANDED_OVER = "handed_over"
    HANDED_ON = "handed_on"
    LEADER_MISSING = "leader_missing"
    HELP_ASKED = "help_asked"
    HELP_NOT_NEEDED = "help_not_needed"
    REFERRED = "referred"
    VISIT_PLANNED = "visit_planned"
    TAKEN = "taken"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    PAUSED = "paused"
    GOES_ON = "goes_on"
    REPLIED = "replied"
    REOPENED = "reopened"
    JOINED_SETTLED = "joined_settled"
    JOINED_ENDED = "joined_ended"
    JOINED_REOPENED = "joined_reopened"


SENTENCES: Mapping[Kind, tuple[str, str]] = {
    Kind.NEW_MATTER: ("您负责的范围内有一件新诉求", "There is a new matter for you"),
    Kind.MATTER_BACK: ("一件诉求需要重新办理", "A matter has to be handled again"),
    Kind.OVERDUE: ("一件诉求已逾期，请尽快办理", "A matter is overdue, please see to it"),
    Kind.ESCALATED: ("一件逾期诉求提请您督办", "An overdue matter is put before you"),
    Kind.REMINDED: ("社区请您尽快办理一件诉求", "The community asks you to see to a matter"),
    Kind.HANDED_OVER: ("一件诉求转由您负责，请接办", "A matter was handed to you, please take it in hand"),
    Kind.HANDED_ON: ("原由您负责的一件诉求已转给别人", "A matter that was yours was handed to somebody else"),
    Kind.LEADER_MISSING: ("一件诉求暂无网格长负责，请安排", "A matter has no grid leader, please find somebody"),
    Kind.HELP_ASKED: ("有一项志愿服务邀请您参加", "You are asked to help as a volunteer"),
    Kind.HELP_NOT_NEEDED: ("一项志愿服务已不需要您前往", "Your help is no longer needed"),
    Kind.REFERRED: ("有一件诉求转给贵单位办理", "A matter was referred to your unit"),
    Kind.VISIT_PLANNED: ("有一次上门服务已排期", "A home visit was planned"),
    Kind.TAKEN: ("您反映的事已有人办理", "What you reported was taken in hand"),
    Kind.RESOLVED: ("您反映的事已办结，请评价", "What you reported was settled, please rate it"),
    Kind.REJECTED: ("您反映的事不予受理，可查看说明", "What you reported was not taken, see why"),
    Kind.PAUSED: ("您反映的事暂停办理，到期自动继续", "What you reported is paused, and goes on by itself"),
    Kind.GOES_ON: ("一件暂停的诉求到期，继续办理", "A matter that was paused goes on"),
    Kind.REPLIED: ("您的评价有了回复，可查看", "Your rating was replied to, see what was said"),
    Kind.REOPENED: ("您反映的事已重新办理", "What you reported is handled again"),
    Kind.JOINED_SETTLED: ("您附议的事已办结", "What you joined was settled"),
    Kind.JOINED_ENDED: ("您附议的事已撤回或不予受理", "What you joined was withdrawn or not taken"),
    Kind.JOINED_REOPENED: ("您附议的事已重新办理", "What you joined is handled again"),
}
"""What each kind says, in Chinese and in English."""

PAGES: Mapping[Kind, str] = {
    Kind.NEW_MATTER: "/leader/cases/{matter}",
    Kind.MATTER_BACK: "/leader/cases/{matter}",
    Kind.OVERDUE: "/leader/cases/{matter}",
    Kind.ESCALATED: "/leader/cases/{matter}",
    Kind.REMINDED: "/leader/cases/{matter}",
    Kind.HANDED_OVER: "/leader/cases/{matter}",
    # Who led it from elsewhere sees the case itself no more.
    Kind.HANDED_ON: "/leader/",
    Kind.LEADER_MISSING: "/leader/cases/{matter}",
    Kind.HELP_ASKED: "/volunteer",
    Kind.HELP_NOT_NEEDED: "/volunteer",
    Kind.REFERRED: "/partner",
    Kind.VISIT_PLANNED: "/doctor/visits/{subject}",
    Kind.TAKEN: "/mine/cases",
    Kind.RESOLVED: "/mine/cases",
    Kind.REJECTED: "/mine/cases",
    Kind.PAUSED: "/mine/cases",
    Kind.GOES_ON: "/leader/cases/{matter}",
    Kind.REPLIED: "/mine/cases",
    Kind.REOPENED: "/mine/cases",
    Kind.JOINED_SETTLED: "/track",
    Kind.JOINED_ENDED: "/track",
    Kind.JOINED_REOPENED: "/track",
}
"""The page that shows more; "" where there is none."""

OF_LEADERS = (
    Kind.NEW_MATTER,
    Kind.MATTER_BACK,
    Kind.OVERDUE,
    Kind.REMINDED,
    Kind.GOES_ON,
    Kind.HANDED_OVER,
    Kind.HANDED_ON,
)

KINDS_OF: Mapping[Role, tuple[Kind, ...]] = {
    Role.RESIDENT: (
        Kind.TAKEN,
        Kind.RESOLVED,
        Kind.REJECTED,
        Kind.PAUSED,
        Kind.REPLIED,
        Kind.REOPENED,
        Kind.JOINED_SETTLED,
        Kind.JOINED_ENDED,
        Kind.JOINED_REOPENED,
    ),
    Role.VOLUNTEER: (Kind.HELP_ASKED, Kind.HELP_NOT_NEEDED),
    Role.BUILDING_LEADER: OF_LEADERS,
    Role.GRID_LEADER: OF_LEADERS,
    Role.OFFICE: (Kind.LEADER_MISSING,),
    Role.SECRETARY: (
        Kind.NEW_MATTER,
        Kind.MATTER_BACK,
        Kind.OVERDUE,
        Kind.ESCALATED,
        Kind.REMINDED,
        Kind.HANDED_OVER,
        Kind.HANDED_ON,
        Kind.GOES_ON,
        Kind.LEADER_MISSING,
    ),
    Role.DOCTOR: (Kind.VISIT_PLANNED,),
    Role.PARTNER: (Kind.REFERRED,),
}
"""What each role is told."""

TO_NEIGHBOURS: Mapping[Kind, Kind] = {
    Kind.RESOLVED: Kind.JOINED_SETTLED,
    Kind.REJECTED: Kind.JOINED_ENDED,
    Kind.REOPENED: Kind.JOINED_REOPENED,
}
"""What neighbours who joined a matter are told when its filer is told this; of all else nothing."""

URGENT = frozenset({Kind.OVERDUE, Kind.ESCALATED})
"""Kinds that are urgent where safety is at stake."""

SAFETY, DISCREET = "safety", "support"
"""Grid lines: of the one, deadlines missed are urgent; of the other (hardship, rehabilitation, elder care, medical
service) the category alone would tell something of a person, and stands in no notice."""

NAMED_PLACES = frozenset({"community", "grid", "courtyard", "building"})
"""Kinds of places that a text may name: never a household."""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What is known of a grievance, as far as people are told of it. `change` is the number of the last change of its
    leader by hand in this round, 0 where there was none, and `led_at` where whoever leads it since holds their post."""

    community: str
    grievance_id: UUID
    place: str
    path: tuple[str, ...] = ()
    category_zh: str = ""
    category_en: str = ""
    line: str = ""
    post: str = ""
    round: int = 1
    led_at: str = ""
    change: int = 0

    def about(self, place_name: str) -> "Subject":
        """What a notice may say of it."""
        named = self.line != DISCREET
        return Subject(
            zh="·".join(filter(None, (place_name, self.category_zh if named else ""))),
            en=", ".join(filter(None, (self.category_en if named else "", place_name))),
        )


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A category and a place, as far as either is known and may be told."""

    zh: str = ""
    en: str = ""

    def and_more(self, more: "Subject") -> "Subject":
        """The same, with something that goes for this notice alone."""
        return Subject(zh="，".join(filter(None, (self.zh, more.zh))), en="; ".join(filter(None, (self.en, more.en))))


def waiting(kind_zh: str, kind_en: str, until: date) -> Subject:
    """What a matter waits for, by the kind alone, and until when."""
    day = f"{until.day} {MONTHS[until.month - 1]}"
    return Subject(zh=f"{kind_zh}，至{until.month}月{until.day}日", en=f"{kind_en}, until {day}")


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(kw_only=True)
class Notice:
    """Somebody is told something. `recipient` says who: an account, whoever reported a matter, or a group; `subject`
    what the page is about, where that is not the matter."""

    id: UUID
    community: str
    recipient: str
    kind: Kind
    role: Role
    matter: UUID | None
    subject: UUID | None
    subject_zh: str
    subject_en: str
    is_urgent: bool
    made_at: datetime
    read_at: datetime | None = None
    spread_at: datetime | None = None


ACCOUNT, REPORTER, GROUP = "account", "reporter", "group"


def account_recipient(id: UUID) -> str:
    """An account, as a recipient."""
    return f"{ACCOUNT}:{id}"


def reporter_recipient(id: UUID) -> str:
    """Whoever reported a matter or joined it without an account, as a recipient."""
    return f"{REPORTER}:{id}"


def groups_of(known: Iterable[str], community: str, role: Role) -> list[str]:
    """The groups, as recipients, that hear what this role is told in this community."""
    return [f"{GROUP}:{name}" for name in known if name in (community, f"{community}:{role}")]


def notice(
    kind: Kind,
    role: Role,
    recipient: str,
    cause: str,
    matter: Matter,
    about: Subject,
    subject: UUID | None,
    now: datetime,
) -> Notice:
    """A notice. The same recipient is told of the same cause once: the id follows from both."""
    return Notice(
        id=uuid5(NAMESPACE_URL, f"hemei:notice:{recipient}:{kind}:{cause}"),
        community=matter.community,
        recipient=recipient,
        kind=kind,
        role=role,
        matter=matter.grievance_id,
        subject=subject,
        subject_zh=about.zh,
        subject_en=about.en,
        is_urgent=kind in URGENT and matter.line == SAFETY,
        made_at=now,
    )


def page_of(kind: Kind, matter: UUID | None, subject: UUID | None) -> str:
    """The path of the page that shows more."""
    return PAGES[kind].format(matter=matter, subject=subject)


def sentence(kind: Kind, subject: str, language: str) -> str:
    """The notice in words."""
    zh, en = SENTENCES[kind]
    if language == "en":
        return f"{en}: {subject}." if subject else f"{en}."
    return f"{zh}（{subject}）。" if subject else f"{zh}。"


def bundle_sentence(count: int, language: str) -> str:
    """Many notices in one."""
    return f"You have {count} new notices." if language == "en" else f"您有 {count} 条新通知。"


def in_words(told: Sequence[tuple[Kind, str]], language: str, site: str, page: str) -> str:
    """What is sent for one notice, or for several that are bundled; `site` is where the pages are, "" where that is
    not to be told."""
    words = sentence(*told[0], language) if len(told) == 1 else bundle_sentence(len(told), language)
    where = f"{site.rstrip('/')}{page}" if site and page else ""
    signed = f"【和美】{words}" if language == "zh" else f"[Hemei] {words}"
    return f"{signed} {where}".rstrip()
