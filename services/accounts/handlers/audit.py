"""What the accounts service does for the audit: it records reads, seals chains, forgets the oldest entries."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from chassis.unit_of_work import UnitOfWork
from services.accounts.domain.audit import Cut, Read, Seal

SEALED_EVERY = timedelta(hours=1)


def record_reads(uow: UnitOfWork, command: dict[str, Any]) -> dict[str, int]:
    """Add entries to the chains of the communities whose data is about to be shown."""
    shared = {name: value for name, value in command.items() if name != "reads"}
    reads = [Read(**shared | each | {"subjects": tuple(each["subjects"])}) for each in command["reads"]]
    with uow:
        uow.audit.record(reads)
    return {"recorded": len(reads)}


def seal(uow: UnitOfWork, write: Callable[[Sequence[Seal]], None], *, now: datetime) -> int:
    """Write down where the chains end, first outside the database: what was written there and not kept here is still
    a seal. How many."""
    with uow:
        heads = uow.audit.unsealed(sealed_before=now - SEALED_EVERY)
        seals = [Seal(**asdict(head), at=now) for head in heads]
        write(seals)
        uow.audit.seal(seals)
    return len(seals)


def forget(uow: UnitOfWork, *, days: int, now: datetime) -> int:
    """Forget entries that were sealed longer ago than they are to be kept; the cut is on record. How many."""
    with uow:
        old = uow.audit.sealed_long_ago(now - timedelta(days=days))
        cuts = [Cut(community=seal.community, count=seal.count, hash=seal.hash, at=now, days=days) for seal in old]
        return sum(uow.audit.forget(cut) for cut in cuts)
