"""Notices: whom an event concerns is told, once, by the channels they chose, and nothing stands in another's way."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
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
    GrievanceAccepted,
    GrievanceCancelled,
    GrievanceClosed,
    GrievanceEscalated,
    GrievanceFiled,
    GrievanceGoesOn,
    GrievancePaused,
    GrievanceRejected,
    GrievanceReopened,
    GrievanceResolved,
    LeaderReminded,
    ReplyGiven,
)
from contracts.health.events import HomeVisitPlanned
from contracts.organization.events import (
    EscalationRaised,
    LeaderAssigned,
    LeaderChanged,
    LeaderMissing,
    PersonErased,
    PlaceFact,
    PlacesImported,
)
from contracts.partner.events import PartnerReferred
from contracts.volunteer.events import DispatchFact, DispatchStoodDown, VolunteersDispatched
from services.accounts.handlers.first import FIRST
from services.accounts.persistence.tables import deliveries, known_matters, notice_addresses, notices, reporters
from tests.integration.accounts.desk import COMMUNITY, OTHER
from tests.servers.receivers import Hook, hook, letterbox

GRID, COURT, BUILDING, HOME = f"{COMMUNITY}001", f"{COMMUNITY}00101", f"{COMMUNITY}0010101", f"{COMMUNITY}0010101201"
OTHER_GRID = f"{COMMUNITY}002"
PATH = (COMMUNITY, GRID, COURT, BUILDING, HOME)
TREE = (
    PlaceFact(code=COMMUNITY, kind="community", name="陇海路社区", parent=None),
    PlaceFact(code=GRID, kind="grid", name="第一网格", parent=COMMUNITY),
    PlaceFact(code=COURT, kind="courtyard", name="陇海花苑", parent=GRID),
    PlaceFact(code=BUILDING, kind="building", name="陇海花苑1号楼", parent=COURT),
    PlaceFact(code=HOME, kind="household", name="张玉兰家201室", parent=BUILDING),
)
PHONE, SECRET = "13800005678", "a secret that is shared with the hook and nobody else"
PERSONAL = ("张玉兰", "201室", "13800005678", "13900001111", "li@mail.example", "王建国", "血压")
"""What no text and no log may hold."""

NAMES = {"category_zh": "楼道堆物", "category_en": "clutter in the corridor"}


class Matter:
    """A grievance as events tell of it."""

    def __init__(self, door: Any, **facts: Any) -> None:
        self.door, self.id = door, uuid4()
        self.about = {"community": COMMUNITY, "grievance_id": self.id}
        self.facts = {"place": HOME, "category": "corridor_clutter", "line": "safety", **facts}

    def filed(self, **more: Any) -> "Matter":
        self.door.hear(GrievanceFiled(**self.about, **{**self.facts, **NAMES, **more}, filed_at=self.door.clock()))
        return self

    def assigned(self, post: str = "grid_leader", **more: Any) -> "Matter":
        told = {"leader_id": uuid4(), "leader_name": "王建国", "post": post, "reason": "在岗", "path": PATH, **more}
        self.door.hear(LeaderAssigned(**self.about, **self.facts, **told, assigned_at=self.door.clock()))
        return self

    def accepted(self) -> "Matter":
        self.door.hear(GrievanceAccepted(**self.about, accepted_at=self.door.clock()))
        return self

    def resolved(self) -> "Matter":
        self.door.hear(GrievanceResolved(**self.about, resolved_at=self.door.clock()))
        return self

    def replied(self) -> "Matter":
        self.door.hear(ReplyGiven(**self.about, replied_at=self.door.clock()))
        return self

    def paused(self, until: date = date(2026, 12, 5)) -> "Matter":
        words = {"waits_for": "material", "waits_for_zh": "等待材料或配件", "waits_for_en": "waiting for a part"}
        self.door.hear(GrievancePaused(**self.about, **words, until=until, paused_at=self.door.clock()))
        return self

    def went_on(self, by_itself: bool = True, post: str = "grid_leader") -> "Matter":
        told = {"place": HOME, "post": post, "by_itself": by_itself, "went_on_at": self.door.clock()}
        self.door.hear(GrievanceGoesOn(**self.about, **told))
        return self

    def reminded(self, post: str = "grid_leader") -> "Matter":
        self.door.hear(LeaderReminded(**self.about, place=HOME, post=post, reminded_at=self.door.clock()))
        return self

    def changed(self, number: int = 1, **more: Any) -> "Matter":
        told = {
            "place": HOME,
            "round": 1,
            "change": number,
            "kind": "handed_over",
            "from_id": uuid4(),
            "from_post": "grid_leader",
            "from_place": GRID,
            "to_id": uuid4(),
            "to_name": "赵敏",
            "to_post": "grid_leader",
            "to_place": OTHER_GRID,
            "by_id": None,
            "by_name": "李主任",
            "reason": "张玉兰家的事，归第二网格",
        }
        self.door.hear(LeaderChanged(**self.about, **{**told, **more}, changed_at=self.door.clock()))
        return self

    def late(self, milestone: str = "response") -> "Matter":
        now = self.door.clock()
        late = GrievanceEscalated(**self.about, place=HOME, milestone=milestone, due_at=now, escalated_at=now)
        up = {"to_id": uuid4(), "to_name": "李秀英", "post": "community_secretary", "reason": "逾期"}
        self.door.hear(late)
        self.door.hear(EscalationRaised(**self.about, milestone=milestone, **up, raised_at=now))
        return self


@pytest.fixture(autouse=True)
def places(door: Any) -> None:
    door.hear(PlacesImported(community=COMMUNITY, places=TREE))


def leader(door: Any, place: str = GRID, role: str = "grid_leader") -> UUID:
    id, _ = door.person(f"{role} {uuid4().hex}", role, place=place)
    return id


def reached(door: Any, account: UUID, phone: str = PHONE, channel: str = "sms") -> None:
    """Somebody gives an address and proves it."""
    sent: list[Any] = []
    before = door.service.send_text, door.service.send_mail
    if channel == "sms":
        door.service.send_text = sent.append
    else:
        door.service.send_mail = sent.append
    door.ask("ask_for_address", account=account, channel=channel, address=phone)
    door.run("send_texts" if channel == "sms" else "send_mails")
    code = sent[-1].code if channel == "sms" else sent[-1].text.split()[1].split(",")[0][:6]
    told = door.ask("verify_address", account=account, channel=channel, code=code)
    assert schemas.NoticeChoicesOut().validate(told) == {}
    if channel == "sms":
        door.service.send_text = before[0]
    elif before[1] is not None:
        door.service.send_mail = before[1]


def told(door: Any, account: Any, **more: Any) -> list[dict[str, Any]]:
    listed = door.ask("list_notices", account=account, **more)["items"]
    assert all(schemas.NoticeOut().validate(each) == {} for each in listed)
    return listed


def sentences(door: Any, account: Any) -> list[str]:
    return [each["zh"] for each in told(door, account)]


def sends(door: Any, *timers: str) -> None:
    for timer in ("spread_notices", *(timers or ("send_texts",))):
        door.run(timer)


def texts(door: Any) -> list[str]:
    return [text.text for text in door.texts]


def resident(door: Any, phone: str = PHONE) -> str:
    account: str = door.sign_in_by_code(phone, door.code(phone))["account"]
    door.texts.clear()
    return account


def left(door: Any, matter: Matter, **who: Any) -> Matter:
    door.ask("leave_reporter", id=matter.id, community=COMMUNITY, **who)
    return matter


# -- whom an event concerns


def test_the_leader_of_the_grid_is_told_of_a_new_matter_and_nobody_elsewhere(door):
    mine, elsewhere = leader(door), leader(door, f"{COMMUNITY}002")
    matter = Matter(door).filed().assigned()
    [notice] = told(door, mine)
    assert notice["zh"] == "您负责的范围内有一件新诉求（陇海花苑1号楼·楼道堆物）。"
    assert notice["en"] == "There is a new matter for you: clutter in the corridor, 陇海花苑1号楼."
    assert (notice["page"], notice["read_at"]) == (f"/leader/cases/{matter.id}", None)
    assert told(door, elsewhere) == []


def test_where_the_secretary_takes_it_the_leader_is_not_told(door):
    """The leader may be the person complained about."""
    grid = leader(door)
    secretary, _ = door.person("书记", "secretary")
    Matter(door).filed().assigned("community_secretary")
    assert told(door, grid) == []
    assert len(told(door, secretary)) == 1


def test_the_same_event_or_cause_tells_once_and_the_next_round_again(door):
    mine = leader(door)
    matter = Matter(door).filed().assigned().assigned()
    assert len(told(door, mine)) == 1
    matter.assigned(round=2)
    assert [each["kind"] for each in told(door, mine)] in (["new_matter", "matter_back"], ["matter_back", "new_matter"])


def test_what_is_late_is_told_to_whoever_has_it_and_to_the_next_person_up(door):
    mine = leader(door)
    secretary, _ = door.person("书记", "secretary")
    Matter(door).filed().assigned().late()
    assert {each["kind"]: each["is_urgent"] for each in told(door, mine)} == {"new_matter": False, "overdue": True}
    assert [(each["kind"], each["is_urgent"]) for each in told(door, secretary)] == [("escalated", True)]


def test_a_leader_is_told_of_each_reminder_once_and_nobody_elsewhere(door, clock):
    mine, elsewhere = leader(door), leader(door, f"{COMMUNITY}002")
    matter = Matter(door).filed().assigned().reminded().reminded()
    notice = next(each for each in told(door, mine) if each["kind"] == "reminded")
    assert notice["zh"] == "社区请您尽快办理一件诉求（陇海花苑1号楼·楼道堆物）。"
    assert notice["page"] == f"/leader/cases/{matter.id}"
    assert [each["kind"] for each in told(door, mine)].count("reminded") == 1
    clock.passes(hours=1)
    matter.reminded()
    assert [each["kind"] for each in told(door, mine)].count("reminded") == 2
    assert told(door, elsewhere) == []


def test_a_reminder_that_overtakes_what_told_of_the_case_finds_its_leader(door):
    mine = leader(door)
    Matter(door).reminded()
    assert sentences(door, mine) == ["社区请您尽快办理一件诉求（陇海花苑1号楼）。"]


def test_whoever_leads_it_now_is_told_and_whoever_did_before_each_once(door):
    mine, theirs = leader(door), leader(door, OTHER_GRID)
    matter = Matter(door).filed().assigned().changed().changed()
    before = {each["kind"]: each for each in told(door, mine)}
    assert before.keys() == {"new_matter", "handed_on"}
    assert before["handed_on"]["zh"] == "原由您负责的一件诉求已转给别人（陇海花苑1号楼·楼道堆物）。"
    (notice,) = told(door, theirs)
    assert notice["zh"] == "一件诉求转由您负责，请接办（陇海花苑1号楼·楼道堆物）。"
    assert notice["page"] == f"/leader/cases/{matter.id}"


def test_whoever_handed_it_over_themselves_need_not_be_told(door):
    mine, theirs = leader(door), leader(door, OTHER_GRID)
    Matter(door).filed().assigned().changed(by_id=mine)
    assert [each["kind"] for each in told(door, mine)] == ["new_matter"]
    assert [each["kind"] for each in told(door, theirs)] == ["handed_over"]


def test_from_then_on_whoever_leads_it_is_reminded_and_told_that_it_is_late(door):
    mine, theirs = leader(door), leader(door, OTHER_GRID)
    Matter(door).filed().assigned().changed(by_id=mine).reminded().late()
    assert [each["kind"] for each in told(door, mine)] == ["new_matter"]
    assert sorted(each["kind"] for each in told(door, theirs)) == ["handed_over", "overdue", "reminded"]


def test_a_change_told_late_is_news_for_nobody_and_undoes_nothing(door):
    mine, theirs, secretary = leader(door), leader(door, OTHER_GRID), door.person("书记", "secretary")[0]
    up = {"kind": "given_back", "from_place": OTHER_GRID, "to_post": "community_secretary", "to_place": COMMUNITY}
    matter = Matter(door).filed().changed(2, **up).changed(1).assigned()
    assert told(door, mine) == []
    assert [each["kind"] for each in told(door, theirs)] == ["handed_on"]
    matter.late()
    assert "overdue" in [each["kind"] for each in told(door, secretary)]
    assert [each["kind"] for each in told(door, mine)] == []


def test_what_is_given_back_to_nobody_is_told_to_office_and_secretary_as_a_gap(door):
    office, mine = door.person("办公室", "office")[0], leader(door)
    nobody = {"to_id": None, "to_name": "", "to_post": "", "to_place": "", "kind": "given_back"}
    matter = Matter(door).filed().assigned().changed(**nobody, by_id=mine)
    door.hear(LeaderMissing(**matter.about, place=HOME, reason="负责人退单", missing_at=door.clock()))
    assert [each["kind"] for each in told(door, office)] == ["leader_missing"]
    assert [each["kind"] for each in told(door, mine)] == ["new_matter"]


def test_another_round_is_the_ladders_again(door):
    mine, theirs = leader(door), leader(door, OTHER_GRID)
    matter = Matter(door).filed().assigned().changed(by_id=mine)
    door.hear(
        GrievanceReopened(
            **matter.about, **matter.facts, **NAMES, round=2, filed_at=door.clock(), reopened_at=door.clock()
        )
    )
    matter.assigned(round=2).late()
    assert sorted(each["kind"] for each in told(door, mine)) == ["matter_back", "new_matter", "overdue"]
    assert [each["kind"] for each in told(door, theirs)] == ["handed_over"]


def test_what_never_had_a_leader_is_news_for_whoever_is_chosen_by_hand_and_for_nobody_on_its_way(door):
    complained_about, chosen = leader(door), leader(door, OTHER_GRID)
    Matter(door).filed().assigned(led_at=OTHER_GRID).changed(from_id=None, from_post="", from_place="")
    assert told(door, complained_about) == []
    assert sorted(each["kind"] for each in told(door, chosen)) == ["handed_over", "new_matter"]


def test_each_time_that_nobody_leads_is_told(door):
    office, _ = door.person("办公室", "office")
    matter = Matter(door).filed()
    for minutes in (0, 30):
        at = door.clock() + timedelta(minutes=minutes)
        door.hear(LeaderMissing(**matter.about, place=HOME, reason="空缺", missing_at=at))
    assert [each["kind"] for each in told(door, office)] == ["leader_missing", "leader_missing"]


def test_office_and_secretary_are_told_where_nobody_leads(door):
    office, _ = door.person("办公室", "office")
    matter = Matter(door).filed()
    door.hear(LeaderMissing(**matter.about, place=HOME, reason="空缺", missing_at=door.clock()))
    assert [each["kind"] for each in told(door, office)] == ["leader_missing"]


def volunteer(door: Any, phone: str = "13900001111") -> tuple[UUID, UUID]:
    account, subject = uuid4(), uuid4()
    door.ask("create_account", id=account, community=COMMUNITY, phone=phone, by=FIRST)
    door.grant(account, "volunteer", community=COMMUNITY, subject=subject)
    return account, subject


def test_volunteers_are_told_that_they_are_asked_and_that_they_are_not_needed(door):
    (account, subject), (other, _) = volunteer(door), volunteer(door, "13900002222")
    matter, dispatch, callout = Matter(door).filed().assigned(), uuid4(), uuid4()
    fact = DispatchFact(dispatch_id=dispatch, volunteer_id=subject, name="赵强", reason="离得近")
    door.hear(VolunteersDispatched(**matter.about, callout_id=callout, dispatches=(fact,), dispatched_at=door.clock()))
    stood = {"callout_id": callout, "dispatch_id": dispatch, "volunteer_id": subject}
    door.hear(DispatchStoodDown(**matter.about, **stood, stood_down_at=door.clock()))
    assert {each["kind"] for each in told(door, account)} == {"help_asked", "help_not_needed"}
    assert told(door, other) == []


def test_the_people_of_a_unit_are_told_of_a_referral(door):
    unit = uuid4()
    mine, _ = door.person("铁塔", "partner", subject=unit)
    other, _ = door.person("物业", "partner", subject=uuid4())
    matter = Matter(door).filed()
    facts = {"referral_id": uuid4(), "unit_id": unit, "unit_name": "铁塔公司", "unit_kind": "tower", "reason": "协议"}
    door.hear(PartnerReferred(**matter.about, **facts, referred_at=door.clock()))
    assert [(each["kind"], each["page"]) for each in told(door, mine)] == [("referred", "/partner")]
    assert told(door, other) == []


def test_the_doctors_of_a_place_are_told_of_a_visit_and_not_what_for(door):
    everywhere, _ = door.person("全科医生", "doctor")
    here, _ = door.person("一网格医生", "doctor", place=GRID)
    elsewhere, _ = door.person("二网格医生", "doctor", place=f"{COMMUNITY}002")
    visit = {"visit_id": uuid4(), "place": HOME, "due_on": door.clock().date(), "reason": "张玉兰血压随访"}
    door.hear(HomeVisitPlanned(community=COMMUNITY, **visit, planned_at=door.clock()))
    assert sentences(door, everywhere) == sentences(door, here) == ["有一次上门服务已排期（陇海花苑1号楼）。"]
    assert told(door, elsewhere) == []


def test_whoever_filed_by_an_account_is_told_how_it_goes(door):
    me = resident(door)
    matter = left(door, Matter(door), account=me).filed().accepted().resolved()
    facts = {**matter.facts, "filed_at": door.clock(), "round": 2}
    door.hear(GrievanceReopened(**matter.about, **facts, reopened_at=door.clock()))
    assert {each["kind"] for each in told(door, me)} == {"taken", "resolved", "reopened"}
    matter.resolved()
    door.hear(GrievanceRejected(**matter.about, rejected_at=door.clock()))
    assert len(told(door, me)) == 5


def test_whoever_has_no_account_is_told_by_text_alone(door):
    left(door, Matter(door), phone=PHONE).filed().accepted()
    sends(door)
    assert texts(door) == ["【和美】您反映的事已有人办理（陇海花苑1号楼·楼道堆物）。"]
    assert door.texts[0].phone == PHONE


def test_whoever_filed_is_told_that_their_rating_was_replied_to_once_a_round(door):
    me = resident(door)
    matter = left(door, Matter(door), account=me).filed().assigned().replied().replied()
    [notice] = told(door, me)
    assert notice["zh"] == "您的评价有了回复，可查看（陇海花苑1号楼·楼道堆物）。"
    assert notice["page"] == "/mine/cases"
    matter.assigned(round=2).replied()
    assert [each["kind"] for each in told(door, me)] == ["replied", "replied"]


def test_a_reply_is_told_by_text_to_whoever_has_no_account_and_to_no_neighbour(door):
    me = resident(door, "13900005555")
    matter = left(door, Matter(door), phone=PHONE).filed()
    neighbour(door, matter, account=me)
    matter.replied()
    sends(door)
    assert texts(door) == ["【和美】您的评价有了回复，可查看（陇海花苑1号楼·楼道堆物）。"]
    assert door.texts[0].phone == PHONE
    assert told(door, me) == []


def test_whoever_filed_is_told_that_it_waits_for_what_kind_of_reason_and_until_when_once_each_time(door, clock):
    me = resident(door)
    matter = left(door, Matter(door), account=me).filed().assigned().paused().paused()
    [notice] = told(door, me)
    assert notice["zh"] == ("您反映的事暂停办理，到期自动继续（陇海花苑1号楼·楼道堆物，等待材料或配件，至12月5日）。")
    assert "waiting for a part, until 5 Dec" in notice["en"]
    assert notice["page"] == "/mine/cases"
    clock.passes(hours=1)
    matter.paused(until=date(2026, 12, 24))
    assert len(told(door, me)) == 2


def test_of_a_matter_of_hardship_the_category_is_not_named_in_what_waits_either(door):
    me = resident(door)
    left(door, Matter(door, line="support"), account=me).filed().assigned().paused()
    assert sentences(door, me) == ["您反映的事暂停办理，到期自动继续（陇海花苑1号楼，等待材料或配件，至12月5日）。"]


def test_a_leader_is_told_once_that_it_goes_on_by_itself_and_not_of_what_they_did_themselves(door):
    mine, elsewhere = leader(door), leader(door, f"{COMMUNITY}002")
    matter = Matter(door).filed().assigned().went_on(by_itself=False)
    assert "goes_on" not in [each["kind"] for each in told(door, mine)]
    matter.went_on().went_on()
    [notice] = [each for each in told(door, mine) if each["kind"] == "goes_on"]
    assert (notice["zh"], notice["page"]) == (
        "一件暂停的诉求到期，继续办理（陇海花苑1号楼·楼道堆物）。",
        f"/leader/cases/{matter.id}",
    )
    assert told(door, elsewhere) == []


def neighbour(door: Any, matter: Matter, **who: Any) -> None:
    door.ask("leave_reporter", id=uuid4(), joined=matter.id, community=COMMUNITY, **who)


def test_neighbours_who_joined_are_told_when_it_is_settled_or_handled_again_and_of_nothing_before(door):
    me = resident(door)
    matter = Matter(door).filed()
    neighbour(door, matter, account=me)
    neighbour(door, Matter(door).filed(), account=me)
    matter.accepted()
    assert told(door, me) == []
    matter.resolved()
    matter.resolved()
    facts = {**matter.facts, "filed_at": door.clock(), "round": 2}
    door.hear(GrievanceReopened(**matter.about, **facts, reopened_at=door.clock()))
    matter.resolved()
    assert sorted(each["kind"] for each in told(door, me)) == ["joined_reopened", "joined_settled", "joined_settled"]
    assert {each["page"] for each in told(door, me)} == {"/track"}


@pytest.mark.parametrize(("end", "at"), [(GrievanceCancelled, "cancelled_at"), (GrievanceRejected, "rejected_at")])
def test_a_neighbour_without_an_account_is_told_by_text_that_it_ended_and_then_forgotten(
    door, clock, database, end, at
):
    matter = Matter(door).filed()
    neighbour(door, matter, phone=PHONE)
    door.hear(end(**matter.about, **{at: clock()}))
    sends(door)
    assert texts(door) == ["【和美】您附议的事已撤回或不予受理（陇海花苑1号楼·楼道堆物）。"]
    clock.passes(days=15, minutes=1)
    door.run("forget_notices")
    assert kept_reporters(database) == 0


def test_a_neighbours_telephone_stays_while_the_matter_is_open_and_goes_after_it_closed(door, clock, database):
    matter = Matter(door).filed()
    neighbour(door, matter, phone=PHONE)
    clock.passes(days=30)
    door.run("forget_notices")
    assert kept_reporters(database) == 1
    door.hear(GrievanceClosed(**matter.about, closed_at=clock()))
    clock.passes(days=15, minutes=1)
    door.run("forget_notices")
    assert kept_reporters(database) == 0


def test_an_erased_neighbour_is_told_nothing_more(door, database):
    me = resident(door)
    matter = Matter(door).filed()
    neighbour(door, matter, account=me)
    erased = {"erasure_id": uuid4(), "person_id": uuid4(), "known_as": (UUID(me),), "erased_at": door.clock()}
    door.hear(PersonErased(community=COMMUNITY, **erased))
    matter.resolved()
    assert (kept_reporters(database), told(door, me)) == (0, [])


def test_of_help_a_text_names_the_place_alone(door):
    left(door, Matter(door, line="support"), phone=PHONE).filed(category_zh="困难帮扶").accepted()
    sends(door)
    assert texts(door) == ["【和美】您反映的事已有人办理（陇海花苑1号楼）。"]


def test_who_is_disabled_or_holds_the_role_no_longer_is_told_nothing(door):
    disabled, revoked = leader(door), leader(door)
    door.ask("disable_account", id=disabled, by=FIRST)
    [grant] = door.ask("get_account", id=revoked, by=FIRST)["grants"]
    door.ask("revoke_role", account=revoked, id=grant["id"], by=FIRST)
    Matter(door).filed().assigned()
    assert told(door, disabled) == told(door, revoked) == []


def test_an_event_that_overtook_the_filing_tells_all_the_same_without_its_category(door):
    mine = leader(door)
    Matter(door).assigned()
    assert sentences(door, mine) == ["您负责的范围内有一件新诉求（陇海花苑1号楼）。"]


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


def kept_reporters(database: Any) -> int:
    with database.reading() as connection:
        return len(connection.execute(select(reporters.c.id)).all())


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
