"""Dead letters on both databases: collected once, shown masked, put back at a bounded rate, settled, discarded."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.broker import Message, NoQueue, NotSent
from chassis.database import use_keys
from chassis.encryption import new_key
from contracts.errors import Error
from contracts.operations import schemas
from contracts.operations.errors import DeadLetterNotFound, DeadLetterNotOpen, NoChoice, ReplayTooLate
from services.operations.config import OperationsSettings
from services.operations.handlers.choices import MOST_AT_ONCE
from tests.contract.samples import FOLDER
from tests.integration.operations.desk import COMMUNITY, NOON, WRITTEN, Desk, Sender, dead, died_again, outcome


class Crash(BaseException):
    """The process ends here."""


def replay(desk: Desk, **more: Any) -> dict[str, Any]:
    """Choose the only letter for a replay."""
    answer: dict[str, Any] = desk.ask("replay_dead_letter", id=desk.the_letter()["id"], by="王工", **more)
    return answer


def refusal_of(ask: Callable[[], Any]) -> type[Error]:
    """What is answered instead."""
    with pytest.raises(Error) as refused:
        ask()
    return type(refused.value)


# -- collected


def test_a_dead_message_is_kept_with_all_that_is_known_of_it(desk: Desk) -> None:
    message = dead()
    desk.collect(message)
    letter = desk.the_letter()
    assert schemas.DeadLetterRow().validate(letter) == {}
    assert (letter["queue"], letter["service"], letter["message_id"]) == ("partner.main", "partner", message.id)
    assert (letter["error"], letter["attempts"], letter["deaths"], letter["state"]) == ("KeyError", 6, 1, "open")


def test_a_message_that_comes_twice_is_kept_once(desk: Desk) -> None:
    message = dead()
    desk.collect(message, message)
    desk.collect(message)
    assert len(desk.letters()) == 1
    assert len(desk.rows("bodies")) == 1


def test_the_same_message_dead_in_two_queues_is_two_dead_letters(desk: Desk) -> None:
    message = dead()
    desk.collect(message, message.with_headers(queue="grievance.main"))
    assert {letter["queue"] for letter in desk.letters()} == {"partner.main", "grievance.main"}


STRANGE = {
    "nothing at all": Message(body=b""),
    "no JSON": Message(body=b"\xff\x00\xfe", id="x", headers={"queue": "partner.main"}),
    "a foreign type": Message(body=b"<xml/>", content_type="text/xml; charset=GB2312", type="无", id=WRITTEN),
    "headers of any kind": Message(
        body=b"{}", headers={"queue": WRITTEN, "error": "\x00", "attempt": 2**62, "place": ""}
    ),
    "a number that is none": Message(body=b"{}", headers={"attempt": 3, "deadline": float("nan")}),
    "ten megabytes": Message(body=b"x" * 10_000_000, id="big"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_whatever_comes_can_be_kept_shown_and_discarded(desk: Desk, name: str) -> None:
    desk.collect(STRANGE[name])
    whole = desk.ask("get_dead_letter", id=desk.the_letter()["id"])
    assert whole["size"] == len(STRANGE[name].body)
    desk.ask("discard_dead_letter", id=whole["id"], by="王工", reason="不是我们的")
    assert desk.the_letter()["state"] == "discarded"


def test_what_the_broker_laid_aside_itself_has_a_cause_and_a_time_too(desk: Desk) -> None:
    message = dead(error="DeliveryLimit", stack=None, place=None, attempt=None)
    desk.collect(message, dead(error="DeliveryLimit", stack=None, place=None))
    (group,) = desk.ask("group_dead_letters")["groups"]
    assert (group["error"], group["count"], len(group["cause"])) == ("DeliveryLimit", 2, 16)


def test_what_a_message_holds_is_encrypted_in_the_database(desk: Desk) -> None:
    desk.collect(dead(WRITTEN.encode()))
    with desk.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT body FROM bodies").scalar_one()
    assert WRITTEN not in kept
    assert "13800001111" not in kept


# -- shown


def test_nothing_personal_is_shown_of_any_event(desk: Desk) -> None:
    for path in sorted(FOLDER.glob("*.json")):
        desk.collect(dead(path.read_bytes()))
    for letter in desk.letters():
        text = json.dumps(desk.ask("get_dead_letter", id=letter["id"]), ensure_ascii=False)
        assert not {name for name in ("张玉兰", "王建国", "李秀英", "铁塔公司", "飞线", "一句话") if name in text}, text


def test_one_is_shown_whole_with_its_headers_its_size_and_what_was_done_about_it(desk: Desk) -> None:
    desk.collect(dead(json.dumps({"kind": "grid", "name": WRITTEN}).encode()))
    replay(desk)
    whole = desk.ask("get_dead_letter", id=desk.the_letter()["id"])
    assert schemas.DeadLetterOut().validate(whole) == {}
    assert json.loads(whole["body"]) == {"kind": "grid", "name": "•••"}
    assert whole["headers"]["stack"] == "0123456789abcdef"
    assert [(done["action"], done["by"], done["about"]) for done in whole["history"]] == [
        ("replay", "王工", whole["id"])
    ]


def test_there_is_no_such_dead_letter(desk: Desk) -> None:
    for call, more in (
        ("get_dead_letter", {}),
        ("replay_dead_letter", {"by": "王工"}),
        ("discard_dead_letter", {"by": "王工", "reason": "x"}),
    ):
        assert refusal_of(lambda call=call, more=more: desk.ask(call, id=str(uuid4()), **more)) is DeadLetterNotFound


def test_dead_letters_are_chosen_by_queue_cause_error_type_state_community_and_correlation(desk: Desk) -> None:
    other = dead(queue="grievance.main", error="ValueError", stack="f" * 16, community="410181002012")
    desk.collect(dead(), other)
    for choice in (
        {"queue": "grievance.main"},
        {"cause": "f" * 16},
        {"error": "ValueError"},
        {"community": "410181002012"},
    ):
        assert [letter["message_id"] for letter in desk.letters(**choice)] == [other.id], choice
    assert len(desk.letters(type=other.type, correlation="first", state="open")) == 2
    assert desk.letters(state="sent") == desk.letters(type="nobody.said.v1") == desk.letters(correlation="x") == []


def test_dead_letters_are_listed_in_pages_the_newest_first(desk: Desk) -> None:
    many = [dead(died_at=(NOON + timedelta(minutes=number)).isoformat()) for number in range(5)]
    desk.collect(*many)
    pages = [desk.ask("list_dead_letters", page=page, page_size=2) for page in (1, 2, 3)]
    found = [letter["message_id"] for page in pages for letter in page["items"]]
    assert found == [message.id for message in reversed(many)]
    assert {page["total"] for page in pages} == {5}


def test_open_dead_letters_are_grouped_by_cause_the_largest_group_first(desk: Desk) -> None:
    many = [dead(community=f"41018100201{number}") for number in (1, 1, 2)]
    desk.collect(*many, dead(stack="f" * 16, died_at=(NOON + timedelta(hours=1)).isoformat()))
    (letter,) = [one for one in desk.letters() if one["message_id"] == many[0].id]
    desk.ask("replay_dead_letter", id=letter["id"], by="王工")
    desk.collect(died_again(many[0], letter))
    answer = desk.ask("group_dead_letters")
    assert schemas.DeadLetterGroups().validate(answer) == {}
    first, second = answer["groups"]
    assert (first["count"], first["repeated"], first["communities"]) == (3, 1, 2)
    assert first["first_at"] < first["last_at"]
    assert (second["count"], second["repeated"], second["cause"]) == (1, 0, "f" * 16)
    assert answer["open"] == 4


def test_what_nobody_can_tell_the_community_of_counts_for_none(desk: Desk) -> None:
    desk.collect(dead(community=""), dead(community=""))
    (group,) = desk.ask("group_dead_letters")["groups"]
    assert (group["count"], group["communities"]) == (2, 0)


def test_what_is_not_open_is_in_no_group(desk: Desk) -> None:
    desk.collect(dead())
    replay(desk)
    assert desk.ask("group_dead_letters") == {"groups": [], "open": 0}


# -- put back


def test_a_replayed_dead_letter_is_sent_into_its_own_queue_as_it_was_and_counted_anew(desk: Desk) -> None:
    message = dead(b'{"data": "\xe5\xbc\xa0"}', traceparent="00-4bf92f35-00f067aa-01")
    desk.collect(message)
    answer = replay(desk)
    assert schemas.DeadLetterRow().validate(answer) == {}
    assert answer["state"] == "waiting"
    assert desk.sender.sent == []
    desk.send_waiting()
    ((queue, sent),) = desk.sender.sent
    assert queue == "partner.main"
    assert (sent.body, sent.id, sent.type, sent.correlation) == (message.body, message.id, message.type, "first")
    assert sent.content_type == message.content_type
    assert sent.headers == {
        "attempt": 1,
        "replay": answer["id"],
        "community": COMMUNITY,
        "traceparent": "00-4bf92f35-00f067aa-01",
    }
    assert desk.the_letter()["state"] == "sent"


def test_what_was_sent_is_not_sent_once_more(desk: Desk) -> None:
    desk.collect(dead())
    replay(desk)
    desk.send_waiting()
    desk.send_waiting()
    assert len(desk.sender.sent) == 1


class OneIsFull(Sender):
    """One queue takes nothing."""

    def send(self, message: Message, queue: str) -> None:
        """Into any other."""
        if queue == "partner.main":
            raise NotSent(queue)
        super().send(message, queue)


def test_a_queue_that_takes_nothing_keeps_no_replay_from_another(desk: Desk) -> None:
    desk.sender = OneIsFull()
    desk.collect(dead(), dead(), dead(queue="grievance.main"))
    desk.ask("replay_dead_letters", choice={}, everything=True, by="王工")
    for _ in range(3):
        desk.clock.now += timedelta(seconds=1)
        desk.send_waiting()
    assert [queue for queue, _ in desk.sender.sent] == ["grievance.main"]
    assert {letter["queue"]: letter["state"] for letter in desk.letters()} == {
        "grievance.main": "sent",
        "partner.main": "waiting",
    }


def test_while_the_broker_is_away_replays_wait(desk: Desk) -> None:
    desk.collect(dead())
    replay(desk)
    desk.sender.refuses = [NotSent("no broker")]
    desk.send_waiting()
    assert desk.the_letter()["state"] == "waiting"
    desk.send_waiting()
    assert desk.the_letter()["state"] == "sent"


def test_a_replay_whose_queue_has_gone_is_open_again_and_the_others_go_on(desk: Desk) -> None:
    first, second = dead(), dead()
    desk.collect(first)
    replay(desk)
    desk.clock.now += timedelta(seconds=1)
    desk.collect(second)
    (other,) = desk.letters(state="open")
    desk.ask("replay_dead_letter", id=other["id"], by="王工")
    desk.sender.refuses = [NoQueue("partner.main"), None]
    desk.send_waiting()
    (gone,) = desk.letters(state="open")
    assert (gone["message_id"], gone["deaths"], gone["error"]) == (first.id, 2, "NoQueue")
    assert [letter["message_id"] for letter in desk.letters(state="sent")] == [second.id]


def test_what_died_before_any_queue_had_it_is_sent_to_all_who_hear_it(desk: Desk) -> None:
    desk.collect(dead(queue="organization.events", error="NoQueueTookIt"))
    replay(desk)
    desk.send_waiting()
    assert [queue for queue, _ in desk.sender.sent] == ["every hearer"]


def test_a_foreign_message_is_not_sent_to_an_exchange_that_is_not_ours(desk: Desk) -> None:
    message = Message(body=b"", id="x", type="evil.happened.v1", headers={"queue": "evil.events"})
    desk.collect(message)
    replay(desk)
    desk.send_waiting()
    assert desk.sender.sent == []
    assert desk.the_letter()["state"] == "open"


def test_replays_are_sent_at_most_so_many_a_second(desk: Desk) -> None:
    desk.collect(*(dead() for _ in range(7)))
    desk.ask("replay_dead_letters", by="王工", everything=True)
    rests: list[float] = []
    desk.send_waiting(per_second=5, rest=rests.append)
    assert len(desk.sender.sent) == 5
    assert sum(rests) == pytest.approx(1.0)
    desk.send_waiting(per_second=5, rest=rests.append)
    assert len(desk.sender.sent) == 7


def test_a_crash_between_the_sending_and_the_mark_sends_it_twice_and_never_not_at_all(
    desk: Desk,
) -> None:
    before_the_sending = [NOON]

    def crash() -> Any:
        if before_the_sending:
            return before_the_sending.pop()
        raise Crash

    desk.collect(dead())
    replay(desk)
    with pytest.raises(Crash):
        desk.send_waiting(clock=crash)
    assert desk.the_letter()["state"] == "waiting"
    desk.send_waiting()
    assert [message.id for _, message in desk.sender.sent] == [desk.the_letter()["message_id"]] * 2
    desk.told(outcome(desk.the_letter(), "done"), outcome(desk.the_letter(), "again"))
    assert (desk.the_letter()["state"], desk.the_letter()["outcome"]) == ("handled", "done")


@pytest.mark.parametrize("what", ["done", "again", "passed"])
def test_a_dead_letter_ends_with_what_its_service_says_of_the_replay(desk: Desk, what: str) -> None:
    desk.collect(dead())
    replay(desk)
    desk.send_waiting()
    desk.told(outcome(desk.the_letter(), what))
    assert (desk.the_letter()["state"], desk.the_letter()["outcome"]) == ("handled", what)


def test_a_word_that_comes_before_the_mark_is_not_undone_by_it(desk: Desk) -> None:
    desk.collect(dead())
    replay(desk)
    desk.told(outcome(desk.the_letter()))
    desk.send_waiting()
    assert desk.the_letter()["state"] == "handled"
    assert desk.sender.sent == []


@pytest.mark.parametrize(
    "message",
    [
        Message(body=b"", type="outcome"),
        Message(body=b"{}", type="outcome"),
        Message(body=b'{"at": 1, "kind": "sent", "name": "x", "source": "y", "subject": "none"}', type="outcome"),
        Message(body=b"\xff", type="nobody knows"),
    ],
)
def test_reports_that_cannot_be_read_are_taken_and_change_nothing(desk: Desk, message: Message) -> None:
    desk.collect(dead())
    desk.reported(message)
    assert desk.the_letter()["state"] == "open"


@pytest.mark.parametrize(("word", "state"), [("done", "handled"), ("do\x00ne", "sent"), ("张玉兰", "sent")])
def test_only_a_known_word_says_what_became_of_a_replay(desk: Desk, word: str, state: str) -> None:
    desk.collect(dead())
    replay(desk)
    desk.send_waiting()
    desk.told(outcome(desk.the_letter(), word))
    assert desk.the_letter()["state"] == state


def test_a_word_about_an_unknown_dead_letter_changes_nothing(desk: Desk) -> None:
    desk.collect(dead())
    desk.told(outcome({**desk.the_letter(), "id": str(uuid4())}))
    assert desk.the_letter()["state"] == "open"


def test_one_that_dies_again_after_its_replay_is_open_with_one_more_death(desk: Desk) -> None:
    message = dead()
    desk.collect(message)
    letter = replay(desk)
    desk.send_waiting()
    desk.collect(died_again(message, letter, error="ValueError"), died_again(message, letter, error="ValueError"))
    found = desk.the_letter()
    assert (found["state"], found["deaths"], found["error"]) == ("open", 2, "ValueError")
    assert replay(desk)["state"] == "waiting"


@pytest.mark.parametrize("call", ["replay_dead_letter", "discard_dead_letter"])
def test_what_is_under_way_or_over_is_neither_replayed_nor_discarded(desk: Desk, call: str) -> None:
    desk.collect(dead())
    replay(desk)
    more = {"by": "李工"} | ({"reason": "x"} if call == "discard_dead_letter" else {})
    for _ in ("waiting", "sent", "handled"):
        assert refusal_of(lambda: desk.ask(call, id=desk.the_letter()["id"], **more)) is DeadLetterNotOpen
        desk.send_waiting()
        if desk.sender.sent and desk.the_letter()["state"] == "sent":
            desk.told(outcome(desk.the_letter()))
    assert len(desk.ask("list_interventions")["items"]) == 1


# -- beyond what inboxes remember


def test_what_inboxes_have_forgotten_is_marked_and_replayed_only_where_that_is_said(desk: Desk) -> None:
    desk.collect(dead(died_at=(NOON - timedelta(days=91)).isoformat()))
    assert desk.the_letter()["is_forgotten"]
    assert refusal_of(lambda: replay(desk)) is ReplayTooLate
    assert replay(desk, even_if_forgotten=True)["state"] == "waiting"


def test_what_inboxes_still_remember_is_not_marked(desk: Desk) -> None:
    desk.collect(dead(died_at=(NOON - timedelta(days=89)).isoformat()))
    assert not desk.the_letter()["is_forgotten"]


def test_a_choice_leaves_what_inboxes_have_forgotten(desk: Desk) -> None:
    desk.collect(dead(), dead(died_at=(NOON - timedelta(days=91)).isoformat()))
    assert desk.ask("replay_dead_letters", by="王工", everything=True) == {"chosen": 1, "left": 1}
    answer = desk.ask("replay_dead_letters", by="王工", everything=True, even_if_forgotten=True)
    assert answer == {"chosen": 1, "left": 1}
    assert len(desk.letters(state="waiting")) == 2


# -- a choice, or everything


def test_a_choice_is_replayed_and_the_rest_stays(desk: Desk) -> None:
    desk.collect(dead(), dead(), dead(stack="f" * 16))
    assert desk.ask("replay_dead_letters", by="王工", choice={"cause": "f" * 16}) == {"chosen": 1, "left": 0}
    assert len(desk.letters(state="open")) == 2
    assert desk.ask("replay_dead_letters", by="王工", everything=True) == {"chosen": 2, "left": 1}


def test_a_choice_is_discarded_with_the_reason_and_the_rest_stays(desk: Desk) -> None:
    desk.collect(dead(), dead(), dead(queue="grievance.main"))
    answer = desk.ask("discard_dead_letters", by="王工", reason="演练", choice={"queue": "partner.main"})
    assert schemas.Chosen().validate(answer) == {}
    assert answer == {"chosen": 2, "left": 0}
    assert [letter["queue"] for letter in desk.letters(state="open")] == ["grievance.main"]
    (row,) = desk.ask("list_interventions")["items"]
    assert (row["action"], row["about"], row["reason"], row["count"]) == ("discard", "queue=partner.main", "演练", 2)


def test_nothing_is_chosen_where_neither_a_choice_nor_everything_is_given(desk: Desk) -> None:
    desk.collect(dead())
    assert refusal_of(lambda: desk.ask("replay_dead_letters", by="王工")) is NoChoice
    assert refusal_of(lambda: desk.ask("discard_dead_letters", by="王工", reason="x")) is NoChoice
    assert desk.the_letter()["state"] == "open"


def test_a_choice_that_fits_nothing_leaves_no_record(desk: Desk) -> None:
    assert desk.ask("replay_dead_letters", by="王工", everything=True) == {"chosen": 0, "left": 0}
    assert desk.ask("list_interventions")["total"] == 0


def test_of_more_than_can_be_taken_at_once_it_is_said_how_many_are_left(desk: Desk) -> None:
    desk.collect(*(dead(b"") for _ in range(MOST_AT_ONCE + 3)))
    assert desk.ask("replay_dead_letters", by="王工", everything=True) == {"chosen": MOST_AT_ONCE, "left": 3}
    assert desk.ask("discard_dead_letters", by="王工", reason="x", everything=True) == {
        "chosen": 3,
        "left": MOST_AT_ONCE,
    }


# -- kept no longer than needed


def test_what_was_settled_long_ago_is_forgotten_with_what_it_held_and_the_record_stays(desk: Desk) -> None:
    desk.collect(dead(WRITTEN.encode()), dead())
    letter = desk.letters()[0]
    desk.ask("discard_dead_letter", id=letter["id"], by="王工", reason="演练")
    desk.clock.now += timedelta(days=OperationsSettings().settled_days)
    desk.forgets()
    assert len(desk.letters()) == 2
    desk.clock.now += timedelta(seconds=1)
    desk.forgets()
    assert [each["state"] for each in desk.letters()] == ["open"]
    assert (len(desk.rows("bodies")), len(desk.rows("touched"))) == (1, 0)
    assert desk.ask("list_interventions")["total"] == 1


def test_what_is_not_settled_is_never_forgotten(desk: Desk) -> None:
    desk.collect(dead(), dead(), dead())
    first, second, _ = desk.letters()
    for letter in (first, second):
        desk.ask("replay_dead_letter", id=letter["id"], by="王工")
    desk.send_waiting(per_second=1)
    desk.clock.now += timedelta(days=4000)
    desk.forgets()
    assert sorted(letter["state"] for letter in desk.letters()) == ["open", "sent", "waiting"]


def test_what_no_key_opens_any_more_is_said_and_does_not_hold_up_the_others(desk: Desk) -> None:
    desk.collect(dead(id="first"))
    replay(desk)
    use_keys((new_key(),))
    desk.clock.now += timedelta(seconds=1)
    desk.collect(dead(id="second"))
    (second,) = desk.letters(state="open")
    desk.ask("replay_dead_letter", id=second["id"], by="王工")
    desk.send_waiting()
    assert [message.id for _, message in desk.sender.sent] == ["second"]
    (first,) = desk.letters(state="open")
    assert (first["message_id"], first["error"]) == ("first", "CannotDecrypt")
    assert "key" in desk.ask("get_dead_letter", id=first["id"])["body"]


# -- on record


def test_every_action_is_told_and_kept_on_record(desk: Desk) -> None:
    desk.collect(dead(), dead(queue="grievance.main"))
    first, second = desk.letters(queue="partner.main") + desk.letters(queue="grievance.main")
    desk.ask("replay_dead_letter", id=first["id"], by="王工")
    desk.clock.now += timedelta(seconds=1)
    desk.ask("discard_dead_letter", id=second["id"], by="李工", reason="演练")
    told = desk.events()
    assert [(name, data["dead_letter_id"], data["by"]) for name, data in told] == [
        ("operations.dead_letter_replayed.v1", first["id"], "王工"),
        ("operations.dead_letter_discarded.v1", second["id"], "李工"),
    ]
    answer = desk.ask("list_interventions")
    assert [schemas.InterventionRow().validate(row) for row in answer["items"]] == [{}, {}]
    assert [(row["action"], row["by"], row["about"], row["count"]) for row in answer["items"]] == [
        ("discard", "李工", second["id"], 1),
        ("replay", "王工", first["id"], 1),
    ]


def test_an_action_that_is_refused_is_neither_told_nor_kept(desk: Desk) -> None:
    desk.collect(dead())
    replay(desk)
    refusal_of(lambda: replay(desk))
    assert len(desk.events()) == 1
    assert desk.ask("list_interventions")["total"] == 1


def test_each_of_a_choice_has_the_action_in_its_history(desk: Desk) -> None:
    desk.collect(dead(), dead())
    desk.ask("replay_dead_letters", by="王工", everything=True)
    for letter in desk.letters():
        (done,) = desk.ask("get_dead_letter", id=letter["id"])["history"]
        assert (done["about"], done["count"]) == ("everything", 2)
    assert {UUID(data["dead_letter_id"]) for _, data in desk.events()} == {UUID(one["id"]) for one in desk.letters()}
