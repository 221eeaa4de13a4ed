"""What residents do without an account, on real databases: follow, withdraw, amend, answer; join; pictures."""

from base64 import b64decode, b64encode
from datetime import timedelta
from functools import partial
from inspect import isfunction
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from chassis.fingerprints import use_secret
from contracts.grievance.errors import (
    GrievanceNotFound,
    NothingToKnowBy,
    OnlyTheFiler,
    PictureNotFound,
    ReceiptMismatch,
    TooLateToAmend,
    TooManyPictures,
    UnknownPicture,
)
from contracts.grievance.schemas.pictures import MOST_HANDLED
from contracts.organization.events import PlaceFact, PlacesImported
from services.grievance import handlers, persistence
from services.grievance.config import GrievanceSettings
from services.grievance.domain.grievance import CANCEL_WITHIN, REOPEN_WITHIN
from services.grievance.handlers import work
from services.grievance.handlers.pictures import KEPT_ALONE
from tests.building import At, door

COMMUNITY = "410181002011"


class Desk:
    """The service, its calls and timers taken as plain methods."""

    def __init__(self, service):
        self._service = service

    def __getattr__(self, name):
        found = getattr(self._service, name)
        is_call = isfunction(vars(type(self._service)).get(name))
        return partial(found.__wrapped__, self._service) if is_call else found


GRID, OTHER_GRID = COMMUNITY + "001", COMMUNITY + "002"
COURTYARD, BUILDING, HOME = GRID + "01", GRID + "0101", GRID + "010101"
PHONE = "13800001234"


@pytest.fixture
def desk(database_of):
    """The service with a small place tree known."""
    use_secret("a secret that is long enough to be none")
    found = door("grievance", database_of("grievance"), settings=GrievanceSettings(), clock=At())
    tree = (
        (COMMUNITY, "community", None), (GRID, "grid", COMMUNITY), (OTHER_GRID, "grid", COMMUNITY),
        (COURTYARD, "courtyard", GRID), (BUILDING, "building", COURTYARD), (HOME, "household", BUILDING),
    )  # fmt: skip
    places = tuple(PlaceFact(code=code, kind=kind, name=code, parent=parent) for code, kind, parent in tree)
    handlers.remember_places(found.uow, PlacesImported(community=COMMUNITY, places=places))
    return Desk(found)


def file(desk, **changes):
    return handlers.file_grievance(
        desk.uow,
        {
            "id": uuid4(),
            "community": COMMUNITY,
            "place": BUILDING,
            "category": "corridor_clutter",
            "description": "三楼楼道堆满纸箱",
            "contact": {"name": "王秀英", "phone": PHONE},
            "anonymous": False,
            "channel": "web",
            "about_person": None,
            "idempotency_key": None,
            "pictures": [],
            **changes,
        },
        now=desk.clock(),
    )


def join(desk, id, **known_by):
    command = {"id": UUID(id), "neighbour_id": uuid4(), "account": None, "key": "", **known_by}
    return handlers.join_grievance(desk.uow, command, now=desk.clock())


def by_phone(filed, phone=PHONE, **more):
    return {"receipt": filed["receipt"], "phone": phone, **more}


def by_claim(filed, **more):
    return {"receipt": filed["receipt"], "claim": filed["claim"], **more}


def nearby(desk, place=COURTYARD):
    return desk.list_nearby({"community": COMMUNITY, "place": place, "page": 1, "page_size": 50})["items"]


def told(desk):
    with desk.reading() as connection:
        types = connection.execute(select(persistence.metadata.tables["outbox"].c.type)).scalars()
        return ["".join(part.title() for part in type.split(".")[1].split("_")) for type in types]


def take(desk, filed, *steps):
    command = {"id": UUID(filed["id"]), "by": "李网格", "note": "", "resolution": "已清走", "reason": ""}
    with desk.uow:
        case = desk.uow.grievances.get(command["id"])
        case.status = type(case.status).ASSIGNED
    for step in steps:
        getattr(handlers, f"{step}_grievance")(desk.uow, command, now=desk.clock())


# -- following


@pytest.mark.parametrize("proof", [by_phone, by_claim, lambda filed: by_phone(filed, "+86 138-0000-1234")])
def test_whoever_has_the_receipt_and_its_telephone_or_claim_sees_the_case(desk, proof):
    filed = file(desk)
    case = desk.follow_receipt(proof(filed))
    assert (case["id"], case["follows_as"], case["status"]) == (filed["id"], "filer", "filed")
    assert (case["description"], case["claim"]) == ("三楼楼道堆满纸箱", filed["claim"])
    assert case["allowed"] == ["withdraw", "amend"]


