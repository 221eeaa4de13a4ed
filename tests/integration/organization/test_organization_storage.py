"""What the organization service keeps, on a real database: imports, assignments, gaps, races and migrations."""

import threading
from datetime import date
from time import perf_counter
from uuid import UUID, uuid4

import pytest
from sqlalchemy import inspect, select, text

from chassis.database import Database
from chassis.migrate import difference
from chassis.repository import ChangedMeanwhile
from contracts.errors import Conflict
from contracts.organization.errors import ImportRefused, PlaceNotFound
from contracts.organization.events import EldersRegistered, PlacesImported, PostFilled
from services.organization import handlers, persistence, queries
from services.organization.domain.people import person_id
from services.organization.domain.posts import PostKind, post_id
from services.organization.persistence.tables import people, posts, terms
from tests.integration.organization.conftest import PEOPLE, PLACES
from tests.scopes import in_this_scope
from tests.unit.organization.samples import BUILDING, COTTAGE, G1, G2, HOME, NOW, TODAY, YARD, C, filed, late, reopened

WANG, LI, ELDER = (person_id(C, number) for number in "123")


def names(events):
    return [type(event).__name__ for event in events]


def test_the_migrations_make_what_the_tables_describe(address):
    assert difference("organization", address, persistence.metadata) == []


def test_the_open_gaps_are_an_index_of_their_own(address):
    database = Database(address)
    found = {index["name"] for index in inspect(database.engine).get_indexes("assignments")}
    database.close()
    assert "assignments_with_gaps" in found


# -- imports


def test_an_imported_tree_is_told_and_can_be_read(organization):
    assert organization.import_places(*PLACES)["added"] == 7
    (told,) = organization.told()
    assert isinstance(told, PlacesImported)
    assert [(place.code, place.parent) for place in told.places][:2] == [(C, None), (G1, C)]
    found = organization.ask(queries.list_places, C)
    assert [item["code"] for item in found["items"]] == [C, G1, G2, YARD, BUILDING, COTTAGE, HOME]


def test_the_same_tree_again_changes_nothing(community):
    assert community.import_places(*PLACES)["unchanged"] == 7
    assert community.told() == []


def test_a_courtyard_that_moves_takes_along_what_lies_below(community):
    answer = community.import_places("code,kind,name,parent", f"{YARD},courtyard,交通庭院,{G2}")
    assert answer["changed"] == 4
    assert [item["code"] for item in community.ask(queries.get_place, C, HOME)["path"]] == [C, G2, YARD, BUILDING, HOME]
    assert community.ask(queries.list_people, today=TODAY, place=G2)["total"] == 4


def test_nothing_is_half_imported(organization):
    with pytest.raises(ImportRefused):
        organization.import_places(*PLACES, "x，单元，一单元，y,,,,")
    assert organization.ask(queries.list_communities, within=["*"])["total"] == 0
    assert organization.told() == []


def test_a_preview_leaves_no_trace(organization):
    assert organization.import_places(*PLACES, preview=True)["added"] == 7
    assert organization.ask(queries.list_communities, within=["*"])["total"] == 0


def test_people_and_their_posts_are_kept_in_one_go(organization):
    organization.import_places(*PLACES)
    organization.forget_told()
    answer = organization.import_people(*PEOPLE)
    assert (answer["added"], answer["posts_filled"], answer["elders"]) == (4, 2, 1)
    assert names(organization.told()) == ["PostFilled", "PostFilled", "EldersRegistered"]


def test_the_same_people_again_change_nothing(community):
    answer = community.import_people(*PEOPLE)
    assert (answer["added"], answer["changed"], answer["unchanged"], answer["posts_filled"]) == (0, 0, 4, 0)
    assert community.told() == []


