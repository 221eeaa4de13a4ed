"""Interventions: what is told of them."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from services.operations.domain.intervention import Action, Intervention

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)


def done(action: Action, **more: Any) -> Intervention:
    """Something that an operator did to a queue."""
    return Intervention(id=uuid4(), at=NOON, by="王工", action=action, about="partner.main", **more)


def test_a_pause_is_told_with_its_reason() -> None:
    told = done(Action.PAUSE, reason="升级").consumer_paused()
    assert (told.queue, told.by, told.reason, told.paused_at) == ("partner.main", "王工", "升级", NOON)


def test_the_end_of_a_pause_is_told() -> None:
    told = done(Action.RESUME).consumer_resumed()
    assert (told.queue, told.by, told.resumed_at) == ("partner.main", "王工", NOON)


def test_a_purge_is_told_with_how_much_was_thrown_away() -> None:
    told = done(Action.PURGE, reason="测试数据", count=7).queue_purged()
    assert (told.queue, told.purged, told.reason, told.purged_at) == ("partner.main", 7, "测试数据", NOON)


def test_what_concerns_every_community_names_none() -> None:
    assert done(Action.PAUSE).consumer_paused().community == ""
