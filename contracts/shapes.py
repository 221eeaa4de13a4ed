"""Shapes that every service's calls share: pages, codes, words, telephones, ids."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, Range, Regexp

COMMUNITY = Regexp(r"[0-9]{12}\Z")
CODE = Regexp(r"[0-9A-Za-z-]{1,32}\Z")

# Databases and UTF-8 refuse zero characters and lone surrogates.
SOUND = r"[^\x00\ud800-\udfff]*\Z"
SAYING_SOMETHING = r"\s*[^\s\x00\ud800-\udfff][^\x00\ud800-\udfff]*\Z"


class WordsOut(Schema):
    """One sentence in two languages."""

    zh = fields.String()
    en = fields.String()


def text(most: int, description: str, **options: Any) -> fields.String:
    """Words: something must be said."""
    fit = [Length(max=most), Regexp(SAYING_SOMETHING)]
    return fields.String(validate=fit, metadata={"description": description}, **options)


def remark(most: int, description: str) -> fields.String:
    """Words that may be left out or left empty."""
    fit = [Length(max=most), Regexp(SOUND)]
    return fields.String(load_default="", validate=fit, metadata={"description": description})


def community(*, required: bool = False) -> fields.String:
    """The code of a community."""
    return fields.String(
        required=required,
        validate=COMMUNITY,
        metadata={"description": "社区代码，12 位 / community code, 12 digits", "example": "410181002011"},
    )


def sought(most: int, description: str) -> fields.String:
    """Words that something is looked for by."""
    fit = [Length(min=1, max=most), Regexp(SOUND)]
    return fields.String(validate=fit, metadata={"description": description})


def place(description: str, **options: Any) -> fields.String:
    """The code of a place of any kind."""
    return fields.String(validate=CODE, metadata={"description": description}, **options)


def phone(description: str = "电话，加密保存 / telephone, kept encrypted", **options: Any) -> fields.String:
    """A telephone number, as people write it."""
    return fields.String(validate=Regexp(r"[0-9+() -]{3,20}\Z"), metadata={"description": description}, **options)


def moment(description: str, **options: Any) -> fields.AwareDateTime:
    """A moment, with its zone."""
    return fields.AwareDateTime(format="iso", metadata={"description": description}, **options)


def id_of(description: str, *, required: bool = True) -> fields.UUID:
    """An id."""
    return fields.UUID(required=required, metadata={"description": description})


class Page(Schema):
    """Which page of a list."""

    page = fields.Integer(
        load_default=1, validate=Range(min=1, max=100_000), metadata={"description": "页码 / page, from 1"}
    )
    page_size = fields.Integer(
        load_default=50, validate=Range(min=1, max=200), metadata={"description": "每页条数，至多 200 / rows on a page"}
    )


MOST_IDS = 1000
"""Under how many ids somebody may be known."""


class OfPerson(Schema):
    """The question: everything that is kept of a person, who may be known by several ids."""

    community = community(required=True)
    ids = fields.List(fields.UUID(), required=True, validate=Length(min=1, max=MOST_IDS))
