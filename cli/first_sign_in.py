"""How the first administrator gets in: a one-time password, shown once where the system is started."""

from pathlib import Path

import click

KEPT_IN = "first-sign-in.txt"


def first_sign_in(name: str, password: str) -> None:
    """Show it on the terminal."""
    click.echo(_told(name, password))


def kept_first_sign_in(folder: Path, name: str, password: str) -> None:
    """Show it, and keep it in the folder for whoever did not look; it is removed once the password was changed."""
    kept = folder / KEPT_IN
    kept.unlink(missing_ok=True)
    kept.touch(mode=0o600)
    kept.write_text(f"{name}\n{password}\n", encoding="utf-8")
    first_sign_in(name, password)


def _told(name: str, password: str) -> str:
    return (
        f"首次登录 first sign-in: {name}   一次性密码 one-time password: {password}\n"
        "登录后请立即修改密码 · change it as soon as you are in"
    )
