"""Who may do what: one function for each thing protected, each naming the roles that may and how far they reach.

A role that a function does not name may not do that thing: everything is denied unless it is said here. The table of
roles and routes in docs/permissions.md is made from these functions, and a test tries every cell of it.
"""

from contracts.errors import Unauthenticated
from gateway.errors import NotAllowed, OutOfScope, PasswordMustChange
from gateway.reach import WHOLE, Area, Limit, Reach, Who, area_of

SYSTEM, COMMUNITY, PLACE, SUBJECT, OWN = Limit

ROLES = (
    "resident",
    "volunteer",
    "building_leader",
    "grid_leader",
    "office",
    "secretary",
    "doctor",
    "partner",
    "viewer",
    "operator",
    "administrator",
)
"""Every role, from the resident to the administrator."""


# -- grievances


def file_grievances(who: Who | None) -> Reach:
    """Report a grievance, for oneself or for a resident who came or called: whoever comes, also without an account."""
    return _reach(who, "file_grievances", visitor=SYSTEM)


def follow_receipts(who: Who | None) -> Reach:
    """Follow a case and decide about it as whoever filed it: whoever has its receipt and proves that it is theirs."""
    return _reach(who, "follow_receipts", visitor=SYSTEM)


def open_pictures(who: Who | None) -> Reach:
    """See a picture by the address that whoever follows a receipt was given."""
    return _reach(who, "open_pictures", visitor=SYSTEM)


def read_nearby(who: Who | None) -> Reach:
    """Read which matters are open around a place, without words and persons: whoever comes."""
    return _reach(who, "read_nearby", visitor=SYSTEM)


def join_grievances(who: Who | None) -> Reach:
    """Say "me too" to an open matter: whoever comes."""
    return _reach(who, "join_grievances", visitor=SYSTEM)


def read_grievances(who: Who | None) -> Reach:
    """Read what was reported, by whom it is handled and how it goes."""
    return _reach(
        who,
        "read_grievances",
        resident=OWN,
        building_leader=PLACE,
        grid_leader=PLACE,
        office=COMMUNITY,
        secretary=COMMUNITY,
    )


def handle_grievances(who: Who | None) -> Reach:
    """Accept, resolve or reject a grievance, or let its clock stand still and run on."""
    return _reach(
        who, "handle_grievances", building_leader=PLACE, grid_leader=PLACE, office=COMMUNITY, secretary=COMMUNITY
    )


def remind_leaders(who: Who | None) -> Reach:
    """Remind whoever is responsible for a grievance: the office and the secretary."""
    return _reach(who, "remind_leaders", office=COMMUNITY, secretary=COMMUNITY)


def hand_over_grievances(who: Who | None) -> Reach:
    """Hand a grievance to another leader: whoever leads it, and the office and the secretary for any."""
    return _reach(
        who, "hand_over_grievances", building_leader=PLACE, grid_leader=PLACE, office=COMMUNITY, secretary=COMMUNITY
    )


def give_back_grievances(who: Who | None) -> Reach:
    """Give a grievance back to the next person up: whoever leads it, or the office for a leader who called."""
    return _reach(
        who, "give_back_grievances", building_leader=PLACE, grid_leader=PLACE, office=COMMUNITY, secretary=COMMUNITY
    )


def reach_filers(who: Who | None) -> Reach:
    """Read name and telephone of whoever filed a grievance, to call them: those who handle it, as long as it lasts."""
    return _reach(who, "reach_filers", building_leader=PLACE, grid_leader=PLACE, office=COMMUNITY, secretary=COMMUNITY)


def look_up_callers(who: Who | None) -> Reach:
    """See by a telephone who calls and what they reported before: the office, which answers the calls."""
    return _reach(who, "look_up_callers", office=COMMUNITY, secretary=COMMUNITY)


def join_for_callers(who: Who | None) -> Reach:
    """Say "me too" to an open matter for somebody who called: the office, which answers the calls."""
    return _reach(who, "join_for_callers", office=COMMUNITY, secretary=COMMUNITY)


def read_open_cases(who: Who | None) -> Reach:
    """Read how many grievances are open in each courtyard."""
    return _reach(
        who, "read_open_cases", building_leader=PLACE, grid_leader=PLACE, office=COMMUNITY, secretary=COMMUNITY
    )


