"""Which way leads to a server for tests, and what happens when none does."""

from collections.abc import Callable

import pytest

from tests.servers.choice import (
    WAYS,
    NotPossible,
    Server,
    Unobtainable,
    Way,
    WrongAddress,
    allowed_ways,
    obtain,
    refuse,
)


def leads_to(url: str) -> Way:
    return lambda: Server(url=url, origin="a fake")


def closed(reason: str, error: type[Exception] = NotPossible) -> Way:
    def way() -> Server:
        raise error(reason)

    return way


def ways(**open_ways: Way) -> dict[str, Way]:
    return {name: closed(f"no {name} here") for name in WAYS} | open_ways


def test_a_given_address_comes_before_the_standard_port() -> None:
    assert obtain(ways(given=leads_to("mine"), standard=leads_to("theirs"))).url == "mine"


def test_what_runs_on_the_standard_port_is_taken_before_anything_is_started() -> None:
    assert obtain(ways(standard=leads_to("running"), container=leads_to("new"), local=leads_to("new"))).url == "running"


def test_a_container_comes_before_local_programs_and_these_before_an_installation() -> None:
    assert obtain(ways(container=leads_to("c"), local=leads_to("l"), install=leads_to("i"))).url == "c"
    assert obtain(ways(local=leads_to("l"), install=leads_to("i"))).url == "l"
    assert obtain(ways(install=leads_to("i"))).url == "i"


def test_no_later_way_is_walked_once_one_led_to_a_server() -> None:
    walked: list[str] = []

    def noting(name: str) -> Way:
        def way() -> Server:
            walked.append(name)
            return Server(url=name, origin="a fake")

        return way

    obtain(ways(standard=noting("standard"), local=noting("local"), install=noting("install")))
    assert walked == ["standard"]


def test_when_no_way_is_left_every_reason_is_told() -> None:
    with pytest.raises(Unobtainable) as refusal:
        obtain(ways())
    for name in WAYS:
        assert f"{name}: no {name} here" in str(refusal.value)


def test_a_given_address_where_nothing_answers_is_not_replaced_by_another_server() -> None:
    with pytest.raises(WrongAddress, match="nobody there"):
        obtain(ways(given=closed("nobody there", WrongAddress), standard=leads_to("theirs")))


def test_ways_that_are_not_allowed_are_not_walked() -> None:
    with pytest.raises(Unobtainable) as refusal:
        obtain(ways(standard=leads_to("running")), allowed=("container",))
    assert "standard" not in str(refusal.value)


@pytest.mark.parametrize(
    ("setting", "left"), [("", WAYS), ("local", ("local",)), ("install, local", ("local", "install"))]
)
def test_the_setting_narrows_the_ways_and_keeps_their_order(setting: str, left: tuple[str, ...]) -> None:
    assert allowed_ways({"HEMEI_TEST_SERVERS": setting}) == left


def test_an_unknown_way_in_the_setting_is_refused_by_name() -> None:
    with pytest.raises(WrongAddress, match="privat"):
        allowed_ways({"HEMEI_TEST_SERVERS": "privat"})


def outcome(refusing: Callable[[], object]) -> tuple[str, str]:
    try:
        refusing()
    except pytest.skip.Exception as skipped:
        return "skipped", str(skipped)
    except pytest.fail.Exception as failed:
        return "failed", str(failed)
    return "passed", ""


@pytest.mark.parametrize("environ", [{}, {"CI": ""}, {"CI": "false"}])
def test_a_missing_server_skips_on_a_laptop_and_says_why(environ: dict[str, str]) -> None:
    assert outcome(lambda: refuse("no broker", environ)) == ("skipped", "no broker")


@pytest.mark.parametrize("environ", [{"CI": "true"}, {"CI": "1"}, {"CI": "True"}])
def test_a_missing_server_fails_in_ci_and_says_why(environ: dict[str, str]) -> None:
    kind, said = outcome(lambda: refuse("no broker", environ))
    assert kind == "failed"
    assert "no broker" in said