def test_wrong_and_unknown_are_answered_alike(desk):
    filed = file(desk)
    anonymous = file(desk, anonymous=True)
    unknown = {"receipt": "20000101-0000-00000"}
    for proof in (
        by_phone(filed, "13800001235"),
        by_claim(filed | {"claim": "0000-0000-00000"}),
        by_phone(unknown),
        by_phone(anonymous),
        by_claim(filed | {"claim": anonymous["claim"]}),
    ):
        with pytest.raises(ReceiptMismatch):
            desk.follow_receipt(proof)


def test_an_anonymous_filer_follows_by_the_claim(desk):
    filed = file(desk, anonymous=True)
    assert desk.follow_receipt(by_claim(filed))["follows_as"] == "filer"


def test_a_filing_sent_again_is_answered_with_the_same_claim(desk):
    first, again = (file(desk, idempotency_key="one") for _ in range(2))
    assert first == again


def test_a_claim_stands_nowhere(desk):
    filed = file(desk)
    with desk.reading() as connection:
        for table in persistence.metadata.sorted_tables:
            for row in connection.execute(text(f"SELECT * FROM {table.name}")):
                assert filed["claim"] not in str(row)


def test_a_volunteers_name_and_words_for_colleagues_are_not_told(desk):
    filed = file(desk)
    with desk.uow:
        case = desk.uow.grievances.get(UUID(filed["id"]))
        case.note(desk.clock(), "volunteer_accepted", "赵志愿")
        case.note(desk.clock(), "volunteers_exhausted", "志愿服务", "没有人了")
        case.note(desk.clock(), "leader_assigned", "李网格", "第一网格网格长，在岗")
    progress = desk.follow_receipt(by_claim(filed))["progress"]
    assert [(each["what"], each["who"], each["note"]) for each in progress] == [
        ("filed", "居民（网上）", ""),
        ("volunteer_accepted", "志愿者", ""),
        ("leader_assigned", "李网格", ""),
    ]


# -- deciding


def test_within_ten_minutes_it_is_withdrawn_and_withdrawn_again_changes_nothing(desk):
    filed = file(desk)
    for _ in range(2):
        assert desk.withdraw_by_receipt(by_phone(filed, reason="弄错了"))["status"] == "cancelled"
    assert told(desk).count("GrievanceCancelled") == 1


def test_words_are_amended_and_the_timeline_says_so(desk):
    filed = file(desk)
    case = desk.amend_by_receipt(by_claim(filed, description="是四楼"))
    assert (case["description"], case["progress"][-1]["what"]) == ("是四楼", "amended")
    assert "GrievanceAmended" not in told(desk)


def test_another_category_is_told_to_those_who_help(desk):
    case = desk.amend_by_receipt(by_claim(file(desk), category="fire_lane"))
    assert (case["category"], case["round"], case["leader"]) == ("fire_lane", 2, None)
    assert told(desk)[-1] == "GrievanceAmended"


def test_later_it_can_be_neither_withdrawn_nor_amended(desk):
    filed = file(desk)
    desk.clock.now += CANCEL_WITHIN + timedelta(seconds=1)
    assert desk.follow_receipt(by_claim(filed))["allowed"] == []
    with pytest.raises(TooLateToAmend):
        desk.amend_by_receipt(by_claim(filed, description="是四楼"))


def test_solved_rates_it_and_the_same_answer_again_changes_nothing(desk):
    filed = file(desk)
    take(desk, filed, "accept", "resolve")
    answer = {"solved": True, "score": 5, "comment": "", "reason": ""}
    assert desk.follow_receipt(by_claim(filed))["allowed"] == ["rate", "reopen"]
    for _ in range(2):
        case = desk.answer_by_receipt(by_claim(filed, **answer))
        assert (case["status"], case["score"], case["resolution"]) == ("rated", 5, "已清走")
    assert told(desk).count("GrievanceRated") == 1


def test_not_solved_takes_it_up_again_once(desk):
    filed = file(desk)
    take(desk, filed, "accept", "resolve")
    for _ in range(2):
        case = desk.answer_by_receipt(by_claim(filed, solved=False, comment="", reason="又堆上了"))
        assert (case["round"], case["progress"][-1]["note"]) == (2, "又堆上了")
    assert told(desk).count("GrievanceReopened") == 1


def test_it_is_reopened_by_receipt_while_it_is_time(desk):
    filed = file(desk)
    take(desk, filed, "accept", "resolve")
    handlers.close_settled(desk.uow, UUID(filed["id"]), now=desk.clock())
    case = desk.follow_receipt(by_claim(filed))
    assert (case["allowed"], case["reopen_until"]) == (["reopen"], (desk.clock.now + REOPEN_WITHIN).isoformat())
    desk.clock.now += REOPEN_WITHIN
    assert desk.reopen_by_receipt(by_claim(filed, reason="又堆上了"))["round"] == 2


