"""Checking in by a code that hangs on the spot: which codes count for a case, and how a check-in is marked."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from services.volunteer.domain.dispatch import CheckInWay

COURTYARD = 2
"""Steps from the community down to a courtyard: the widest place whose code says that somebody is on the spot."""


def is_on_the_spot(scanned: str, place: str, path: Sequence[str], above_scanned: Collection[str]) -> bool:
    """Whether the code of the place `scanned` counts for a case at `place`, to which `path` leads from the community.

    It does at the place itself, below it (`above_scanned` are the places above the scanned one), and above it up to
    the courtyard: codes hang in courtyards and stairwells, cases lie in households.
    """
    return scanned == place or place in above_scanned or scanned in path[COURTYARD:]


def how_checked_in(
    volunteer_id: UUID, own: Collection[str], *, has_scanned: bool, said_when: datetime | None
) -> CheckInWay:
    """How a check-in is marked; `own` are the volunteers whom the asker stands for. A scan is of this moment: with
    another time said, it is that saying that counts."""
    if str(volunteer_id) not in own:
        return CheckInWay.OFFICE
    return CheckInWay.QR if has_scanned and said_when is None else CheckInWay.BY_HAND
