"""Cases are handed over and given back on both databases: found by post and leave, once, and by one of two at once."""

from datetime import timedelta
from threading import Thread
from uuid import UUID, uuid4

import pytest

from contracts.errors import Error
from contracts.organization.errors import LedByAnother, TakerAway, TakerStandsAside, TakerWithoutPost
from contracts.organization.events import LeaderChanged, LeaderMissing, PersonMerged
from contracts.organization.schemas import handing
from services.organization import handlers, queries
from services.organization.domain.people import person_id
from tests.building import unit_of_work
from tests.integration.organization.test_organization_calls import keeps
from tests.overlapping import overlapping
from tests.scopes import in_this_scope
from tests.unit.organization.samples import G1, G2, HOME, NOW, TODAY, C, filed

WANG, LI, ZHAO = (person_id(C, number) for number in "123")


@pytest.fixture
def case(community):
    """A case that the leader of the first grid has, while 赵桂英 leads the second; its id."""
    appointment = {"community": C, "kind": "grid_leader", "place": G2, "person_id": ZHAO, "line": None}
    community.ask_at_the_door("appoint", id=uuid4(), **appointment, starts_on="2021-04-01", ends_on=None)
    event = filed()
    handlers.assign_leader(community.uow, event, now=NOW)
    community.forget_told()
    return event.grievance_id


def hand(community, case, to=ZHAO, **more):
    said = {"reason": "归第二网格", "by": "王建国", "by_account": uuid4(), **more}
    return community.ask_at_the_door("hand_over", id=case, to_id=to, **said)


def back(community, case, **more):
    return community.ask_at_the_door("give_back", id=case, reason="不归网格", by="王建国", **more)


def test_a_case_is_handed_over_by_the_post_that_somebody_holds_today(community, case):
    led = keeps(handing.LedOut, hand(community, case, from_id=WANG))
    assert led["leader"] == {"id": str(ZHAO), "name": "赵桂英", "post": "grid_leader", "at": G2}
    (told,) = community.told()
    assert isinstance(told, LeaderChanged)
    assert (told.from_id, told.from_place, told.to_place, told.change) == (WANG, G1, G2, 1)


def test_sent_again_it_is_done_once(community, case):
    step = uuid4()
    assert hand(community, case, step_id=step) == hand(community, case, step_id=step)
    assert len(community.told()) == 1


def test_who_has_left_the_post_or_is_away_gets_nothing(community, case):
    community.ask_at_the_door("take_leave", id=uuid4(), person_id=ZHAO, starts_on=TODAY, ends_on=TODAY)
    with pytest.raises(TakerAway):
        hand(community, case)
    held = community.ask_at_the_door("list_posts", person_id=LI)["items"][0]
    community.ask_at_the_door("end_post", post_id=held["post_id"], ends_on=TODAY - timedelta(days=1))
    with pytest.raises(TakerWithoutPost):
        hand(community, case, LI)
    assert [told for told in community.told() if isinstance(told, LeaderChanged)] == []


