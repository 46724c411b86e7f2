"""Schemes of classes: list, make, change, primary, archive, treatment, ready classifications."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, url_for

from guanxi.sdk import current, customers, web
from guanxi_segmentation import rules
from guanxi_segmentation.api.blueprint import MANAGE, VIEW, api
from guanxi_segmentation.models import Scheme
from guanxi_segmentation.schemas.schemes import (
    EXAMPLE,
    ClassStaysSchema,
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
    shown_class_stay,
    shown_scheme,
    shown_trade,
    shown_treatment,
)
from guanxi_segmentation.schemes import domain, history, trades, treatments
from guanxi_segmentation.schemes.drafts import SchemeDraft
from guanxi_segmentation.schemes.sizes import foresee
from guanxi_segmentation.sight import visible_attributes
from guanxi_segmentation.tier_sight import require_options_in_sight


@api.get("/schemes", permission=VIEW)
@api.arguments(SchemeListSchema(), location="query")
@api.response(200, SchemesSchema)
def list_schemes(query: dict[str, Any]) -> Response:
    """The schemes, the primary one first, with the sizes of their classes."""
    session = current.session()
    found = domain.list_schemes(session, archived=query["state"] == "archived")
    return web.answer({"items": [shown_scheme(session, one) for one in found]})


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
    return web.answer(shown_scheme(session, scheme), version=scheme.version)


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


@api.post("/schemes/<key>/primary", permission=MANAGE)
@api.response(200, SchemeSchema)
def choose_primary(key: str) -> Response:
    """Let the classes of this scheme decide how customers are treated."""
    return _answer(domain.make_primary(current.tx(), key, now=current.now()))


@api.post("/schemes/<key>/archive", permission=MANAGE)
@api.response(200, SchemeSchema)
def archive_scheme(key: str) -> Response:
    """Put a scheme away; its history stays."""
    return _answer(domain.archive_scheme(current.tx(), key, now=current.now()))


@api.post("/schemes/<key>/restore", permission=MANAGE)
@api.response(200, SchemeSchema)
def restore_scheme(key: str) -> Response:
    """Take a scheme out of the archive."""
    return _answer(domain.restore_scheme(current.tx(), key, now=current.now()))


@api.get("/schemes/<key>/classes/<class_key>/treatments", permission=VIEW)
@api.response(200, TreatmentsSchema)
def list_treatments(key: str, class_key: str) -> Response:
    """How a class is treated and was, the latest first."""
    session = current.session()
    member = treatments.get_class(session, domain.get_scheme(session, key), class_key)
    found = treatments.treatment_history(session, member)
    return web.answer({"items": [shown_treatment(one) for one in found]})


@api.put("/schemes/<key>/classes/<class_key>/treatment", permission=MANAGE)
@api.arguments(TreatmentDraftSchema())
@api.response(200, TreatmentSchema)
def treat(values: dict[str, Any], key: str, class_key: str) -> Response:
    """Treat all customers of a class like this from now on."""
    session = current.tx()
    scheme = domain.get_scheme(session, key)
    member = treatments.get_class(session, scheme, class_key)
    made = treatments.set_treatment(session, scheme, member, values, now=current.now())
    return web.answer(shown_treatment(made))


@api.post("/scheme-preview", permission=MANAGE)
@api.arguments(SchemePreviewDraftSchema(), example={"options": {"by": "share"}})
@api.response(200, SchemePreviewSchema)
def foresee_scheme(values: dict[str, Any]) -> Response:
    """How many customers each class of tiers would have by these thresholds; nothing is stored."""
    session = current.session()
    scheme = domain.get_scheme(session, values["scheme"]) if values["scheme"] else None
    require_options_in_sight(session, values["options"])
    found = foresee(session, scheme, values["options"], as_of=current.now())
    return web.answer({"counts": list(found.counts), **found.limits})


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
    return web.answer({"items": [shown_scheme(session, one) for one in made]}, 201)


@api.get("/customers/<uuid:customer_id>/classes", permission=VIEW)
@api.response(200, ClassStaysSchema)
def list_class_stays(customer_id: UUID) -> Response:
    """The classes that a customer is in and was in."""
    session = current.session()
    found = history.stays_of(session, customers.get(session, customer_id).id)
    return web.answer({"items": [shown_class_stay(one) for one in found]})


def _require_visible(classes: Sequence[Mapping[str, Any]]) -> None:
    """Refuse rules on what whoever asks may not see."""
    known = visible_attributes(current.session())
    for one in classes:
        if one["rule"] is not None:
            rules.parse(one["rule"], known)


def _answer(scheme: Scheme, status: int = 200) -> Response:
    session = current.tx()
    session.flush()
    return web.answer(shown_scheme(session, scheme), status, version=scheme.version)
