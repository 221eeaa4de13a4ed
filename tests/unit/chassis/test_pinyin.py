"""Names are found by their first letters in pinyin, and surnames are read as surnames."""

import pytest

from chassis.pinyin import MOST, SURNAMES, initials_of, initials_of_person


@pytest.mark.parametrize(("name", "letters"), [("交通庭院", "jtty"), ("1号楼", "1hl"), ("A座", "az"), ("", "")])
def test_a_place_is_found_by_first_letters_with_digits_in_them(name: str, letters: str) -> None:
    assert initials_of(name) == letters


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("李大山", "lds"), ("曾玉兰", "zyl"), ("单雄信", "sxx"), ("尉迟恭", "ycg"), ("欧阳修", "oyx"), ("Anna", "anna"),
        ("买买提·艾力", "mmtal"), ("", ""),
    ],
)  # fmt: skip
def test_a_person_is_found_by_the_first_letters_of_surname_and_name(name: str, letters: str) -> None:
    assert initials_of_person(name) == letters


def test_a_character_that_is_a_surname_is_read_otherwise_within_a_name() -> None:
    assert initials_of_person("李乐单") == "lld"


@pytest.mark.parametrize("surname", SURNAMES)
def test_no_surname_is_listed_that_is_read_so_anyway(surname: str) -> None:
    assert initials_of(f"{surname}小红")[0] != SURNAMES[surname]


def test_letters_of_a_long_name_are_cut_to_what_is_kept() -> None:
    assert len(initials_of("院" * 200)) == len(initials_of_person("兰" * 200)) == MOST
