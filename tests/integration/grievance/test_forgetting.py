"""What cases say of people: exported to them, erased as they ask, and gone when it was kept for long enough."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from chassis.config import SettingsRefused, read
from chassis.fingerprints import use_secret
from contracts.event import ERASED
from contracts.grievance.events import CasesErased, CasesForgotten, PicturesForgotten
from contracts.organization.events import PersonErased, PlaceFact, PlacesImported
from contracts.volunteer.events import DispatchFact, VolunteersDispatched
from services.grievance import handlers
from services.grievance.config import GrievanceSettings
from services.grievance.handlers import forgetting
from services.grievance.queries import personal
from services.grievance.service import GrievanceService
from tests.building import At, door
from tests.integration.grievance.test_cases import COMMUNITY, COURTYARD, GRID, file, leader_for, rows, shown
from tests.integration.grievance.test_casework import BUILDING, accept, resolve, told

HOME, DAY = BUILDING + "101", timedelta(days=1)
PERSON, OTHER, PHONE = uuid4(), uuid4(), "13800001234"
WORDS = "膝盖肿痛，下不了楼"
TREE = tuple(
    PlaceFact(code=code, kind=kind, name=kind, parent=parent)
    for code, kind, parent in (
        (COMMUNITY, "community", None),
        (GRID, "grid", COMMUNITY),
        (COURTYARD, "courtyard", GRID),
        (BUILDING, "building", COURTYARD),
        (HOME, "household", BUILDING),
    )
)


@pytest.fixture
def desk(database_of):
    """The service with one household in its tree."""
    use_secret("a secret that is long enough to be none")
    found = door("grievance", database_of("grievance"), settings=GrievanceSettings(), clock=At())
    handlers.remember_places(found.uow, PlacesImported(community=COMMUNITY, places=TREE))
    return found


def filed(desk, **changes):
    """A case of somebody's home, in their words."""
    said = {"place": HOME, "description": WORDS, "contact": {"name": "张玉兰", "phone": PHONE}, "category": "other"}
    id = UUID(file(desk, **(said | changes))["id"])
    handlers.record_leader(desk.uow, leader_for(id))
    return id


def joined(desk, id, **by):
    handlers.join_grievance(
        desk.uow, {"id": id, "neighbour_id": uuid4(), "account": None, "key": "", **by}, now=desk.clock()
    )


def offered(desk, id, volunteer, name="李小青"):
    """A volunteer is offered the work."""
    fact = DispatchFact(dispatch_id=uuid4(), volunteer_id=volunteer, name=name, reason=f"{name}住得近")
    event = VolunteersDispatched(
        community=COMMUNITY, grievance_id=id, callout_id=uuid4(), dispatches=(fact,), dispatched_at=desk.clock()
    )
    handlers.record_dispatched(desk.uow, event)


def erase(desk, *ids, **more):
    event = PersonErased(
        community=COMMUNITY, erasure_id=uuid4(), person_id=ids[0], known_as=ids, erased_at=desk.clock(), **more
    )
    forgetting.erase_person(desk.uow, event, now=desk.clock())


def exported(desk, *ids):
    with desk.reading() as connection:
        return json.dumps(personal.export_person(connection, COMMUNITY, ids), ensure_ascii=False)


def run(desk, timer):
    """Let a timer run."""
    getattr(GrievanceService, timer).__wrapped__(desk)


def later(desk, **duration):
    desk.clock.now = desk.clock() + timedelta(**duration)


# -- export


def test_an_export_holds_the_cases_of_a_person_with_their_words_and_nobody_elses(desk):
    filed(desk, filed_by=PERSON)
    filed(desk, filed_by=OTHER, description="别人的话")
    assert WORDS in exported(desk, PERSON)
    assert PHONE in exported(desk, PERSON)
    assert "别人的话" not in exported(desk, PERSON)


def test_what_was_filed_by_telephone_alone_is_found_by_it_but_not_what_an_account_filed(desk):
    alone = filed(desk)
    filed(desk, filed_by=OTHER)
    called = filed(desk, filed_by=OTHER, channel="phone")
    with desk.reading() as connection:
        found = personal.known_by_phone(connection, COMMUNITY, "+86 138 0000 1234", 10)["ids"]
        assert set(found) == {str(alone), str(called)}
        assert personal.known_by_phone(connection, COMMUNITY, "13800009999", 10) == {"ids": []}
        assert personal.known_by_phone(connection, COMMUNITY, "-", 10) == {"ids": []}
    assert WORDS in exported(desk, alone)


# -- erasure


