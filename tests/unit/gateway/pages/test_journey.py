"""Where everything stands in the drawing of a journey."""

from gateway.pages.journey import GAP, HEAD, LANE, MARGIN, ROW, draw
from tests.unit.gateway.pages.operations import journey, step


def test_participants_are_columns_in_the_order_given() -> None:
    drawing = draw(["gateway", "grievance"], [])

    assert [(lane.name, lane.x) for lane in drawing.lanes] == [
        ("gateway", MARGIN + LANE // 2),
        ("grievance", MARGIN + LANE // 2 + LANE),
    ]
    assert drawing.marks == ()
    assert drawing.width == MARGIN + 2 * LANE


def test_a_participant_that_was_not_announced_gets_a_column_too() -> None:
    drawing = draw(["gateway"], [step(0, "called", "file_grievance", "gateway", "grievance")])

    assert [lane.name for lane in drawing.lanes] == ["gateway", "grievance"]


def test_steps_are_rows_one_below_the_other() -> None:
    drawing = draw([], [step(n / 10, "told", "GrievanceFiled", "grievance") for n in range(3)])

    assert [mark.y for mark in drawing.marks] == [HEAD + ROW, HEAD + 2 * ROW, HEAD + 3 * ROW]
    assert [mark.number for mark in drawing.marks] == [1, 2, 3]
    assert drawing.height == HEAD + 4 * ROW


def test_a_long_wait_is_a_gap_and_a_short_one_is_not() -> None:
    steps = [step(after, "told", "GrievanceFiled", "grievance", seconds=0.0) for after in (0, 1.9, 63.9)]

    drawing = draw([], steps)

    assert [gap.seconds for gap in drawing.gaps] == [62.0]
    assert drawing.marks[1].y < drawing.gaps[0].y < drawing.marks[2].y
    assert drawing.marks[2].y - drawing.marks[1].y == ROW + GAP


def test_time_that_a_step_takes_is_no_gap() -> None:
    slow = step(0, "called", "import_places", "gateway", "organization", seconds=60.0)

    assert draw([], [slow, step(61, "told", "PlacesImported", "organization")]).gaps == ()


def test_what_is_handled_comes_from_whoever_told_it() -> None:
    told = step(0, "told", "GrievanceFiled", "grievance")
    handled = step(1, "handled", "GrievanceFiled", "partner", "partner")

    drawing = draw([], [told, handled])

    places = {lane.name: lane.x for lane in drawing.lanes}
    first, second = drawing.marks
    assert first.is_dot
    assert (second.begin, second.end) == (places["grievance"], places["partner"])
    assert (second.source, second.direction) == ("grievance", 1)


def test_what_is_handled_leads_back_where_nobody_knows_who_told_it() -> None:
    (mark,) = draw([], [step(0, "handled", "GrievanceFiled", "partner", "partner")]).marks

    assert mark.is_loop
    assert not mark.is_dot


def test_a_message_without_an_id_is_not_taken_for_another_without_one() -> None:
    told = step(0, "told", "GrievanceFiled", "grievance", message_id="")

    *_, mark = draw([], [told, step(1, "handled", "Unknown", "partner", "partner", message_id="")]).marks

    assert mark.source == "partner"


def test_a_dead_letter_put_back_comes_from_operations_and_not_from_the_teller() -> None:
    told = step(0, "told", "LeaderAssigned", "organization")

    *_, mark = draw([], [told, step(1, "sent", "LeaderAssigned", "volunteer", "volunteer")]).marks

    assert mark.source == "operations"


def test_an_arrow_to_the_left_points_to_the_left() -> None:
    (mark,) = draw(["grievance", "volunteer"], [step(0, "called", "x", "volunteer", "grievance")]).marks

    assert mark.direction == -1
    assert mark.end < mark.label_x < mark.begin


def test_failures_and_retries_are_told_from_what_went_well() -> None:
    levels = [mark.level for mark in draw([], journey()["steps"]).marks]

    assert levels.count("bad") == 1
    assert levels.count("warn") == 2


def test_everything_is_inside_the_drawing() -> None:
    told = journey()
    drawing = draw(told["participants"], told["steps"])

    assert all(0 < each < drawing.width for mark in drawing.marks for each in (mark.begin, mark.end, mark.label_x))
    assert all(HEAD < each.y < drawing.height for each in (*drawing.marks, *drawing.gaps))


def test_a_name_does_not_repeat_who_it_comes_from() -> None:
    told = step(0, "told", "grievance.GrievanceFiled.v1", "grievance")
    called = step(1, "called", "file_grievance", "gateway", "grievance")

    assert [mark.name for mark in draw([], [told, called]).marks] == ["GrievanceFiled", "file_grievance"]
