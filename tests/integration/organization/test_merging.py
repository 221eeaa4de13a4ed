"""Two entries of one and the same person: found, looked at, merged into one or told apart."""

from datetime import timedelta
from threading import Thread
from time import monotonic
from uuid import UUID, uuid4

import pytest

from contracts.errors import Error
from contracts.health.events import ElderConsented
from contracts.organization.errors import (
    EditedMeanwhile,
    ImportRefused,
    MergedAway,
    MergedWithItself,
    PersonGone,
    PersonNotFound,
)
from contracts.organization.events import ConsentWithdrawn, ElderLeft, EldersRegistered, PersonErased, PersonMerged
from contracts.organization.schemas import doubles as schemas
from services.organization import handlers
from services.organization.domain.people import person_id
from services.organization.persistence.doubles import MOST_ON_A_TELEPHONE
from tests.building import unit_of_work
from tests.integration.organization.test_boards_and_edits import show_portrait
from tests.integration.organization.test_organization_calls import keeps
from tests.overlapping import overlapping
from tests.scopes import in_this_scope
from tests.unit.organization.samples import COTTAGE, G1, HOME, NOW, TODAY, C, csv_file

WANG, LI, ELDER = (str(person_id(C, number)) for number in "123")
TWIN = str(person_id(C, "33"))
TWICE = f"33,赵桂英,1950-01-01,女,{COTTAGE},+86 138-0371-0003"
COLUMNS = "编号,姓名,出生日期,性别,住户编码,电话"


@pytest.fixture
def twins(community):
    """赵桂英 is registered a second time: in another household, with her telephone written otherwise."""
    community.import_people(COLUMNS, TWICE, today=TODAY + timedelta(days=1))
    community.forget_told()
    return community


def found(community, **asked):
    told = keeps_page(community.ask_at_the_door("list_doubles", community=C, **asked))
    return [({pair["one"]["id"], pair["other"]["id"]}, pair["reasons"]) for pair in told["items"]]


def keeps_page(told):
    for pair in told["items"]:
        keeps(schemas.DoubleOut, pair)
    return told


def merge(community, kept=ELDER, gone=TWIN, **more):
    seen = {
        name: more.pop(name, None) or community.ask_at_the_door("get_person", id=id)["version"]
        for name, id in (("version", kept), ("gone_version", gone))
    }
    return community.ask_at_the_door("merge_people", kept_id=kept, gone_id=gone, by="office", **seen, **more)


def consent(community, person, **more):
    given = {"purpose": "publication", "given_on": "2024-04-01", "how": "spoken", "recorded_by": "office"} | more
    return community.ask_at_the_door("record_consent", person_id=person, **given)


def withdraw(community, person, purpose="publication"):
    taken = {"purpose": purpose, "withdrawn_on": "2024-04-02", "how": "written", "recorded_by": "office"}
    return community.ask_at_the_door("withdraw_consent", person_id=person, **taken)


# -- finding


def test_who_is_registered_twice_is_found_by_telephone_name_and_birthday(twins):
    assert found(twins) == [({ELDER, TWIN}, ["name_birth", "name_birth_year", "phone"])]


@pytest.mark.parametrize(
    ("row", "reasons"),
    [
        (f"9,赵桂英,1950-11-11,女,{COTTAGE},", ["name_birth_year"]),
        (f"9,赵桂英,,女,{HOME},", ["name_household"]),
        (f"9,钱七,1990-01-01,女,{COTTAGE},13803710003", ["phone"]),
        (f"9,赵桂英,1951-01-01,女,{COTTAGE},", []),
        (f"9,钱七,1950-01-01,女,{HOME},", []),
    ],
)
def test_what_speaks_for_two_being_one_is_told(community, row, reasons):
    community.import_people(COLUMNS, row)
    assert [why for _, why in found(community)] == ([reasons] if reasons else [])
    for reason in schemas.REASONS:
        assert bool(found(community, reason=reason)) == (reason in reasons)


