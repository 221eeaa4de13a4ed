"""The roles that people hold, and the kind of place each is held at."""

from enum import StrEnum

from contracts.accounts.errors import PlaceNeeded, SubjectNeeded


class Role(StrEnum):
    """What somebody is here."""

    RESIDENT = "resident"
    VOLUNTEER = "volunteer"
    BUILDING_LEADER = "building_leader"
    GRID_LEADER = "grid_leader"
    OFFICE = "office"
    SECRETARY = "secretary"
    DOCTOR = "doctor"
    PARTNER = "partner"
    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


COMMUNITY = 12
"""Digits in the code of a community."""

AREAS: dict[Role, tuple[int, ...]] = {
    Role.VIEWER: (4, 6, 9),
    Role.OPERATOR: (0, 4, 6, 9, COMMUNITY),
    Role.ADMINISTRATOR: (0, 4, 6, 9, COMMUNITY),
}
"""How long the code may be at which a role is held; of any other role, that of a community."""

AT_A_PLACE = (Role.BUILDING_LEADER, Role.GRID_LEADER)
FOR_A_SUBJECT = (Role.PARTNER, Role.VOLUNTEER)

WORDS = {
    0: ("全系统", "the whole system"),
    4: ("市", "a city"),
    6: ("区县", "a district"),
    9: ("街道", "a street"),
    COMMUNITY: ("社区", "a community"),
}


def check_held_at(role: Role, community: str, place: str | None, subject: object | None) -> None:
    """Whether the role can be held there. Raises `PlaceNeeded` or `SubjectNeeded`."""
    areas = AREAS.get(role, (COMMUNITY,))
    if len(community) not in areas or (place is not None and len(community) != COMMUNITY):
        raise _needs(*(WORDS[length] for length in areas))
    if role in AT_A_PLACE and place is None:
        raise _needs(("社区内的一个地点", "a place in a community"))
    if (role in FOR_A_SUBJECT) != (subject is not None):
        raise SubjectNeeded


def _needs(*words: tuple[str, str]) -> PlaceNeeded:
    return PlaceNeeded(needs_zh=[zh for zh, _ in words], needs_en=[en for _, en in words])
