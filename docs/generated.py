"""Which documents are generated, and by what."""

from collections.abc import Callable
from pathlib import Path

from docs.asyncapi import asyncapi
from docs.event_catalogue import event_catalogue
from docs.openapi import openapi
from docs.pages import pages_page
from docs.permissions import permissions
from docs.privacy import privacy_page
from docs.settings import settings_page
from docs.steps import flows

FOLDER = Path(__file__).parent

GENERATED: dict[str, Callable[[], str]] = {
    "events.md": event_catalogue,
    "asyncapi.json": asyncapi,
    "openapi.json": openapi,
    "pages.md": pages_page,
    "permissions.md": permissions,
    "settings.md": settings_page,
    "privacy.md": privacy_page,
    "flows.md": flows,
}
"""Each generated document by its file name, and what makes its text."""


def stale(folder: Path = FOLDER) -> list[str]:
    """The generated documents that do not say what the code says now."""
    return [name for name, render in GENERATED.items() if _text(folder / name) != render()]


def write(folder: Path = FOLDER) -> list[Path]:
    """Write the stale ones anew; returns which."""
    names = stale(folder)
    for name in names:
        (folder / name).write_text(GENERATED[name](), encoding="utf-8")
    return [folder / name for name in names]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
