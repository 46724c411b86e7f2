"""Schemes of classes: list, make, change, try, primary, archive, treatment, ready ones."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response, url_for

from guanxi.sdk import current, web
from guanxi_segmentation import rules
from guanxi_segmentation.api.blueprint import MANAGE, VIEW, api
from guanxi_segmentation.models import Scheme
from guanxi_segmentation.schemas.schemes import (
    EXAMPLE,
    SchemeDraftSchema,
    SchemeListSchema,
    SchemePatchSchema,
    SchemePreviewDraftSchema,
    SchemePreviewSchema,
    SchemeSchema,
    SchemesSchema,
    SchemeTemplatesSchema,
    TreatmentDraftSchema,
    TreatmentSchema,
    TreatmentsSchema,
    class_drafts,
    shown_scheme,
    shown_schemes,
    shown_trade,
    shown_treatment,
)
from guanxi_segmentation.schemes import domain, trades, treatments
from guanxi_segmentation.schemes.drafts import SchemeDraft
from guanxi_segmentation.schemes.foreseeing import Trial, foresee
from guanxi_segmentation.schemes.tiers import AXES
from guanxi_segmentation.schemes.treating import treat
from guanxi_segmentation.sight import visible_attributes
from guanxi_segmentation.tier_sight import require_options_in_sight


@api.get("/schemes", permission=VIEW)
@api.arguments(SchemeListSchema(), location="query")
@api.response(200, SchemesSchema)
def list_schemes(query: dict[str, Any]) -> Response:
    """The schemes, the primary one first, with the sizes of their classes."""
    session = current.session()
    found = domain.list_schemes(session, archived=query["state"] == "archived")
    return web.answer({"items": shown_schemes(session, found)})


@api.post("/schemes", permission=MANAGE)
@api.arguments(SchemeDraftSchema(), example=EXAMPLE)
@api.response(201, SchemeSchema)
def create_scheme(values: dict[str, Any]) -> Response:
    """Make a scheme; customers are sorted in the background."""
    _require_visible(values["classes"])
    if values["kind"] == "tiers":
        require_options_in_sight(current.session(), values["options"])
    draft = SchemeDraft(**{**values, "classes": class_drafts(values["classes"])})
    scheme = domain.create_scheme(current.tx(), draft, now=current.now())
    response = _answer(scheme, 201)
    response.headers["Location"] = url_for("api_segmentation.show_scheme", key=scheme.key)
    return response


@api.get("/schemes/<key>", permission=VIEW, versioned=True)
@api.response(200, SchemeSchema)
def show_scheme(key: str) -> Response:
    """One scheme."""
    session = current.session()
    scheme = domain.get_scheme(session, key)
    return web.answer(shown_scheme(session, scheme), version=scheme.version, counts=True)


@api.patch("/schemes/<key>", permission=MANAGE, versioned=True)
@api.arguments(SchemePatchSchema())
@api.response(200, SchemeSchema)
def change_scheme(values: dict[str, Any], key: str) -> Response:
    """Change a scheme; with If-Match only if nobody was faster. Customers are sorted anew."""
    if "classes" in values:
        _require_visible(values["classes"])
        values["classes"] = class_drafts(values["classes"])
    session = current.tx()
    found = domain.get_scheme(session, key)
    if "options" in values and found.kind == "tiers":
        require_options_in_sight(session, values["options"], found)
    scheme = domain.change_scheme(
        session, key, values, expected_version=web.expected_version(), now=current.now()
    )
    return _answer(scheme)


@api.post("/schemes/<key>/primary", permission=MANAGE, versioned=True)
@api.response(200, SchemeSchema)
def choose_primary(key: str) -> Response:
    """Let the classes of this scheme decide how customers are treated."""
    return _done(domain.make_primary, key)


@api.post("/schemes/<key>/archive", permission=MANAGE, versioned=True)
@api.response(200, SchemeSchema)
def archive_scheme(key: str) -> Response:
    """Put a scheme away; its history stays."""
    return _done(domain.archive_scheme, key)


@api.post("/schemes/<key>/restore", permission=MANAGE, versioned=True)
@api.response(200, SchemeSchema)
def restore_scheme(key: str) -> Response:
    """Take a scheme out of the archive."""
    return _done(domain.restore_scheme, key)


@api.get("/schemes/<key>/classes/<class_key>/treatments", permission=VIEW, versioned=True)
@api.response(200, TreatmentsSchema)
def list_treatments(key: str, class_key: str) -> Response:
    """How a class is treated and was, the latest first; the ETag is that of the scheme."""
    session = current.session()
    scheme = domain.get_scheme(session, key)
    member = treatments.get_class(session, scheme, class_key, archived=True)
    found = treatments.treatment_history(session, member)
    return web.answer({"items": [shown_treatment(one) for one in found]}, version=scheme.version)


@api.put("/schemes/<key>/classes/<class_key>/treatment", permission=MANAGE, versioned=True)
@api.arguments(TreatmentDraftSchema())
@api.response(200, TreatmentSchema)
def treat_class(values: dict[str, Any], key: str, class_key: str) -> Response:
    """Treat all customers of a class like this from now on; the ETag is that of the scheme."""
    expected, now = web.expected_version(), current.now()
    scheme, made = treat(current.tx(), key, class_key, values, expected_version=expected, now=now)
    return web.answer(shown_treatment(made), version=scheme.version)


@api.post("/scheme-preview", permission=MANAGE)
@api.arguments(SchemePreviewDraftSchema(), example={"options": {"by": "share"}})
@api.response(200, SchemePreviewSchema)
def foresee_scheme(values: dict[str, Any]) -> Response:
    """How many customers each class would have if a scheme were saved so; nothing is stored."""
    session, classes = current.session(), values["classes"]
    scheme = domain.get_scheme(session, values["scheme"]) if values["scheme"] else None
    kind = values["kind"] or (scheme.kind if scheme else "tiers")
    drafts = None if classes is None else class_drafts(classes)
    _require_visible(classes or ())
    trial = Trial(kind, scheme, values["options"], drafts)
    if kind == "tiers":
        require_options_in_sight(session, trial.given)
    found = foresee(session, trial, as_of=current.now())
    limits = {axis: found.limits.get(axis) for axis in AXES}
    told = {"counts": found.counts, **limits, "held_from_now": found.held_from_now}
    return web.answer(told)


@api.get("/scheme-templates", permission=VIEW)
@api.response(200, SchemeTemplatesSchema)
def list_templates() -> Response:
    """Ready classifications of trades."""
    return web.answer({"items": [shown_trade(one) for one in trades.available()]})


@api.post("/scheme-templates/<name>", permission=MANAGE)
@api.response(201, SchemesSchema)
def take_template(name: str) -> Response:
    """Make the schemes of a ready classification, and the custom fields that they look at."""
    session = current.tx()
    made = trades.import_trade(session, name, now=current.now())
    return web.answer({"items": shown_schemes(session, made)}, 201)


def _done(change: Callable[..., Scheme], key: str) -> Response:
    expected = web.expected_version()
    return _answer(change(current.tx(), key, expected_version=expected, now=current.now()))


def _require_visible(classes: Sequence[Mapping[str, Any]]) -> None:
    """Refuse rules on what whoever asks may not see."""
    known = visible_attributes(current.session())
    for one in classes:
        if one["rule"] is not None:
            rules.parse(one["rule"], known)


def _answer(scheme: Scheme, status: int = 200) -> Response:
    session = current.tx()
    session.flush()
    return web.answer(shown_scheme(session, scheme), status, version=scheme.version, counts=True)
