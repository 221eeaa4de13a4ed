"""Seals in a file outside the database."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.accounts.domain.audit import Seal
from services.accounts.persistence.seals_file import SealsFile

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
HERE, THERE = "410181002011", "410181002012"


def seal(community: str, count: int) -> Seal:
    return Seal(community=community, count=count, hash=f"{count:064d}", at=NOON)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "seals"


def test_of_each_chain_the_newest_seal_is_known(path: Path) -> None:
    SealsFile(str(path)).append([seal(HERE, 1), seal(THERE, 7)])
    SealsFile(str(path)).append([seal(HERE, 3)])
    assert SealsFile(str(path)).newest() == {HERE: seal(HERE, 3), THERE: seal(THERE, 7)}


def test_what_was_written_stays_and_is_only_added_to(path: Path) -> None:
    SealsFile(str(path)).append([seal(HERE, 1)])
    before = path.read_bytes()
    SealsFile(str(path)).append([seal(HERE, 2)])
    assert path.read_bytes().startswith(before)


def test_a_line_that_broke_off_harms_no_other(path: Path) -> None:
    SealsFile(str(path)).append([seal(HERE, 1), seal(THERE, 7)])
    path.write_bytes(path.read_bytes()[:-9])
    SealsFile(str(path)).append([seal(HERE, 2)])
    assert SealsFile(str(path)).newest() == {HERE: seal(HERE, 2)}


def test_without_a_file_nothing_is_written_and_nothing_known() -> None:
    SealsFile("").append([seal(HERE, 1)])
    assert SealsFile("").newest() == {}


def test_a_file_that_is_not_there_is_told_from_one_that_is_empty(path: Path) -> None:
    assert SealsFile(str(path)).newest() is None
    path.touch()
    assert SealsFile(str(path)).newest() == {}


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        SealsFile(str(tmp_path / "nowhere" / "seals")).append([seal(HERE, 1)])
