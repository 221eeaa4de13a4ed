"""News: whoever it concerns is told, once for each cause, and nobody else."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.grievance.events import (
    GrievanceCancelled,
    GrievanceClosed,
    GrievanceRejected,
    GrievanceReopened,
)
from contracts.health.events import HomeVisitPlanned
from contracts.organization.events import (
    LeaderMissing,
    PersonErased,
)
from contracts.partner.events import PartnerReferred
from contracts.volunteer.events import DispatchFact, DispatchStoodDown, VolunteersDispatched
from services.accounts.handlers.first import FIRST
from tests.integration.accounts.desk import COMMUNITY
from tests.integration.accounts.matters import (
    GRID,
    HOME,
    NAMES,
    OTHER_GRID,
    PHONE,
    Matter,
    kept_reporters,
    leader,
    left,
    places,
    resident,
    sends,
    sentences,
    texts,
    told,
)

__all__ = ["places"]


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
