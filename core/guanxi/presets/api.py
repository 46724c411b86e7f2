"""Presets by API: list them, put one in."""

from typing import Any

from marshmallow import Schema, fields, validate

from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.http.routes import Api
from guanxi.i18n import LANGUAGES
from guanxi.presets.applying import apply_preset
from guanxi.presets.industries import PRESETS, preset_of

api = Api("presets", __name__, description="What an industry needs from the start")
MANAGE = "settings.manage"


class PresetSchema(Schema):
    """One preset, in the reader's language."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    about = fields.String(required=True)
    fields_ = fields.List(fields.String(), data_key="fields", required=True)
    tags = fields.List(fields.String(), required=True)


class PresetListSchema(Schema):
    """All presets."""

    items = fields.List(fields.Nested(PresetSchema), required=True)


class PresetApplySchema(Schema):
    """How to put a preset in."""

    language = fields.String(validate=validate.OneOf(LANGUAGES))
    sample = fields.Boolean(load_default=False)


class PresetAppliedSchema(Schema):
    """How much of it was new."""

    fields_ = fields.Integer(data_key="fields", required=True)
    tags = fields.Integer(required=True)
    words = fields.Integer(required=True)
    customers = fields.Integer(required=True)
    touchpoints = fields.Integer(required=True)


@api.get("", permission=MANAGE)
@api.response(200, PresetListSchema)
def list_presets() -> dict[str, Any]:
    """The industries that come along."""
    language = current_language()
    items = [
        {
            "key": one.key,
            "title": one.title.in_language(language),
            "about": one.about.in_language(language),
            "fields_": [field.key for field in one.fields],
            "tags": [tag.in_language(language) for tag in one.tags],
        }
        for one in PRESETS.values()
    ]
    return {"items": items}


@api.post("/<key>", permission=MANAGE)
@api.arguments(PresetApplySchema())
@api.response(200, PresetAppliedSchema)
def apply(values: dict[str, Any], key: str) -> dict[str, int]:
    """Add what is missing of a preset; doing it again adds nothing."""
    done = apply_preset(
        current.tx(),
        preset_of(key),
        language=values.get("language") or current_language(),
        currency=current.platform().settings.get("core")["currency"],
        sample=values["sample"],
        now=current.now(),
    )
    return {
        "fields_": done.fields,
        "tags": done.tags,
        "words": done.words,
        "customers": done.customers,
        "touchpoints": done.touchpoints,
    }