def test_a_preview_of_people_leaves_no_trace(community):
    later = f"5,钱进,1985-01-01,男,{HOME},,网格长,{G1},2024-04-01"
    assert community.import_people(PEOPLE[0], later, preview=True)["posts_filled"] == 1
    assert community.told() == []
    assert community.ask(queries.list_people, today=TODAY)["total"] == 4
    assert community.ask(queries.list_posts, today=TODAY, kind="grid_leader")["total"] == 1


def test_a_refused_post_keeps_everyone_out(community):
    taken = f"5,钱进,1985-01-01,男,{HOME},,网格长,{G1},2021-04-01"
    with pytest.raises(ImportRefused):
        community.import_people(PEOPLE[0], taken)
    assert community.ask(queries.list_people, today=TODAY)["total"] == 4


def test_phones_are_unreadable_in_the_database(community):
    with community.database.reading() as connection:
        kept = connection.execute(text("SELECT phone FROM people WHERE phone IS NOT NULL")).scalars().all()
    assert len(kept) == 3
    assert not any("1380371" in phone for phone in kept)


def test_a_whole_community_is_imported_in_seconds(organization):
    homes = [f"{YARD}-h{n},住户,{n}室,{YARD},,,," for n in range(4_000)]
    rows = [f"{n},居民{n},{1930 + n % 90}-01-01,男,{YARD}-h{n % 4_000},138{n:08},,," for n in range(10_870)]
    organization.import_places(*PLACES, *homes)
    organization.forget_told()
    began = perf_counter()
    assert organization.import_people(PEOPLE[0], *rows)["added"] == 10_870
    assert perf_counter() - began < 10, "about one second on an idle machine"
    events = organization.told()
    assert {type(event) for event in events} == {EldersRegistered}
    assert max(len(event.elders) for event in events) == 400
    with organization.database.reading() as connection:
        told = connection.scalars(select(people.c.id).where(people.c.elder_told)).all()
    assert {elder.person_id for event in events for elder in event.elders} == set(told)


def test_whoever_reaches_sixty_is_told_of_once(community):
    community.import_people(PEOPLE[0], f"6,孙梅,1964-05-02,女,{HOME},,,,")
    for today, count in ((TODAY, 0), (date(2024, 5, 2), 1), (date(2024, 5, 3), 1)):
        handlers.register_new_elders(community.uow, today=today, elder_age=60)
        assert len(community.told()) == count
    (event,) = community.told()
    assert [elder.name for elder in event.elders] == ["孙梅"]


# -- posts


def appoint(community, person_id, starts_on, *, place=G1, kind="grid_leader", id=None):
    return handlers.appoint(
        community.uow,
        id or uuid4(),
        C,
        kind=kind,
        place=place,
        person_id=person_id,
        line=None,
        starts_on=starts_on,
        ends_on=None,
    )


def test_a_post_comes_back_as_it_was_kept(community):
    id, _ = appoint(community, ELDER, date(2024, 6, 1))
    with community.uow as uow:
        post = uow.posts.get(id)
        assert (post.kind, post.place, [term.person_id for term in post.terms]) == (
            PostKind.GRID_LEADER,
            G1,
            [WANG, ELDER],
        )
        assert post.terms[1].predecessor_id == WANG


def test_the_terms_of_a_post_are_kept_as_rows_too(community):
    id, _ = appoint(community, ELDER, date(2024, 6, 1))
    with community.database.reading() as connection:
        found = connection.execute(
            select(terms.c.person_id, terms.c.starts_on, terms.c.ends_on)
            .where(terms.c.post_id == id)
            .order_by(terms.c.starts_on)
        ).all()
    assert found == [(WANG, date(2021, 4, 1), date(2024, 5, 31)), (ELDER, date(2024, 6, 1), None)]


def test_events_of_a_post_are_numbered_in_its_own_row(community):
    appoint(community, ELDER, date(2024, 6, 1))
    appoint(community, LI, date(2024, 7, 1))
    assert community.sequences() == [2, 3, 4, 5]


