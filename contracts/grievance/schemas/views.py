"""Shapes of views: what a community's office looks for in its inbox again and again."""

from marshmallow import Schema, ValidationError, fields, validates

from contracts import shapes
from contracts.grievance.schemas.lists import Narrowed

LONGEST_TITLE = 20


class NewView(Schema):
    """A view to be kept."""

    title = shapes.text(LONGEST_TITLE, "名称 / what it is called", required=True)
    narrowed = fields.Nested(
        Narrowed, required=True, metadata={"description": "筛选条件 / what the list is narrowed to, as it is asked for"}
    )

    @validates("narrowed")
    def _narrows(self, narrowed: dict[str, object], data_key: str) -> None:
        if not narrowed:
            raise ValidationError("Choose at least one condition.")


class AddView(NewView):
    """The command, with the id made at the door."""

    community = shapes.community(required=True)
    id = fields.UUID(required=True)


class GetView(Schema):
    """Which view."""

    id = fields.UUID(required=True)


class ListViews(shapes.Page):
    """A page of views."""


class ChooseViews(ListViews):
    """The question."""

    community = shapes.community(required=True)


class ViewOut(Schema):
    """A view."""

    id = fields.UUID()
    community = fields.String()
    title = fields.String()
    narrowed = fields.Nested(Narrowed)