def judge_grievances(who: Who | None) -> Reach:
    """Rate, reopen or withdraw a grievance: whoever filed it, or the office for somebody who came or called; never
    those who handled it."""
    return _reach(who, "judge_grievances", resident=OWN, office=COMMUNITY, secretary=COMMUNITY)


def read_categories(who: Who | None) -> Reach:
    """Read the table of categories: whoever comes, also without an account."""
    return _reach(who, "read_categories", visitor=SYSTEM)


def read_phrases(who: Who | None) -> Reach:
    """Read the ready phrases of the community: those who handle its cases."""
    return _reach(
        who, "read_phrases", building_leader=COMMUNITY, grid_leader=COMMUNITY, office=COMMUNITY, secretary=COMMUNITY
    )


def edit_phrases(who: Who | None) -> Reach:
    """Keep, change and remove ready phrases."""
    return _reach(who, "edit_phrases", office=COMMUNITY, secretary=COMMUNITY)


def keep_views(who: Who | None) -> Reach:
    """Keep, use and remove the views of the inbox: the office, for all who work in it."""
    return _reach(who, "keep_views", office=COMMUNITY, secretary=COMMUNITY)


# -- places and people


def read_directory(who: Who | None) -> Reach:
    """Read which communities and courtyards there are: whoever comes, also without an account."""
    return _reach(who, "read_directory", visitor=SYSTEM)


def read_board(who: Who | None) -> Reach:
    """Read a place's responsibility board, with the portraits on it: whoever comes, as before its printed one."""
    return _reach(who, "read_board", visitor=SYSTEM)


def publish_officials(who: Who | None) -> Reach:
    """Say what is shown of whoever holds a post, with their consent."""
    return _reach(who, "publish_officials", office=COMMUNITY, secretary=COMMUNITY)


def edit_places(who: Who | None) -> Reach:
    """Add, rename, close and open places."""
    return _reach(who, "edit_places", office=COMMUNITY, secretary=COMMUNITY)


def edit_people(who: Who | None) -> Reach:
    """Register people, correct what is written of them, note where they moved."""
    return _reach(who, "edit_people", office=COMMUNITY, secretary=COMMUNITY)


def read_places(who: Who | None) -> Reach:
    """Read communities, their places and who is responsible for them."""
    return _reach(who, "read_places", **dict.fromkeys(ROLES, COMMUNITY))


def read_gaps(who: Who | None) -> Reach:
    """Read where nobody is responsible."""
    return _reach(
        who, "read_gaps", grid_leader=COMMUNITY, office=COMMUNITY, secretary=COMMUNITY, administrator=COMMUNITY
    )


def import_places(who: Who | None) -> Reach:
    """Bring in a community's places."""
    return _reach(who, "import_places", office=COMMUNITY, secretary=COMMUNITY, administrator=COMMUNITY)


def read_people(who: Who | None) -> Reach:
    """Read people and the posts they hold."""
    return _reach(who, "read_people", building_leader=PLACE, grid_leader=PLACE, office=COMMUNITY, secretary=COMMUNITY)


def read_posts(who: Who | None) -> Reach:
    """Read who holds and held which post, and who is on leave."""
    return _reach(
        who, "read_posts", building_leader=COMMUNITY, grid_leader=COMMUNITY, office=COMMUNITY, secretary=COMMUNITY
    )


def import_people(who: Who | None) -> Reach:
    """Bring in a community's residents."""
    return _reach(who, "import_people", office=COMMUNITY, secretary=COMMUNITY)


def export_person(who: Who | None) -> Reach:
    """Give somebody everything that is kept of them, as they asked."""
    return _reach(who, "export_person", secretary=COMMUNITY)


def erase_person(who: Who | None) -> Reach:
    """Have somebody's data removed everywhere, as they asked."""
    return _reach(who, "erase_person", secretary=COMMUNITY)


def read_consents(who: Who | None) -> Reach:
    """Read to what somebody has agreed and what they took back."""
    return _reach(who, "read_consents", doctor=PLACE, grid_leader=PLACE, office=COMMUNITY, secretary=COMMUNITY)


def record_consents(who: Who | None) -> Reach:
    """Write down that somebody has agreed to one use of their data, or takes it back."""
    return _reach(who, "record_consents", doctor=PLACE, grid_leader=PLACE, office=COMMUNITY, secretary=COMMUNITY)


