"""The key ring: the newest key encrypts, every key in it decrypts."""

import pytest

from chassis.encryption import CannotDecrypt, KeyRing, KeysRefused, new_key

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
