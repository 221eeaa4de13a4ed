"""A ring in a file: made once, rotated in one step, never left empty."""

from pathlib import Path
from threading import Thread

import pytest

from chassis.encryption import KeysRefused, key_id, new_key
from chassis.key_file import KEY, kept_keys, read_keys, rotate, take_out


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a ring is kept."""
    return tmp_path / "data" / KEY


def test_the_first_key_is_made_once_and_only_its_owner_may_read_it(path: Path) -> None:
    keys = kept_keys(path)
    assert len(keys) == 1
    assert kept_keys(path) == keys
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in path.parent.iterdir()] == [KEY]


def test_a_file_of_a_single_key_without_an_end_of_line_is_a_ring(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(key := new_key())
    assert kept_keys(path) == (key,)


def test_a_rotation_puts_a_new_key_first_and_keeps_the_others(path: Path) -> None:
    (first,) = kept_keys(path)
    id = rotate(path)
    second, *rest = read_keys(path)
    assert key_id(second) == id
    assert rest == [first]
    assert path.stat().st_mode & 0o777 == 0o600


def test_rotations_at_the_same_time_lose_no_key(path: Path) -> None:
    kept_keys(path)
    ids: list[str] = []
    threads = [Thread(target=lambda: ids.append(rotate(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert {key_id(key) for key in read_keys(path)} >= set(ids)
    assert len(read_keys(path)) == 9


def test_a_key_is_taken_out_and_the_newest_is_not(path: Path) -> None:
    (first,) = kept_keys(path)
    with pytest.raises(KeysRefused, match="rotate"):
        take_out(path, key_id(first))
    newest = rotate(path)
    take_out(path, key_id(first))
    assert [key_id(key) for key in read_keys(path)] == [newest]
    with pytest.raises(KeysRefused, match="no key"):
        take_out(path, key_id(first))


@pytest.mark.parametrize("spoilt", ["", "short\n", "\x00\x01"])
def test_a_spoilt_ring_is_refused_and_left_as_it_is(path: Path, spoilt: str) -> None:
    path.parent.mkdir()
    path.write_text(spoilt)
    for act in (kept_keys, read_keys, rotate):
        with pytest.raises(KeysRefused, match=KEY):
            act(path)
    assert path.read_text() == spoilt


def test_where_there_is_no_data_no_ring_is_rotated(path: Path) -> None:
    with pytest.raises(KeysRefused):
        rotate(path)
    assert not path.parent.exists()