def fill_posts(who: Who | None) -> Reach:
    """Put people into posts, end posts, record leave."""
    return _reach(who, "fill_posts", office=COMMUNITY, secretary=COMMUNITY)


# -- volunteers


def read_volunteers(who: Who | None) -> Reach:
    """Read volunteers, a volunteer themselves only what is written of them."""
    return _reach(
        who, "read_volunteers", volunteer=SUBJECT, grid_leader=COMMUNITY, office=COMMUNITY, secretary=COMMUNITY
    )


def read_hours(who: Who | None) -> Reach:
    """Read the hours that a volunteer has served, and what for: the volunteer, and the office that records them."""
    return _reach(who, "read_hours", volunteer=SUBJECT, office=COMMUNITY, secretary=COMMUNITY)


def enrol_volunteers(who: Who | None) -> Reach:
    """Enrol volunteers."""
    return _reach(who, "enrol_volunteers", office=COMMUNITY, secretary=COMMUNITY)


def set_availability(who: Who | None) -> Reach:
    """Say when a volunteer can be asked."""
    return _reach(who, "set_availability", volunteer=SUBJECT, office=COMMUNITY, secretary=COMMUNITY)


def read_teams(who: Who | None) -> Reach:
    """Read teams and their members."""
    return _reach(
        who,
        "read_teams",
        volunteer=COMMUNITY,
        building_leader=COMMUNITY,
        grid_leader=COMMUNITY,
        office=COMMUNITY,
        secretary=COMMUNITY,
    )


def form_teams(who: Who | None) -> Reach:
    """Form teams, join, leave and activate them."""
    return _reach(who, "form_teams", office=COMMUNITY, secretary=COMMUNITY)


def read_dispatches(who: Who | None) -> Reach:
    """Read who was asked to help with what, a volunteer only their own; leaders see it in the grievance."""
    return _reach(who, "read_dispatches", volunteer=SUBJECT, office=COMMUNITY, secretary=COMMUNITY)


def answer_dispatches(who: Who | None) -> Reach:
    """Accept or decline a dispatch, check in and out: the volunteer, or the office for one who called."""
    return _reach(who, "answer_dispatches", volunteer=SUBJECT, office=COMMUNITY, secretary=COMMUNITY)


def read_pairings(who: Who | None) -> Reach:
    """Read who is helped by whom, and how it goes: a helper only their own, and never why; the office all of them."""
    return _reach(who, "read_pairings", volunteer=SUBJECT, office=COMMUNITY, secretary=COMMUNITY)


def log_contacts(who: Who | None) -> Reach:
    """Note that a helper was in touch: the helper, or the office for one who called."""
    return _reach(who, "log_contacts", volunteer=SUBJECT, office=COMMUNITY, secretary=COMMUNITY)


def arrange_pairings(who: Who | None) -> Reach:
    """Set up pairings, hand them over, end them."""
    return _reach(who, "arrange_pairings", office=COMMUNITY, secretary=COMMUNITY)


def read_hardship(who: Who | None) -> Reach:
    """Read why somebody is helped: whoever arranges it, and nobody else."""
    return _reach(who, "read_hardship", office=COMMUNITY, secretary=COMMUNITY)


# -- partner units


def read_units(who: Who | None) -> Reach:
    """Read partner units and their agreements, a unit only its own."""
    return _reach(who, "read_units", partner=SUBJECT, grid_leader=COMMUNITY, office=COMMUNITY, secretary=COMMUNITY)


def register_units(who: Who | None) -> Reach:
    """Register partner units and the agreements signed with them."""
    return _reach(who, "register_units", office=COMMUNITY, secretary=COMMUNITY)


def read_referrals(who: Who | None) -> Reach:
    """Read which cases went to which unit, a unit only its own; leaders see it in the grievance."""
    return _reach(who, "read_referrals", partner=SUBJECT, office=COMMUNITY, secretary=COMMUNITY)


def answer_referrals(who: Who | None) -> Reach:
    """Accept, return or complete a referral: the unit it went to, or the office for one that called."""
    return _reach(who, "answer_referrals", partner=SUBJECT, office=COMMUNITY, secretary=COMMUNITY)


# -- elders


def read_elder_records(who: Who | None) -> Reach:
    """Read elders' health records: doctors, and nobody else."""
    return _reach(who, "read_elder_records", doctor=PLACE)


