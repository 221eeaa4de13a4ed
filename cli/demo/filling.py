"""Filling the demo community into a running system through its HTTP API; doing it again changes nothing."""

from typing import Any

from cli.api import Api
from cli.demo.community import DemoCommunity, draw_up
from cli.demo.phrases import add_phrases
from cli.demo.places import COMMUNITY
from cli.demo.publishing import publish_portraits
from cli.demo.sheets import people_sheet, places_sheet
from cli.demo.units import Unit
from cli.demo.volunteers import EVENINGS_AND_WEEKENDS, JOINED_ON, Team, Volunteer

Counts = dict[str, int]


def fill(api: Api, community: DemoCommunity | None = None) -> Counts:
    """Fill it in; how many of each thing are new or changed."""
    drawn = community or draw_up()
    return {
        "places": imported(api, "places", places_sheet(drawn)),
        "people": imported(api, "people", people_sheet(drawn)),
        "units": register(api, "units", [unit_facts(unit) for unit in drawn.units]),
        "agreements": sign_agreements(api, drawn.units),
        "portraits": publish_portraits(api, drawn),
        "phrases": add_phrases(api),
        "volunteers": register(api, "volunteers", [volunteer_facts(one) for one in drawn.volunteers]),
        "teams": found_teams(api, drawn.teams),
    }


def imported(api: Api, what: str, sheet: bytes) -> int:
    """Import a sheet; how many of its rows were new or changed."""
    told = api.upload(f"communities/{COMMUNITY}/{what}/import", f"{what}.csv", sheet)
    return told["added"] + told["changed"]


def register(api: Api, what: str, facts: list[dict[str, Any]]) -> int:
    """Register at once all whose name is not known yet; how many that were."""
    known = {thing["name"] for thing in api.items(what, community=COMMUNITY)}
    missing = [fact for fact in facts if fact["name"] not in known]
    if missing:
        api.post(f"{what}/bulk", {"community": COMMUNITY, what: missing})
    return len(missing)


def unit_facts(unit: Unit) -> dict[str, Any]:
    """A partner unit as the API takes it."""
    return {"name": unit.name, "kind": unit.kind, "contact_name": unit.contact_name}


def volunteer_facts(volunteer: Volunteer) -> dict[str, Any]:
    """A volunteer as the API takes them."""
    return {
        "name": volunteer.person.name,
        "skills": list(volunteer.skills),
        "home_place": volunteer.home_place,
        "always": volunteer.is_always_free,
        "windows": [] if volunteer.is_always_free else list(EVENINGS_AND_WEEKENDS),
        "is_party_member": volunteer.person.is_party_member,
        "phone": volunteer.person.phone,
        "joined_on": JOINED_ON.isoformat(),
    }


def sign_agreements(api: Api, units: tuple[Unit, ...]) -> int:
    """Sign the agreement of each unit that has none; how many were signed."""
    known = {unit["name"]: unit for unit in api.items("units", community=COMMUNITY)}
    unsigned = [unit for unit in units if known[unit.name]["agreement"] == "none"]
    for unit in unsigned:
        api.post(f"units/{known[unit.name]['id']}/agreements", agreement_facts(unit))
    return len(unsigned)


def agreement_facts(unit: Unit) -> dict[str, Any]:
    """An agreement as the API takes it."""
    return {
        "parties": f"陇海路社区党总支、{unit.name}",
        "cooperation": unit.cooperation,
        "valid_from": unit.valid_from.isoformat(),
        "valid_to": unit.valid_to.isoformat(),
    }


def found_teams(api: Api, teams: list[Team]) -> int:
    """Found the teams that are not there yet with their members, and activate them; how many were founded."""
    known = {team["name"]: team for team in api.items("teams", community=COMMUNITY)}
    missing = [team for team in teams if team.name not in known]
    if missing:
        ids = {one["name"]: one["id"] for one in api.items("volunteers", community=COMMUNITY)}
        known |= {team.name: api.post("teams", team_facts(team, ids)) for team in missing}
    for team in teams:
        if known[team.name]["state"] == "founded":
            api.post(f"teams/{known[team.name]['id']}/activate", {})
    return len(missing)


def team_facts(team: Team, ids: dict[str, str]) -> dict[str, Any]:
    """A team as the API takes it; in the demo community no two volunteers have the same name."""
    return {
        "community": COMMUNITY,
        "type": team.kind,
        "name": team.name,
        "slogan": team.slogan,
        "charter": team.charter,
        "member_ids": [ids[member.person.name] for member in team.members],
    }
