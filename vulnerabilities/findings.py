"""What pip-audit found, held against what was reviewed."""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Finding:
    """A known vulnerability in a package that is used here, by all its numbers."""

    package: str
    version: str
    numbers: frozenset[str]
    mended_in: tuple[str, ...] = ()

    def __str__(self) -> str:
        mended = ", ".join(self.mended_in) or "no version yet"
        return f"{self.package} {self.version}: {', '.join(sorted(self.numbers))}; mended in: {mended}"


@dataclass(frozen=True)
class Reviewed:
    """A vulnerability that somebody looked at and that does no harm here, for a while."""

    number: str
    package: str
    reason: str
    on: date
    until: date


@dataclass(frozen=True)
class Report:
    """What the service said: how many packages it knows, which it does not, and what it found."""

    known: int
    unknown: tuple[str, ...]
    findings: tuple[Finding, ...]


class NoReport(Exception):
    """pip-audit said nothing that can be read."""


def read_report(told: str) -> Report:
    """pip-audit's JSON. Raises `NoReport`."""
    try:
        packages: list[dict[str, Any]] = json.loads(told)["dependencies"]
        known = [package for package in packages if "skip_reason" not in package]
        findings = [
            Finding(
                package=package["name"],
                version=package["version"],
                numbers=frozenset({found["id"], *found["aliases"]}),
                mended_in=tuple(found["fix_versions"]),
            )
            for package in known
            for found in package["vulns"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise NoReport from error
    unknown = tuple(package["name"] for package in packages if "skip_reason" in package)
    return Report(known=len(known), unknown=unknown, findings=tuple(findings))


def read_reviewed(text: str) -> list[Reviewed]:
    """The reviewed vulnerabilities of a TOML text. Raises `ValueError` where one lacks its reason or a date."""
    found = []
    for entry in tomllib.loads(text).get("reviewed", []):
        try:
            reviewed = Reviewed(**entry)
        except TypeError as error:
            raise ValueError(
                f"a reviewed vulnerability needs number, package, reason, on and until: {entry}"
            ) from error
        if not reviewed.reason.strip() or not all(type(day) is date for day in (reviewed.on, reviewed.until)):
            raise ValueError(f"a reviewed vulnerability needs a reason and two dates: {entry}")
        found.append(reviewed)
    return found


def not_reviewed(findings: Iterable[Finding], reviewed: Iterable[Reviewed], today: date) -> list[Finding]:
    """The findings that nobody has looked at, or not lately enough."""
    valid = {(one.package.lower(), one.number) for one in reviewed if today <= one.until}
    return [
        finding
        for finding in findings
        if not any((finding.package.lower(), number) in valid for number in finding.numbers)
    ]