def test_the_filer_reads_the_reply_to_their_rating_and_neighbours_only_that_there_is_one(desk):
    filed = file(desk)
    joined = join(desk, filed["id"], phone="13700001111")
    take(desk, filed, "accept", "resolve")
    desk.answer_by_receipt(by_claim(filed, solved=True, score=2, comment="太慢", reason=""))
    said = {"id": UUID(filed["id"]), "by": "李网格", "note": "以后当天清走"}
    work.reply_to_rating(desk.uow, said, now=desk.clock())
    told = [desk.follow_receipt(by_claim(each))["progress"][-2:] for each in (filed, joined)]
    assert [[(each["what"], each["note"]) for each in progress] for progress in told] == [
        [("rated", "2 分：太慢"), ("replied", "以后当天清走")],
        [("rated", ""), ("replied", "")],
    ]
    assert told[0][-1]["who"] == "李网格"


# -- neighbours


def test_open_matters_of_the_courtyard_and_of_the_grid_itself_are_near_by_and_no_others(desk):
    here = file(desk, place=HOME)
    of_grid, joined = file(desk, place=GRID), file(desk, place=COURTYARD)
    file(desk, place=OTHER_GRID)
    file(desk, category="hardship")
    join(desk, joined["id"], key="one")
    for place in (COURTYARD, BUILDING, HOME):
        found = nearby(desk, place)
        assert found[0]["id"] == joined["id"]
        assert {each["id"] for each in found} == {here["id"], of_grid["id"], joined["id"]}
    assert {each["place"] for each in found} == {BUILDING, GRID, COURTYARD}
    assert found[0].keys().isdisjoint({"description", "leader", "receipt", "filed_by"})
    desk.withdraw_by_receipt(by_claim(here, reason=""))
    assert here["id"] not in {each["id"] for each in nearby(desk)}


def test_a_neighbour_counts_once_however_often_they_say_it(desk):
    filed = file(desk)
    for phone in ("13700001111", "137-0000-1111"):
        assert join(desk, filed["id"], phone=phone)["neighbours"] == 1
    assert [join(desk, filed["id"], key=key)["neighbours"] for key in ("a", "b", "a")] == [2, 3, 3]
    me = uuid4()
    assert [join(desk, filed["id"], account=me)["neighbours"] for _ in range(2)] == [4, 4]
    assert told(desk).count("GrievanceJoined") == 4


def test_a_telephone_that_joined_already_gives_nothing_of_whoever_left_it(desk):
    filed = file(desk)
    first = join(desk, filed["id"], phone="13700001111", key="hers")
    assert (join(desk, filed["id"], phone="13700001111")) == {
        "id": filed["id"], "receipt": None, "claim": None, "neighbours": 1, "community": COMMUNITY, "neighbour": None,
    }  # fmt: skip
    other = join(desk, filed["id"], phone="13700001111", key="somebody else's")
    assert other["neighbours"] == 1
    assert not {first["receipt"], first["claim"]} & set(other.values())
    assert desk.follow_receipt(by_claim(other))["follows_as"] == "neighbour"
    for proof in (by_phone(other, "13700001111"), {**by_claim(first), "claim": other["claim"]}):
        with pytest.raises(ReceiptMismatch):
            desk.follow_receipt(proof)


def test_a_neighbour_is_told_under_an_id_of_their_own_and_once_for_each_telephone(desk):
    filed = file(desk)
    pages = [{"key": key, "phone": "13700001111", "neighbour_id": uuid4()} for key in ("hers", "another")]
    for _ in range(2):
        assert [join(desk, filed["id"], **page)["neighbour"] for page in pages] == [str(pages[0]["neighbour_id"]), None]


def test_the_page_that_sends_the_same_again_is_told_the_same(desk):
    filed = file(desk)
    for known_by in ({"key": "a"}, {"key": "b", "phone": "13700001111"}, {"key": "c", "phone": "13700001111"}):
        page = {**known_by, "neighbour_id": uuid4()}
        once, again = (join(desk, filed["id"], **page) for _ in range(2))
        assert once == again
        by_key = join(desk, filed["id"], neighbour_id=page["neighbour_id"], key=known_by["key"])
        assert (by_key["receipt"], by_key["neighbours"]) == (once["receipt"], once["neighbours"])
    assert once["neighbours"] == 2


