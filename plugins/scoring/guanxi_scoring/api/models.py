"""Models: list, show, change, fit, put a version in force, put away; versions with their pictures.

Figures of a model are of all customers, so versions are for who may see all.
"""

from collections.abc import Callable
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from guanxi.sdk import current, web
from guanxi_scoring.api.blueprint import MANAGE, VIEW, api
from guanxi_scoring.life import changing, enabling
from guanxi_scoring.life.finding import get_model, get_version, list_models, list_versions
from guanxi_scoring.life.making import ensure_ready_made
from guanxi_scoring.life.ordering import ask_for_scores, order_fit
from guanxi_scoring.models import Model
from guanxi_scoring.schemas.models import (
    ScoringEnableSchema,
    ScoringFitSchema,
    ScoringModelListSchema,
    ScoringModelPatchSchema,
    ScoringModelSchema,
    ScoringModelsSchema,
    ScoringQueuedSchema,
    ScoringReportSchema,
    ScoringVersionsSchema,
    shown_model,
    shown_models,
    shown_version,
)
from guanxi_scoring.sight import require_all, require_sight, seen, sees_all


@api.get("/models", permission=VIEW)
@api.arguments(ScoringModelListSchema(), location="query")
@api.response(200, ScoringModelsSchema)
def list_all(query: dict[str, Any]) -> Response:
    """The models, with the version in force and when everybody was last scored."""
    session = current.session()
    found = list_models(session, archived=query["state"] == "archived")
    return web.answer({"items": shown_models(session, seen(found), everybody=sees_all())})


@api.post("/models", permission=MANAGE)
@api.response(200, ScoringModelsSchema)
def make_ready_made() -> Response:
    """Make the ready-made models that are not there yet, and have them fitted; the new ones."""
    session = current.tx()
    made = ensure_ready_made(session, now=current.now())
    for model in made:
        order_fit(session, model, "first", now=current.now())
    return web.answer({"items": shown_models(session, seen(made), everybody=sees_all())})


@api.get("/models/<key>", permission=VIEW, versioned=True)
@api.response(200, ScoringModelSchema)
def show_model(key: str) -> Response:
    """One model."""
    session = current.session()
    return _answer(session, require_sight(get_model(session, key)))


@api.patch("/models/<key>", permission=MANAGE, versioned=True)
@api.arguments(ScoringModelPatchSchema())
@api.response(200, ScoringModelSchema)
def change_model(values: dict[str, Any], key: str) -> Response:
    """Change a model; with If-Match only if nobody was faster. The next fit goes by it."""
    session = current.tx()
    require_sight(get_model(session, key))
    model = changing.change_model(
        session, key, values, expected_version=web.expected_version(), now=current.now(),
        may=current.principal().may,
    )  # fmt: skip
    return _answer(session, model)


@api.post("/models/<key>/fit", permission=MANAGE)
@api.arguments(ScoringFitSchema())
@api.response(202, ScoringQueuedSchema)
def fit_model(values: dict[str, Any], key: str) -> Response:
    """Have a model fitted in the background; then everybody is scored."""
    session = current.tx()
    model = require_sight(get_model(session, key))
    queued = order_fit(session, model, "asked", engine=values["engine"], now=current.now())
    return web.answer({"queued": queued}, 202)


@api.post("/models/<key>/score", permission=MANAGE)
@api.response(202, ScoringQueuedSchema)
def score_model(key: str) -> Response:
    """Have everybody scored anew in the background, with the version in force."""
    session = current.tx()
    model = require_sight(get_model(session, key))
    return web.answer({"queued": ask_for_scores(session, model)}, 202)


@api.post("/models/<key>/enable", permission=MANAGE, versioned=True)
@api.arguments(ScoringEnableSchema())
@api.response(200, ScoringModelSchema)
def enable_version(values: dict[str, Any], key: str) -> Response:
    """Put a version in force that was kept back, or was in force before."""
    session = current.tx()
    require_sight(get_model(session, key))
    enabling.enable_version(
        session,
        key,
        values["number"],
        expected_version=web.expected_version(),
        now=current.now(),
    )
    return _answer(session, get_model(session, key))


@api.post("/models/<key>/archive", permission=MANAGE, versioned=True)
@api.response(200, ScoringModelSchema)
def archive_model(key: str) -> Response:
    """Put a model away: its scores go, its versions stay."""
    return _done(changing.archive_model, key)


@api.post("/models/<key>/restore", permission=MANAGE, versioned=True)
@api.response(200, ScoringModelSchema)
def restore_model(key: str) -> Response:
    """Take a model out of the archive; everybody is scored in the background."""
    return _done(changing.restore_model, key)


@api.get("/models/<key>/versions", permission=VIEW)
@api.response(200, ScoringVersionsSchema)
def list_model_versions(key: str) -> Response:
    """The versions of a model, the latest first; at most 100."""
    require_all()
    session = current.session()
    model = require_sight(get_model(session, key))
    return web.answer({"items": [shown_version(one) for one in list_versions(session, model)]})


@api.get("/models/<key>/versions/<int:number>", permission=VIEW)
@api.response(200, ScoringReportSchema)
def show_version(key: str, number: int) -> Response:
    """One version with its pictures."""
    require_all()
    session = current.session()
    model = require_sight(get_model(session, key))
    return web.answer(shown_version(get_version(session, model, number), pictures=True))


def _done(act: Callable[..., Model], key: str) -> Response:
    session = current.tx()
    require_sight(get_model(session, key))
    model = act(session, key, expected_version=web.expected_version(), now=current.now())
    return _answer(session, model)


def _answer(session: Session, model: Model) -> Response:
    shown = shown_model(session, model, everybody=sees_all())
    return web.answer(shown, version=model.version)