def write_elder_records(who: Who | None) -> Reach:
    """Write elders' consent and findings."""
    return _reach(who, "write_elder_records", doctor=PLACE)


def list_visits(who: Who | None) -> Reach:
    """See which home visits are planned, without what is found on them."""
    return _reach(who, "list_visits", doctor=PLACE, grid_leader=PLACE, office=COMMUNITY, secretary=COMMUNITY)


def read_visits(who: Who | None) -> Reach:
    """Read a home visit with what was found."""
    return _reach(who, "read_visits", doctor=PLACE)


def plan_visits(who: Who | None) -> Reach:
    """Plan home visits."""
    return _reach(who, "plan_visits", doctor=PLACE, grid_leader=PLACE, office=COMMUNITY, secretary=COMMUNITY)


def make_visits(who: Who | None) -> Reach:
    """Say how a home visit went."""
    return _reach(who, "make_visits", doctor=PLACE)


# -- figures


def read_figures(who: Who | None) -> Reach:
    """Read numbers of whole communities, side by side where the role is held over a street or a city."""
    return _reach(
        who,
        "read_figures",
        grid_leader=COMMUNITY,
        office=COMMUNITY,
        secretary=COMMUNITY,
        viewer=COMMUNITY,
        administrator=COMMUNITY,
    )


# -- the system itself


def watch_operations(who: Who | None) -> Reach:
    """See queues, processes, dead letters (personal fields masked) and journeys."""
    return _reach(who, "watch_operations", operator=SYSTEM, administrator=SYSTEM)


def mend_operations(who: Who | None) -> Reach:
    """Replay and discard dead letters, pause, resume and purge queues."""
    return _reach(who, "mend_operations", operator=SYSTEM)


def read_audit(who: Who | None) -> Reach:
    """Read who was shown which personal data."""
    return _reach(who, "read_audit", secretary=COMMUNITY, administrator=COMMUNITY)


def verify_audit(who: Who | None) -> Reach:
    """Verify that nothing was changed in the record of who was shown what."""
    return _reach(who, "verify_audit", administrator=SYSTEM)


# -- accounts


def sign_in(who: Who | None) -> Reach:
    """Open a session: everybody, since nobody is known before."""
    return Reach((Area(WHOLE),))


def own_account(who: Who | None) -> Reach:
    """See and change one's own account, end one's own sessions: whoever is signed in, also with a one-time password."""
    if who is None:
        raise Unauthenticated
    if who.scopes is not None and "own_account" not in who.scopes:
        raise OutOfScope(thing="own_account")
    return Reach((Area(WHOLE, owner=who.account),))


def manage_accounts(who: Who | None) -> Reach:
    """Make, list, close and open accounts, give and take roles; the accounts service holds it against what whoever
    asks holds himself. Never with a key: it would do in its owner's name what the key itself may not."""
    _refuse_keys(who)
    return _reach(who, "manage_accounts", office=COMMUNITY, secretary=COMMUNITY, administrator=COMMUNITY)


def manage_keys(who: Who | None) -> Reach:
    """Make, list and revoke keys for programs. Never with a key, for the same reason."""
    _refuse_keys(who)
    return _reach(
        who,
        "manage_keys",
        partner=COMMUNITY,
        office=COMMUNITY,
        secretary=COMMUNITY,
        operator=COMMUNITY,
        administrator=COMMUNITY,
    )


# --


def _refuse_keys(who: Who | None) -> None:
    if who is not None and who.kind == "key":
        raise NotAllowed


def _reach(who: Who | None, thing: str, **limits: Limit) -> Reach:
    """The areas that the roles of whoever asks give. What a visitor may (`visitor=SYSTEM`), everybody may."""
    if who is None:
        if "visitor" in limits:
            return Reach((Area(WHOLE),))
        raise Unauthenticated
    if who.must_change_password:
        raise PasswordMustChange
    if who.scopes is not None and thing not in who.scopes:
        raise OutOfScope(thing=thing)
    if "visitor" in limits:
        return Reach((Area(WHOLE),))
    found = (area_of(who, grant, limits[grant.role]) for grant in who.grants if grant.role in limits)
    areas: tuple[Area, ...] = tuple(dict.fromkeys(area for area in found if area is not None))
    if not areas:
        raise NotAllowed
    return Reach(areas)