def test_whoever_filed_it_counts_already(desk):
    me = uuid4()
    filed = file(desk, filed_by=me)
    assert join(desk, filed["id"], account=me) == {
        "id": filed["id"], "receipt": filed["receipt"], "claim": filed["claim"], "neighbours": 0,
        "community": COMMUNITY, "neighbour": None,
    }  # fmt: skip


def test_a_neighbour_must_be_known_by_something_and_joins_no_matter_of_one_person(desk):
    with pytest.raises(NothingToKnowBy):
        join(desk, file(desk)["id"])
    with pytest.raises(GrievanceNotFound):
        join(desk, file(desk, category="hardship")["id"], key="a")


def test_a_neighbour_follows_with_a_number_of_their_own_and_decides_nothing(desk):
    filed = file(desk)
    joined = join(desk, filed["id"], phone="13700001111")
    assert joined["receipt"] != filed["receipt"]
    for proof in (by_claim(joined), by_phone(joined, "13700001111")):
        case = desk.follow_receipt(proof)
        assert (case["follows_as"], case["allowed"], case["neighbours"]) == ("neighbour", [], 1)
        assert not {"description", "resolution", "score"} & case.keys()
    with pytest.raises(OnlyTheFiler):
        desk.withdraw_by_receipt(by_claim(joined, reason=""))


# -- pictures


def keep(desk, **changes):
    command = {
        "id": uuid4(), "community": COMMUNITY, "image": b64encode(b"full").decode(),
        "small": b64encode(b"small").decode(), "width": 40, "height": 30, "added_by": None, **changes,
    }  # fmt: skip
    desk.keep_picture(command)
    return command["id"]


def add(desk, filed, kind="after"):
    command = {
        "id": uuid4(), "community": "0" * 12, "grievance_id": UUID(filed["id"]), "kind": kind, "added_by": uuid4(),
        "image": b64encode(b"full").decode(), "small": b64encode(b"small").decode(), "width": 40, "height": 30,
    }  # fmt: skip
    return desk.add_picture(command)


def test_pictures_sent_before_belong_to_the_case_that_names_them(desk):
    ids = [keep(desk) for _ in range(2)]
    with pytest.raises(PictureNotFound):
        desk.get_picture({"id": ids[0], "size": "full"})
    filed = file(desk, pictures=ids)
    assert {each["id"] for each in desk.follow_receipt(by_claim(filed))["pictures"]} == {str(id) for id in ids}
    assert b64decode(desk.get_picture({"id": ids[0], "size": "small"})["image"]) == b"small"
    assert desk.find_picture({"id": ids[0]})["place"] == BUILDING
    assert len(desk.get_grievance({"id": UUID(filed["id"])})["pictures"]) == 2


def test_a_picture_of_another_case_or_none_at_all_is_refused_and_nothing_is_filed(desk):
    taken = keep(desk)
    file(desk, pictures=[taken])
    for id in (taken, uuid4()):
        with pytest.raises(UnknownPicture):
            file(desk, pictures=[id])
    assert told(desk).count("GrievanceFiled") == 1


def test_pictures_are_not_readable_at_rest(desk):
    keep(desk)
    with desk.reading() as connection:
        row = connection.execute(text("SELECT image, small FROM pictures")).one()
    assert not [each for each in row for plain in (b"full", b"small") if b64encode(plain).decode() in each]


def test_those_who_handle_it_add_some_of_before_and_after_and_no_more(desk):
    filed = file(desk)
    for _ in range(MOST_HANDLED):
        add(desk, filed)
    with pytest.raises(TooManyPictures):
        add(desk, filed)
    add(desk, filed, "before")
    kinds = [each["kind"] for each in desk.follow_receipt(by_claim(filed))["pictures"]]
    assert (kinds.count("after"), kinds.count("before")) == (MOST_HANDLED, 1)


def test_pictures_that_no_case_came_with_go_after_a_day_and_those_of_a_case_long_after_its_end(desk):
    alone, filed = keep(desk), file(desk, pictures=[keep(desk)])
    (kept,) = desk.follow_receipt(by_claim(filed))["pictures"]
    desk.clock.now += KEPT_ALONE + timedelta(seconds=1)
    desk.forget_pictures()
    with pytest.raises(UnknownPicture):
        file(desk, pictures=[alone])
    take(desk, filed, "accept", "resolve")
    handlers.close_settled(desk.uow, UUID(filed["id"]), now=desk.clock())
    desk.forget_pictures()
    assert desk.get_picture({"id": UUID(kept["id"]), "size": "full"})
    desk.clock.now += timedelta(days=desk.settings.pictures_kept_days, seconds=1)
    desk.forget_pictures()
    with pytest.raises(PictureNotFound):
        desk.get_picture({"id": UUID(kept["id"]), "size": "full"})
