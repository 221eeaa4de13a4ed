"""Reads of health, hardship and contact data, recorded before the answer is sent.

What a route shows follows from the shape of its answer: wherever a field of one of these names stands in it, the route
is audited, and nobody has to remember to say so. An answer that holds no such value after all needs no entry.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import wraps
from typing import Any, NamedTuple
from uuid import uuid4

from flask import g, request
from marshmallow import Schema, fields

from chassis.context import current_chain
from contracts.errors import Error, Invalid, words
from contracts.grievance.schemas import receipts
from contracts.health import schemas as health
from contracts.organization import schemas as organization
from contracts.organization.schemas import doubles
from contracts.organization.schemas.boards import BoardHolderOut
from contracts.volunteer.schemas import pairings
from gateway.errors import DoneButNotRecorded, ReadNotRecorded
from gateway.http import ask
from gateway.purposes import PURPOSES
from gateway.reading import PURPOSE

PURPOSE_HEADER = "X-Purpose"

AUDITED = "x-audited"
"""Names in the description of a route the classes of data whose readers are recorded."""

SENSITIVE = {
    **dict.fromkeys(("phone", "telephone", "contact", "emergency_contact"), "contact"),
    **dict.fromkeys(health.HealthRecordFields().fields, "health"),
    **dict.fromkeys(set(health.VisitFindings().fields) - {"note"}, "health"),
    **dict.fromkeys(("record", "findings", "purpose", "missed_reason", "diagnosis", "advice"), "health"),
    **dict.fromkeys(
        ("beneficiary", "end_note", "hardship", "assistance", "subsistence", "low_income", "disability"), "hardship"
    ),
    "emergency_contact": "contact",
}
"""Names of fields, and the class of data that they hold."""

PUBLISHED: frozenset[type[Schema]] = frozenset({organization.HolderOut, BoardHolderOut, receipts.ReachedLeaderOut})
"""Shapes whose telephone hangs on the community's notice board: officials, as the law wants them published."""

USUALLY = {"contact": "handling", "health": "visit", "hardship": "handling"}
"""Why such data is read where nobody says why."""

OF_WHOM: dict[type[Schema], Callable[[Mapping[str, Any]], list[str]]] = {
    **dict.fromkeys(
        (pairings.PairingRow, pairings.PairingOut, pairings.HardshipOut), lambda row: [row["beneficiary_id"]]
    ),
    doubles.DoubleOut: lambda pair: [pair["one"]["id"], pair["other"]["id"]],
    doubles.MergePreviewOut: lambda pair: [pair["kept"]["id"], pair["gone"]["id"]],
    health.VisitOut: lambda visit: visit["elder_ids"] or [visit["id"]],
}
"""Whom a row tells of, where it is not the one whose id it bears."""

Tree = dict[str, tuple[str, "Tree"]]
"""Names of fields that hold such data themselves (then with its class) or further down."""

View = Callable[..., Any]


class Reader(NamedTuple):
    """Whoever reads."""

    account: str
    role: str
    session: str | None


NOBODY = Reader("nobody", "", None)


def current_reader() -> Reader:
    """Whoever the request being answered comes from."""
    who = g.get("who")
    return NOBODY if who is None else Reader(who.account, ",".join(who.roles), who.session)


class Shown:
    """What the answers of one shape show, and of whom."""

    def __init__(self, row: type[Schema], tree: Tree, *, is_list: bool) -> None:
        missing = {"id", "community"} - set(row().fields)
        if missing:
            raise TypeError(f"{row.__name__} shows {sorted(_classes(tree))}, but not of whom: {sorted(missing)}")
        self._tree, self._is_list = tree, is_list
        self._whose = OF_WHOM.get(row, lambda row: [row["id"]])
        self.classes = sorted(_classes(tree))
        self.usually = USUALLY["health" if "health" in self.classes else self.classes[0]]

    @staticmethod
    def of(answers: type[Schema]) -> "Shown | None":
        """What answers of this shape show; None where nothing of the kind is in it."""
        tree = _tree(answers, frozenset())
        if not tree:
            return None
        if set(tree) == {"items"} and isinstance(items := answers().fields["items"], fields.List):
            return Shown(type(items.inner.schema), tree["items"][1], is_list=True)  # type: ignore[attr-defined]
        return Shown(answers, tree, is_list=False)

    def reads(self, told: Any) -> list[dict[str, Any]]:
        """An entry for each community of which something was shown."""
        found: dict[str, tuple[set[str], dict[str, None]]] = {}
        for row in told["items"] if self._is_list and "items" in told else [told]:
            if classes := set(_held(self._tree, row)):
                of_there = found.setdefault(row["community"], (set(), {}))
                of_there[0].update(classes)
                of_there[1].update(dict.fromkeys(self._whose(row)))
        return [_entry(community, classes, ids) for community, (classes, ids) in found.items()]


