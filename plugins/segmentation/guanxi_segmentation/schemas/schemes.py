"""What the API takes and gives back about schemes of classes and treatment."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from guanxi.sdk import web
from guanxi_segmentation.models import Scheme, Treatment
from guanxi_segmentation.schemes.drafts import ClassDraft
from guanxi_segmentation.schemes.sizes import Size, sizes_of
from guanxi_segmentation.schemes.trades import Trade
from guanxi_segmentation.schemes.treatments import FIELDS, treatments_of
from guanxi_segmentation.tier_sight import hidden_axes

LONGEST_TITLE: Final = 120
LONGEST_KEY: Final = 40
KINDS: Final = ("tiers", "rules", "mapped")
CAUSES: Final = ("built", "changed", "time", "recut", "scheme", "merged", "audit")
EXAMPLE: Final[Mapping[str, Any]] = {
    "key": "by_country",
    "title_en": "By country",
    "title_zh": "按国家",
    "kind": "rules",
    "classes": [
        {
            "key": "home",
            "title_en": "At home",
            "title_zh": "本国",
            "rule": {
                "v": 1,
                "where": {"attribute": "customers.country", "is": "eq", "value": "GB",
                          "missing": False},
            },
        },
        {"key": "abroad", "title_en": "Abroad", "title_zh": "海外"},
    ],
}  # fmt: skip
"""A scheme for the document of the API."""


class TreatmentDraftSchema(Schema):
    """How customers of a class are treated; what is not sent stays, null is nothing special."""

    service_level = web.CleanText(LONGEST_TITLE, allow_none=True)
    offer_band = web.CleanText(LONGEST_TITLE, allow_none=True)
    cadence_days = fields.Integer(
        strict=True, allow_none=True, validate=validate.Range(min=1, max=3660)
    )
    preferred_channel = web.CleanText(LONGEST_TITLE, allow_none=True)
    looked_after_by = web.CleanText(LONGEST_TITLE, allow_none=True)


class TreatmentSchema(Schema):
    """How customers of a class are treated in ``[from_at, until_at)``; null: until now."""

    service_level = fields.String(allow_none=True)
    offer_band = fields.String(allow_none=True)
    cadence_days = fields.Integer(allow_none=True)
    preferred_channel = fields.String(allow_none=True)
    looked_after_by = fields.String(allow_none=True)
    from_at = fields.DateTime()
    until_at = fields.DateTime(allow_none=True)
    actor_name = fields.String()


class TreatmentsSchema(Schema):
    """Treatments of a class, the latest first."""

    items = fields.List(fields.Nested(TreatmentSchema))


class SchemeClassDraftSchema(Schema):
    """A class. In a scheme by rules every class but the last has a rule."""

    key = web.CleanText(LONGEST_KEY, filled=True, required=True)
    title_en = web.CleanText(LONGEST_TITLE, load_default="")
    title_zh = web.CleanText(LONGEST_TITLE, load_default="")
    rule = web.Object(allow_none=True, load_default=None)
    treatment = fields.Nested(TreatmentDraftSchema, load_default=dict)


class SchemePatchSchema(Schema):
    """What can be changed of a scheme; what is not sent stays. ``classes`` names all of them."""

    title_en = web.CleanText(LONGEST_TITLE)
    title_zh = web.CleanText(LONGEST_TITLE)
    options = web.Object()
    classes = fields.List(fields.Nested(SchemeClassDraftSchema))


class SchemeDraftSchema(Schema):
    """A scheme to be made: the best class comes first, the last takes whoever fits no other."""

    key = web.CleanText(LONGEST_KEY, filled=True, required=True)
    title_en = web.CleanText(LONGEST_TITLE, load_default="")
    title_zh = web.CleanText(LONGEST_TITLE, load_default="")
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    options = web.Object(load_default=dict)
    classes = fields.List(fields.Nested(SchemeClassDraftSchema), required=True)


class SchemeListSchema(Schema):
    """Which schemes are wanted."""

    state = fields.String(load_default="active", validate=validate.OneOf(("active", "archived")))


class SchemeClassSchema(Schema):
    """A class with its customers in sight, its rule and its treatment now."""

    key = fields.String()
    title_en = fields.String()
    title_zh = fields.String()
    rule = web.Object(allow_none=True)
    customers = fields.Integer()
    treatment = fields.Nested(TreatmentSchema, allow_none=True)


class SchemeProblemSchema(Schema):
    """Why nobody can be sorted now; everybody stays where they are."""

    message = fields.String()
    values = web.Object()


class SchemeSchema(Schema):
    """A scheme. ``cut`` are the thresholds in force of tiers by share, as far as one may see."""

    key = fields.String()
    kind = fields.String(validate=validate.OneOf(KINDS))
    title_en = fields.String()
    title_zh = fields.String()
    is_primary = fields.Boolean()
    state = fields.String(validate=validate.OneOf(("active", "archived")))
    options = web.Object()
    cut = web.Object(allow_none=True)
    problem = fields.Nested(SchemeProblemSchema, allow_none=True)
    classes = fields.List(fields.Nested(SchemeClassSchema))
    built_at = fields.DateTime(allow_none=True)
    changed_at = fields.DateTime()
    changed_by = fields.String()
    version = fields.Integer()


class SchemesSchema(Schema):
    """Schemes, the primary one first."""

    items = fields.List(fields.Nested(SchemeSchema))


class SchemePreviewDraftSchema(Schema):
    """What is to be tried: ``scheme`` where it is one that is there, and what differs from it.

    Without ``scheme`` it is a new one, of tiers unless ``kind`` says otherwise; schemes of the
    other kinds need their ``classes``.
    """

    scheme = web.CleanText(LONGEST_KEY, load_default="")
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    options = web.Object(load_default=dict)
    classes = fields.List(fields.Nested(SchemeClassDraftSchema), load_default=None)


class SchemePreviewSchema(Schema):
    """How many customers in sight each class would have, the best first.

    ``counts`` is null where counting would have taken too long; the thresholds are those of tiers.
    ``held_from_now``: a ``held`` of a rule is new and counts from when the scheme is saved.
    """

    counts = fields.List(fields.Integer(), allow_none=True)
    present = fields.String(allow_none=True)
    potential = fields.String(allow_none=True)
    held_from_now = fields.Boolean()


class SchemeTemplateSchema(Schema):
    """A ready classification, and the keys of the schemes that it brings."""

    name = fields.String()
    title_en = fields.String()
    title_zh = fields.String()
    about_en = fields.String()
    about_zh = fields.String()
    schemes = fields.List(fields.String())


class SchemeTemplatesSchema(Schema):
    """Ready classifications."""

    items = fields.List(fields.Nested(SchemeTemplateSchema))


def class_drafts(classes: Sequence[Mapping[str, Any]]) -> list[ClassDraft]:
    """Return classes as they were sent, for the domain."""
    return [ClassDraft(**one) for one in classes]


def shown_scheme(session: Session, scheme: Scheme) -> dict[str, Any]:
    """Return a scheme with its classes as it is given out."""
    return shown_schemes(session, [scheme])[0]


def shown_schemes(session: Session, schemes: Sequence[Scheme]) -> list[dict[str, Any]]:
    """Return schemes with their classes as they are given out; few statements for any number."""
    found = sizes_of(session, schemes)
    members = [size.member for one in found.values() for size in one]
    treated = treatments_of(session, members)
    return [
        {**_shown(session, one), "classes": [_class(size, treated) for size in found[one.id]]}
        for one in schemes
    ]


def _shown(session: Session, scheme: Scheme) -> dict[str, Any]:
    names = (
        "key", "kind", "title_en", "title_zh", "is_primary", "state", "options",
        "built_at", "changed_at", "changed_by", "version",
    )  # fmt: skip
    problem = scheme.problem
    told = problem and {
        "message": problem.get("message", ""),
        "values": problem.get("values") or problem.get("params") or {},
    }
    found: dict[str, Any] = {name: getattr(scheme, name) for name in names}
    cut = {**scheme.cut} if scheme.cut is not None else None
    for axis in hidden_axes(session, scheme):
        (cut or {}).pop(axis, None)
    return {**found, "cut": cut, "problem": told}


def shown_treatment(treatment: Treatment | None) -> dict[str, Any] | None:
    """Return a treatment as it is given out."""
    if treatment is None:
        return None
    return {
        name: getattr(treatment, name) for name in (*FIELDS, "from_at", "until_at", "actor_name")
    }


def shown_trade(trade: Trade) -> dict[str, Any]:
    """Return a ready classification as it is given out."""
    return {
        "name": trade.name,
        "title_en": trade.title.en,
        "title_zh": trade.title.zh,
        "about_en": trade.about.en,
        "about_zh": trade.about.zh,
        "schemes": list(trade.schemes),
    }


def _class(size: Size, treated: Mapping[UUID, Treatment]) -> dict[str, Any]:
    member = size.member
    return {
        "key": member.key,
        "title_en": member.title_en,
        "title_zh": member.title_zh,
        "rule": member.rule,
        "customers": size.customers,
        "treatment": shown_treatment(treated.get(member.id)),
    }
