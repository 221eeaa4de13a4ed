"""Logs: one JSON line per happening, with the chain it belongs to, and never the text of an error."""

import errno
import io
import json
import logging
import sys
from datetime import datetime
from typing import Any
from uuid import uuid4

from chassis.context import Chain, within
from chassis.logs import JsonLines, NeverFailing

WRITTEN_BY_SOMEONE = "张玉兰 13800001111"


def line(message: str, *values: Any, level: int = logging.INFO, **more: Any) -> dict[str, Any]:
    """What a log of this becomes."""
    record = logging.LogRecord("chassis.test", level, __file__, 1, message, values, more.pop("exc_info", None))
    for name, value in more.items():
        setattr(record, name, value)
    written = JsonLines("grievance").format(record)
    assert "\n" not in written
    found: dict[str, Any] = json.loads(written)
    return found


def test_a_line_says_when_what_and_who() -> None:
    found = line("%d calls", 3)
    assert (found["level"], found["process"], found["logger"]) == ("INFO", "grievance", "chassis.test")
    assert found["message"] == "3 calls"
    assert datetime.fromisoformat(found["at"]).tzinfo is not None


def test_a_line_names_the_chain_it_belongs_to_and_none_where_there_is_none() -> None:
    chain = Chain(correlation="c", causation="m", community="410181002011")
    with within(chain):
        found = line("within")
    assert (found["correlation"], found["causation"], found["community"]) == ("c", "m", "410181002011")
    assert "correlation" not in line("outside")


def test_facts_become_fields() -> None:
    id = uuid4()
    found = line("failed", facts={"queue": "things.main", "message_id": id})
    assert (found["queue"], found["message_id"]) == ("things.main", str(id))


def test_an_error_is_told_by_type_and_place_and_never_by_its_text_nor_that_of_its_cause() -> None:
    def open_it() -> None:
        try:
            raise KeyError(WRITTEN_BY_SOMEONE)
        except KeyError as error:
            raise ValueError(WRITTEN_BY_SOMEONE) from error

    try:
        open_it()
    except ValueError:
        found = line("failed", level=logging.ERROR, exc_info=sys.exc_info())
    assert found["error"] == "ValueError"
    assert any(place.endswith("open_it") and "test_logs.py:" in place for place in found["where"])
    assert WRITTEN_BY_SOMEONE not in json.dumps(found, ensure_ascii=False)


def test_a_text_with_line_breaks_and_quotes_stays_on_one_line() -> None:
    assert line('first\n"second"')["message"] == 'first\n"second"'


class FullDisk(io.StringIO):
    """A file that takes nothing."""

    def write(self, _text: str) -> int:
        """No room."""
        raise OSError(errno.ENOSPC, "no space left on device")

    def flush(self) -> None:
        """No room either."""
        raise OSError(errno.ENOSPC, "no space left on device")


def test_what_cannot_be_logged_is_dropped_and_raises_nothing() -> None:
    stream = NeverFailing(FullDisk())
    assert stream.write("a line\n") == 7
    stream.flush()


def test_what_can_be_logged_is() -> None:
    written = io.StringIO()
    NeverFailing(written).write("a line\n")
    assert written.getvalue() == "a line\n"
