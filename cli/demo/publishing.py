"""Publishing the portraits of the demo's officials, who all agree to it, being invented."""

from collections.abc import Mapping

from cli.api import Api
from cli.demo.community import DemoCommunity
from cli.demo.people import Person
from cli.demo.places import COMMUNITY
from cli.demo.portraits import portrait_of

SHOWN = ("community_secretary", "grid_leader", "line_head")
"""Posts whose holders are shown: every board has them. Building leaders are many, and are named without a face."""


def publish_portraits(api: Api, community: DemoCommunity) -> int:
    """Show those officials who are not shown yet; how many."""
    people = {person.number: person for person in community.people}
    drawn = {(post.kind, post.place, post.line): people[post.person] for post in community.posts if post.kind in SHOWN}
    return sum(_show_missing(api, place, drawn) for place in sorted({place for _, place, _ in drawn}))


def _show_missing(api: Api, place: str, drawn: Mapping[tuple[str, str, str], Person]) -> int:
    entries = api.get(f"communities/{COMMUNITY}/places/{place}/board")["entries"]
    missing = [
        (entry["person"]["id"], person)
        for entry in entries
        if entry["place"] == place and entry["person"] and entry["person"]["portrait"] is None
        if (person := drawn.get((entry["post"], place, entry["line"] or ""))) and person.name == entry["person"]["name"]
    ]
    for id, person in missing:
        files = {"file": ("portrait.jpg", portrait_of(person))}
        api.ask("POST", f"people/{id}/portrait", params={"consent": True}, files=files)
    return len(missing)
