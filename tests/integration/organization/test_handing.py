"""Cases are handed over and given back on both databases: found by post and leave, once, and by one of two at once."""

from datetime import timedelta
from threading import Thread
from uuid import UUID, uuid4

import pytest

from contracts.errors import Error
from contracts.organization.errors import LedByAnother, TakerAway, TakerWithoutPost
from contracts.organization.events import LeaderChanged
from contracts.organization.schemas import handing
from services.organization import handlers, queries
from services.organization.domain.people import person_id
from tests.integration.organization.test_organization_calls import keeps
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
