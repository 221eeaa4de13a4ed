"""The chain of the audit: what a hash covers, and which tampering a walk finds, where and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from services.accounts.domain.audit import BEGINNING, Cut, Head, Link, Read, Seal, chained, hash_of, written
from services.accounts.domain.verification import LEAST_DAYS, Fault, Walk, Why

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
COMMUNITY = "410181002011"


def read(number: int = 1, **different: object) -> Read:
    given = {
        "id": UUID(int=number),
        "community": COMMUNITY,
        "at": NOON + timedelta(minutes=number),
        "account": "a1",
        "role": "doctor",
        "session": "s1",
        "why": "visit",
        "what": "health",
        "route": "GET /elder-records/<id>",
        "subjects": ("p1", "p2"),
        "correlation": "c1",
    }
    return Read(**given | different)  # type: ignore[arg-type]


LINKS, HEAD = chained(Head(community=COMMUNITY), [read(number) for number in range(1, 7)])


def seal_at(count: int, at: datetime = NOON, **different: str) -> Seal:
    return Seal(**{"community": COMMUNITY, "count": count, "hash": LINKS[count - 1].hash, "at": at} | different)


def cut_at(count: int, at: datetime, days: int = 1095) -> Cut:
    return Cut(community=COMMUNITY, count=count, hash=LINKS[count - 1].hash, at=at, days=days)


def walked(links: list[Link], head: Head | None = HEAD, **known: object) -> Fault | None:
    walk = Walk(COMMUNITY, head=head, **known)  # type: ignore[arg-type]
    steps = [walk.begin, *(lambda link=link: walk.follow(link) for link in links), walk.end]
    return next((fault for step in steps if (fault := step())), None)


def fault(number: int, why: Why) -> Fault:
    return Fault(community=COMMUNITY, number=number, why=why)


def rehashed(link: Link, **different: object) -> Link:
    """The entry made to say something else, by somebody who knows how hashes are made."""
    changed = replace(link.read, **different)  # type: ignore[arg-type]
    return replace(link, read=changed, hash=hash_of(link.previous, link.number, changed))


def test_an_entry_is_written_down_in_one_way_only() -> None:
    assert written(1, read()) == (
        b'{"account":"a1","at":"2026-05-20T12:01:00.000000+00:00","community":"410181002011","correlation":"c1",'
        b'"format":1,"id":"00000000-0000-0000-0000-000000000001","number":1,"role":"doctor",'
        b'"route":"GET /elder-records/<id>","session":"s1","subjects":["p1","p2"],"what":"health","why":"visit"}'
    )
    in_china = read(at=read().at.astimezone(timezone(timedelta(hours=8))))
    assert written(1, in_china) == written(1, read())


@pytest.mark.parametrize(
    "different",
    [
        {"id": UUID(int=9)}, {"community": ""}, {"at": NOON}, {"account": "a2"}, {"role": "office"}, {"session": None},
        {"why": "audit"}, {"what": "contact"}, {"route": "GET /x"}, {"subjects": ("p1",)}, {"correlation": "c2"},
    ],
    ids=str,
)  # fmt: skip
def test_a_hash_covers_everything_an_entry_says(different: dict[str, object]) -> None:
    assert hash_of(BEGINNING, 1, read(**different)) != hash_of(BEGINNING, 1, read())


def test_a_hash_covers_the_entrys_place_and_the_hash_before_it() -> None:
    assert len({hash_of(BEGINNING, 1, read()), hash_of(BEGINNING, 2, read()), hash_of("1" * 64, 1, read())}) == 3


def test_a_chain_goes_on_where_it_ended() -> None:
    first, head = chained(Head(community=COMMUNITY), [read(1), read(2)])
    rest, end = chained(head, [read(number) for number in range(3, 7)])
    assert [*first, *rest] == LINKS
    assert end == HEAD
    assert [link.number for link in LINKS] == [1, 2, 3, 4, 5, 6]


def test_a_chain_that_nobody_touched_fits() -> None:
    assert walked(LINKS) is None
    assert walked(LINKS, seals=[seal_at(2), seal_at(6)]) is None
    assert walked([], head=None) is None
    assert walked([], head=Head(community=COMMUNITY)) is None


@pytest.mark.parametrize("number", [1, 3, 6])
def test_a_changed_entry_is_found(number: int) -> None:
    links = list(LINKS)
    links[number - 1] = replace(links[number - 1], read=replace(links[number - 1].read, account="somebody else"))
    assert walked(links) == fault(number, Why.CHANGED)


@pytest.mark.parametrize("number", [1, 3, 6])
def test_an_entry_changed_together_with_its_hash_is_found(number: int) -> None:
    links = list(LINKS)
    links[number - 1] = rehashed(links[number - 1], why="audit")
    assert walked(links) == fault(number, Why.CHANGED)


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_missing_entry_is_found(number: int) -> None:
    assert walked([link for link in LINKS if link.number != number]) == fault(number, Why.MISSING)


def test_entries_put_in_beyond_the_head_or_before_the_beginning_are_found() -> None:
    longer, _ = chained(HEAD, [read(7)])
    assert walked([*LINKS, *longer]) == fault(7, Why.INSERTED)
    assert walked([replace(LINKS[0], number=0), *LINKS]) == fault(0, Why.INSERTED)
    assert walked(LINKS, head=None) == fault(1, Why.INSERTED)


def test_a_chain_that_lost_its_end_is_found_by_its_head() -> None:
    assert walked(LINKS[:4]) == fault(5, Why.CUT_OFF)
    assert walked([]) == fault(1, Why.CUT_OFF)


def test_a_chain_that_lost_its_end_together_with_the_head_is_found_by_a_seal() -> None:
    shorter = Head(community=COMMUNITY, count=4, hash=LINKS[3].hash)
    assert walked(LINKS[:4], head=shorter) is None, "nothing else could tell"
    assert walked(LINKS[:4], head=shorter, seals=[seal_at(3), seal_at(5)]) == fault(5, Why.CUT_OFF)
    assert walked([], head=None, seals=[seal_at(5)]) == fault(1, Why.CUT_OFF)


def test_a_chain_rewritten_from_some_entry_on_is_found_by_a_seal() -> None:
    start = Head(community=COMMUNITY, count=2, hash=LINKS[1].hash)
    forged, head = chained(start, [replace(link.read, account="nobody") for link in LINKS[2:]])
    assert walked([*LINKS[:2], *forged], head=head) is None, "nothing else could tell"
    assert walked([*LINKS[:2], *forged], head=head, seals=[seal_at(2), seal_at(4)]) == fault(4, Why.CHANGED)


def test_two_seals_of_one_place_that_differ_are_found() -> None:
    assert walked(LINKS, seals=[seal_at(4), seal_at(4, hash="1" * 64)]) == fault(4, Why.CHANGED)


def test_a_walk_goes_on_where_an_earlier_one_stopped() -> None:
    walk = Walk(COMMUNITY, head=HEAD)
    assert [walk.follow(link) for link in LINKS[:3]] == [None] * 3
    assert walk.at == Head(community=COMMUNITY, count=3, hash=LINKS[2].hash)
    assert walked(LINKS[3:], at=walk.at) is None
    assert walked([rehashed(LINKS[3], why="export"), *LINKS[4:]], at=walk.at) == fault(4, Why.CHANGED)


# -- forgetting

LATER = NOON + timedelta(days=1200)


def test_a_chain_whose_oldest_entries_were_forgotten_in_time_fits() -> None:
    assert walked(LINKS[3:], seals=[seal_at(3), seal_at(6, LATER)], cut=cut_at(3, LATER)) is None
    assert walked([], seals=[seal_at(6)], cut=cut_at(6, LATER)) is None


def test_forgotten_entries_that_are_still_there_do_not_fit() -> None:
    assert walked(LINKS[2:], seals=[seal_at(3)], cut=cut_at(3, LATER)) == fault(3, Why.INSERTED)


def test_forgetting_more_than_was_declared_is_found() -> None:
    assert walked(LINKS[4:], seals=[seal_at(3)], cut=cut_at(3, LATER)) == fault(4, Why.MISSING)


def test_entries_forgotten_too_early_are_found() -> None:
    early = NOON + timedelta(days=1000)
    assert walked(LINKS[3:], seals=[seal_at(3)], cut=cut_at(3, early)) == fault(3, Why.FORGOTTEN_EARLY)
    young = [seal_at(2, LATER - timedelta(days=30)), seal_at(6, NOON)]
    assert walked(LINKS[3:], seals=young, cut=cut_at(3, LATER)) == fault(3, Why.FORGOTTEN_EARLY)
    assert walked(LINKS[3:], cut=cut_at(3, LATER)) == fault(3, Why.FORGOTTEN_EARLY), "nothing shows their age"


def test_no_setting_lets_entries_go_within_half_a_year() -> None:
    soon, at_last = NOON + timedelta(days=LEAST_DAYS - 1), NOON + timedelta(days=LEAST_DAYS)
    assert walked(LINKS[3:], seals=[seal_at(3)], cut=cut_at(3, soon, days=1)) == fault(3, Why.FORGOTTEN_EARLY)
    assert walked(LINKS[3:], seals=[seal_at(3)], cut=cut_at(3, at_last, days=1)) is None


def test_a_cut_that_is_not_where_the_chain_was_does_not_fit() -> None:
    wrong = replace(cut_at(3, LATER), hash="1" * 64)
    assert walked(LINKS[3:], seals=[seal_at(3)], cut=wrong) == fault(3, Why.CHANGED)
    assert walked(LINKS[3:], seals=[seal_at(4)], cut=wrong) == fault(4, Why.CHANGED)
