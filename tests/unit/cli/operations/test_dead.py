"""`hemei dead`: dead letters are looked at, sent again, discarded with a reason; whoever asks for all is asked back."""

import getpass
import io
import json

import pytest
from rich.console import Console

from cli.operations.outcomes import Waiting
from tests.unit.cli.operations.conftest import Hemei
from tests.unit.cli.operations.fake_operations import FakeOperations
from tests.unit.gateway.pages.operations import CAUSE, LETTER, groups, letter

OTHER = "1d7f4b63-a4b2-5c8f-8d22-3f5ef9ba1c28"
REPEATED = "2e8a5c74-b5c3-5d90-9e33-4a6f0acb2d39"


@pytest.fixture
def dead(operations: FakeOperations) -> FakeOperations:
    """A system with three open dead letters, two of them of one cause."""
    operations.letters = {
        LETTER: letter(body='{"data":{"description":"•••"}}'),
        OTHER: letter(id=OTHER, cause="11d8e0aa34c2b719", queue="grievance.events", error="DecodeError [x]"),
        REPEATED: letter(id=REPEATED, deaths=2),
    }
    return operations


def test_a_list_shows_each_with_its_id_error_place_and_how_often_it_died(dead: FakeOperations, hemei: Hemei) -> None:
    told = hemei("dead", "list")

    assert told.exit_code == 0, told.output
    assert all(id in told.output for id in (LETTER, OTHER, REPEATED))
    assert "dead letters: 3" in told.output
    assert "DecodeError [x]" in told.output
    assert "dispatching.py:88" in told.output
    assert told.output.count("重放后又失败 1") == 1
    assert "11-23 22:14:03" in told.output


def test_a_list_is_of_open_ones_unless_another_state_is_asked_for(dead: FakeOperations, hemei: Hemei) -> None:
    dead.letters[OTHER] |= {"state": "handled", "outcome": "again"}

    assert OTHER not in hemei("dead", "list").output
    assert LETTER not in hemei("dead", "list", "--state", "handled").output
    everything = hemei("dead", "list", "--state", "any").output
    assert OTHER in everything
    assert LETTER in everything
    assert "早已办过，未作改变" in everything


def test_a_list_is_of_what_fits_and_says_when_there_are_more(dead: FakeOperations, hemei: Hemei) -> None:
    told = hemei("dead", "list", "--cause", CAUSE, "--most", "1").output

    assert LETTER in told
    assert REPEATED not in told
    assert "the newest 1 of 2" in told


def test_groups_show_the_cause_that_other_commands_take(dead: FakeOperations, hemei: Hemei) -> None:
    dead.answers["dead-letters/groups"] = groups()

    told = hemei("dead", "groups").output

    assert "open dead letters: 42" in told
    assert CAUSE in told
    assert "NoQueueTookIt" in told
    assert "重放后又失败 3" in told


def test_one_is_shown_whole_with_what_was_done_about_it(dead: FakeOperations, hemei: Hemei) -> None:
    told = hemei("dead", "show", LETTER).output

    for said in ("KeyError", CAUSE, "grievance.GrievanceFiled.v1", '"description": "•••"', "李值班", "重放"):
        assert said in told


def test_one_is_shown_as_it_is_for_programs(dead: FakeOperations, hemei: Hemei) -> None:
    assert json.loads(hemei("dead", "show", LETTER, "--json").output) == dead.letters[LETTER]


def test_a_body_that_is_no_json_is_shown_as_it_is(dead: FakeOperations, hemei: Hemei) -> None:
    dead.letters[LETTER]["body"] = "\\xff [oops"

    assert "\\xff [oops" in hemei("dead", "show", LETTER).output


def test_one_that_is_not_there_is_said_not_to_be(hemei: Hemei) -> None:
    told = hemei("dead", "show", LETTER)

    assert told.exit_code == 1
    assert "dead_letter_not_found" in told.output


# -- replaying


def test_one_is_replayed_by_its_id_without_being_asked_back_and_its_outcome_told(
    dead: FakeOperations, hemei: Hemei
) -> None:
    told = hemei("dead", "replay", LETTER)

    assert told.exit_code == 0, told.output
    assert dead.orders == [(f"{LETTER}/replay", {"by": getpass.getuser(), "even_if_forgotten": False})]
    assert "1 办好 done" in told.output


def test_what_had_been_handled_already_and_what_died_again_is_said_and_the_latter_fails_the_command(
    dead: FakeOperations, hemei: Hemei
) -> None:
    dead.fates = {LETTER: "again", REPEATED: "dies"}

    told = hemei("dead", "replay", "--cause", CAUSE, "--yes", "--by", "李值班")

    assert told.exit_code == 1
    assert "chosen: 2" in told.output
    assert "left alone: 1" in told.output
    assert "1 早已办过，未作改变" in told.output
    assert "1 再次失败 died again" in told.output
    (order,) = dead.orders
    assert order == (
        "replay",
        {"by": "李值班", "even_if_forgotten": False, "choice": {"cause": CAUSE}, "everything": False},
    )


