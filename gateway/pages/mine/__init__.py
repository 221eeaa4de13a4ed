"""Pages of whoever is signed in about themselves: what they are told, how they are told, and their account."""

from gateway.pages.frame import Pages

pages = Pages("mine", "/mine")

from gateway.pages.mine import account, choices, notices  # noqa: E402,F401  (they put their views on the pages)