def recorded(view: View, shown: Shown) -> View:
    """The view, with what it shows recorded before anybody sees it. Nothing is shown that could not be recorded."""

    @wraps(view)
    def handle(*read: Any, **ids: Any) -> Any:
        why = purpose(shown.usually)
        told = view(*read, **ids)
        if reads := shown.reads(told):
            _record(why, reads)
        return told

    return handle


def record_reading(what: str, community: str, subjects: Iterable[str], *, usually: str) -> None:
    """Record a read whose answer does not say by its shape what it shows. Raises `ReadNotRecorded`."""
    _record(purpose(usually), [_entry(community, {what}, subjects)])


def purpose(usually: str) -> str:
    """Why the request being answered reads. Raises `Invalid` for a reason that is not on the list."""
    said = request.headers.get(PURPOSE_HEADER) or request.args.get(PURPOSE) or usually
    if said not in PURPOSES:
        known = ", ".join(PURPOSES)
        raise Invalid(fields={PURPOSE: [words(f"须为下列之一：{known}", f"Must be one of: {known}.")]})
    return said


def parameters() -> list[dict[str, Any]]:
    """How the reason is given, for the description of a route."""
    named = ", ".join(f"{code} {zh}" for code, (zh, _) in PURPOSES.items())
    told = {
        "schema": {"type": "string", "enum": list(PURPOSES)},
        "required": False,
        "description": f"为何查阅，记入审计 · Why it is read, for the audit: {named}",
    }
    return [{"name": PURPOSE_HEADER, "in": "header", **told}, {"name": PURPOSE, "in": "query", **told}]


def _record(why: str, reads: list[dict[str, Any]]) -> None:
    reader, chain = current_reader(), current_chain()
    entry = {
        **reader._asdict(),
        "at": datetime.now(UTC),
        "why": why,
        "route": f"{request.method} {request.url_rule.rule if request.url_rule else 'none'}",
        "correlation": chain.correlation if chain else "",
        "reads": reads,
    }
    try:
        ask("accounts", "record_reads", entry)
    except Error as error:
        raise (ReadNotRecorded if request.method == "GET" else DoneButNotRecorded) from error


def _entry(community: str, classes: Iterable[str], subjects: Iterable[str]) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "community": community,
        "what": ",".join(sorted(classes)),
        "subjects": list(subjects),
    }


def _tree(shape: type[Schema], above: frozenset[type[Schema]]) -> Tree:
    if shape in PUBLISHED or shape in above:
        return {}
    found: Tree = {}
    for name, field in shape().fields.items():
        below = _below(field, above | {shape})
        if below or name in SENSITIVE:
            found[field.data_key or name] = (SENSITIVE.get(name, ""), below)
    return found


def _below(field: fields.Field[Any], above: frozenset[type[Schema]]) -> Tree:
    if isinstance(field, fields.List):
        return _below(field.inner, above)
    if isinstance(field, fields.Nested):
        return _tree(type(field.schema), above)
    return {}


def _classes(tree: Tree) -> set[str]:
    return {what for what, _ in tree.values() if what}.union(*(_classes(below) for _, below in tree.values()))


def _held(tree: Tree, value: Any) -> Iterator[str]:
    """The classes of data that are really there."""
    if isinstance(value, list):
        for one in value:
            yield from _held(tree, one)
    elif isinstance(value, Mapping):
        for name, (what, below) in tree.items():
            inner = value.get(name)
            if inner is None or inner == "" or inner == [] or inner == {}:
                continue
            if what:
                yield what
            yield from _held(below, inner)
