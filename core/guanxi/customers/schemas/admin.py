"""What the API takes and gives back about tags and custom fields."""

from typing import Any, Final

from marshmallow import Schema, fields, validate

from guanxi.customers.domain import drafts, tagging
from guanxi.customers.domain.custom_fields import MAX_CHOICES
from guanxi.customers.domain.custom_values import TYPES
from guanxi.customers.models import CustomField
from guanxi.customers.schemas.fields import CleanText, Flag
from guanxi.customers.schemas.taken import MAX_BULK

_TITLE: Final = 80
_APPLIES_TO: Final = validate.OneOf(("both", "person", "organisation"))


class TagSchema(Schema):
    """A tag and its colour."""

    name = fields.String()
    colour = fields.String()


class TagsSchema(Schema):
    """All tags by name."""

    items = fields.List(fields.Nested(TagSchema))


class TagColourSchema(Schema):
    """The colour that a tag is to have."""

    name = CleanText(drafts.MAX_TAG, filled=True, required=True)
    colour = fields.String(required=True, validate=validate.OneOf(tagging.COLOURS))


class TagRenamingSchema(Schema):
    """A tag and its new name; two tags of one name become one."""

    name = CleanText(drafts.MAX_TAG, filled=True, required=True)
    new_name = CleanText(drafts.MAX_TAG, filled=True, required=True)


class TagNameSchema(Schema):
    """A tag."""

    name = CleanText(drafts.MAX_TAG, filled=True, required=True)


class ChangedCountSchema(Schema):
    """How many customers changed."""

    changed = fields.Integer()


class SelectionSchema(Schema):
    """Some customers, by their ids."""

    customer_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=MAX_BULK)
    )


class TagSelectionSchema(SelectionSchema):
    """Some customers, and the tags to put on them and to take off."""

    add = fields.List(
        CleanText(drafts.MAX_TAG), load_default=list, validate=validate.Length(max=drafts.MAX_TAGS)
    )
    remove = fields.List(
        CleanText(drafts.MAX_TAG), load_default=list, validate=validate.Length(max=drafts.MAX_TAGS)
    )


class AssignSelectionSchema(SelectionSchema):
    """Some customers, and who is to look after them; null for nobody."""

    owner_id = fields.UUID(required=True, allow_none=True)


class CustomFieldPatchSchema(Schema):
    """What can be changed of a custom field; what is not sent stays."""

    title_en = CleanText(_TITLE, filled=True)
    title_zh = CleanText(_TITLE, filled=True)
    choices = fields.List(CleanText(_TITLE), validate=validate.Length(max=MAX_CHOICES))
    applies_to = fields.String(validate=_APPLIES_TO)
    sensitive = Flag()
    position = fields.Integer(strict=True, validate=validate.Range(0, 10_000))
    archived = Flag()


class CustomFieldDraftSchema(CustomFieldPatchSchema):
    """A custom field to be added; its key and type stay for ever."""

    key = CleanText(40, filled=True, required=True)
    type = fields.String(required=True, validate=validate.OneOf(TYPES))
    title_en = CleanText(_TITLE, filled=True, required=True)
    title_zh = CleanText(_TITLE, filled=True, required=True)


class CustomFieldSchema(Schema):
    """A custom field."""

    key = fields.String()
    type = fields.String()
    title_en = fields.String()
    title_zh = fields.String()
    choices = fields.List(fields.String())
    applies_to = fields.String()
    sensitive = fields.Boolean()
    position = fields.Integer()
    archived = fields.Boolean()


class CustomFieldsSchema(Schema):
    """All custom fields in their order, archived ones last."""

    items = fields.List(fields.Nested(CustomFieldSchema))


def shown_field(field: CustomField) -> dict[str, Any]:
    """Return one custom field."""
    return {name: getattr(field, name) for name in CustomFieldSchema().fields}
