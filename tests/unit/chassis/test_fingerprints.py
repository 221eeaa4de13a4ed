"""Fingerprints: the same for the same text, purpose and secret, and telling nothing otherwise."""

from collections.abc import Iterator

import pytest

from chassis.encryption import KeysRefused
from chassis.fingerprints import fingerprint, use_secret

SECRET = "a secret of more than thirty-two characters"


@pytest.fixture(autouse=True)
def _forgotten_afterwards() -> Iterator[None]:
    yield
    use_secret("")


def test_the_same_text_has_the_same_fingerprint_for_one_purpose_and_another_for_the_next() -> None:
    use_secret(SECRET)
    assert fingerprint("phone", "138") == fingerprint("phone", "138")
    assert len({fingerprint("phone", "138"), fingerprint("phone", "139"), fingerprint("name", "138")}) == 3
    assert len(fingerprint("phone", "138")) == 64


def test_another_secret_gives_another_fingerprint() -> None:
    use_secret(SECRET)
    first = fingerprint("phone", "138")
    use_secret(SECRET + "!")
    assert fingerprint("phone", "138") != first


def test_without_a_secret_or_with_one_that_could_be_guessed_there_is_none() -> None:
    with pytest.raises(KeysRefused, match="SECRET_KEY"):
        use_secret("x" * 31)
    use_secret("")
    with pytest.raises(KeysRefused, match="SECRET_KEY"):
        fingerprint("phone", "138")
