"""Notices: what they say and do not say, when nobody is disturbed, what each person chose, and what is bundled."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.accounts.schemas.notices import CHANNELS, KINDS
from services.accounts.domain.addresses import NoticeAddress, hint_of, written_plainly
from services.accounts.domain.choices import CHINA, PERSONAL, Channel, Choices, Defaults, QuietHours, groups_in
from services.accounts.domain.deliveries import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    TRIED_FOR,
    Delivery,
    State,
    delivery,
    text_id_of,
    texts_of,
)
from services.accounts.domain.notices import (
    KINDS_OF,
    PAGES,
    SENTENCES,
    Kind,
    Matter,
    Subject,
    account_recipient,
    groups_of,
    in_words,
    notice,
    sentence,
)
from services.accounts.domain.reporters import Reporter
from services.accounts.domain.roles import Role

COMMUNITY = "410181002011"
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
"""Noon in China."""


def in_china(hour: int, minute: int = 0, day: int = 24) -> datetime:
    """A moment on the clock in China."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


def matter(**facts: object) -> Matter:
    given = {"community": COMMUNITY, "grievance_id": UUID(int=1), "place": "1", "category_zh": "楼道堆物"}
    return Matter(**{**given, "category_en": "clutter in the corridor", "line": "safety", **facts})  # type: ignore[arg-type]


# -- what they say


def test_a_notice_names_the_kind_of_news_a_category_and_a_place() -> None:
    about = matter().about("陇海花苑1号楼")
    assert sentence(Kind.NEW_MATTER, about.zh, "zh") == "您负责的范围内有一件新诉求（陇海花苑1号楼·楼道堆物）。"
    assert (
        sentence(Kind.NEW_MATTER, about.en, "en")
        == "There is a new matter for you: clutter in the corridor, 陇海花苑1号楼."
    )


def test_a_category_of_help_is_not_named() -> None:
    about = matter(line="support", category_zh="困难帮扶", category_en="help in hardship").about("1号楼")
    assert (about.zh, about.en) == ("1号楼", "1号楼")


def test_where_neither_is_known_the_kind_of_news_is_said_alone() -> None:
    about = Matter(community=COMMUNITY, grievance_id=UUID(int=1), place="").about("")
    assert sentence(Kind.RESOLVED, about.zh, "zh") == "您反映的事已办结，请评价。"
    assert sentence(Kind.RESOLVED, about.en, "en") == "What you reported was settled, please rate it."


def test_a_text_is_signed_and_has_a_link_where_the_site_is_known() -> None:
    told = [(Kind.TAKEN, "1号楼")]
    assert in_words(told, "zh", "", "/cases/1") == "【和美】您反映的事已有人办理（1号楼）。"
    assert in_words(told, "en", "https://hemei.example/", "/cases/1").endswith(". https://hemei.example/cases/1")


def test_a_bundle_says_how_many_and_nothing_of_any() -> None:
    told = [(Kind.TAKEN, "1号楼"), (Kind.NEW_MATTER, "2号楼"), (Kind.OVERDUE, "")]
    assert in_words(told, "zh", "", "") == "【和美】您有 3 条新通知。"
    assert in_words(told, "en", "", "") == "[Hemei] You have 3 new notices."


def test_every_kind_has_words_a_page_and_a_role_that_is_told() -> None:
    assert set(KINDS) == set(Kind) == set(SENTENCES) == set(PAGES)
    assert {kind for kinds in KINDS_OF.values() for kind in kinds} == set(Kind)
    assert set(CHANNELS) == set(PERSONAL)


def test_the_same_cause_is_told_once_to_each_and_another_one_again() -> None:
    def told(recipient: str, cause: str) -> UUID:
        return notice(Kind.TAKEN, Role.RESIDENT, recipient, cause, matter(), Subject(), None, NOON).id

    me, you = account_recipient(UUID(int=1)), account_recipient(UUID(int=2))
    assert told(me, "1:1") == told(me, "1:1")
    assert len({told(me, "1:1"), told(you, "1:1"), told(me, "1:2")}) == 3


@pytest.mark.parametrize(
    ("kind", "line", "urgent"),
    [
        (Kind.ESCALATED, "safety", True),
        (Kind.OVERDUE, "safety", True),
        (Kind.NEW_MATTER, "safety", False),
        (Kind.ESCALATED, "patrol", False),
    ],
)
def test_what_is_late_is_urgent_where_safety_is_at_stake(kind: Kind, line: str, urgent: bool) -> None:
    told = notice(kind, Role.SECRETARY, "account:x", "1", matter(line=line), Subject(), None, NOON)
    assert told.is_urgent is urgent


def test_groups_hear_what_their_community_is_told_or_their_role_in_it() -> None:
    known = groups_in([f"{COMMUNITY}=https://a.example/1", f"{COMMUNITY}:grid_leader=https://a.example/2"])
    assert groups_of(known, COMMUNITY, Role.GRID_LEADER) == [f"group:{COMMUNITY}", f"group:{COMMUNITY}:grid_leader"]
    assert groups_of(known, COMMUNITY, Role.OFFICE) == [f"group:{COMMUNITY}"]
    assert groups_of(known, "410181002012", Role.OFFICE) == []