def test_a_group_is_replayed_only_when_the_person_at_the_terminal_says_so(dead: FakeOperations, hemei: Hemei) -> None:
    refused = hemei("dead", "replay", "--cause", CAUSE, typed="n\n")
    assert (refused.exit_code, dead.orders) == (1, [])
    assert "重放 2 条死信? Replay 2 dead letters?" in refused.output

    agreed = hemei("dead", "replay", "--cause", CAUSE, typed="y\n")
    assert agreed.exit_code == 0, agreed.output
    assert "2 办好 done" in agreed.output


def test_all_are_replayed_at_a_word(dead: FakeOperations, hemei: Hemei) -> None:
    told = hemei("dead", "replay", "--all", "--yes", "--wait", "0", "--even-if-forgotten")

    assert told.exit_code == 0, told.output
    (order,) = dead.orders
    assert order[1].items() >= {"everything": True, "choice": {}, "even_if_forgotten": True}.items()
    assert "办好" not in told.output


@pytest.mark.parametrize("command", [["replay", "--wait", "0"], ["discard", "--reason", "旧"]])
def test_of_more_than_one_command_takes_the_rest_is_taken_by_further_ones(
    dead: FakeOperations, hemei: Hemei, command: list[str]
) -> None:
    count = len([letter for letter in dead.letters.values() if letter["state"] == "open"])
    dead.most_at_once = 1

    told = hemei("dead", *command, "--all", "--yes")

    assert told.exit_code == 0, told.output
    assert len(dead.orders) == count > 1
    assert f"chosen: {count}" in told.output
    assert "left alone: 1" in told.output


def test_what_can_no_longer_be_taken_is_not_ordered_for_ever(dead: FakeOperations, hemei: Hemei) -> None:
    dead.most_at_once = 0

    told = hemei("dead", "replay", "--all", "--yes", "--wait", "0")

    assert len(dead.orders) == 1
    assert "chosen: 0" in told.output


def test_where_nothing_is_meant_nothing_is_asked_and_nothing_done(dead: FakeOperations, hemei: Hemei) -> None:
    told = hemei("dead", "replay", "--queue", "partner.events")

    assert (told.exit_code, dead.orders) == (0, [])
    assert "no open dead letter" in told.output


@pytest.mark.parametrize("words", [[], [LETTER, "--all"], [LETTER, "--cause", CAUSE], ["--all", "--queue", "a.b"]])
@pytest.mark.parametrize("command", [["replay"], ["discard", "--reason", "旧"]])
def test_there_is_exactly_one_way_of_choosing(
    dead: FakeOperations, hemei: Hemei, command: list[str], words: list[str]
) -> None:
    told = hemei("dead", *command, *words)

    assert (told.exit_code, dead.orders) == (2, [])
    assert "exactly one of these" in told.output


class Patience:
    """A clock that goes on only while somebody pauses."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


def test_what_nothing_is_heard_of_in_time_is_said_to_be_on_its_way(dead: FakeOperations) -> None:
    dead.fates = {LETTER: "silence"}
    dead.letters[LETTER]["state"], time, file = "waiting", Patience(), io.StringIO()

    is_well = Waiting(dead.api(), Console(file=file, width=140), 5.0, clock=time, pause=time.pause).tell({LETTER: 1})

    assert is_well
    assert "1 尚在途中" in file.getvalue()
    assert time.now == 5.0


def test_what_somebody_else_has_settled_meanwhile_is_said_too(dead: FakeOperations) -> None:
    dead.letters[LETTER]["state"], file = "discarded", io.StringIO()

    Waiting(dead.api(), Console(file=file, width=140), 5.0).tell({LETTER: 1, REPEATED: 2})

    assert "1 已被丢弃" in file.getvalue()
    assert "1 未动" in file.getvalue()


# -- discarding


def test_one_is_discarded_with_its_reason(dead: FakeOperations, hemei: Hemei) -> None:
    told = hemei("dead", "discard", LETTER, "--reason", "测试数据")

    assert told.exit_code == 0, told.output
    assert dead.orders == [(f"{LETTER}/discard", {"by": getpass.getuser(), "reason": "测试数据"})]
    assert "已丢弃 discarded" in told.output


def test_nothing_is_discarded_without_a_reason(dead: FakeOperations, hemei: Hemei) -> None:
    told = hemei("dead", "discard", LETTER)

    assert (told.exit_code, dead.orders) == (2, [])
    assert "--reason" in told.output


def test_a_group_is_discarded_only_when_the_person_at_the_terminal_says_so(dead: FakeOperations, hemei: Hemei) -> None:
    refused = hemei("dead", "discard", "--all", "--reason", "旧", typed="\n")
    assert (refused.exit_code, dead.orders) == (1, [])

    agreed = hemei("dead", "discard", "--all", "--reason", "旧", typed="y\n")
    assert agreed.exit_code == 0, agreed.output
    assert "chosen: 3" in agreed.output
