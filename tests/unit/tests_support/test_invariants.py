"""The invariants see what is not as it must be, and nothing else: else a fault test would prove nothing."""

import json
from collections.abc import Sequence

from chassis.broker import DEAD_LETTERS, Message
from tests.faults.invariants import (
    Control,
    in_their_communities,
    laid_aside_rightly,
    left_in_queues,
    never_backwards,
    one_effect_each,
)


def test_one_effect_or_one_dead_letter_for_each_cause_is_well() -> None:
    assert one_effect_each(["a", "b"], ["a"], ["b"]) == []


def test_what_is_lost_doubled_without_a_cause_or_both_done_and_laid_aside_is_told() -> None:
    assert one_effect_each(["a"], []) == ["lost: a"]
    assert one_effect_each(["a"], ["a", "a"]) == ["doubled: a, 2 times"]
    assert one_effect_each([], ["a"]) == ["without a cause: a"]
    assert one_effect_each(["a"], ["a"], ["a"]) == ["both done and laid aside: a"]


def test_versions_that_grow_are_well_whatever_comes_between_and_one_that_falls_or_comes_again_is_told() -> None:
    assert never_backwards([("a", 1), ("b", 1), ("a", 3), ("b", 2)]) == []
    assert never_backwards([("a", 2), ("a", 1)]) == ["backwards: a went through [2, 1]"]
    assert never_backwards([("a", 1), ("a", 1)]) == ["backwards: a went through [1, 1]"]


def queues(**found: tuple[int, int, int]) -> Control:
    """A `rabbitmqctl` that finds these: ready, in hand and in all."""
    rows = [
        {"name": name, "messages_ready": ready, "messages_unacknowledged": held, "messages": everything}
        for name, (ready, held, everything) in found.items()
    ]

    def control(_arguments: Sequence[str]) -> str:
        return json.dumps(rows)

    return control


def test_queues_are_at_rest_when_nothing_is_ready_in_hand_or_on_its_way_but_dead_letters() -> None:
    assert left_in_queues(queues(**{"a": (0, 0, 0), DEAD_LETTERS: (3, 0, 3)}), "v") == []
    assert left_in_queues(queues(a=(0, 2, 2)), "v") == ["in a: 0 ready, 2 in hand, 2 in all"]
    assert left_in_queues(queues(a=(0, 0, 1)), "v") == ["in a: 0 ready, 0 in hand, 1 in all"]


def dead(id: str, **headers: str) -> Message:
    """A dead letter."""
    return Message(body=b"", id=id, headers={"queue": "a.main", "error": "Unreadable", **headers})


def test_exactly_the_poison_is_laid_aside_and_each_says_where_and_why() -> None:
    assert laid_aside_rightly(["a"], [dead("a"), dead("a")]) == []
    assert laid_aside_rightly(["a"], []) == ["not laid aside: a"]
    assert laid_aside_rightly([], [dead("a")])[0].startswith("laid aside without need: a")
    assert laid_aside_rightly(["a"], [dead("a", error="")]) == ["laid aside without error: a"]


def test_what_stands_in_the_community_of_its_thing_is_well_and_what_stands_elsewhere_is_told() -> None:
    assert in_their_communities({"a": "1"}, [("a", "1")]) == []
    assert in_their_communities({"a": "1"}, [("a", "2"), ("b", "1")]) == ["a stands in 2", "b stands in 1"]
