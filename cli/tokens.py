"""In whose name the command line speaks: a token given to it, one from signing in, or the key of this folder's demo."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

DEFAULT_URL = "http://127.0.0.1:8000"
DEMO_KEY = "demo-key"


def token_of(environ: Mapping[str, str] = os.environ) -> str:
    """HEMEI_TOKEN, else the one that `hemei sign-in` kept for this address, else the key that `hemei run` made for its
    demo in DATA; "" where there is none. The demo's key is shown to the demo alone: where HEMEI_URL names another
    system, it is not used."""
    if token := environ.get("HEMEI_TOKEN") or _signed_in_with(environ):
        return token
    return "" if environ.get("HEMEI_URL", DEFAULT_URL) != DEFAULT_URL else _read(_kept_in(environ))


def url_of(environ: Mapping[str, str] = os.environ) -> str:
    """The address that commands speak to."""
    return environ.get("HEMEI_URL") or DEFAULT_URL


def keep_token(token: str, environ: Mapping[str, str] = os.environ) -> Path:
    """Keep the token of whoever signed in at this address, readable for its owner alone; where it is kept."""
    kept = _token_file(environ)
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = kept.with_suffix(f".{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    fresh.write_text(f"{url_of(environ)}\n{token}\n", encoding="utf-8")
    fresh.rename(kept)
    return kept


def forget_token(environ: Mapping[str, str] = os.environ) -> bool:
    """Forget the token that was kept for this address; whether there was one."""
    known = bool(_signed_in_with(environ))
    if known:
        _token_file(environ).unlink(missing_ok=True)
    return known


def _signed_in_with(environ: Mapping[str, str]) -> str:
    """The token that was kept for this address: no other system is shown it."""
    url, _, token = _read(_token_file(environ)).partition("\n")
    return token.strip() if url == url_of(environ) else ""


def _token_file(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser() / "hemei" / "token"


def kept_demo_key(folder: Path) -> str:
    """The key of the demo in this folder, readable for its owner alone; made there the first time."""
    kept = folder / DEMO_KEY
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Renamed into place: a process killed in between must not leave an empty key behind.
        fresh = kept.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(f"hs_{secrets.token_urlsafe(32)}", encoding="ascii")
        fresh.rename(kept)
    return _read(kept)


def _kept_in(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("DATA", "data")) / DEMO_KEY


def _read(kept: Path) -> str:
    try:
        return kept.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
