"""Pictures: kept when they come, attached to the case that names them."""

from base64 import b64decode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.privacy import Kind
from chassis.retention import Period
from chassis.unit_of_work import UnitOfWork
from contracts.grievance.errors import TooManyPictures, UnknownCommunity, UnknownPicture
from contracts.grievance.events import PicturesForgotten
from contracts.grievance.schemas.pictures import MOST_HANDLED

KEPT_ALONE = timedelta(days=1)
"""After this a picture that no case came with is removed."""

MOST_AT_ONCE = 500


def keep_picture(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Keep a picture until a filing names it; a second time changes nothing."""
    community = command["community"]
    with uow:
        if not uow.places.known(community, {community}):
            raise UnknownCommunity.named(community)
        _keep(uow, command, kind="reported", grievance_id=None, now=now)
    return _told(command)


def add_picture(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """A picture of before or after, by those who handle the case."""
    with uow:
        grievance = uow.grievances.get(command["grievance_id"])
        command = {**command, "community": grievance.community}
        if uow.pictures.number(grievance.community, grievance.id, [command["kind"]]) >= MOST_HANDLED:
            raise TooManyPictures(most=MOST_HANDLED)
        _keep(uow, command, kind=command["kind"], grievance_id=grievance.id, now=now)
    return _told(command)


def attach_pictures(uow: UnitOfWork, community: str, ids: Sequence[UUID], grievance_id: UUID) -> None:
    """Let pictures belong to a case that is being filed. Raises `UnknownPicture` where one is not free."""
    if not ids:
        return
    if len(uow.pictures.free(community, ids)) != len(set(ids)):
        raise UnknownPicture.named()
    uow.pictures.attach(community, ids, grievance_id)


def forget_pictures(uow: UnitOfWork, period: Period, *, now: datetime) -> None:
    """Remove those that no case came with, and those of cases that ended long enough ago."""
    with uow:
        uow.pictures.forget_unattached(now - KEPT_ALONE)
        for community, ids in uow.pictures.of_ended(period.began(now), MOST_AT_ONCE).items():
            removed = {str(Kind.WORDS): uow.pictures.forget(community, ids)}
            for facts in period.applied(community, removed, now=now):
                uow.publish(PicturesForgotten(**facts))


def _keep(uow: UnitOfWork, command: dict[str, Any], *, kind: str, grievance_id: UUID | None, now: datetime) -> None:
    if uow.pictures.is_kept(command["id"]):
        return
    uow.pictures.keep(
        {
            "community": command["community"],
            "id": command["id"],
            "grievance_id": grievance_id,
            "kind": kind,
            "image": b64decode(command["image"]),
            "small": b64decode(command["small"]),
            "width": command["width"],
            "height": command["height"],
            "added_by": command["added_by"],
            "added_at": now,
        }
    )


def _told(command: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(command["id"]), "width": command["width"], "height": command["height"]}