def test_an_erasure_leaves_of_a_case_what_it_was_about_and_where_on_the_whole(desk):
    id = filed(desk, filed_by=PERSON)
    accept(desk, id, by="王网格", note="她住三楼")
    erase(desk, PERSON)
    case = shown(desk, id)
    assert (case["description"], case["contact"], case["place"]) == ("", None, BUILDING)
    assert (case["status"], case["category"], case["leader"]["name"]) == ("in_hand", "other", "李网格")
    assert [entry["note"] for entry in case["timeline"]] == [""] * len(case["timeline"])
    assert exported(desk, PERSON) == '{"kept": []}'
    assert rows(desk, "filings") == []
    [answer] = told(desk, CasesErased)
    assert ({each.kind for each in answer.removed}, answer.kept) == ({"words", "contact"}, ("figures_of_the_case",))
    resolve(desk, id)
    assert shown(desk, id)["status"] == "resolved"


def test_an_erasure_touches_nobody_else_and_a_second_one_changes_nothing(desk):
    filed(desk, filed_by=PERSON)
    other = filed(desk, filed_by=OTHER)
    erase(desk, PERSON)
    once = [tuple(row) for row in rows(desk, "timeline")]
    erase(desk, PERSON)
    assert [tuple(row) for row in rows(desk, "timeline")] == once
    case = shown(desk, other)
    assert (case["description"], case["place"]) == (WORDS, HOME)


def test_what_a_clerk_wrote_down_for_others_is_not_the_clerks(desk):
    id = filed(desk, filed_by=PERSON, channel="phone")
    assert exported(desk, PERSON) == '{"kept": []}'
    erase(desk, PERSON)
    assert shown(desk, id)["description"] == WORDS


def test_whoever_was_complained_about_stays_kept_out_of_the_case(desk):
    official = uuid4()
    id = filed(desk, filed_by=PERSON, about_person=official)
    erase(desk, PERSON)
    [case] = rows(desk, "grievances")
    assert (case.id, case.about_person, case.filed_by) == (id, official, None)


def test_an_erasure_by_case_and_neighbour_alone_reaches_both(desk):
    own, other, neighbour = filed(desk), filed(desk, category="corridor_clutter", place=BUILDING), uuid4()
    joined(desk, other, neighbour_id=neighbour, phone=PHONE)
    erase(desk, own, neighbour)
    assert (shown(desk, own)["description"], shown(desk, other)["description"]) == ("", WORDS)
    assert rows(desk, "neighbours") == []


def pictured(desk, id, by, kind="after"):
    picture = {"id": uuid4(), "grievance_id": id, "kind": kind, "image": "aaaa", "small": "aaaa", "added_by": by}
    handlers.add_picture(desk.uow, {**picture, "width": 1, "height": 1}, now=desk.clock())


def test_pictures_of_work_on_others_cases_stay_and_say_no_more_who_added_them(desk):
    own, others = filed(desk, filed_by=PERSON), filed(desk, filed_by=OTHER)
    pictured(desk, own, OTHER)
    pictured(desk, others, PERSON)
    pictured(desk, others, OTHER, kind="before")
    erase(desk, PERSON)
    left = [(row.grievance_id, row.kind, row.added_by) for row in rows(desk, "pictures")]
    assert sorted(left, key=str) == sorted([(others, "after", None), (others, "before", OTHER)], key=str)


def test_a_picture_that_was_sent_and_not_filed_with_goes_with_whoever_sent_it(desk):
    picture = {"id": uuid4(), "community": COMMUNITY, "image": "aaaa", "small": "aaaa", "width": 1, "height": 1}
    for by in (PERSON, OTHER):
        handlers.keep_picture(desk.uow, {**picture, "id": uuid4(), "added_by": by}, now=desk.clock())
    erase(desk, PERSON)
    assert [row.added_by for row in rows(desk, "pictures")] == [OTHER]


def test_an_erased_neighbour_stays_counted_and_leads_to_nobody(desk):
    id = filed(desk, category="corridor_clutter", place=BUILDING)
    joined(desk, id, account=PERSON)
    joined(desk, id, account=OTHER)
    erase(desk, PERSON)
    assert [row.account for row in rows(desk, "neighbours")] == [OTHER]
    assert shown(desk, id)["neighbours"] == 2


def test_the_name_of_an_erased_volunteer_is_on_no_case_also_where_the_offer_is_heard_late(desk):
    volunteer, early, late = uuid4(), filed(desk), filed(desk)
    offered(desk, early, volunteer)
    offered(desk, early, uuid4(), name="周明")
    erase(desk, volunteer)
    offered(desk, late, volunteer)
    for id in (early, late):
        assert "李小青" not in json.dumps(shown(desk, id), ensure_ascii=False)
        assert shown(desk, id)["volunteers"][0]["name"] == ERASED
    assert shown(desk, early)["volunteers"][1]["name"] == "周明"


