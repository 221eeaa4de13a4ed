"""The key that every system of the tests is started with, and what a request says that shows it."""

KEY = "hs_of-the-tests-which-open-their-own-systems-only"
SHOWN = {"Authorization": f"Bearer {KEY}"}
COOKIE = "hemei_session"
"""Where a page keeps the token of a session."""
