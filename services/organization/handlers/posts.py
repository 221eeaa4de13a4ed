"""What is done about posts and leave."""

from datetime import date, datetime
from uuid import UUID

from chassis.unit_of_work import UnitOfWork
from services.organization.domain.editing import refuse_if_closed
from services.organization.domain.leaves import Leave
from services.organization.domain.posts import Post, PostKind, post_id
from services.organization.handlers.people import standing


def appoint(
    uow: UnitOfWork,
    id: UUID,
    community: str,
    *,
    kind: str,
    place: str,
    person_id: UUID,
    line: str | None,
    starts_on: date,
    ends_on: date | None,
) -> tuple[UUID, date]:
    """Someone takes a post; returns the post's id and a day of the term."""
    with uow:
        uow.communities.get(community)
        post_kind = PostKind(kind)
        seat = uow.places.get(community, place)
        refuse_if_closed(seat)
        uow.people.get(person_id, community)
        post = uow.posts.find(post_id(community, post_kind, place, line))
        if post is None:
            post = Post.created(seat, post_kind, line)
            uow.posts.add(post)
        uow.publish(*post.appoint(id, person_id, starts_on, ends_on))
        return post.id, starts_on


def end_post(uow: UnitOfWork, post_id: UUID, ends_on: date) -> tuple[UUID, date]:
    """Whoever holds the post leaves it at the end of that day; returns the post's id and a day of the term."""
    with uow:
        post = uow.posts.get(post_id)
        uow.publish(*post.end(ends_on))
    return post_id, ends_on


def take_leave(uow: UnitOfWork, id: UUID, person_id: UUID, starts_on: date, ends_on: date) -> None:
    """Someone is away on these days; the same leave sent again is the same leave."""
    with uow:
        person = standing(uow, person_id)
        if uow.leaves.find(id) is None:
            uow.leaves.add(Leave.taken(id, person.community, person_id, starts_on, ends_on))


def cancel_leave(uow: UnitOfWork, id: UUID, *, now: datetime) -> None:
    """They are not away after all."""
    with uow:
        uow.leaves.get(id).cancel(now)
