"""What the organization service does: a file for each thing it does it to."""

from services.organization.handlers.assignments import (
    assign_leader,
    escalate,
    fill_gaps_of_post,
    fill_open_gaps,
    give_back,
    hand_over,
    settle_assignment,
    stand_aside,
)
from services.organization.handlers.consents import note_consent_of_elder, record_consent, withdraw_consent
from services.organization.handlers.editing import (
    add_person,
    add_place,
    change_person,
    change_place,
    close_place,
    depart_person,
    move_person,
    reopen_place,
)
from services.organization.handlers.merging import merge_people, tell_apart
from services.organization.handlers.people import fill_phone_keys, import_people, register_new_elders, tell_who_left
from services.organization.handlers.personal import erase_person, forget_who_left, note_erased
from services.organization.handlers.places import import_places
from services.organization.handlers.posts import appoint, cancel_leave, end_post, take_leave
from services.organization.handlers.publications import (
    show_phone,
    show_portrait,
    take_down_past_holders,
    take_down_portrait,
)

__all__ = [
    "add_person",
    "add_place",
    "appoint",
    "assign_leader",
    "cancel_leave",
    "change_person",
    "change_place",
    "close_place",
    "depart_person",
    "end_post",
    "erase_person",
    "escalate",
    "fill_gaps_of_post",
    "fill_open_gaps",
    "fill_phone_keys",
    "forget_who_left",
    "give_back",
    "hand_over",
    "import_people",
    "import_places",
    "merge_people",
    "move_person",
    "note_consent_of_elder",
    "note_erased",
    "record_consent",
    "register_new_elders",
    "reopen_place",
    "settle_assignment",
    "show_phone",
    "show_portrait",
    "stand_aside",
    "take_down_past_holders",
    "take_down_portrait",
    "take_leave",
    "tell_apart",
    "tell_who_left",
    "withdraw_consent",
]
