"""Shapes of ready phrases: what a community writes again and again when it handles a case."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf, Range

from contracts import shapes

STEPS = ("accept", "resolve", "ask", "refer", "reject", "reply")
"""The kinds of steps that a phrase is for."""

LONGEST_TITLE, LONGEST_WORDS = 40, 1000


def _step(**options: object) -> fields.String:
    told = "用于 / for: accept 接办, resolve 办结, ask 请志愿者, refer 转请单位, reject 不予受理, reply 答复、记录"
    return fields.String(validate=OneOf(STEPS), metadata={"description": told}, **options)  # type: ignore[arg-type]


class PhraseWords(Schema):
    """What a phrase is called, and what it says."""

    title = shapes.text(LONGEST_TITLE, "名称 / what it is called", required=True)
    words = shapes.text(
        LONGEST_WORDS,
        "内容；{回执号}、{负责人}、{今天} 使用时换成实际的 / what it says; these three are filled in where it is used",
        required=True,
    )


class NewPhrase(PhraseWords):
    """A phrase to be kept."""

    step = _step(required=True)


class PhraseChanges(PhraseWords):
    """Other words, by whoever has seen this version."""

    version = fields.Integer(
        required=True, validate=Range(min=1), metadata={"description": "看到的版本 / the version that was looked at"}
    )


class AddPhrase(NewPhrase):
    """The command, with the id made at the door."""

    community = shapes.community(required=True)
    id = fields.UUID(required=True)


class ChangePhrase(PhraseChanges):
    """The command."""

    id = fields.UUID(required=True)


class GetPhrase(Schema):
    """Which phrase."""

    id = fields.UUID(required=True)


class ListPhrases(shapes.Page):
    """Which phrases."""

    step = _step()


class ChoosePhrases(ListPhrases):
    """The question."""

    community = shapes.community(required=True)


class PhraseOut(Schema):
    """A ready phrase."""

    id = fields.UUID()
    community = fields.String()
    step = fields.String()
    title = fields.String()
    words = fields.String()
    version = fields.Integer()
