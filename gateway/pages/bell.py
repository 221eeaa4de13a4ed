"""The bell in the frame: how many notices of whoever looks are unread."""

from flask import g

from contracts.errors import Error
from gateway.pages.api import api


def unread() -> int:
    """How many are unread, asked once a page; 0 where nobody can tell now: no page fails for it."""
    if "unread" not in g:
        try:
            g.unread = int(api("count_unread_notices")["unread"]) if g.get("who") else 0
        except (Error, KeyError, TypeError):
            g.unread = 0
    found: int = g.unread
    return found