def test_no_telephone_and_no_name_are_not_the_same_telephone(community):
    community.import_people(COLUMNS, f"8,孙一,,女,{COTTAGE},", f"9,孙二,,女,{COTTAGE},")
    assert found(community) == []


def test_doubles_are_shown_page_by_page_those_alike_in_most_first(twins):
    twins.import_people(COLUMNS, f"9,钱七,1990-01-01,女,{COTTAGE},13803710001")
    first, second = (
        keeps_page(twins.ask_at_the_door("list_doubles", community=C, page=page, page_size=1)) for page in (1, 2)
    )
    assert (first["total"], first["items"][0]["one"]["name"], first["items"][0]["one"]["phone"]) == (
        2,
        "赵桂英",
        "138****0003",
    )
    assert second["items"][0]["reasons"] == ["phone"]


def test_two_who_were_told_apart_are_not_shown_again_whichever_way_round(twins):
    twins.ask_at_the_door("tell_apart", id=TWIN, other_id=ELDER, by="office")
    assert found(twins) == []
    twins.ask_at_the_door("tell_apart", id=ELDER, other_id=TWIN, by="somebody")
    kept = twins.ask(lambda connection: connection.exec_driver_sql("SELECT said_by FROM told_apart").scalars().all())
    assert kept == ["office"]


def test_nobody_is_told_apart_from_themselves_or_from_nobody(community):
    with pytest.raises(MergedWithItself):
        community.ask_at_the_door("tell_apart", id=ELDER, other_id=ELDER, by="office")
    with pytest.raises(PersonNotFound):
        community.ask_at_the_door("tell_apart", id=ELDER, other_id=str(uuid4()), by="office")


def test_ten_thousand_people_are_looked_through_in_a_moment(community):
    rows = [f"p{n},姓名{n},19{50 + n % 40}-01-01,女,{HOME},139{n:08}" for n in range(10_000)]
    community.import_people(COLUMNS, *rows, f"q1,姓名77,{1950 + 77 % 40}-01-01,女,{COTTAGE},13900000078")
    began = monotonic()
    pairs = found(community)
    assert monotonic() - began < 5
    assert sorted(why[0] for _, why in pairs) == ["name_birth", "phone"]


def test_a_telephone_that_many_share_speaks_for_nobody(community):
    row = "p{n},姓名{n},19{year}-01-01,女,{home},13900000001"
    family, office = (
        [row.format(n=n, year=50 + n, home=COTTAGE) for n in range(size)]
        for size in (MOST_ON_A_TELEPHONE, MOST_ON_A_TELEPHONE + 1)
    )
    community.import_people(COLUMNS, *family)
    assert len(found(community)) == MOST_ON_A_TELEPHONE * (MOST_ON_A_TELEPHONE - 1) // 2
    community.import_people(COLUMNS, *office)
    assert found(community) == found(community, reason="phone") == []
    community.import_people(COLUMNS, f"q,姓名1,1951-01-01,女,{HOME},13900000001")
    assert [why for _, why in found(community)] == [["name_birth", "name_birth_year"]]


def test_a_telephone_alone_weighs_least(community):
    rows = (
        f"8,甲一,1990-05-05,女,{COTTAGE},13900000001",
        f"9,乙二,1991-06-06,女,{COTTAGE},13900000001",
        f"10,丙三,1980-01-01,男,{COTTAGE},",
        f"11,丙三,1980-09-09,男,{HOME},",
    )
    community.import_people(COLUMNS, *rows)
    assert [why for _, why in found(community)] == [["name_birth_year"], ["phone"]]


def test_a_thousand_people_on_one_telephone_are_looked_through_in_a_moment(community):
    rows = [f"p{n},姓名{n},19{50 + n % 40}-01-01,女,{HOME},13900000001" for n in range(1_000)]
    community.import_people(COLUMNS, *rows, f"q1,姓名77,{1950 + 77 % 40}-01-01,女,{COTTAGE},")
    began = monotonic()
    pairs = found(community)
    assert monotonic() - began < 2
    assert [why for _, why in pairs] == [["name_birth", "name_birth_year"]]


# -- looking


