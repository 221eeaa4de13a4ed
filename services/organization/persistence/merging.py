"""Where it is kept which entries were merged and which are told apart, and how what hangs on one moves to the other."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from chassis.personal import MergedPeople
from chassis.repository import Register
from services.organization.domain.merging import in_order
from services.organization.persistence.tables import (
    assignments,
    consents,
    leaves,
    merged_people,
    people,
    portraits,
    publications,
    terms,
    told_apart,
)


class Merged(MergedPeople):
    """Which entries are part of which other."""

    table = merged_people


class ToldApart(Register):
    """Pairs that look like one person and are two."""

    def keep(self, community: str, one: UUID, other: UUID, *, by: str, at: datetime) -> None:
        """Somebody says that these are two; who said it first stays on record."""
        if self.among(community, one, other):
            return
        first, second = in_order(one, other)
        row = {"community": community, "one_id": first, "other_id": second, "said_by": by, "said_at": at}
        self.upsert(told_apart, [row], keys=["community", "one_id", "other_id"])

    def among(self, community: str, one: UUID, other: UUID) -> bool:
        """Whether somebody said of these that they are two."""
        first, second = in_order(one, other)
        here = (told_apart.c.community == community, told_apart.c.one_id == first, told_apart.c.other_id == second)
        return self.connection.execute(select(told_apart.c.one_id).where(*here)).one_or_none() is not None

    def move(self, community: str, gone: UUID, kept: UUID) -> None:
        """From whom one was told apart, from them the other is, too."""
        rows = self.connection.execute(select(told_apart).where(_of_either(community, [gone]))).all()
        for row in rows:
            other = row.other_id if row.one_id == gone else row.one_id
            if other != kept:
                self.keep(community, kept, other, by=row.said_by, at=row.said_at)
        self.forget(community, [gone])

    def forget(self, community: str, ids: Sequence[UUID]) -> None:
        """Forget from whom these were told apart."""
        self.connection.execute(delete(told_apart).where(_of_either(community, ids)))


def _of_either(community: str, ids: Sequence[UUID]) -> ColumnElement[bool]:
    return and_(told_apart.c.community == community, or_(told_apart.c.one_id.in_(ids), told_apart.c.other_id.in_(ids)))


class Belongings(Register):
    """What hangs on an entry of the register, to be hung on another."""

    def posts_of(self, community: str, id: UUID) -> list[UUID]:
        """The posts that somebody held or came before in."""
        theirs = or_(terms.c.person_id == id, terms.c.predecessor_id == id)
        found = select(terms.c.post_id).where(terms.c.community == community, theirs).distinct()
        return [*self.connection.execute(found.order_by(terms.c.post_id)).scalars()]

    def move(self, community: str, gone: UUID, kept: UUID) -> None:
        """Leaves, portraits and cases of one are the other's, and the entry that they hung on is no more. What was
        agreed to and shown is united before."""
        for table, column in (
            (leaves, leaves.c.person_id),
            (portraits, portraits.c.person_id),
            (assignments, assignments.c.leader_id),
            (assignments, assignments.c.about_person),
        ):
            theirs = (table.c.community == community, column == gone)
            self.connection.execute(update(table).where(*theirs).values({column.name: kept}))
        for table, column in (
            (publications, publications.c.id),
            (consents, consents.c.person_id),
            (people, people.c.id),
        ):
            self.connection.execute(delete(table).where(table.c.community == community, column == gone))
