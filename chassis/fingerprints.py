"""Keyed fingerprints: what must be found again, or compared, but never read back."""

import hashlib
import hmac

from chassis.encryption import KeysRefused

SHORTEST = 32
"""Characters of a secret that nobody guesses."""

_process_secret: list[bytes] = []


def use_secret(secret: str) -> None:
    """Set the secret of this process; "" for one that needs none. Raises `KeysRefused` for one that is too short.

    It stays the same when the keys of personal fields are replaced, or nothing kept under a fingerprint would be
    found again.
    """
    if secret and len(secret) < SHORTEST:
        raise KeysRefused(f"SECRET_KEY: at least {SHORTEST} characters; `hemei keys new` prints a key")
    _process_secret[:] = [secret.encode()] if secret else []


def fingerprint(purpose: str, text: str) -> str:
    """64 characters that stand for the text, for one purpose: nothing can be told from two of them but whether the
    texts are the same. Raises `KeysRefused` where the process was given no secret."""
    if not _process_secret:
        raise KeysRefused("SECRET_KEY is empty; `hemei keys new` prints a key")
    key = hmac.digest(_process_secret[0], purpose.encode(), hashlib.sha256)
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()
