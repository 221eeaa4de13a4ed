"""`hemei audit verify` walks the chains piece by piece."""

from typing import Any

import httpx

from cli.api import Api
from cli.audit import walk_chains

FAULT = {"community": "", "number": 3, "why": "changed", "said": {"zh": "第 3 条被改动过", "en": "entry 3 was changed"}}
PIECES: dict[str | None, dict[str, Any]] = {
    None: {"checked": 5, "chains": 1, "faults": [FAULT], "next": "a"},
    "a": {"checked": 5, "chains": 0, "faults": [], "next": "b"},
    "b": {"checked": 2, "chains": 3, "faults": [], "next": None},
}


def test_the_pieces_of_a_walk_are_taken_one_after_the_other_and_added_up() -> None:
    asked: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        return httpx.Response(200, json=PIECES[request.url.params.get("after")])

    api = Api(httpx.Client(base_url="http://fake", transport=httpx.MockTransport(answer)))
    assert walk_chains(api, "410181002011") == (12, 4, [FAULT])
    assert asked == [
        {"community": "410181002011"},
        {"community": "410181002011", "after": "a"},
        {"community": "410181002011", "after": "b"},
    ]
