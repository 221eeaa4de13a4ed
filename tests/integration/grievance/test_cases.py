"""Cases on real databases: filed once, told, shown, listed, late, closed."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from chassis.fingerprints import use_secret
from chassis.migrate import difference
from contracts import wire
from contracts.grievance.errors import (
    GrievanceNotFound,
    IdempotencyConflict,
    StepForbidden,
    UnknownCategory,
    UnknownCommunity,
    UnknownPlace,
)
from contracts.organization.events import LeaderAssigned, PlaceFact, PlacesImported
from contracts.volunteer.events import (
    DispatchAccepted,
    DispatchFact,
    VolunteersDispatched,
    VolunteersExhausted,
)
from services.grievance import handlers, persistence, queries
from services.grievance.config import GrievanceSettings
from tests.building import At, door

COMMUNITY = "410181002011"
GRID, COURTYARD = COMMUNITY + "001", COMMUNITY + "00101"


@pytest.fixture
def case_desk(database_of):
    """The service with a small place tree known."""
    use_secret("a secret that is long enough to be none")
    desk = door("grievance", database_of("grievance"), settings=GrievanceSettings(), clock=At())
    places = (
        PlaceFact(code=COMMUNITY, kind="community", name="陇海路社区", parent=None),
        PlaceFact(code=GRID, kind="grid", name="第一网格", parent=COMMUNITY),
        PlaceFact(code=COURTYARD, kind="courtyard", name="交通庭院", parent=GRID),
    )
    handlers.remember_places(desk.uow, PlacesImported(community=COMMUNITY, places=places))
    return desk


def command(**changes):
    return {
        "id": uuid4(),
        "community": COMMUNITY,
        "place": COURTYARD,
        "category": "corridor_clutter",
        "description": "三单元楼道堆满纸箱",
        "contact": {"name": "王秀英", "phone": "13800001234"},
        "anonymous": False,
        "channel": "web",
        "about_person": None,
        "idempotency_key": None,
    } | changes


def file(desk, **changes):
    return handlers.file_grievance(desk.uow, command(**changes), now=desk.clock())


def shown(desk, id):
    with desk.reading() as connection:
        return queries.get_grievance(connection, UUID(str(id)))


def listed(desk, **filters):
    with desk.reading() as connection:
        return queries.list_grievances(connection, page=1, page_size=50, now=desk.clock(), **filters)


def rows(desk, table):
    with desk.reading() as connection:
        return list(connection.execute(select(persistence.metadata.tables[table])))


def leader_for(id, **changes):
    return LeaderAssigned(
        **{
            "community": COMMUNITY,
            "grievance_id": UUID(str(id)),
            "place": COURTYARD,
            "path": (COMMUNITY, GRID, COURTYARD),
            "category": "corridor_clutter",
            "line": "safety",
            "leader_id": uuid4(),
            "leader_name": "李网格",
            "post": "grid_leader",
            "reason": "第一网格网格长",
            "assigned_at": At().now,
        }
        | changes
    )


def test_the_migrations_make_what_the_service_describes(database_of):
    database = database_of("grievance")
    assert difference("grievance", database.url, persistence.metadata) == []


def test_a_filing_is_saved_and_told_together(case_desk):
    receipt = file(case_desk)
    (told,) = rows(case_desk, "outbox")
    envelope = wire.from_bytes(bytes(told.body))
    assert (envelope.type, envelope.subject, envelope.sequence) == ("grievance.grievance_filed.v1", receipt["id"], 1)
    assert shown(case_desk, receipt["id"])["status"] == "filed"


def test_neither_words_nor_contact_of_a_resident_are_told_and_the_contact_is_not_readable_at_rest(case_desk):
    receipt = file(case_desk)
    (told,) = rows(case_desk, "outbox")
    for secret in ("王秀英", "13800001234", "纸箱"):
        assert secret.encode() not in bytes(told.body)
    with case_desk.reading() as connection:
        (kept,) = connection.execute(text("SELECT contact FROM statements")).scalars()
    assert "王秀英" not in kept
    assert shown(case_desk, receipt["id"])["contact"] == {"name": "王**", "phone": "138****1234"}


def test_of_an_anonymous_resident_no_contact_is_kept(case_desk):
    receipt = file(case_desk, anonymous=True)
    assert shown(case_desk, receipt["id"])["contact"] is None
    assert [row.contact for row in rows(case_desk, "statements")] == [None]


def test_a_case_is_found_by_its_receipt_number_with_or_without_hyphens(case_desk):
    receipt, _another = file(case_desk), file(case_desk)
    for typed in (receipt["receipt"], receipt["receipt"].replace("-", "")):
        assert [row["id"] for row in listed(case_desk, receipt=typed)["items"]] == [receipt["id"]]
    assert listed(case_desk, receipt="19700101-0000-00000")["items"] == []


def test_what_changes_nothing_but_the_timeline_is_kept_too(case_desk):
    receipt = file(case_desk)
    exhausted = VolunteersExhausted(
        community=COMMUNITY,
        callout_id=uuid4(),
        grievance_id=UUID(receipt["id"]),
        wanted=2,
        found=0,
        reason="本社区还没有登记志愿者",
        exhausted_at=At().now,
    )
    handlers.record_exhausted(case_desk.uow, exhausted)
    last = shown(case_desk, receipt["id"])["timeline"][-1]
    assert (last["what"], last["note"]) == ("volunteers_exhausted", "本社区还没有登记志愿者")


def test_the_same_key_with_the_same_content_is_filed_once(case_desk):
    first = file(case_desk, idempotency_key="k")
    assert file(case_desk, idempotency_key="k") == first
    assert listed(case_desk)["total"] == 1


def test_the_same_key_gets_its_first_answer_also_when_the_case_has_gone_on(case_desk):
    first = file(case_desk, idempotency_key="k")
    handlers.record_leader(case_desk.uow, leader_for(first["id"]))
    assert file(case_desk, idempotency_key="k") == first


def test_the_same_key_with_another_content_is_refused(case_desk):
    file(case_desk, idempotency_key="k")
    with pytest.raises(IdempotencyConflict):
        file(case_desk, idempotency_key="k", description="别的事")
    assert listed(case_desk)["total"] == 1


def test_what_was_filed_is_found_by_its_key_and_nothing_is_filed_by_looking(case_desk):
    sought = command(idempotency_key="k")
    assert handlers.find_filing(case_desk.uow, sought) == {"receipt": None}
    assert listed(case_desk)["total"] == 0
    first = file(case_desk, idempotency_key="k")
    assert handlers.find_filing(case_desk.uow, {**sought, "id": uuid4()}) == {"receipt": first}
    with pytest.raises(IdempotencyConflict):
        handlers.find_filing(case_desk.uow, command(idempotency_key="k", description="别的事"))


@pytest.mark.parametrize(
    ("wrong", "error", "field"),
    [
        ({"community": "999999999999"}, UnknownCommunity, "community"),
        ({"place": "nowhere"}, UnknownPlace, "place"),
        ({"category": "nothing"}, UnknownCategory, "category"),
    ],
)
def test_what_is_not_known_is_refused_by_field_and_nothing_is_kept(case_desk, wrong, error, field):
    with pytest.raises(error) as refused:
        file(case_desk, **wrong)
    assert list(refused.value.fields) == [field]
    assert listed(case_desk)["total"] == 0
    assert rows(case_desk, "outbox") == []


def test_a_leader_told_is_shown_with_the_reason_and_the_timeline_says_so(case_desk):
    receipt = file(case_desk)
    handlers.record_leader(case_desk.uow, leader_for(receipt["id"]))
    case = shown(case_desk, receipt["id"])
    assert (case["status"], case["leader"]["name"]) == ("assigned", "李网格")
    assert case["leader"]["reason"] == "第一网格网格长"
    assert [entry["what"] for entry in case["timeline"]] == ["filed", "leader_assigned"]
    assert case["allowed"][:4] == ["accept", "reject", "cancel", "amend"]


def test_a_leader_told_for_an_unknown_case_is_not_swallowed(case_desk):
    with pytest.raises(GrievanceNotFound):
        handlers.record_leader(case_desk.uow, leader_for(uuid4()))


def test_a_dispatch_told_before_its_offer_is_left_for_later_and_then_counts(case_desk):
    receipt = file(case_desk)
    ids = {"callout_id": uuid4(), "grievance_id": UUID(receipt["id"]), "community": COMMUNITY}
    dispatch, volunteer = uuid4(), uuid4()
    accepted = DispatchAccepted(**ids, dispatch_id=dispatch, volunteer_id=volunteer, accepted_at=At().now)
    with pytest.raises(handlers.ToldTooEarly):
        handlers.record_dispatch(case_desk.uow, accepted, state="accepted", at=accepted.accepted_at)
    fact = DispatchFact(dispatch_id=dispatch, volunteer_id=volunteer, name="赵志愿", reason="同楼院")
    handlers.record_dispatched(case_desk.uow, VolunteersDispatched(**ids, dispatches=(fact,), dispatched_at=At().now))
    handlers.record_dispatch(case_desk.uow, accepted, state="accepted", at=accepted.accepted_at)
    (helping,) = shown(case_desk, receipt["id"])["volunteers"]
    assert (helping["name"], helping["state"]) == ("赵志愿", "accepted")


def test_a_forbidden_step_changes_nothing(case_desk):
    receipt = file(case_desk)
    said = {"id": UUID(receipt["id"]), "by": "", "note": "", "reason": "", "resolution": "", "comment": ""}
    with pytest.raises(StepForbidden):
        handlers.accept_grievance(case_desk.uow, said, now=case_desk.clock())
    assert [entry["what"] for entry in shown(case_desk, receipt["id"])["timeline"]] == ["filed"]


def test_lists_filter_by_place_with_everything_below_it(case_desk):
    file(case_desk)
    file(case_desk, place=GRID)
    assert listed(case_desk, place=COMMUNITY)["total"] == 2
    assert listed(case_desk, place=COURTYARD)["total"] == 1
    assert listed(case_desk, community="999999999999")["total"] == 0
    assert listed(case_desk, category="noise")["total"] == 0


def test_lists_filter_by_the_time_of_filing(case_desk):
    file(case_desk)
    now = case_desk.clock()
    assert listed(case_desk, since=now)["total"] == 1
    assert listed(case_desk, since=now + timedelta(seconds=1))["total"] == 0


def test_late_cases_are_found_and_escalated_once(case_desk):
    receipt = file(case_desk)
    late = case_desk.clock() + timedelta(hours=3)
    with case_desk.reading() as connection:
        assert queries.late_grievances(connection, case_desk.clock(), 10) == []
        (found,) = queries.late_grievances(connection, late, 10)
    handlers.escalate(case_desk.uow, found, now=late)
    with case_desk.reading() as connection:
        assert queries.late_grievances(connection, late, 10) == []
    assert shown(case_desk, receipt["id"])["late"] == ["response"]


def test_settled_cases_are_closed_when_their_time_has_come(case_desk):
    receipt = file(case_desk)
    id = UUID(receipt["id"])
    handlers.record_leader(case_desk.uow, leader_for(id))
    said = {"id": id, "by": "", "note": "", "reason": "", "resolution": "已清走", "comment": ""}
    handlers.accept_grievance(case_desk.uow, said, now=case_desk.clock())
    handlers.resolve_grievance(case_desk.uow, said, now=case_desk.clock())
    case_desk.clock.now += timedelta(hours=167)
    type(case_desk).close_settled.__wrapped__(case_desk)
    assert shown(case_desk, id)["status"] == "resolved"
    case_desk.clock.now += timedelta(hours=2)
    type(case_desk).close_settled.__wrapped__(case_desk)
    assert shown(case_desk, id)["status"] == "closed"


def figures(desk, *within, **paging):
    with desk.reading() as connection:
        asked = {"page": 1, "page_size": 50, **paging}
        return queries.list_figures(connection, within=within, now=desk.clock(), **asked)


def test_figures_count_the_cases_of_each_community_and_show_nobody(case_desk):
    other = "410181002012"
    place = PlaceFact(code=other, kind="community", name="别的社区", parent=None)
    handlers.remember_places(case_desk.uow, PlacesImported(community=other, places=(place,)))
    first = file(case_desk)
    file(case_desk, category="noise")
    file(case_desk, community=other, place=other)
    id = UUID(first["id"])
    handlers.record_leader(case_desk.uow, leader_for(id))
    said = {"id": id, "by": "", "note": "", "reason": "", "resolution": "已清走", "comment": ""}
    handlers.accept_grievance(case_desk.uow, said, now=case_desk.clock())
    handlers.resolve_grievance(case_desk.uow, said, now=case_desk.clock())
    handlers.rate_grievance(case_desk.uow, {**said, "score": 4}, now=case_desk.clock())
    here = {"community": COMMUNITY, "filed": 2, "open": 1, "overdue": 0, "settled": 1, "score": 4.0,
            "categories": {"corridor_clutter": 1, "noise": 1}}  # fmt: skip
    there = {"community": other, "filed": 1, "open": 1, "overdue": 0, "settled": 0, "score": None,
             "categories": {"corridor_clutter": 1}}  # fmt: skip
    assert figures(case_desk, COMMUNITY[:9])["items"] == [here, there]
    assert figures(case_desk, COMMUNITY)["items"] == [here]
    assert figures(case_desk, "*", page=2, page_size=1)["items"] == [there]
    assert figures(case_desk, "410181003")["items"] == figures(case_desk)["items"] == []
    case_desk.clock.now += timedelta(days=60)
    assert [row["overdue"] for row in figures(case_desk, "*")["items"]] == [1, 1]
