"""The clients of the fault tests: they ask again while it is worth it, and tell an answer nobody should be given."""

import httpx
import pytest

from tests.e2e.communities import Community
from tests.faults.load import Load, Misunderstood

FILED = httpx.Response(201, json={"id": "7"})


def filing(monkeypatch: pytest.MonkeyPatch, *answers: httpx.Response) -> Load:
    """One grievance to be filed at a door that answers so, in turn."""
    rest = iter(answers)
    door = httpx.Client(base_url="http://door/", transport=httpx.MockTransport(lambda _: next(rest)))
    monkeypatch.setattr(httpx, "Client", lambda **_: door)
    return Load("http://door", Community(code="410181002011"), 1)


def test_who_is_told_to_come_again_does_so_until_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    not_now = httpx.Response(503, json={"error": "unavailable"})
    not_yet = httpx.Response(422, json={"error": "unknown_place"})
    load = filing(monkeypatch, not_now, not_yet, FILED)
    load.run()
    assert [one.ids for one in load.filed.values()] == [{"7"}]
    assert (load.answered, load.retried) == (1, 2)


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(500), httpx.Response(200, json=[]), httpx.Response(422, json={"error": "invalid"})],
    ids=["nothing in it", "none of ours", "refused"],
)
def test_an_answer_that_nobody_should_be_given_is_told_with_its_status(
    monkeypatch: pytest.MonkeyPatch, answer: httpx.Response
) -> None:
    with pytest.raises(Misunderstood, match=str(answer.status_code)):
        filing(monkeypatch, answer, FILED).run()
