"""What the API and the command line give back about models and their versions."""

from collections.abc import Sequence
from typing import Any, Final

from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from guanxi.sdk import web
from guanxi_scoring.life.changing import LONGEST_TITLE
from guanxi_scoring.life.finding import current_versions, last_rounds
from guanxi_scoring.life.ordering import waiting_orders
from guanxi_scoring.models import Model, ScoreRound, Version

STATES: Final = ("current", "superseded", "kept_back", "failed")
CAUSES: Final = ("first", "schedule", "asked", "drift")
ENGINES: Final = ("postgres", "duckdb", "spark")


class ScoringSentenceSchema(Schema):
    """A sentence with ``%(name)s`` places, and the values for them."""

    message = fields.String()
    values = web.Object()


class ScoringRoundSchema(Schema):
    """The last time that everybody was scored; ``customers`` for who may see all."""

    number = fields.Integer()
    as_of = fields.DateTime()
    customers = fields.Integer(allow_none=True)
    scored_at = fields.DateTime()
    took_ms = fields.Integer()


class ScoringModelSchema(Schema):
    """A model: its options, the version in force, when everybody was last scored.

    ``current`` is the number of the version in force; ``waits`` says that a fit is asked for;
    ``alarm`` why its scores should not be trusted now.
    """

    key = fields.String()
    kind = fields.String()
    title_en = fields.String()
    title_zh = fields.String()
    state = fields.String(validate=validate.OneOf(("active", "archived")))
    options = web.Object()
    refit_days = fields.Integer(allow_none=True)
    alarm = web.Object(allow_none=True)
    current = fields.Integer(allow_none=True)
    waits = fields.Boolean()
    scored = fields.Nested(ScoringRoundSchema, allow_none=True)
    version = fields.Integer()
    changed_at = fields.DateTime()
    changed_by = fields.String()


class ScoringModelsSchema(Schema):
    """Models by age."""

    items = fields.List(fields.Nested(ScoringModelSchema))


class ScoringModelListSchema(Schema):
    """Which models are wanted."""

    state = fields.String(load_default="active", validate=validate.OneOf(("active", "archived")))


class ScoringModelPatchSchema(Schema):
    """What can be changed of a model; options that are not named stay as they are."""

    title_en = web.CleanText(LONGEST_TITLE)
    title_zh = web.CleanText(LONGEST_TITLE)
    refit_days = fields.Integer(strict=True, allow_none=True)
    options = web.Object()


class ScoringVersionSchema(Schema):
    """One fit of a model, without its pictures."""

    number = fields.Integer()
    state = fields.String(validate=validate.OneOf(STATES))
    cause = fields.String(validate=validate.OneOf(CAUSES))
    engine = fields.String(validate=validate.OneOf(ENGINES))
    seed = fields.Integer()
    as_of = fields.DateTime()
    window_from = fields.Date(allow_none=True)
    window_until = fields.Date(allow_none=True)
    sample = fields.Integer()
    fingerprint = fields.String()
    parameters = web.Object()
    standard_errors = web.Object()
    fit = web.Object()
    metrics = web.Object()
    warnings = fields.List(fields.Nested(ScoringSentenceSchema))
    problem = web.Object(allow_none=True)
    trained_at = fields.DateTime()
    took_ms = fields.Integer()
    asked_by = fields.String()
    enabled_at = fields.DateTime(allow_none=True)
    enabled_by = fields.String(allow_none=True)


class ScoringVersionsSchema(Schema):
    """Versions, the latest first; at most 100."""

    items = fields.List(fields.Nested(ScoringVersionSchema))


class ScoringReportSchema(ScoringVersionSchema):
    """A version with its pictures: name to ``{"columns": [...], "rows": [[...], ...]}``."""

    pictures = web.Object()


class ScoringFitSchema(Schema):
    """Where the features of a fit are computed; what is not sent is as the settings say."""

    engine = fields.String(load_default="", validate=validate.OneOf(("", *ENGINES)))


class ScoringQueuedSchema(Schema):
    """Whether it is new in the queue; false: it waits already."""

    queued = fields.Boolean()


class ScoringEnableSchema(Schema):
    """The version to be put in force."""

    number = fields.Integer(strict=True, required=True, validate=validate.Range(1, 2**31 - 1))


_MODEL: Final = (
    "key", "kind", "title_en", "title_zh", "state", "options", "refit_days", "alarm", "version",
    "changed_at", "changed_by",
)  # fmt: skip
_ROUND: Final = ("number", "as_of", "customers", "scored_at", "took_ms")
_VERSION: Final = tuple(ScoringVersionSchema().fields)


def shown_models(
    session: Session, models: Sequence[Model], *, everybody: bool
) -> list[dict[str, Any]]:
    """Return models as they are given out.

    :param everybody: whether whoever asks sees every customer, and so how many there are.
    """
    versions, rounds = current_versions(session), last_rounds(session)
    waiting = {one.model_id for one in waiting_orders(session)}
    return [
        {
            **{name: getattr(model, name) for name in _MODEL},
            "current": versions[model.id].number if model.id in versions else None,
            "waits": model.id in waiting,
            "scored": _round(rounds.get(model.id), everybody=everybody),
        }
        for model in models
    ]


def shown_model(session: Session, model: Model, *, everybody: bool) -> dict[str, Any]:
    """Return one model as it is given out."""
    (found,) = shown_models(session, [model], everybody=everybody)
    return found


def _round(done: ScoreRound | None, *, everybody: bool) -> dict[str, Any] | None:
    if done is None:
        return None
    shown = {name: getattr(done, name) for name in _ROUND}
    return shown if everybody else {**shown, "customers": None}


def shown_version(version: Version, *, pictures: bool = False) -> dict[str, Any]:
    """Return a version as it is given out."""
    shown = {name: getattr(version, name) for name in _VERSION}
    return {**shown, "pictures": version.pictures} if pictures else shown