@pytest.mark.parametrize("wrong", ["https://a.example/1", "410181=https://a.example", f"{COMMUNITY}:king=https://a"])
def test_a_group_of_no_community_or_role_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"community|king"):
        groups_in([wrong])


# -- quiet hours


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (in_china(20, 59), in_china(20, 59)),
        (in_china(21), in_china(8, day=25)),
        (in_china(23, 59), in_china(8, day=25)),
        (in_china(0, 1), in_china(8)),
        (in_china(7, 59), in_china(8)),
        (in_china(8), in_china(8)),
    ],
)
def test_nothing_is_sent_from_nine_in_the_evening_to_eight(moment: datetime, sent: datetime) -> None:
    assert QuietHours().after(moment.astimezone(UTC)) == sent


def test_quiet_hours_may_lie_within_a_day_or_be_none() -> None:
    noon = QuietHours(begins="12:00", ends="14:00")
    assert noon.after(in_china(13)) == in_china(14)
    assert noon.after(in_china(14)) == in_china(14)
    assert noon.after(in_china(2)) == in_china(2)
    assert QuietHours(begins="08:00", ends="08:00").after(in_china(8)) == in_china(8)


# -- choices

DEFAULTS = Defaults(roles={Channel.SMS: ("grid_leader",), Channel.MAIL: ("office", "grid_leader")}, quiet=QuietHours())


def choices(**chosen: object) -> Choices:
    found = Choices(id=uuid4(), community=COMMUNITY)
    found.choose(**chosen)  # type: ignore[arg-type]
    return found


def test_whoever_chose_nothing_is_told_as_the_settings_say_for_the_role() -> None:
    assert choices().channels_for(Kind.NEW_MATTER, Role.GRID_LEADER, DEFAULTS) == [Channel.SMS, Channel.MAIL]
    assert choices().channels_for(Kind.LEADER_MISSING, Role.OFFICE, DEFAULTS) == [Channel.MAIL]
    assert choices().channels_for(Kind.TAKEN, Role.RESIDENT, DEFAULTS) == []


def test_what_was_chosen_for_a_kind_holds_for_that_kind_alone() -> None:
    mine = choices(channels={"new_matter": ["mail"], "overdue": []})
    assert mine.channels_for(Kind.NEW_MATTER, Role.GRID_LEADER, DEFAULTS) == [Channel.MAIL]
    assert mine.channels_for(Kind.OVERDUE, Role.GRID_LEADER, DEFAULTS) == []
    assert mine.channels_for(Kind.MATTER_BACK, Role.GRID_LEADER, DEFAULTS) == [Channel.SMS, Channel.MAIL]
    mine.choose(channels={"overdue": ["sms"]})
    assert mine.channels_for(Kind.NEW_MATTER, Role.GRID_LEADER, DEFAULTS) == [Channel.MAIL]


def test_the_urgent_breaks_the_quiet_only_where_the_person_allows_it() -> None:
    night = in_china(2)
    assert choices().send_at(night, DEFAULTS, is_urgent=True) == in_china(8)
    assert choices(urgent_at_night=True).send_at(night, DEFAULTS, is_urgent=True) == night
    assert choices(urgent_at_night=True).send_at(night, DEFAULTS, is_urgent=False) == in_china(8)


def test_ones_own_quiet_hours_hold_and_what_is_not_chosen_stays() -> None:
    mine = choices(quiet_from="22:30", language="en")
    mine.choose(quiet_until="06:00", urgent_at_night=True)
    assert (mine.language, mine.urgent_at_night) == ("en", True)
    assert mine.send_at(in_china(22), DEFAULTS, is_urgent=False) == in_china(22)
    assert mine.send_at(in_china(5), DEFAULTS, is_urgent=False) == in_china(6)
    mine.choose(urgent_at_night=False)
    assert mine.urgent_at_night is False


# -- bundling and trying again


def due(count: int, text_id: UUID | None = None) -> list[Delivery]:
    found = [
        delivery(uuid4(), COMMUNITY, "account:x", Channel.SMS, is_urgent=False, send_at=NOON) for _ in range(count)
    ]
    for each in found:
        each.text_id = text_id
    return found


def sizes(texts: list[list[Delivery]]) -> list[int]:
    return [len(text) for text in texts]


def test_two_go_one_by_one_and_three_as_one() -> None:
    assert sizes(texts_of(due(2), [], 0, 6, now=NOON)) == [1, 1]
    assert sizes(texts_of(due(3), [], 0, 6, now=NOON)) == [3]


def test_where_the_hour_has_room_for_one_text_two_go_as_one() -> None:
    assert sizes(texts_of(due(2), [NOON] * 5, 0, 6, now=NOON)) == [2]


