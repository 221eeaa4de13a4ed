"""The table of categories and the receipt number."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.telephones import same_phone
from services.grievance.domain.asking import ASKED, Asked, asked
from services.grievance.domain.categories import CATEGORIES, HANDS, LINES, OF_ONE, UNIT, VISIT
from services.grievance.domain.receipts import (
    SERIALS,
    claim_of,
    claim_written,
    is_receipt_number,
    receipt_number,
    written,
)

serials = st.integers(min_value=0, max_value=SERIALS - 1)


def test_each_category_has_a_line_and_says_all_that_its_needs_require():
    for category in CATEGORIES.values():
        assert category.line in LINES
        assert set(category.needs) <= {HANDS, UNIT, VISIT}
        assert (category.unit_kind is not None) == (UNIT in category.needs)
        assert (category.hands > 0) == (HANDS in category.needs)
        respond, resolve = category.hours
        assert 0 < respond < resolve


def test_the_table_covers_all_six_lines_and_all_three_needs():
    assert {category.line for category in CATEGORIES.values()} == set(LINES)
    assert {need for category in CATEGORIES.values() for need in category.needs} == {HANDS, UNIT, VISIT}


@given(serials)
def test_a_receipt_number_is_told_from_one_with_a_misread_digit(serial):
    number = receipt_number(datetime(2026, 11, 23, tzinfo=UTC), serial)
    assert is_receipt_number(number)
    misread = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not is_receipt_number(misread)


@given(serials)
def test_a_receipt_number_typed_without_its_hyphens_is_the_same_one(serial):
    number = receipt_number(datetime(2026, 11, 23, tzinfo=UTC), serial)
    assert written(number.replace("-", "")) == written(number) == number


def test_the_day_of_a_receipt_is_the_day_in_china():
    assert receipt_number(datetime(2026, 11, 23, 16, 30, tzinfo=UTC), 7).startswith("20261124-")
    assert receipt_number(datetime(2026, 11, 23, 15, 30, tzinfo=UTC), 7).startswith("20261123-")


@pytest.mark.parametrize("text", ["", "20261123", "abc", "20261123-1234-5678x", "20261123-1234-5678²"])
def test_what_is_no_receipt_number_is_not_taken_for_one(text):
    assert not is_receipt_number(text)


def test_a_claim_is_digits_in_three_groups_and_the_same_for_the_same_fingerprint():
    claim = claim_of("f" * 64)
    assert re.fullmatch(r"[0-9]{4}-[0-9]{4}-[0-9]{5}", claim)
    assert claim_of("f" * 64) == claim != claim_of("e" * 64)
    assert claim_written(claim.replace("-", " ")) == claim_written(claim.replace("-", "")) == claim


@pytest.mark.parametrize("other", ["138 0000 1234", "138-0000-1234", "+86 13800001234", "8613800001234"])
def test_a_telephone_is_the_same_however_it_is_written(other):
    assert same_phone("13800001234", other)


@pytest.mark.parametrize(("one", "other"), [("13800001234", "13800001235"), ("", ""), ("13800001234", "")])
def test_another_telephone_is_not_and_none_is_the_same_as_nothing(one, other):
    assert not same_phone(one, other)


def test_what_concerns_one_home_or_one_person_is_not_shared_with_neighbours():
    assert CATEGORIES["corridor_clutter"].is_shared
    assert not CATEGORIES["hardship"].is_shared
    assert set(CATEGORIES) >= OF_ONE


def test_what_is_asked_belongs_to_a_category_and_is_said_in_both_languages() -> None:
    assert ASKED.keys() <= CATEGORIES.keys()
    for told in ASKED.values():
        assert all(told.about)
        assert bool(told.first[0]) == bool(told.first[1])


def test_where_life_may_be_in_danger_a_number_to_call_comes_first_and_elsewhere_none() -> None:
    assert "119" in asked("lift").first[0]
    assert "120" in asked("elder_care").first[0]
    assert asked("noise").first == ("", "")
    assert asked("other") == Asked()