def test_what_merging_would_do_is_seen_before(twins):
    twins.ask_at_the_door("take_leave", id=str(uuid4()), person_id=TWIN, starts_on="2024-05-02", ends_on="2024-05-03")
    consent(twins, ELDER)
    consent(twins, TWIN)
    withdraw(twins, TWIN)
    told = keeps(schemas.MergePreviewOut, twins.ask_at_the_door("preview_merge", kept_id=ELDER, gone_id=TWIN))
    assert (told["kept"]["id"], told["gone"]["id"]) == (ELDER, TWIN)
    assert {each["field"]: (each["kept"], each["gone"], each["stays"]) for each in told["differing"]} == {
        "number": ("3", "33", "gone"),
        "household": (HOME, COTTAGE, "gone"),
        "phone": ("138****0003", "+86****0003", "gone"),
    }
    assert (told["posts"], told["leaves"], told["consents"], told["withdrawn"]) == (0, 1, 1, ["publication"])
    assert found(twins)


# -- merging


def test_one_entry_stays_and_the_other_leads_to_it(twins):
    merged = merge(twins)
    assert (merged["id"], merged["number"], merged["household"]) == (ELDER, "33", COTTAGE)
    assert merged["phone"] == "+86****0003"
    assert found(twins) == []
    with pytest.raises(MergedAway) as told:
        twins.ask_at_the_door("get_person", id=TWIN)
    assert told.value.facts["into"] == ELDER
    people = twins.ask_at_the_door("list_people", community=C)
    assert [one["id"] for one in people["items"] if one["name"] == "赵桂英"] == [ELDER]
    assert twins.ask_at_the_door("get_community", community=C)["counts"]["residents"] == 4
    assert [event for event in twins.told() if isinstance(event, PersonMerged)] == [
        PersonMerged(community=C, kept_id=UUID(ELDER), gone_id=UUID(TWIN), merged_at=NOW)
    ]
    [registered] = [event for event in twins.told() if isinstance(event, EldersRegistered)]
    assert [fact.person_id for fact in registered.elders] == [UUID(ELDER)]


def test_what_somebody_chose_stays_field_by_field(twins):
    merged = merge(twins, stays={"household": "kept", "number": "kept"})
    assert (merged["number"], merged["household"]) == ("3", HOME)


def test_of_an_empty_field_and_a_filled_one_the_filled_one_stays(community):
    community.import_people("编号,姓名,住户编码", f"9,赵桂英,{HOME}", today=TODAY + timedelta(days=9))
    merged = merge(community, gone=str(person_id(C, "9")))
    assert (merged["born_on"], merged["phone"], merged["sex"]) == ("1950-01-01", "138****0003", "female")


def test_posts_move_with_their_history(community):
    community.import_people(COLUMNS, f"11,王建国,1980-03-01,男,{HOME},13803710001")
    twin = str(person_id(C, "11"))
    command = {"community": C, "kind": "grid_leader", "place": G1, "line": None}
    community.ask_at_the_door("appoint", id=str(uuid4()), **command, person_id=twin, starts_on="2024-04-01")
    show_portrait(community, twin)
    merge(community, WANG, twin)
    told = community.ask_at_the_door("get_person", id=WANG)
    assert [(term["starts_on"], term["ends_on"]) for term in told["terms"]] == [
        ("2024-04-01", None),
        ("2021-04-01", "2024-03-31"),
    ]
    assert [post["kind"] for post in told["posts"]] == ["grid_leader"]
    [entry] = [
        each
        for each in community.ask_at_the_door("get_board", community=C, code=G1)["entries"]
        if each["post"] == "grid_leader"
    ]
    assert (entry["person"]["id"], bool(entry["person"]["portrait"])) == (WANG, True)
    [newest, _] = community.ask_at_the_door("list_posts", person_id=WANG)["items"]
    assert newest["predecessor_id"] is None


