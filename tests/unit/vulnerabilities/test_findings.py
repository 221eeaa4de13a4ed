"""What pip-audit found, held against what was reviewed."""

import json
from datetime import date
from typing import Any

import pytest

from vulnerabilities.__main__ import REVIEWED, judge
from vulnerabilities.findings import read_reviewed

TODAY = date(2026, 3, 1)
SOUND = {"name": "click", "version": "8.0", "vulns": []}
BROKEN = {
    "name": "Pillow",
    "version": "9.0",
    "vulns": [{"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["9.1"], "description": "…"}],
}
UNKNOWN = {"name": "our-own", "skip_reason": "not found"}


def told(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def reviewed(**changes: str) -> str:
    entry = {"number": '"CVE-2026-1"', "package": '"pillow"', "reason": '"not reached"'}
    entry |= {"on": "2026-01-01", "until": "2026-04-01", **changes}
    return "[[reviewed]]\n" + "\n".join(f"{name} = {value}" for name, value in entry.items() if value)


def judged(told: str, reviewed: str = "") -> tuple[int, str]:
    said: list[str] = []
    code = judge(told, reviewed, TODAY, said.append)
    return code, "\n".join(said)


def test_nothing_known_is_well() -> None:
    code, said = judged(told(SOUND))
    assert (code, "1 packages, 0 found" in said) == (0, True)


def test_a_known_vulnerability_fails_and_is_named_with_what_mends_it() -> None:
    code, said = judged(told(SOUND, BROKEN))
    assert code == 1
    assert "Pillow 9.0: CVE-2026-1, PYSEC-2026-1; mended in: 9.1" in said


@pytest.mark.parametrize("number", ['"CVE-2026-1"', '"PYSEC-2026-1"'])
def test_a_reviewed_one_passes_under_any_of_its_numbers(number: str) -> None:
    assert judged(told(BROKEN), reviewed(number=number))[0] == 0


@pytest.mark.parametrize(
    "changes", [{"number": '"CVE-2026-2"'}, {"package": '"click"'}, {"until": "2026-02-28"}], ids=str
)
def test_a_review_of_another_one_or_of_long_ago_does_not_let_it_pass(changes: dict[str, str]) -> None:
    assert judged(told(BROKEN), reviewed(**changes))[0] == 1


@pytest.mark.parametrize("changes", [{"reason": '" "'}, {"reason": ""}, {"on": ""}, {"until": '"soon"'}], ids=str)
def test_a_review_without_reason_or_date_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="reviewed vulnerability needs"):
        judged(told(BROKEN), reviewed(**changes))


@pytest.mark.parametrize("silence", ["", "Traceback", "{}", "[]", told(), told(UNKNOWN, UNKNOWN)])
def test_where_the_service_does_not_answer_it_is_said_and_nothing_is_claimed(silence: str) -> None:
    code, said = judged(silence)
    assert code == 0
    assert "NOT ASKED" in said
    assert "0 found" not in said


def test_what_the_service_does_not_know_is_named() -> None:
    assert "our-own" in judged(told(SOUND, UNKNOWN))[1]


def test_the_reviews_on_file_can_be_read() -> None:
    read_reviewed(REVIEWED.read_text(encoding="utf-8"))
