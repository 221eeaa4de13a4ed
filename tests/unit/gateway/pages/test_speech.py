"""How figures, times and bodies are written on a page."""

import pytest

from gateway.pages.speech import Speech, pretty, safe_link

ZH, EN = Speech("zh"), Speech("en")


@pytest.mark.parametrize(
    ("length", "zh", "en"),
    [
        (None, "—", "—"),
        (-1.0, "—", "—"),
        (0.0, "0 秒", "0 s"),
        (0.0042, "4 毫秒", "4 ms"),
        (0.32, "0.32 秒", "0.32 s"),
        (9.5, "9.5 秒", "9.5 s"),
        (95.2, "95 秒", "95 s"),
        (754.0, "13 分钟", "13 min"),
        (7200.0, "2 小时", "2 h"),
        (93_000.0, "25.8 小时", "25.8 h"),
        (864_000.0, "10 天", "10 d"),
    ],
)
def test_a_length_of_time_has_the_unit_that_reads_best(length: float | None, zh: str, en: str) -> None:
    assert ZH.seconds(length) == zh
    assert EN.seconds(length) == en


@pytest.mark.parametrize(("number", "written"), [(None, "—"), (0, "0"), (18432, "18,432"), (3.0, "3")])
def test_thousands_are_set_apart(number: float | None, written: str) -> None:
    assert ZH.count(number) == written


@pytest.mark.parametrize(
    ("number", "written"), [(None, "—"), (0.0, "0"), (0.34, "0.3"), (3.0, "3"), (99.96, "100"), (1477.2, "1,477")]
)
def test_a_rate_has_a_decimal_while_it_is_small(number: float | None, written: str) -> None:
    assert ZH.rate(number) == written


@pytest.mark.parametrize(("amount", "written"), [(812, "812 B"), (12_300, "12 kB"), (84_500_000, "84 MB")])
def test_an_amount_has_the_unit_that_reads_best(amount: int, written: str) -> None:
    assert EN.size(amount) == written


def test_moments_are_those_of_chinas_clocks() -> None:
    at = "2026-11-23T17:45:03.0421+00:00"

    assert ZH.moment(at) == "11-24 01:45:03"
    assert ZH.clock(at) == "01:45:03"
    assert ZH.exact(at) == "01:45:03.042"


def test_clocks_that_disagree_make_no_negative_time() -> None:
    earlier, later = "2026-11-23T17:45:03+00:00", "2026-11-23T17:45:05Z"

    assert EN.between(earlier, later) == "2 s"
    assert EN.between(later, earlier) == "0 s"


def test_json_is_set_out_and_anything_else_left_alone() -> None:
    assert pretty('{"a":"楼"}') == '{\n  "a": "楼"\n}'
    assert pretty("\x00 not json") == "\x00 not json"


@pytest.mark.parametrize("address", ["http://rabbit:15672/", "https://rabbit.example/ui"])
def test_a_web_address_may_be_linked(address: str) -> None:
    assert safe_link(address) == address


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "data:text/html,x", "//elsewhere", "JaVaScRiPt:x"])
def test_anything_else_may_not(address: str) -> None:
    assert safe_link(address) == ""