def test_of_two_at_once_one_is_told_who_has_it_now(community, case):
    outcomes = []

    def attempt(to):
        try:
            outcomes.append(hand(community, case, to, from_id=WANG)["leader"]["id"])
        except Error as error:
            outcomes.append(type(error))

    both = [Thread(target=in_this_scope(attempt), args=(to,)) for to in (ZHAO, LI)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    (done,) = [each for each in outcomes if isinstance(each, str)]
    assert [each for each in outcomes if each != done] == [LedByAnother]
    assert [str(told.to_id) for told in community.told()] == [done]
    assert community.ask(queries.get_leader, case)["leader"]["id"] == done


def test_given_back_it_goes_up_and_without_a_secretary_into_the_report(community, case):
    held = community.ask_at_the_door("list_posts", person_id=LI)["items"][0]
    assert back(community, case)["leader"]["id"] == str(LI)
    hand(community, case, WANG)
    community.ask_at_the_door("end_post", post_id=held["post_id"], ends_on=TODAY - timedelta(days=1))
    assert back(community, case)["leader"] is None
    gaps = community.ask(queries.list_gaps, C, today=TODAY, kind="grievance_without_leader")["items"]
    assert [(gap["grievance_id"], gap["place"]) for gap in gaps] == [(str(case), HOME)]
    handlers.fill_open_gaps(community.uow, now=NOW)
    assert community.ask(queries.get_leader, case)["leader"] is None, "the grid does not get it again by itself"
    hand(community, case, ZHAO, from_id=None)
    assert community.ask(queries.list_gaps, C, today=TODAY, kind="grievance_without_leader")["items"] == []


def test_whoever_saw_a_leader_by_an_entry_that_is_part_of_another_now_saw_the_same(community, case):
    gone = UUID(int=77)
    with community.uow as uow:
        uow.merged.remember(C, gone, WANG, NOW, merged_by="李敏")
    assert hand(community, case, from_id=gone)["leader"]["id"] == str(ZHAO)


# -- who turns out to be complained about


@pytest.fixture
def double(community):
    """王建国, who leads the first grid, is registered a second time; the other id."""
    community.import_people("编号,姓名,出生日期,性别,住户编码,电话", f"11,王建国,1980-03-01,男,{HOME},")
    return person_id(C, "11")


def complained(community, about, **more):
    event = filed(about_person=about, **more)
    handlers.assign_leader(community.uow, event, now=NOW)
    community.forget_told()
    return event.grievance_id


def merge(community, kept, gone):
    seen = {
        name: community.ask_at_the_door("get_person", id=id)["version"]
        for name, id in (("version", kept), ("gone_version", gone))
    }
    community.ask_at_the_door("merge_people", kept_id=kept, gone_id=gone, by="office", **seen)
    for merged in [event for event in community.told() if isinstance(event, PersonMerged)]:
        community.hear_at_the_door(merged)


def about_leaders(community):
    return [event for event in community.told() if isinstance(event, LeaderChanged | LeaderMissing)]


@pytest.mark.parametrize("is_gone", [False, True])
def test_who_turns_out_to_be_complained_about_leads_the_case_no_more(community, double, is_gone):
    case = complained(community, double)
    assert community.ask(queries.get_leader, case)["leader"]["id"] == str(WANG)
    merge(community, *((double, WANG) if is_gone else (WANG, double)))
    assert community.ask(queries.get_leader, case)["leader"]["id"] == str(LI)
    [told] = about_leaders(community)
    kept = double if is_gone else WANG
    assert (told.kind, told.from_id, told.to_id, told.change, told.by_id) == ("taken_up", kept, LI, 1, None)
    assert "须回避" in told.reason
    for merged in [event for event in community.told() if isinstance(event, PersonMerged)]:
        community.hear_at_the_door(merged)
    assert about_leaders(community) == [told], "heard again, nothing changes"


def test_where_nobody_else_can_take_it_the_case_has_no_leader(community, double):
    case = complained(community, double)
    held = community.ask_at_the_door("list_posts", person_id=LI)["items"][0]
    community.ask_at_the_door("end_post", post_id=held["post_id"], ends_on=TODAY - timedelta(days=1))
    merge(community, WANG, double)
    assert community.ask(queries.get_leader, case)["leader"] is None
    assert [(type(event), getattr(event, "kind", None)) for event in about_leaders(community)] == [
        (LeaderChanged, "given_back"),
        (LeaderMissing, None),
    ]
    gaps = community.ask(queries.list_gaps, C, today=TODAY, kind="grievance_without_leader")["items"]
    assert [gap["grievance_id"] for gap in gaps] == [str(case)]
    community.ask_at_the_door(
        "appoint",
        id=uuid4(),
        community=C,
        kind="community_secretary",
        place=C,
        person_id=ZHAO,
        line=None,
        starts_on=TODAY.isoformat(),
        ends_on=None,
    )
    handlers.fill_open_gaps(community.uow, now=NOW)
    assert community.ask(queries.get_leader, case)["leader"]["id"] == str(ZHAO)


def test_a_case_about_somebody_else_and_one_that_has_ended_stay_with_their_leader(community, double):
    others, ended = complained(community, ZHAO), complained(community, double)
    handlers.settle_assignment(community.uow, ended, NOW)
    merge(community, WANG, double)
    assert [community.ask(queries.get_leader, each)["leader"]["id"] for each in (others, ended)] == [str(WANG)] * 2
    assert about_leaders(community) == []


def test_a_case_that_is_filed_about_the_gone_entry_while_it_is_merged_goes_to_somebody_else(community, double):
    seen = [community.ask_at_the_door("get_person", id=id)["version"] for id in (WANG, double)]
    uow, other = (unit_of_work("organization", community.database) for _ in range(2))
    facts = {"stays": {}, "by": "office", "today": TODAY, "elder_age": 60, "now": NOW}
    event = filed(about_person=double)
    raised = overlapping(
        uow,
        lambda: handlers.merge_people(uow, WANG, double, version=seen[0], gone_version=seen[1], **facts),
        lambda: handlers.assign_leader(other, event, now=NOW),
    )
    assert raised == []
    assert community.ask(queries.get_leader, event.grievance_id)["leader"]["id"] == str(LI)
    with pytest.raises(TakerStandsAside):
        hand(community, event.grievance_id, double)
