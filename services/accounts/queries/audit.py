"""What the audit shows: its entries, and whether its chains fit."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, cast, func, literal, or_, select, union
from sqlalchemy.dialects.postgresql import JSONB

from chassis.paging import page_of
from contracts.accounts.errors import SealsFileMissing
from services.accounts.domain.audit import Cut, Head, Seal
from services.accounts.domain.verification import Fault, Walk, Why
from services.accounts.persistence.audit import audit_cuts, audit_heads, audit_reads, audit_seals, link_of
from services.accounts.persistence.tables import merged_people

CHINA = timezone(timedelta(hours=8))
MOST_CHAINS = 200
"""Chains begun in one piece of a verification at most: many are empty or short."""

SAID = {
    Why.CHANGED: ("第 {number} 条被改动过", "entry {number} was changed"),
    Why.MISSING: ("第 {number} 条不见了", "entry {number} is missing"),
    Why.INSERTED: ("第 {number} 条是后来塞进去的", "entry {number} was put in"),
    Why.CUT_OFF: ("从第 {number} 条起被截掉了", "the chain was cut off before entry {number}"),
    Why.FORGOTTEN_EARLY: ("第 {number} 条未到保存期就被删除", "entry {number} was forgotten before its time"),
}


def list_reads(
    connection: Connection,
    *,
    page: int = 1,
    page_size: int = 50,
    community: str | None = None,
    subject: str | None = None,
    account: str | None = None,
    on: date | None = None,
) -> dict[str, Any]:
    """Entries, the newest first; those about a `subject` also by the ids of entries that became part of theirs."""
    reads = audit_reads
    chosen: Select[Any] = select(reads).order_by(reads.c.at.desc(), reads.c.community, reads.c.number.desc())
    if community is not None:
        chosen = chosen.where(reads.c.community == community)
    if account is not None:
        chosen = chosen.where(reads.c.account == account)
    if on is not None:
        begins = datetime.combine(on, time(), CHINA)
        chosen = chosen.where(reads.c.at >= begins, reads.c.at < begins + timedelta(days=1))
    if subject is not None:
        chosen = chosen.where(or_(*(_is_about(connection, id) for id in _known_as(connection, subject))))
    return page_of(connection, chosen, page=page, page_size=page_size, show=_shown)


def _known_as(connection: Connection, subject: str) -> list[str]:
    """The entries of the audit are never rewritten: what was read of an entry before it became part of another stands
    under its own id. What is no id of a person is looked for as it is written."""
    try:
        kept = UUID(subject)
    except ValueError:
        return [subject]
    gone = connection.execute(select(merged_people.c.gone_id).where(merged_people.c.kept_id == kept)).scalars()
    return [subject, *map(str, gone)]


def _is_about(connection: Connection, subject: str) -> Any:
    if connection.dialect.name == "postgresql":
        return audit_reads.c.subjects.op("@>")(cast([subject], JSONB))
    each = func.json_each(audit_reads.c.subjects).table_valued("value")
    return select(literal(1)).select_from(each).where(each.c.value == subject).exists()


def _shown(row: Row[Any]) -> dict[str, Any]:
    told = {name: value for name, value in row._mapping.items() if name not in ("id", "previous")}
    return told | {"at": row.at.isoformat()}


# -- verification


def verify_reads(
    connection: Connection,
    outside: Mapping[str, Seal] | None,
    *,
    community: str | None = None,
    after: str | None = None,
    most: int = 2000,
) -> dict[str, Any]:
    """Walk the chains from where the piece before stopped; the first fault of each chain. `outside`: seals kept
    elsewhere, None where they are gone. Raises `SealsFileMissing`."""
    if outside is None:
        if connection.execute(select(audit_seals.c.count).limit(1)).first():
            raise SealsFileMissing
        outside = {}
    begun = _begun(after)
    chains = [community] if community is not None else _chains(connection, outside, begun)
    checked = ended = 0
    faults: list[Fault] = []
    for position, chain in enumerate(chains):
        if checked >= most or position >= MOST_CHAINS:
            return _told(checked, ended, faults, Head(community=chain))
        at = begun if begun is not None and begun.community == chain and begun.count else None
        walk = _walk(connection, chain, at, outside.get(chain))
        seen, fault, is_over = _followed(connection, walk, at, most - checked)
        checked += seen
        faults += [fault] if fault else []
        if not is_over:
            return _told(checked, ended, faults, walk.at)
        ended += 1
    return _told(checked, ended, faults, None)


def _begun(after: str | None) -> Head | None:
    if after is None:
        return None
    community, count, last = after.split(":")
    return Head(community=community, count=int(count), hash=last)


def _chains(connection: Connection, outside: Mapping[str, Seal], begun: Head | None) -> list[str]:
    tables = (audit_heads, audit_seals, audit_cuts, audit_reads)
    known = connection.execute(union(*(select(table.c.community) for table in tables))).scalars()
    return sorted(name for name in {*known, *outside} if begun is None or name >= begun.community)


def _walk(connection: Connection, chain: str, at: Head | None, outside: Seal | None) -> Walk:
    heads = connection.execute(select(audit_heads).where(audit_heads.c.community == chain))
    head = next((Head(**row._mapping) for row in heads), None)
    newest = audit_cuts.c.count.desc()
    cuts = connection.execute(select(audit_cuts).where(audit_cuts.c.community == chain).order_by(newest).limit(1))
    cut = next((Cut(**row._mapping) for row in cuts), None)
    sealed = select(audit_seals).where(audit_seals.c.community == chain)
    ahead = sealed if at is None else sealed.where(audit_seals.c.count > at.count)
    seals = [Seal(**row._mapping) for row in connection.execute(ahead)]
    return Walk(chain, head=head, seals=[*seals, *([outside] if outside else [])], cut=cut, at=at)


def _followed(connection: Connection, walk: Walk, at: Head | None, most: int) -> tuple[int, Fault | None, bool]:
    """How many entries were looked at, what does not fit, and whether the chain needs no further look."""
    if at is None and (fault := walk.begin()):
        return 0, fault, True
    seen = 0
    for row in _rows(connection, walk.at.community, at, most):
        seen += 1
        if fault := walk.follow(link_of(row)):
            return seen, fault, True
    if seen == most:
        return seen, None, False
    return seen, walk.end(), True


def _rows(connection: Connection, chain: str, at: Head | None, most: int) -> Iterator[Row[Any]]:
    rows = select(audit_reads).where(audit_reads.c.community == chain).order_by(audit_reads.c.number).limit(most)
    yield from connection.execute(rows if at is None else rows.where(audit_reads.c.number > at.count))


def _told(checked: int, ended: int, faults: list[Fault], then: Head | None) -> dict[str, Any]:
    token = f"{then.community}:{then.count}:{then.hash}" if then else None
    return {"checked": checked, "chains": ended, "faults": [_said(fault) for fault in faults], "next": token}


def _said(fault: Fault) -> dict[str, Any]:
    zh, en = (words.format(number=fault.number) for words in SAID[fault.why])
    told = {"community": fault.community, "number": fault.number, "why": fault.why.value}
    return told | {"said": {"zh": zh, "en": en}}