def test_who_is_complained_about_under_the_id_that_is_gone_does_not_get_the_case(community):
    community.import_people(COLUMNS, f"11,王建国,1980-03-01,男,{HOME},13803710001")
    twin = str(person_id(C, "11"))
    merge(community, WANG, twin)
    told = [
        community.ask_at_the_door("find_responsible", community=C, place=HOME, **about)["leader"]["id"]
        for about in ({}, {"about_person": twin})
    ]
    assert told == [WANG, LI]


def test_a_withdrawal_counts_over_a_consent(twins):
    consent(twins, ELDER, purpose="health_record")
    consent(twins, TWIN, purpose="health_record")
    withdraw(twins, TWIN, "health_record")
    twins.forget_told()
    merge(twins)
    consents = twins.ask_at_the_door("get_consents", person_id=ELDER)["consents"]
    assert [each["in_force"] for each in consents] == [False, False]
    assert [event.person_id for event in twins.told() if isinstance(event, ConsentWithdrawn)] == [UUID(ELDER)]


def test_what_the_one_that_stays_took_back_before_the_other_agreed_is_told_again(twins):
    consent(twins, ELDER, purpose="health_record")
    withdraw(twins, ELDER, "health_record")
    consent(twins, TWIN, purpose="health_record", given_on="2024-04-03")
    twins.forget_told()
    merge(twins)
    assert [event.person_id for event in twins.told() if isinstance(event, ConsentWithdrawn)] == [UUID(ELDER)]


@pytest.mark.parametrize("leaves", [(ELDER, TWIN), (ELDER,)])
def test_who_has_left_by_both_entries_is_told_to_have_left_and_who_lives_here_by_one_is_not(twins, leaves):
    for id in leaves:
        version = twins.ask_at_the_door("get_person", id=id)["version"]
        twins.ask_at_the_door("depart_person", id=id, version=version, left_on="2024-04-01")
    twins.forget_told()
    merge(twins)
    left = [event.person_id for event in twins.told() if isinstance(event, ElderLeft)]
    assert left == ([UUID(ELDER)] if len(leaves) == 2 else [])


@pytest.mark.parametrize("kept", [ELDER, TWIN])
def test_who_took_back_before_the_other_entry_agreed_has_taken_back_and_that_is_told(twins, kept):
    consent(twins, kept, purpose="health_record")
    withdraw(twins, kept, "health_record")
    gone = TWIN if kept == ELDER else ELDER
    consent(twins, gone, purpose="health_record")
    twins.forget_told()
    merge(twins, kept, gone)
    consents = twins.ask_at_the_door("get_consents", person_id=kept)["consents"]
    assert [each["in_force"] for each in consents] == [False, False]
    [told] = [event for event in twins.told() if isinstance(event, ConsentWithdrawn)]
    assert (told.person_id, told.purpose, told.recorded_at) == (UUID(kept), "health_record", NOW)


def test_what_both_had_taken_back_is_not_told_again(twins):
    for each in (ELDER, TWIN):
        consent(twins, each, purpose="health_record")
        withdraw(twins, each, "health_record")
    twins.forget_told()
    merge(twins)
    assert [event for event in twins.told() if isinstance(event, ConsentWithdrawn)] == []


def test_a_consent_of_the_other_entry_is_kept_and_taken_back_whole(twins):
    consent(twins, ELDER)
    consent(twins, TWIN)
    merge(twins)
    consents = twins.ask_at_the_door("get_consents", person_id=ELDER)["consents"]
    assert [each["in_force"] for each in consents] == [True, True]
    withdraw(twins, ELDER)
    consents = twins.ask_at_the_door("get_consents", person_id=ELDER)["consents"]
    assert [each["in_force"] for each in consents] == [False, False]
    assert [event for event in twins.told() if isinstance(event, ConsentWithdrawn)]


def test_from_whom_one_was_told_apart_the_other_is_too(twins):
    twins.ask_at_the_door("tell_apart", id=TWIN, other_id=WANG, by="office")
    merge(twins)
    kept = twins.ask(lambda connection: connection.exec_driver_sql("SELECT count(*) FROM told_apart").scalar())
    assert kept == 1


