"""The chain: where a piece of work came from."""

from threading import Thread

import pytest

from chassis.context import Chain, current_chain, new_traceparent, next_span, within


def test_a_chain_begins_with_its_own_first_command() -> None:
    chain = Chain.begun()
    assert chain.correlation == chain.causation
    assert Chain.begun("given").correlation == "given"
    assert Chain.begun().correlation != chain.correlation


def test_a_step_further_keeps_the_first_command_and_names_the_last_message() -> None:
    chain = Chain.begun("first").caused_by("message", "410181002011")
    assert (chain.correlation, chain.causation, chain.community) == ("first", "message", "410181002011")
    assert chain.caused_by("next").community == "410181002011"


def test_the_chain_holds_inside_its_block_and_nowhere_else() -> None:
    outer, inner = Chain.begun(), Chain.begun()
    assert current_chain() is None
    with within(outer):
        with within(inner):
            assert current_chain() is inner
        assert current_chain() is outer
    assert current_chain() is None


def test_the_chain_ends_also_when_its_block_raises() -> None:
    with pytest.raises(KeyError), within(Chain.begun()):
        raise KeyError
    assert current_chain() is None


def test_one_threads_chain_is_not_anothers() -> None:
    seen: list[Chain | None] = []
    with within(Chain.begun()):
        other = Thread(target=lambda: seen.append(current_chain()))
        other.start()
        other.join(5)
    assert seen == [None]


def test_the_next_span_belongs_to_the_same_trace() -> None:
    first = new_traceparent()
    second = next_span(first)
    assert first.split("-")[1] == second.split("-")[1]
    assert first.split("-")[2] != second.split("-")[2]
    assert [len(part) for part in second.split("-")] == [2, 32, 16, 2]


@pytest.mark.parametrize("senseless", ["", "00-abc", "no trace at all"])
def test_where_there_is_no_trace_one_begins(senseless: str) -> None:
    assert [len(part) for part in next_span(senseless).split("-")] == [2, 32, 16, 2]