def test_what_an_erased_account_had_sent_off_before_is_nobodys(desk):
    erase(desk, PERSON)
    id = filed(desk, filed_by=PERSON)
    assert (shown(desk, id)["contact"], shown(desk, id)["place"]) == (None, BUILDING)
    assert [row.filed_by for row in rows(desk, "grievances")] == [None]


def test_a_caller_is_reached_though_an_erasure_named_the_account_of_whoever_writes_it_down(desk):
    erase(desk, PERSON)
    id = filed(desk, filed_by=PERSON, channel="phone")
    case = shown(desk, id)
    assert (case["contact"]["name"][:1], case["place"]) == ("张", HOME)


def test_whoever_had_left_long_ago_and_comes_back_files_in_their_own_name(desk):
    erase(desk, PERSON, may_return=True)
    filed(desk, filed_by=PERSON)
    assert [row.filed_by for row in rows(desk, "grievances")] == [PERSON]


# -- kept for long enough


def ended(desk, **changes):
    """A case that has come to its end."""
    id = filed(desk, **changes)
    handlers.reject_grievance(
        desk.uow,
        {"by": "", "note": "", "resolution": "", "comment": "", "id": id, "reason": "不属本社区"},
        now=desk.clock(),
    )
    return id


def test_words_go_when_the_period_is_over_and_not_a_day_before(desk):
    id = ended(desk, filed_by=PERSON)
    offered(desk, id, uuid4())
    joined_before = len(rows(desk, "timeline"))
    later(desk, days=1094)
    run(desk, "forget_cases")
    assert shown(desk, id)["description"] == WORDS
    assert told(desk, CasesForgotten) == []
    later(desk, days=2)
    run(desk, "forget_cases")
    case = shown(desk, id)
    assert (case["description"], case["contact"], case["resolution"], case["place"]) == ("", None, "", BUILDING)
    assert (case["volunteers"][0]["name"], case["status"], len(case["timeline"])) == (ERASED, "rejected", joined_before)
    assert "李小青" not in json.dumps(case, ensure_ascii=False)


def test_an_application_leaves_one_proof_and_none_where_nothing_was_left_to_remove(desk):
    ended(desk)
    later(desk, days=1096)
    run(desk, "forget_cases")
    run(desk, "forget_cases")
    [proof] = told(desk, CasesForgotten)
    assert (proof.setting, proof.days) == ("GRIEVANCE_CASES_KEPT_DAYS", 1095)
    assert proof.older_than == desk.clock() - timedelta(days=1095)
    assert {each.kind: each.count for each in proof.removed}["contact"] == 1


def test_a_case_that_is_open_or_was_taken_up_again_keeps_its_words(desk):
    still_open, again = filed(desk), ended(desk)
    reopened = {"by": "", "note": "", "reason": "没办好", "resolution": "", "comment": "", "id": again}
    handlers.reopen_grievance(desk.uow, reopened, now=desk.clock() + DAY)
    later(desk, days=2000)
    run(desk, "forget_cases")
    forgetting.forget_cases(desk.uow, COMMUNITY, [again], GrievanceSettings().cases_period, now=desk.clock())
    assert [shown(desk, id)["description"] for id in (still_open, again)] == [WORDS, WORDS]


def test_pictures_go_by_their_own_period_with_a_proof_of_their_own(desk):
    id = ended(desk)
    picture = {"id": uuid4(), "grievance_id": id, "kind": "before", "image": "aaaa", "small": "aaaa", "added_by": None}
    handlers.add_picture(desk.uow, {**picture, "width": 1, "height": 1}, now=desk.clock())
    later(desk, days=179)
    run(desk, "forget_pictures")
    assert len(rows(desk, "pictures")) == 1
    later(desk, days=2)
    run(desk, "forget_pictures")
    assert rows(desk, "pictures") == []
    [proof] = told(desk, PicturesForgotten)
    assert (proof.setting, proof.removed[0].count) == ("GRIEVANCE_PICTURES_KEPT_DAYS", 1)


def test_a_period_is_longer_than_a_case_can_be_reopened():
    with pytest.raises(SettingsRefused, match="GRIEVANCE_CASES_KEPT_DAYS"):
        read("GRIEVANCE", GrievanceSettings, {"GRIEVANCE_CASES_KEPT_DAYS": "15"})
