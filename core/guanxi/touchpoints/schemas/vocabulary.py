"""Channels, kinds and outcomes in JSON."""

from marshmallow import Schema, fields

from guanxi.touchpoints.domain.vocabulary import MAX_TITLE
from guanxi.touchpoints.schemas.fields import CleanText, Flag


class TitlesSchema(Schema):
    """The titles of a channel or kind, and whether it is still offered."""

    title_en = CleanText(MAX_TITLE, filled=True)
    title_zh = CleanText(MAX_TITLE, filled=True)
    archived = Flag()


class OutcomeTitlesSchema(TitlesSchema):
    """The same for an outcome; ``success`` is true for a good one, false for a bad one."""

    success = Flag(allow_none=True)


class NewWordSchema(Schema):
    """A channel or kind to be added."""

    key = CleanText(81, filled=True, required=True, metadata={"pattern": "^[a-z][a-z0-9_.]*$"})
    title_en = CleanText(MAX_TITLE, filled=True, required=True)
    title_zh = CleanText(MAX_TITLE, filled=True, required=True)


class NewOutcomeSchema(NewWordSchema):
    """An outcome to be added."""

    success = Flag(allow_none=True, load_default=None)


class WordSchema(Schema):
    """A channel, kind or outcome as it is shown."""

    key = fields.String()
    title_en = fields.String()
    title_zh = fields.String()
    archived = fields.Boolean()
    success = fields.Boolean(allow_none=True)


class WordsSchema(Schema):
    """A whole list, in its order."""

    items = fields.List(fields.Nested(WordSchema))
