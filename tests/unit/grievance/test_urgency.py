"""How urgent a case is: the formula and its words."""

from datetime import UTC, datetime, timedelta

import pytest

from services.grievance.domain.grievance import Status
from services.grievance.domain.urgency import urgency

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def of(due, *, category="other", neighbours=0, status=Status.IN_HAND):
    """The urgency of a case whose next deadline lies so far ahead."""
    respond = status in (Status.FILED, Status.ASSIGNED)
    deadline, another = MORNING + due, MORNING + 40 * DAY
    return urgency(
        status=status,
        category=category,
        neighbours=neighbours,
        respond_by=deadline if respond else another,
        resolve_by=another if respond else deadline,
        now=MORNING,
    )


@pytest.mark.parametrize(
    ("due", "points", "words"),
    [
        (-8 * DAY, 8, "已超期 8 天"),
        (-2 * DAY, 7, "已超期 2 天"),
        (-3 * HOUR, 6, "已超期 3 小时"),
        (timedelta(0), 4, "今天到期"),
        (14 * HOUR, 4, "今天到期"),
        (15 * HOUR, 2, "三天内到期"),
        (4 * DAY, 1, "未到期"),
    ],
)
def test_the_nearer_its_deadline_and_the_longer_past_it_the_more_urgent(due, points, words):
    assert (of(due).points, of(due).words) == (points, words)


def test_today_ends_at_midnight_in_china():
    assert of(15 * HOUR - timedelta(seconds=1)).reasons == ["due_today"]
    assert of(15 * HOUR).reasons == ["due_soon"]


@pytest.mark.parametrize(("category", "weight"), [("flying_wire", 3), ("water_leak", 2), ("other", 1)])
def test_a_category_weighs_by_how_fast_it_must_be_answered(category, weight):
    assert of(-3 * HOUR, category=category).points == 6 * weight


@pytest.mark.parametrize(("neighbours", "weight"), [(0, 1), (2, 1), (3, 2), (9, 2), (10, 3)])
def test_neighbours_add_to_the_weight(neighbours, weight):
    assert of(-3 * HOUR, neighbours=neighbours).points == 6 * weight


def test_the_words_say_every_ground():
    found = of(-3 * HOUR, category="flying_wire", neighbours=5)
    assert found.words == "已超期 3 小时；涉及安全；5 位邻居有同样反映"
    assert found.reasons == ["overdue", "weight_3", "neighbours"]


def test_the_first_response_is_due_until_somebody_takes_it_and_the_resolution_from_then_on():
    assert of(-3 * HOUR, status=Status.ASSIGNED).due_by == MORNING - 3 * HOUR
    assert of(-3 * HOUR, status=Status.IN_HAND).due_by == MORNING - 3 * HOUR


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED, Status.REJECTED, Status.CANCELLED])
def test_what_is_due_no_more_is_not_urgent(status):
    assert (of(-8 * DAY, status=status).points, of(-8 * DAY, status=status).reasons) == (0, [])


def test_danger_today_goes_before_an_ordinary_case_a_week_late():
    assert of(HOUR, category="flying_wire").points > of(-8 * DAY).points


def test_what_stands_still_is_not_urgent_until_it_goes_on():
    said = {"status": Status.IN_HAND, "category": "flying_wire", "neighbours": 12, "now": MORNING}
    due = {"respond_by": MORNING, "resolve_by": MORNING + DAY}
    waiting = urgency(**said, **due, is_paused=True)
    assert (waiting.points, waiting.reasons, waiting.due_by) == (0, ["paused"], MORNING + DAY)
    assert urgency(**said, **due).points > 0
