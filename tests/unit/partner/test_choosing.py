"""Which unit a case is referred to."""

from datetime import UTC, date, datetime

import pytest

from services.partner.domain.calendar import day_in_china
from services.partner.domain.choosing import Choice, Shortage, Term, choose
from services.partner.domain.unit import Standing, standing
from tests.unit.partner.samples import (
    COURTYARD,
    GRID,
    LAST_YEAR,
    NEXT_YEAR,
    THIS_YEAR,
    TODAY,
    candidate,
    request,
)


def chosen(*candidates, returned_by=(), on=TODAY, **case):
    found = choose(request(**case), candidates, returned_by=returned_by, on=on)
    assert isinstance(found, Choice), found
    return found


def shortage(*candidates, returned_by=(), on=TODAY, **case):
    found = choose(request(**case), candidates, returned_by=returned_by, on=on)
    assert isinstance(found, Shortage), found
    return found.reason


def test_a_unit_with_a_valid_agreement_is_chosen_with_the_reason_in_words():
    unit = candidate("中国铁塔巩义分公司", open_referrals=2)
    found = chosen(unit)
    assert found.unit_id == unit.unit_id
    assert found.reason == "服务全社区的铁塔公司，协议有效期至2026年12月31日，手头未办结的转办2件"


def test_a_unit_whose_agreement_has_expired_cannot_be_chosen():
    assert (
        shortage(candidate("老铁塔", terms=(LAST_YEAR,)))
        == "没有可以转办的铁塔公司：老铁塔的协议已于2025年12月31日到期"
    )


def test_a_unit_whose_agreement_is_not_valid_yet_cannot_be_chosen():
    assert "要到2027年1月1日才生效" in shortage(candidate(terms=(LAST_YEAR, NEXT_YEAR)))


def test_a_renewed_agreement_lets_the_unit_be_chosen_again():
    assert chosen(candidate(terms=(LAST_YEAR, THIS_YEAR)))


def test_a_unit_without_agreement_cannot_be_chosen_not_even_the_police():
    assert "没有签订共建协议" in shortage(candidate("交警大队", terms=()), unit_kind="police")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), Standing.NOT_YET),
        (date(2026, 1, 1), Standing.VALID),
        (date(2026, 12, 31), Standing.VALID),
        (date(2027, 1, 1), Standing.EXPIRED),
    ],
)
def test_the_first_and_the_last_day_of_an_agreement_are_valid(day, expected):
    assert standing(THIS_YEAR.valid_from, THIS_YEAR.valid_to, day) is expected


def test_the_day_is_counted_in_china():
    assert day_in_china(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert day_in_china(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == date(2027, 1, 1)


def test_the_unit_with_the_longest_matching_place_comes_first_however_busy():
    whole, grid = candidate("全社区"), candidate("网格", serves=(GRID,))
    courtyard = candidate("楼院", serves=(COURTYARD, "999"), open_referrals=9)
    found = chosen(whole, grid, courtyard)
    assert found.unit_name == "楼院"
    assert found.reason.startswith(f"负责{COURTYARD}片区的铁塔公司")


def test_of_equally_near_units_the_one_with_fewest_open_referrals_comes_first():
    assert chosen(candidate("甲", open_referrals=3), candidate("乙", open_referrals=1)).unit_name == "乙"


def test_the_choice_does_not_depend_on_the_order_of_the_candidates():
    first, second = candidate("甲"), candidate("乙")
    assert chosen(first, second) == chosen(second, first)


def test_a_unit_limited_to_other_places_cannot_be_chosen():
    assert shortage(candidate(serves=("410181002011009",))) == "登记的1家铁塔公司都不负责事发地点"


def test_a_near_unit_without_agreement_yields_to_a_farther_one_that_has_one():
    near, far = candidate("近", serves=(COURTYARD,), terms=(LAST_YEAR,)), candidate("远")
    assert chosen(near, far).unit_name == "远"


def test_a_unit_that_returned_the_case_is_not_asked_again():
    first, second = candidate("甲", serves=(COURTYARD,)), candidate("乙")
    assert chosen(first, second, returned_by={first.unit_id}).unit_name == "乙"
    assert "甲已退回本件；乙已退回本件" in shortage(first, second, returned_by={first.unit_id, second.unit_id})


def test_where_no_unit_of_the_kind_is_known_the_reason_says_so():
    assert shortage(unit_kind="tower") == "本社区没有登记铁塔公司"
    assert shortage(unit_kind="police") == "本社区没有登记公安单位"


def test_an_unheard_of_kind_is_a_shortage_and_no_failure():
    assert "类单位" in shortage(unit_kind="circus")
    assert "类单位" in shortage(unit_kind="")


@pytest.mark.parametrize("scope", [("flying_wire",), ("safety", "patrol"), ()])
def test_an_agreement_covers_the_categories_and_lines_it_names_or_all(scope):
    assert chosen(candidate(terms=(Term(valid_from=TODAY, valid_to=TODAY, scope=scope),)))


def test_an_agreement_about_other_matters_does_not_count():
    other = Term(valid_from=TODAY, valid_to=TODAY, scope=("elder_care",))
    assert "的协议不包含这类事项" in shortage(candidate(terms=(other,)))


def test_a_long_list_of_unfit_units_is_cut_short_in_the_reason():
    reason = shortage(*(candidate(f"第{number}家", terms=()) for number in range(1, 8)))
    assert "第5家" in reason
    assert "第6家" not in reason
    assert reason.endswith("另有2家也不能转办")
