"""The key ring: the newest key encrypts, every key in it decrypts."""

import pytest
from cryptography.fernet import Fernet

from chassis.encryption import CannotDecrypt, KeyRing, KeysRefused, key_id, new_key, ring, taken_apart, use_keys

PHONE = "13800001111,张玉兰"


def test_what_was_encrypted_can_be_read_again_and_not_before() -> None:
    ring = KeyRing([new_key()])
    token = ring.encrypt(PHONE)
    assert "13800001111" not in token
    assert ring.decrypt(token) == PHONE


def test_the_same_text_never_looks_the_same_twice() -> None:
    ring = KeyRing([new_key()])
    assert ring.encrypt(PHONE) != ring.encrypt(PHONE)


def test_after_a_rotation_old_fields_are_still_read_and_new_ones_need_the_new_key() -> None:
    old, new = new_key(), new_key()
    before = KeyRing([old]).encrypt(PHONE)
    rotated = KeyRing([new, old])
    assert rotated.decrypt(before) == PHONE
    assert KeyRing([new]).decrypt(rotated.encrypt(PHONE)) == PHONE
    with pytest.raises(CannotDecrypt):
        KeyRing([old]).decrypt(rotated.encrypt(PHONE))


def test_without_its_key_a_field_stays_closed() -> None:
    token = KeyRing([new_key()]).encrypt(PHONE)
    with pytest.raises(CannotDecrypt):
        KeyRing([new_key()]).decrypt(token)


@pytest.mark.parametrize("spoilt", ["", "no token", "gAAAA"])
def test_what_is_no_encrypted_field_cannot_be_decrypted(spoilt: str) -> None:
    with pytest.raises(CannotDecrypt):
        KeyRing([new_key()]).decrypt(spoilt)


@pytest.mark.parametrize("keys", [(), ("short",), ("ключ",), (new_key(), "short")])
def test_a_ring_without_keys_or_with_one_that_is_none_is_refused_and_the_key_not_repeated(
    keys: tuple[str, ...],
) -> None:
    with pytest.raises(KeysRefused, match="FIELD_KEYS") as refused:
        KeyRing(keys)
    assert not any(key in str(refused.value) for key in keys)


def test_a_field_tells_which_key_it_is_under_and_nothing_of_the_key() -> None:
    old, new = new_key(), new_key()
    rotated = KeyRing([new, old])
    field = rotated.encrypt(PHONE)
    assert rotated.ids == (key_id(new), key_id(old))
    assert taken_apart(field)[0] == rotated.newest == key_id(new)
    assert key_id(new) not in new


def test_a_field_from_before_keys_had_ids_is_read_under_whichever_key_it_is() -> None:
    old, new = new_key(), new_key()
    bare = Fernet(old).encrypt(PHONE.encode()).decode()
    assert taken_apart(bare) == ("", bare)
    assert KeyRing([new, old]).decrypt(bare) == PHONE
    with pytest.raises(CannotDecrypt):
        KeyRing([new]).decrypt(bare)


def test_a_missing_key_is_named_and_what_was_to_be_read_is_not() -> None:
    old, new = new_key(), new_key()
    field = KeyRing([old]).encrypt(PHONE)
    with pytest.raises(CannotDecrypt, match=f"key {key_id(old)} is not in FIELD_KEYS") as refused:
        KeyRing([new]).decrypt(field)
    assert PHONE not in str(refused.value)
    assert field not in str(refused.value)


def test_a_field_under_the_id_of_another_key_stays_closed() -> None:
    old, new = new_key(), new_key()
    _, token = taken_apart(KeyRing([old]).encrypt(PHONE))
    with pytest.raises(CannotDecrypt):
        KeyRing([new, old]).decrypt(f"{key_id(new)}.{token}")


def test_every_changed_character_is_noticed() -> None:
    keys = KeyRing([new_key()])
    field = keys.encrypt("x")
    assert field.endswith("==")
    for place in range(len(field) - 3):  # of the character before the padding most bits stand for nothing
        changed = field[:place] + ("A" if field[place] != "A" else "B") + field[place + 1 :]
        with pytest.raises(CannotDecrypt):
            keys.decrypt(changed)


def test_the_same_key_twice_is_one_key() -> None:
    key = new_key()
    assert KeyRing([key, key]).ids == (key_id(key),)


def test_a_ring_that_is_refused_leaves_the_one_there_was() -> None:
    key = new_key()
    use_keys((key,))
    with pytest.raises(KeysRefused):
        use_keys(("short",))
    assert ring().newest == key_id(key)
