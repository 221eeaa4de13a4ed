"""Whether a community and a place are known: asked of the organization before others register something there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from contracts.errors import NotFound, Unavailable, words
from gateway.errors import PlaceOutOfUse
from gateway.http import ask
from gateway.tree import known_tree

FIELDS = {"community_not_found": "community", "place_not_found": "place", "person_not_found": "person_id"}
"""The field at fault, by the code of the refusal."""


@contextmanager
def naming_fields(**others: str) -> Iterator[None]:
    """A thing that a command refers to and that does not exist is named by its field; `others` give fields that are
    called otherwise here (`place_not_found="home_place"`)."""
    try:
        yield
    except NotFound as error:
        field = {**FIELDS, **others}.get(error.code)
        if field is not None and not error.fields:
            error.fields = {field: [words(error.said("zh"), error.said("en"))]}
        raise


def check_community(body: dict[str, Any], place_field: str = "") -> None:
    """Refuse an unknown community, and an unknown place in the field of that name, with 404 naming the field.

    While the organization is down nothing is refused: the other services go on without it, as they do with events.
    """
    place = body.get(place_field)
    try:
        with naming_fields(place_not_found=place_field):
            if place:
                ask("organization", "get_place", {"community": body["community"], "code": place})
            else:
                ask("organization", "get_community", {"community": body["community"]})
    except Unavailable:
        return


def refuse_closed(body: dict[str, Any]) -> None:
    """Refuse a matter in a place that the office has closed, in the field `place`. Raises `PlaceOutOfUse`.

    While the organization is down nothing is refused; whether there is such a place at all is not asked here.
    """
    name = known_tree().closed_name(body["community"], body["place"])
    if name is not None:
        raise PlaceOutOfUse.called(name)