def test_who_merges_what_somebody_has_changed_meanwhile_is_told(twins):
    seen = twins.ask_at_the_door("get_person", id=TWIN)["version"]
    twins.ask_at_the_door("change_person", id=TWIN, version=seen, name="赵桂瑛")
    with pytest.raises(EditedMeanwhile):
        merge(twins, gone_version=seen)
    assert twins.ask_at_the_door("get_person", id=TWIN)["name"] == "赵桂瑛"


def test_of_two_who_merge_at_once_the_second_is_told(twins):
    outcomes = []

    def attempt(kept, gone):
        try:
            outcomes.append(merge(twins, kept, gone, version=1, gone_version=1)["id"])
        except Error as error:
            outcomes.append(type(error))

    threads = [Thread(target=in_this_scope(attempt), args=pair) for pair in ((ELDER, TWIN), (TWIN, ELDER))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([each for each in outcomes if isinstance(each, str)]) == 1
    assert [each for each in outcomes if isinstance(each, type)] == [MergedAway]


def test_nobody_is_merged_with_themselves_with_nobody_or_with_the_erased(twins):
    with pytest.raises(MergedWithItself):
        merge(twins, ELDER, ELDER)
    with pytest.raises(PersonNotFound):
        merge(twins, ELDER, str(uuid4()), gone_version=1)
    erase(twins, TWIN)
    with pytest.raises((PersonNotFound, PersonGone)):
        merge(twins, gone_version=1)


ELSEWHERE = "410181002012"


@pytest.fixture
def neighbours(twins):
    """In another community, too, 赵桂英 is registered, and one whose two entries were merged."""
    home = f"{ELSEWHERE}0010101101"
    lines = (
        "编码,类型,名称,上级,老旧,四至,街道,城市",
        f"{ELSEWHERE},社区,别的社区,,,,杜甫路街道,巩义市",
        f"{ELSEWHERE}001,网格,一,{ELSEWHERE},,,,",
        f"{ELSEWHERE}00101,楼院,院,{ELSEWHERE}001,,,,",
        f"{ELSEWHERE}0010101,楼栋,1号楼,{ELSEWHERE}00101,,,,",
        f"{home},住户,101,{ELSEWHERE}0010101,,,,",
    )
    handlers.import_places(twins.uow, ELSEWHERE, csv_file(*lines), preview=False, most_rows=99, now=NOW)
    rows = (f"{number},赵桂英,1950-01-01,女,{home}," for number in ("1", "2", "3"))
    file = csv_file(COLUMNS, *rows)
    handlers.import_people(twins.uow, ELSEWHERE, file, preview=False, most_rows=99, today=TODAY, elder_age=60)
    merge(twins, elsewhere("2"), elsewhere("3"))
    return twins


def elsewhere(number):
    return str(person_id(ELSEWHERE, number))


@pytest.mark.parametrize("number", ["1", "3", "nobody"])
def test_whoever_is_registered_elsewhere_is_nobody_to_those_who_merge(neighbours, number):
    other = elsewhere(number)
    before = everything(neighbours)
    for ask in (
        lambda: neighbours.ask_at_the_door("preview_merge", kept_id=ELDER, gone_id=other),
        lambda: merge(neighbours, gone=other, gone_version=1),
        lambda: neighbours.ask_at_the_door("tell_apart", id=ELDER, other_id=other, by="office"),
    ):
        with pytest.raises(PersonNotFound) as told:
            ask()
        assert told.value.facts == {"id": other}
    assert everything(neighbours) == before


def everything(community):
    tables = ("people", "merged", "told_apart")
    return [
        community.ask(lambda connection, table=table: connection.exec_driver_sql(f"SELECT * FROM {table}").all())
        for table in tables
    ]


def erase(community, id):
    command = {"id": id, "erasure_id": str(uuid4()), "community": C, "known_as": [id]}
    return community.ask_at_the_door("erase_person", **command, reason="asked_by_person", asked_by="secretary")


# -- afterwards


def test_the_list_read_again_means_the_entry_that_stayed(twins):
    merge(twins)
    told = twins.import_people(COLUMNS, f"33,赵桂英,1950-01-01,女,{HOME},13803710003")
    assert (told["added"], told["changed"]) == (0, 1)
    assert twins.ask_at_the_door("get_person", id=ELDER)["household"] == HOME


def test_a_list_that_still_has_both_is_refused_with_the_row(twins):
    merge(twins)
    rows = (f"3,赵桂英,1950-01-01,女,{HOME},13803710003", f"33,赵桂英,1950-01-01,女,{COTTAGE},")
    with pytest.raises(ImportRefused) as told:
        twins.import_people(COLUMNS, *rows)
    assert "rows.3.number" in told.value.fields


def test_who_is_registered_by_hand_under_the_number_that_is_gone_is_known(twins):
    merge(twins)
    facts = {"number": "33", "name": "赵桂英", "born_on": None, "sex": "female", "household": HOME, "phone": None}
    with pytest.raises(MergedAway):
        twins.ask_at_the_door("add_person", community=C, **facts)


def test_who_is_erased_is_erased_under_every_id_that_became_theirs(twins):
    twins.import_people(COLUMNS, f"333,赵桂英,1950-01-01,女,{HOME},")
    third = str(person_id(C, "333"))
    merge(twins, TWIN, third)
    merge(twins)
    with pytest.raises(MergedAway):
        erase(twins, TWIN)
    erase(twins, ELDER)
    [told] = [event for event in twins.told() if isinstance(event, PersonErased)]
    assert {*told.known_as} == {UUID(ELDER), UUID(TWIN), UUID(third)}
    rows = (f"33,赵桂英,1950-01-01,女,{HOME},", f"333,赵桂英,1950-01-01,女,{HOME},")
    for row in rows:
        with pytest.raises(ImportRefused):
            twins.import_people(COLUMNS, row)


def test_an_entry_that_took_in_another_may_become_part_of_a_third(twins):
    twins.import_people(COLUMNS, f"333,赵桂英,1950-01-01,女,{HOME},")
    third = str(person_id(C, "333"))
    merge(twins)
    merge(twins, third, ELDER)
    for gone in (TWIN, ELDER):
        with pytest.raises(MergedAway) as told:
            twins.ask_at_the_door("get_person", id=gone)
        assert told.value.facts["into"] == third


def test_who_merged_two_and_when_stays_on_record(twins):
    merge(twins)
    kept = twins.ask(lambda connection: connection.exec_driver_sql("SELECT merged_by FROM merged").scalars().all())
    assert kept == ["office"]
    exported = twins.ask_at_the_door("export_person", community=C, ids=[ELDER])["kept"]
    assert "merged" in {part["kept_in"] for part in exported}


def test_from_whom_somebody_was_told_apart_is_exported_with_them(twins):
    twins.ask_at_the_door("tell_apart", id=TWIN, other_id=ELDER, by="office")

    def apart(id):
        kept = twins.ask_at_the_door("export_person", community=C, ids=[id])["kept"]
        return [row for part in kept if part["kept_in"] == "told_apart" for row in part["rows"]]

    for id in (ELDER, TWIN):
        assert {each["one_id"] for each in apart(id) if "one_id" in each} | {
            each["other_id"] for each in apart(id) if "other_id" in each
        } == {ELDER, TWIN}
    assert apart(WANG) == []


# -- who has left


LEFT = "2024-01-01"


def registered_twice(community, *, born_on="1950-01-01"):
    """钱进 is registered twice, the first time without a birthday; returns both ids."""
    rows = (f"77,钱进,,男,{HOME},", f"78,钱进,{born_on},男,{HOME},")
    community.import_people(COLUMNS, *rows, today=TODAY)
    return str(person_id(C, "77")), str(person_id(C, "78"))


def depart(community, id):
    seen = community.ask_at_the_door("get_person", id=id)["version"]
    community.ask_at_the_door("depart_person", id=id, version=seen, left_on=LEFT)


def told_to_have_left(community):
    return [
        (str(event.person_id), str(event.left_on), str(event.gone_id))
        for event in community.told()
        if isinstance(event, ElderLeft)
    ]


@pytest.mark.parametrize("leaving", [(0,), (1,), (0, 1)])
def test_that_an_elder_has_left_by_what_stays_is_told_of_the_one_that_stays(community, leaving):
    ids = registered_twice(community)
    for number in leaving:
        depart(community, ids[number])
    community.forget_told()
    kept, gone = ids
    merged = merge(community, kept, gone, stays={"household": "gone" if leaving == (1,) else "kept"})
    assert merged["left_on"] == LEFT
    assert told_to_have_left(community) == [(kept, LEFT, gone)]


def test_of_an_elder_who_lives_here_by_what_stays_no_leaving_is_told(community):
    kept, gone = registered_twice(community)
    depart(community, gone)
    community.forget_told()
    assert merge(community, kept, gone, stays={"household": "kept"})["left_on"] is None
    assert told_to_have_left(community) == []
    assert [event.elders[0].person_id for event in community.told() if isinstance(event, EldersRegistered)] == [
        UUID(kept)
    ]


def test_of_somebody_young_who_has_left_nothing_is_told(community):
    kept, gone = registered_twice(community, born_on="1990-01-01")
    depart(community, kept)
    community.forget_told()
    assert merge(community, kept, gone, stays={"household": "kept"})["left_on"] == LEFT
    assert told_to_have_left(community) == []


# -- at the same time


def at_once(community, second):
    """The merge stands open while the second is asked; what the second raised."""
    seen = [community.ask_at_the_door("get_person", id=id)["version"] for id in (ELDER, TWIN)]

    def first():
        handlers.merge_people(
            uow,
            UUID(ELDER),
            UUID(TWIN),
            version=seen[0],
            gone_version=seen[1],
            stays={},
            by="office",
            today=TODAY,
            elder_age=60,
            now=NOW,
        )

    uow, other = (unit_of_work("organization", community.database) for _ in range(2))
    return [type(error) for error in overlapping(uow, first, lambda: second(other))]


AGREED = {"given_on": TODAY, "how": "spoken", "given_by": "self", "notice": None, "recorded_by": "office"}
TAKEN_BACK = {"withdrawn_on": TODAY, "how": "spoken", "recorded_by": "office"}


@pytest.mark.parametrize(
    "act",
    [
        lambda uow: handlers.take_leave(uow, uuid4(), UUID(TWIN), TODAY, TODAY),
        lambda uow: handlers.record_consent(uow, UUID(TWIN), "publication", **AGREED, today=TODAY, now=NOW),
        lambda uow: handlers.withdraw_consent(uow, UUID(TWIN), "health_record", **TAKEN_BACK, today=TODAY, now=NOW),
        lambda uow: handlers.show_phone(uow, UUID(TWIN), shown=False),
        lambda uow: handlers.tell_apart(uow, UUID(TWIN), UUID(WANG), by="office", now=NOW),
    ],
    ids=["leave", "consent", "withdrawal", "telephone", "told apart"],
)
def test_what_is_asked_for_the_gone_entry_while_it_is_merged_is_led_on(twins, act):
    consent(twins, TWIN, purpose="health_record")
    assert at_once(twins, act) == [MergedAway]
    for table, column in (
        ("leaves", "person_id"),
        ("consents", "person_id"),
        ("publications", "id"),
        ("told_apart", "other_id"),
        ("told_apart", "one_id"),
    ):
        ids = twins.ask(lambda c, t=table, n=column: c.exec_driver_sql(f"SELECT {n} FROM {t}").scalars().all())
        assert TWIN not in {str(UUID(str(id))) for id in ids}


def test_a_consent_from_the_doctor_while_they_are_merged_is_the_others(twins):
    event = ElderConsented(
        community=C, elder_id=UUID(TWIN), given_on=TODAY, recorded_by="doctor", recorded_at=NOW - timedelta(hours=1)
    )
    assert at_once(twins, lambda uow: handlers.note_consent_of_elder(uow, event)) == []
    assert [each["in_force"] for each in twins.ask_at_the_door("get_consents", person_id=ELDER)["consents"]] == [True]