def test_once_the_hour_is_used_up_the_rest_waits_until_the_first_text_is_an_hour_old() -> None:
    waiting = due(3)
    sent = [NOON - timedelta(minutes=minutes) for minutes in (50, 40, 30, 20, 10, 5)]
    assert texts_of(waiting, sent, 0, 6, now=NOON) == []
    assert {each.send_at for each in waiting} == {NOON + timedelta(minutes=10)}


def test_during_an_outage_no_more_texts_pile_up_than_an_hour_takes() -> None:
    waiting = due(3)
    assert texts_of(waiting, [], 6, 6, now=NOON) == []
    assert all(each.send_at is not None and each.send_at > NOON for each in waiting)


def test_what_was_tried_goes_again_as_it_went_beside_what_is_new() -> None:
    before = due(3, text_id=UUID(int=7))
    texts = texts_of([*before, *due(1)], [], 1, 6, now=NOON)
    assert sizes(texts) == [3, 1]
    assert text_id_of(texts[0]) == UUID(int=7)
    assert text_id_of(texts[1]) == texts[1][0].id


def test_pauses_grow_up_to_two_hours_and_after_a_day_it_is_given_up() -> None:
    [one] = due(1)
    now, pauses = NOON, []
    while not one.is_too_old(now):
        one.begin(uuid4(), now=now, not_before=lambda moment: moment)
        assert one.send_at is not None
        pauses.append(one.send_at - now)
        now = one.send_at
    assert pauses[:3] == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4]
    assert (max(pauses), now - NOON >= TRIED_FOR) == (LONGEST_PAUSE, True)
    one.end(State.GIVEN_UP, now=now)
    one.end(State.SENT, now=now)
    assert (one.state, one.send_at) == (State.GIVEN_UP, None)


def test_what_waited_for_days_for_the_morning_is_tried_at_least_once() -> None:
    [one] = due(1)
    assert not one.is_too_old(NOON + timedelta(days=3))


# -- addresses


def test_a_telephone_is_kept_as_digits_and_an_address_of_e_mail_as_it_is() -> None:
    assert written_plainly(Channel.SMS, "+86 138-0000-5678") == "13800005678"
    assert written_plainly(Channel.MAIL, " li@mail.example ") == "li@mail.example"


@pytest.mark.parametrize(
    "wrong",
    ["li", "li@", "li@x", "a b@mail.example", "a@mail.example,b@mail.example", "<a@b.cn>", "a@b.cn\r\nBcc: c@d.cn"],
)
def test_what_is_no_single_address_is_refused(wrong: str) -> None:
    assert written_plainly(Channel.MAIL, wrong) is None


def test_an_owner_sees_as_much_of_an_address_as_to_know_it_again() -> None:
    assert hint_of(Channel.SMS, "13800005678") == "尾号5678"
    assert hint_of(Channel.MAIL, "li@mail.example") == "l***@mail.example"
    assert hint_of(Channel.MAIL, None) == ""


def asked() -> NoticeAddress:
    found = NoticeAddress(id=uuid4(), community=COMMUNITY, account_id=uuid4(), channel=Channel.MAIL)
    found.ask("li@mail.example", uuid4(), now=NOON)
    return found


def test_an_address_is_used_once_its_code_was_typed() -> None:
    mine = asked()
    assert mine.address is None
    assert not mine.take("000000", "123456", now=NOON)
    assert mine.take("123456", "123456", now=NOON)
    assert (mine.address, mine.asked) == ("li@mail.example", None)
    assert not mine.take("123456", "123456", now=NOON)


def test_a_code_of_an_address_is_good_for_half_an_hour_and_five_tries() -> None:
    assert not asked().take("123456", "123456", now=NOON + timedelta(minutes=30))
    mine = asked()
    for _ in range(5):
        mine.take("000000", "123456", now=NOON)
    assert not mine.take("123456", "123456", now=NOON)


def test_another_address_that_is_asked_for_leaves_the_first_in_use_until_it_is_proved() -> None:
    mine = asked()
    mine.take("1", "1", now=NOON)
    mine.ask("new@mail.example", uuid4(), now=NOON)
    assert mine.address == "li@mail.example"
    assert mine.take("2", "2", now=NOON)
    assert mine.address == "new@mail.example"


def test_a_code_that_was_sent_is_not_sent_again_unless_another_was_asked_for_meanwhile() -> None:
    mine = asked()
    first = mine.code_id
    assert first is not None
    assert mine.begin_sending(now=NOON)
    mine.ask("new@mail.example", uuid4(), now=NOON)
    mine.was_sent(first)
    assert mine.send_at is not None
    assert mine.code_id is not None
    mine.was_sent(mine.code_id)
    assert mine.send_at is None


# -- reporters


def test_a_reporter_whose_matter_is_reopened_is_kept_again() -> None:
    who = Reporter(id=uuid4(), community=COMMUNITY, phone="1", left_at=NOON)
    who.filed(now=NOON)
    who.ended(now=NOON)
    who.ended(now=NOON + timedelta(days=1))
    assert who.ended_at == NOON
    who.filed(now=NOON + timedelta(days=2))
    assert (who.filed_at, who.ended_at) == (NOON, None)
