"""Places of the demo community, as codes on a courtyard's board name them."""

from tests.e2e.demo_community import COMMUNITY

COURTYARD = f"{COMMUNITY}00401"
"""陇海花苑."""

BUILDING = f"{COURTYARD}01"
FILING = f"/q/{COMMUNITY}/{BUILDING}"
"""Where the code on the board of the first building of 陇海花苑 leads."""

LED_COURTYARD = f"{COMMUNITY}00101"
LED_BUILDING = f"{LED_COURTYARD}01"
"""A building in the grid of the demo's grid leader."""
