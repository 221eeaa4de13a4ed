"""Notices: told in the pages and by the channels that each chose, once, and nothing stands in another's way."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis.mailing import MailSettings
from chassis.mailing import way_of as mail_way
from chassis.robots import Robots
from chassis.texting import Hook as SmsHook
from chassis.texting import NotTaken
from contracts.accounts.errors import AddressNotRight, ChannelIsOff, CodeNotRight, TooManyTries
from contracts.accounts.schemas import notices as schemas
from contracts.grievance.events import (
    GrievanceCancelled,
    GrievanceClosed,
    GrievanceRejected,
)
from contracts.organization.events import (
    PersonErased,
)
from services.accounts.handlers.first import FIRST
from services.accounts.persistence.tables import deliveries, known_matters, notice_addresses, notices
from tests.integration.accounts.desk import COMMUNITY, OTHER
from tests.integration.accounts.matters import (
    PERSONAL,
    PHONE,
    SECRET,
    Matter,
    kept_reporters,
    leader,
    left,
    places,
    reached,
    resident,
    sends,
    texts,
    told,
)
from tests.servers.receivers import Hook, hook, letterbox

__all__ = ["places"]

# -- in the pages


def test_unread_notices_stand_first_and_are_counted_until_they_are_read(door, clock):
    mine, other = leader(door), leader(door)
    for _ in range(3):
        Matter(door).filed().assigned()
        clock.passes(minutes=1)
    newest = told(door, mine)[0]["id"]
    assert door.ask("mark_notices_read", account=mine, ids=[newest]) == {"unread": 2}
    assert [each["read_at"] is None for each in told(door, mine)] == [True, True, False]
    assert len(told(door, mine, unread=True)) == 2
    assert door.ask("mark_notices_read", account=mine) == {"unread": 0}
    assert door.ask("count_unread_notices", account=other) == {"unread": 3}


def test_nobody_reads_anothers_notices_away(door):
    mine, other = leader(door), leader(door)
    Matter(door).filed().assigned()
    theirs = told(door, mine)[0]["id"]
    door.ask("mark_notices_read", account=other, ids=[theirs])
    assert door.ask("count_unread_notices", account=mine) == {"unread": 1}


# -- choices and addresses


def test_a_leader_is_told_by_text_once_a_telephone_was_given_and_proved(door):
    mine = leader(door)
    Matter(door).filed().assigned()
    sends(door)
    assert door.texts == []
    reached(door, mine)
    Matter(door).filed().assigned()
    sends(door)
    assert [text.phone for text in door.texts] == [PHONE]
    shown = door.ask("get_notice_choices", account=mine)["addresses"]
    assert [(each["channel"], each["hint"], each["is_own"]) for each in shown] == [
        ("sms", "尾号5678", True),
        ("mail", "", False),
    ]
    door.ask("remove_address", account=mine, channel="sms")
    Matter(door).filed().assigned()
    sends(door)
    assert len(door.texts) == 1


def test_a_wrong_code_proves_nothing(door):
    mine = leader(door)
    door.ask("ask_for_address", account=mine, channel="sms", address=PHONE)
    with pytest.raises(CodeNotRight):
        door.ask("verify_address", account=mine, channel="sms", code="x")
    with pytest.raises(TooManyTries):
        door.ask("ask_for_address", account=mine, channel="sms", address=PHONE)


def test_what_is_no_address_or_no_channel_here_is_refused(door):
    mine = leader(door)
    with pytest.raises(ChannelIsOff):
        door.ask("ask_for_address", account=mine, channel="mail", address="li@mail.example")
    door.service.send_mail = [].append
    with pytest.raises(AddressNotRight):
        door.ask("ask_for_address", account=mine, channel="mail", address="li@")


def test_who_chose_no_texts_of_a_kind_gets_none_of_that_kind(door):
    mine = leader(door)
    reached(door, mine)
    kept = door.ask("choose_notices", account=mine, channels={"new_matter": []}, language="en")
    assert schemas.NoticeChoicesOut().validate(kept) == {}
    assert {each["kind"]: each["channels"] for each in kept["kinds"]} == {
        "new_matter": [],
        "matter_back": ["sms", "mail"],
        "overdue": ["sms", "mail"],
        "reminded": ["sms", "mail"],
        "goes_on": ["sms", "mail"],
        "handed_over": ["sms", "mail"],
        "handed_on": ["sms", "mail"],
    }
    Matter(door).filed().assigned().assigned(round=2)
    sends(door)
    assert texts(door) == ["[Hemei] A matter has to be handled again: clutter in the corridor, 陇海花苑1号楼."]
    assert len(told(door, mine)) == 2


def test_at_night_texts_wait_for_the_morning_and_the_urgent_too_unless_allowed(door, clock):
    careful, asleep = leader(door), leader(door)
    reached(door, careful, "13900001111")
    reached(door, asleep, "13900002222")
    door.ask("choose_notices", account=careful, urgent_at_night=True)
    clock.passes(hours=3)  # 23:00 in China
    Matter(door).filed().assigned().late()
    sends(door)
    assert [(text.phone, text.kind) for text in door.texts] == [("13900001111", "overdue")]
    clock.passes(hours=8, minutes=59)
    sends(door)
    assert len(door.texts) == 1
    clock.passes(minutes=2)
    sends(door)
    assert sorted(text.phone for text in door.texts[1:]) == ["13900001111", "13900002222", "13900002222"]


def test_a_storm_of_matters_is_told_in_a_few_texts(door, clock):
    mine = leader(door)
    reached(door, mine)
    for _ in range(30):
        Matter(door).filed().assigned()
        sends(door)
        clock.passes(seconds=30)
    assert len(door.texts) == 6
    for _ in range(6):
        clock.passes(minutes=10)
        sends(door)
    assert len(door.texts) == 7
    assert texts(door)[-1] == "【和美】您有 24 条新通知。"
    assert len(told(door, mine)) == 30


# -- channels that fail


@pytest.fixture
def sms() -> Iterator[Hook]:
    with hook() as found:
        yield found


def test_a_hook_that_fails_is_tried_again_with_growing_pauses_and_takes_it_once_it_is_back(door, clock, sms):
    door.service.send_text = SmsHook(sms.url, SECRET)
    left(door, Matter(door), phone=PHONE).filed().accepted()
    sms.status = 503
    for _ in range(70):
        sends(door)
        clock.passes(seconds=1)
    assert len(sms.refused) == 3
    sms.status = 204
    clock.passes(minutes=1)
    sends(door)
    clock.passes(minutes=10)
    sends(door)
    [taken] = sms.taken
    assert taken == sms.refused[0]
    assert set(taken) == {"id", "phone", "text", "kind", "parts"}
    assert {each["Idempotency-Key"] for each in sms.headers} == {taken["id"]}


def test_what_nobody_took_for_a_day_is_given_up(door, clock, database, sms):
    door.service.send_text = SmsHook(sms.url, SECRET)
    door.service.notice_settings = replace(door.service.notice_settings, quiet_from="08:00")
    sms.status = 500
    left(door, Matter(door), phone=PHONE).filed().accepted()
    for _ in range(30):
        sends(door)
        clock.passes(hours=1)
    assert 10 < len(sms.refused) < 30
    with database.reading() as connection:
        [row] = connection.execute(select(deliveries)).all()
    assert (row.state, row.send_at) == ("given_up", None)


def test_a_channel_that_is_away_keeps_neither_another_nor_the_events_waiting(door, sms):
    mine = leader(door)
    reached(door, mine)
    with letterbox() as box:
        door.service.send_mail = mail_way(
            MailSettings(host="127.0.0.1", port=box.port, security="none", sender="no-reply@hemei.example")
        )
        _prove_by_mail(door, mine, box)

        def away(_text: Any) -> None:
            raise NotTaken

        door.service.send_text = away
        Matter(door).filed().assigned()
        sends(door, "send_texts", "send_mails")
        assert [mail["To"] for mail in box.mails[1:]] == ["li@mail.example"]
    assert len(told(door, mine)) == 1


def _prove_by_mail(door: Any, account: UUID, box: Any) -> None:
    door.ask("ask_for_address", account=account, channel="mail", address="li@mail.example")
    door.run("send_mails")
    [mail] = box.mails
    code = mail.get_content().split("验证码 ")[1][:6]
    door.ask("verify_address", account=account, channel="mail", code=code)


def test_an_e_mail_arrives_with_its_headers_in_any_script(door):
    mine = leader(door)
    with letterbox() as box:
        door.service.send_mail = mail_way(
            MailSettings(host="127.0.0.1", port=box.port, security="none", sender="no-reply@hemei.example")
        )
        _prove_by_mail(door, mine, box)
        assert box.mails[0]["Subject"] == "和美：验证邮箱 / Hemei: your code"
        Matter(door).filed().assigned()
        sends(door, "send_mails")
    mail = box.mails[1]
    assert mail["Subject"] == "【和美】您负责的范围内有一件新诉求（陇海花苑1号楼·楼道堆物）。"
    assert mail["From"] == "和美 Hemei <no-reply@hemei.example>"
    assert mail.get_content().strip() == mail["Subject"]
    assert box.envelopes[1] == ("no-reply@hemei.example", ["li@mail.example"])


def test_a_group_hears_each_matter_once_and_again_where_its_robot_refused(door, clock, sms):
    leader(door), leader(door)
    settings = replace(door.service.notice_settings, groups=(f"{COMMUNITY}:grid_leader={sms.url}",))
    door.service.notice_settings, door.service.say_in_group = settings, Robots()
    sms.answer = b'{"errcode":45009,"errmsg":"api freq out of limit"}'
    Matter(door).filed().assigned()
    sends(door, "tell_groups")
    sms.answer = b'{"errcode":0,"errmsg":"ok"}'
    clock.passes(seconds=10)
    sends(door, "tell_groups")
    sends(door, "tell_groups")
    words = "【和美】您负责的范围内有一件新诉求（陇海花苑1号楼·楼道堆物）。"
    assert sms.taken == [{"msgtype": "text", "text": {"content": words}}]


def test_a_sender_that_died_half_way_is_followed_by_another_which_sends_once_more_the_same(door, clock):
    sent = []

    def dies(text: Any) -> None:
        sent.append(text)
        raise KeyboardInterrupt

    left(door, Matter(door), phone=PHONE).filed().accepted()
    takes, door.service.send_text = door.service.send_text, dies
    with pytest.raises(KeyboardInterrupt):
        sends(door)
    door.service.send_text = takes
    sends(door)
    assert door.texts == []
    clock.passes(seconds=10)
    sends(door)
    clock.passes(hours=1)
    sends(door)
    assert door.texts == sent


# -- nothing personal, and nothing kept too long


def test_no_text_and_no_log_holds_anything_personal(door, clock, sms, caplog):
    with caplog.at_level(logging.DEBUG):
        mine = leader(door)
        reached(door, mine, "13900001111")
        door.service.send_text = SmsHook(sms.url, SECRET)
        matter = left(door, Matter(door), phone=PHONE).filed().assigned().accepted().resolved().late()
        sms.status = 500
        sends(door)
        sms.status = 200
        clock.passes(minutes=1)
        sends(door)
        assert sms.taken
    words = json.dumps([{**each, "phone": ""} for each in sms.taken], ensure_ascii=False)
    words += json.dumps(told(door, mine), ensure_ascii=False)
    # What the test itself is answered by its own server holds the address that it asked.
    logged = "\n".join(each.getMessage() for each in caplog.records if each.name.startswith(("chassis", "services")))
    for personal in PERSONAL:
        assert personal not in words.replace(str(matter.id), "")
        assert personal not in logged
    assert "0123456789abcdef" not in logged


def test_a_telephone_and_an_address_cannot_be_read_in_the_database(door, database):
    mine = leader(door)
    reached(door, mine, "13900001111")
    left(door, Matter(door), phone=PHONE)
    with database.reading() as connection:
        rows = [
            *connection.exec_driver_sql("SELECT * FROM reporters").all(),
            *connection.exec_driver_sql("SELECT * FROM notice_addresses").all(),
        ]
    written = " ".join(str(value) for row in rows for value in row)
    assert "13800005678" not in written
    assert "13900001111" not in written


def test_a_telephone_left_for_what_was_never_filed_goes_after_six_hours(door, clock, database):
    left(door, Matter(door), phone=PHONE)
    left(door, Matter(door), phone=PHONE).filed()
    clock.passes(hours=5)
    door.run("forget_notices")
    assert kept_reporters(database) == 2
    clock.passes(hours=2)
    door.run("forget_notices")
    assert kept_reporters(database) == 1


@pytest.mark.parametrize("end", [GrievanceClosed, GrievanceCancelled, GrievanceRejected])
def test_a_telephone_goes_once_the_matter_can_be_reopened_no_more(door, clock, database, end):
    matter = left(door, Matter(door), phone=PHONE).filed()
    at = {GrievanceClosed: "closed_at", GrievanceCancelled: "cancelled_at", GrievanceRejected: "rejected_at"}[end]
    door.hear(end(**matter.about, **{at: clock()}))
    clock.passes(days=15)
    door.run("forget_notices")
    assert kept_reporters(database) == 1
    clock.passes(minutes=1)
    door.run("forget_notices")
    assert kept_reporters(database) == 0


def test_notices_are_kept_for_as_long_as_the_setting_says(door, clock, database):
    mine = leader(door)
    reached(door, mine)
    Matter(door).filed().assigned()
    sends(door)
    clock.passes(days=89)
    door.run("forget_notices")
    assert len(told(door, mine)) == 1
    clock.passes(days=2)
    door.run("forget_notices")
    with database.reading() as connection:
        assert [connection.execute(select(table)).all() for table in (notices, deliveries, known_matters)] == [[]] * 3


def test_a_person_gets_all_that_is_kept_of_their_notices_and_may_have_it_erased(door, database):
    me = resident(door)
    matter = left(door, Matter(door), account=me).filed().accepted()
    door.ask("choose_notices", account=me, language="en")
    kept = door.ask("export_person", community=COMMUNITY, ids=[me])["kept"]
    assert {"notices", "notice_choices", "reporters"} <= {each["kept_in"] for each in kept}
    assert me in json.dumps(kept)
    erased = PersonErased(
        community=COMMUNITY, erasure_id=uuid4(), person_id=uuid4(), known_as=(UUID(me),), erased_at=door.clock()
    )
    door.hear(erased)
    matter.resolved()
    assert door.ask("export_person", community=COMMUNITY, ids=[me])["kept"] == []
    assert told(door, me) == []


def test_late_news_tells_an_erased_leader_nothing_once_the_role_is_taken_away(door):
    mine = leader(door)
    [grant] = door.ask("get_account", id=mine, by=FIRST)["grants"]
    door.ask("revoke_role", account=mine, id=grant["id"], by=FIRST)
    erased = {"erasure_id": uuid4(), "person_id": mine, "known_as": (mine,), "erased_at": door.clock()}
    door.hear(PersonErased(community=COMMUNITY, **erased))
    Matter(door).filed().assigned()
    assert told(door, mine) == []


def test_an_erasure_elsewhere_leaves_what_was_told_here(door):
    mine = leader(door)
    Matter(door).filed().assigned()
    erased = {"erasure_id": uuid4(), "person_id": mine, "known_as": (mine,), "erased_at": door.clock()}
    door.hear(PersonErased(community=OTHER, **erased))
    assert len(told(door, mine)) == 1


def test_an_address_that_nobody_proved_is_forgotten(door, clock, database):
    mine = leader(door)
    door.ask("ask_for_address", account=mine, channel="sms", address=PHONE)
    clock.passes(minutes=31)
    door.run("forget_notices")
    with database.reading() as connection:
        assert connection.execute(select(notice_addresses.c.asked)).scalars().all() == [None]
