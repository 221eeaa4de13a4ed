"""What a row becomes, which rows are refused, and patience with a system that is busy."""

from collections.abc import Callable

import httpx
import pytest

from cli.api import Refused
from cli.imports.categories import CategoryTables
from cli.imports.filing import Filing, Refusal, Sender, plan
from cli.imports.grievance_file import Row
from cli.imports.places import place_of
from tests.unit.cli.fake_api import COMMUNITY, FakeSystem, refused

TABLES = CategoryTables.on_file()


def planned(rows: list[Row], places: tuple[str, ...] = ("a", "b")) -> list[Filing]:
    return plan(rows, community=COMMUNITY, places=list(places), tables=TABLES).filings


def refusals(rows: list[Row]) -> list[Refusal]:
    return plan(rows, community=COMMUNITY, places=["a"], tables=TABLES).refusals


def test_a_row_becomes_what_the_api_takes() -> None:
    (filing,) = planned([Row(number=1, id="7", user="U1", title="楼道堆物", text="三楼")], places=("a",))
    assert filing.body == {
        "community": COMMUNITY,
        "place": "a",
        "category": "corridor_clutter",
        "description": "楼道堆物\n\n三楼",
        "contact": {"name": "U1"},
        "anonymous": False,
        "channel": "web",
    }


def test_a_row_without_a_name_is_filed_anonymously() -> None:
    (filing,) = planned([Row(number=1, text="三楼")])
    assert filing.body["anonymous"] is True
    assert filing.body["contact"] is None


def test_a_row_goes_to_the_same_place_every_time_and_rows_are_spread_over_all() -> None:
    places = [str(nth) for nth in range(10)]
    chosen = [place_of(number, places) for number in range(200)]
    assert chosen == [place_of(number, places) for number in range(200)]
    assert set(chosen) == set(places)


def test_a_row_without_any_words_is_refused() -> None:
    assert [refusal.code for refusal in refusals([Row(number=1, id="7", user="U1")])] == ["no_text"]


def test_ten_thousand_characters_are_filed_and_one_more_is_refused() -> None:
    assert refusals([Row(number=1, text="长" * 10_000)]) == []
    assert [one.code for one in refusals([Row(number=1, title="题", text="长" * 9_998)])] == ["too_long"]


def test_a_repeated_row_is_filed_once_but_rows_without_ids_that_say_the_same_are_two() -> None:
    same = [Row(number=nth, id="7", text="漏水") for nth in (1, 2)]
    assert [(one.code, one.row.number) for one in refusals(same)] == [("repeated_row", 2)]
    assert len(planned([Row(number=nth, text="漏水") for nth in (1, 2)])) == 2


def test_the_key_depends_on_community_id_and_words_and_nothing_else() -> None:
    (key,) = (filing.key for filing in planned([Row(number=1, id="7", text="漏水")]))
    (moved,) = (filing.key for filing in planned([Row(number=9, id="7", text="漏水", category="民政")]))
    (other,) = (filing.key for filing in planned([Row(number=1, id="7", text="漏水了")]))
    assert key == moved
    assert key != other


def failing(times: int, trouble: Callable[[], httpx.Response]) -> Callable[[httpx.Request], httpx.Response | None]:
    left = [times]

    def before(request: httpx.Request) -> httpx.Response | None:
        left[0] -= 1
        return trouble() if left[0] >= 0 else None

    return before


def send(system: FakeSystem, pauses: tuple[float, ...] = (1, 2, 4)) -> tuple[object, list[float]]:
    rested: list[float] = []
    sender = Sender(system.api(), pauses=pauses, rest=rested.append)
    (filing,) = planned([Row(number=1, text="漏水")])
    return sender.send(filing), rested


def test_a_busy_system_is_asked_again_after_growing_pauses() -> None:
    outcome, rested = send(FakeSystem(before=failing(2, lambda: refused(503, "unavailable"))))
    assert not isinstance(outcome, Refusal)
    assert rested == [1, 2]


def test_a_system_that_stays_busy_stops_the_import() -> None:
    with pytest.raises(Refused, match="unavailable"):
        send(FakeSystem(before=failing(9, lambda: refused(503, "unavailable"))))


@pytest.mark.parametrize(("status", "code"), [(422, "invalid"), (409, "place_out_of_use")])
def test_a_refusal_for_good_is_not_asked_again(status: int, code: str) -> None:
    outcome, rested = send(FakeSystem(before=failing(9, lambda: refused(status, code))))
    assert isinstance(outcome, Refusal)
    assert rested == []


def test_news_of_a_place_just_imported_is_waited_for_but_not_for_ever() -> None:
    late, rested = send(FakeSystem(before=failing(2, lambda: refused(422, "unknown_place"))))
    assert not isinstance(late, Refusal)
    assert rested == [1, 2]
    never, rested = send(FakeSystem(before=failing(9, lambda: refused(422, "unknown_place"))))
    assert isinstance(never, Refusal)
    assert rested == [1, 2, 4]
