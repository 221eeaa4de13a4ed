"""Spreading rows over a community's places: always the same place for the same row."""

import hashlib

from cli.api import Api, Trouble

KINDS = ("building", "courtyard")


def places_to_spread_over(api: Api, community: str) -> list[str]:
    """Codes of the community's buildings, else of its courtyards, in order."""
    for kind in KINDS:
        codes = sorted(place["code"] for place in api.items(f"communities/{community}/places", kind=kind))
        if codes:
            return codes
    raise Trouble(
        f"社区 {community} 还没有楼院和楼栋，请先导入地点：hemei import places",
        f"Community {community} has no courtyards or buildings yet; run `hemei import places` first",
    )


def place_of(row_number: int, places: list[str]) -> str:
    """The place of a row, by a hash of its number."""
    digest = hashlib.sha256(str(row_number).encode()).digest()
    return places[int.from_bytes(digest[:8]) % len(places)]