def test_two_who_are_appointed_at_once_do_not_both_hold_the_post(community):
    outcomes = []
    gate = threading.Barrier(2)

    def try_to_appoint(person):
        gate.wait(5)
        try:
            appoint(community, person, date(2024, 6, 1), place=G2)
            outcomes.append("held")
        except Conflict:
            outcomes.append("refused")

    threads = [threading.Thread(target=in_this_scope(try_to_appoint), args=(person,)) for person in (ELDER, LI)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["held", "refused"]
    with community.database.reading() as connection:
        held = select(terms.c.id).where(terms.c.post_id == post_id(C, PostKind.GRID_LEADER, G2))
        assert len(connection.execute(held).all()) == 1


def test_a_post_changed_meanwhile_is_not_overwritten(community):
    id = post_id(C, PostKind.GRID_LEADER, G1)
    uow = community.uow.__enter__()
    uow.posts.get(id).end(date(2024, 6, 1))
    uow.connection.execute(posts.update().where(posts.c.id == id).values(version=99))
    with pytest.raises(ChangedMeanwhile):
        uow.__exit__(None, None, None)


# -- assignments


def test_a_grievance_gets_its_leader_with_the_first_place_in_its_sequence(community):
    event = filed()
    handlers.assign_leader(community.uow, event, now=NOW)
    (told,) = community.told()
    assert (told.leader_id, told.path, told.skills) == (WANG, (C, G1, YARD, BUILDING, HOME), event.skills)
    assert community.sequences() == [1]


def test_many_grievances_in_one_transaction_each_get_their_leader(community):
    events = [filed(place=place) for place in (HOME, COTTAGE, YARD, G1, HOME)]
    with community.uow as uow:
        for event in events:
            handlers.assign_leader(uow, event, now=NOW)
    assert [told.grievance_id for told in community.told()] == [event.grievance_id for event in events]


def test_an_unknown_place_leaves_nothing_behind(community):
    with pytest.raises(PlaceNotFound):
        handlers.assign_leader(community.uow, filed(place="nowhere"), now=NOW)
    assert community.told() == []


def test_leave_counts_from_its_first_day_to_its_last(community):
    handlers.take_leave(community.uow, uuid4(), WANG, TODAY, TODAY)
    for hour, leader in ((15, LI), (17, WANG)):
        # In China the first of May ends at 16:00 UTC.
        handlers.assign_leader(community.uow, filed(), now=NOW.replace(hour=hour))
        assert community.told()[-1].leader_id == leader


def test_a_cancelled_leave_does_not_count(community):
    id = uuid4()
    handlers.take_leave(community.uow, id, WANG, TODAY, TODAY)
    handlers.cancel_leave(community.uow, id, now=NOW)
    handlers.assign_leader(community.uow, filed(), now=NOW)
    assert community.told()[-1].leader_id == WANG


@pytest.mark.parametrize(("starts_on", "leader"), [(TODAY, ELDER), (date(2024, 5, 2), WANG)])
def test_a_term_counts_from_its_first_day(community, starts_on, leader):
    appoint(community, ELDER, starts_on)
    handlers.assign_leader(community.uow, filed(), now=NOW)
    assert community.told()[-1].leader_id == leader


def test_the_head_of_a_line_is_not_the_leader_of_the_grid(community):
    community.import_people(
        "编号,姓名,住户编码,职务,任职地点,条线,任期开始", f"3,赵桂英,{HOME},条线负责人,{G2},治安,2021-04-01"
    )
    handlers.assign_leader(community.uow, filed(place=G2), now=NOW)
    assert names(community.told())[-2:] == ["LeaderMissing", "LeaderAssigned"]


def test_a_gap_is_filled_once_there_is_a_leader_and_told_in_sequence(community):
    handlers.end_post(community.uow, post_id(C, PostKind.COMMUNITY_SECRETARY, C), date(2024, 4, 30))
    community.forget_told()
    event = filed(place=G2)
    handlers.assign_leader(community.uow, event, now=NOW)
    appoint(community, ELDER, TODAY, place=G2)
    (taken,) = (told for told in community.told() if isinstance(told, PostFilled))
    handlers.fill_gaps_of_post(community.uow, taken, now=NOW)
    handlers.fill_open_gaps(community.uow, now=NOW)
    assert names(community.told()) == ["LeaderMissing", "PostFilled", "LeaderAssigned"]
    assert [community.sequences()[n] for n in (0, 2)] == [1, 2]
    assert community.told()[-1].leader_id == ELDER


def test_a_term_that_begins_later_fills_the_gap_when_it_begins(community):
    handlers.end_post(community.uow, post_id(C, PostKind.COMMUNITY_SECRETARY, C), date(2024, 4, 30))
    handlers.assign_leader(community.uow, filed(place=G2), now=NOW)
    appoint(community, ELDER, date(2024, 5, 2), place=G2)
    community.forget_told()
    handlers.fill_open_gaps(community.uow, now=NOW)
    assert community.told() == []
    handlers.fill_open_gaps(community.uow, now=NOW.replace(day=2))
    assert names(community.told()) == ["LeaderAssigned"]


def test_a_late_grievance_waits_for_a_secretary_across_restarts(community):
    handlers.end_post(community.uow, post_id(C, PostKind.COMMUNITY_SECRETARY, C), date(2024, 4, 30))
    event = filed()
    handlers.assign_leader(community.uow, event, now=NOW)
    handlers.escalate(community.uow, late(event), now=NOW)
    community.forget_told()
    appoint(community, ELDER, TODAY, place=C, kind="community_secretary")
    handlers.fill_open_gaps(community.uow, now=NOW)
    assert names(community.told()) == ["PostFilled", "EscalationRaised"]
    assert community.told()[-1].to_id == ELDER


def test_a_settled_case_is_no_gap(community):
    event = filed(place=G2)
    handlers.assign_leader(community.uow, event, now=NOW)
    assert community.ask(queries.list_gaps, C, today=TODAY, kind="grievance_with_stand_in")["total"] == 1
    handlers.settle_assignment(community.uow, event.grievance_id, NOW)
    assert community.ask(queries.list_gaps, C, today=TODAY, kind="grievance_with_stand_in")["total"] == 0


def test_while_the_grid_has_no_leader_what_the_secretary_keeps_is_not_looked_at_again(community):
    kept, alone = filed(place=G2), filed(place=G2, about_person=LI)
    for event in (kept, alone):
        handlers.assign_leader(community.uow, event, now=NOW)
    with community.uow as uow:
        assert uow.assignments.areas_with_gaps() == [(C, G2)]
        found = {
            is_vacant: uow.assignments.with_gaps(C, G2, is_vacant=is_vacant, most=9) for is_vacant in (True, False)
        }
        assert [one.id for one in found[True]] == [alone.grievance_id]
        assert {one.id for one in found[False]} == {kept.grievance_id, alone.grievance_id}
        assert len(uow.assignments.with_gaps(C, G2, is_vacant=False, most=1)) == 1


def test_a_reopened_grievance_keeps_one_row_and_counts_on(community):
    event = filed()
    handlers.assign_leader(community.uow, event, now=NOW)
    handlers.assign_leader(community.uow, reopened(event), now=NOW)
    assert [told.round for told in community.told()] == [1, 2]
    assert community.sequences() == [1, 2]


def test_a_grievance_about_an_official_keeps_them_out_for_good(community):
    event = filed(place=G2, about_person=LI)
    handlers.assign_leader(community.uow, event, now=NOW)
    handlers.fill_open_gaps(community.uow, now=NOW)
    assert names(community.told()) == ["LeaderMissing"]
    with community.uow as uow:
        assert uow.assignments.get(event.grievance_id).about_person == UUID(str(LI))
