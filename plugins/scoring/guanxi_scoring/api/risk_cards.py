"""Scorecards and files of past cases. A scorecard is a model: see there for fits and versions."""

from typing import Any
from uuid import UUID

from flask import Response, request

from guanxi.sdk import Conflict, Invalid, current, tables, web
from guanxi_scoring.api.blueprint import ASSESS, RISK, api
from guanxi_scoring.api.own_models import changed, located, made
from guanxi_scoring.life.finding import current_version, list_models
from guanxi_scoring.models import Model
from guanxi_scoring.risk import case_files, managing
from guanxi_scoring.risk.card.card import Card
from guanxi_scoring.risk.options import KIND
from guanxi_scoring.schemas.models import shown_model
from guanxi_scoring.schemas.risk_cards import (
    EXAMPLE,
    ScoringCardDraftSchema,
    ScoringCardPatchSchema,
    ScoringCardSchema,
    ScoringCardsSchema,
    ScoringCaseFileSchema,
    ScoringCaseFilesSchema,
    ScoringCaseSchema,
    ScoringCaseScoreSchema,
    shown_file,
    shown_score,
)
from guanxi_scoring.sight import sees_all
from guanxi_scoring.texts import N_


@api.get("/scorecards", permission=RISK)
@api.response(200, ScoringCardsSchema)
def list_scorecards() -> Response:
    """The scorecards at work."""
    found = [one for one in list_models(current.session()) if one.kind == KIND]
    return web.answer({"items": [_shown(one) for one in found]})


@api.post("/scorecards", permission=ASSESS)
@api.arguments(ScoringCardDraftSchema(), example=EXAMPLE)
@api.response(201, ScoringCardSchema)
def create_scorecard(values: dict[str, Any]) -> Response:
    """Make a scorecard; it is fitted in the background."""
    model = made(managing.create_card, managing.CardDraft(**values))
    return located(_answer(model, 201), "show_scorecard", model)


@api.get("/scorecards/<key>", permission=RISK, versioned=True)
@api.response(200, ScoringCardSchema)
def show_scorecard(key: str) -> Response:
    """One scorecard with its bins, weights and points."""
    return _answer(managing.get_card(current.session(), key))


@api.patch("/scorecards/<key>", permission=ASSESS, versioned=True)
@api.arguments(ScoringCardPatchSchema())
@api.response(200, ScoringCardSchema)
def change_scorecard(values: dict[str, Any], key: str) -> Response:
    """Change a scorecard; with If-Match only if nobody was faster. It is fitted anew."""
    return _answer(changed(managing.change_card, key, values))


@api.post("/scorecards/<key>/points", permission=RISK)
@api.arguments(ScoringCaseSchema(), example={"values": {"customers.purchases": 4}})
@api.response(200, ScoringCaseScoreSchema)
def score_case(values: dict[str, Any], key: str) -> Response:
    """The points of one case from its values; nothing is stored."""
    session = current.session()
    version = current_version(session, managing.get_card(session, key))
    if version is None:
        raise Conflict(N_("This scorecard is not fitted yet, so it gives no points."))
    return web.answer(shown_score(Card(version.parameters).score(values["values"])))


@api.get("/case-files", permission=RISK)
@api.response(200, ScoringCaseFilesSchema)
def list_case_files() -> Response:
    """The files of past cases that scorecards may learn from."""
    found = case_files.list_cases(current.session())
    return web.answer({"items": [shown_file(one) for one in found]})


@api.post("/case-files", permission=ASSESS)
@api.doc(
    requestBody={
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "title": {"type": "string"},
                    },
                }
            }
        },
    }
)
@api.response(201, ScoringCaseFileSchema)
def upload_case_file() -> Response:
    """Keep a table of past cases (``file``, CSV or XLSX) under a ``title``."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid(N_("Choose a file first."), fields={"file": []})
    table = tables.read(file.stream, most_rows=case_files.MOST_CASES)
    title = request.form.get("title", "")
    made = case_files.keep_cases(current.tx(), title, file.filename, table, now=current.now())
    return web.answer(shown_file(made), 201)


@api.delete("/case-files/<uuid:file_id>", permission=ASSESS)
@api.response(204)
def remove_case_file(file_id: UUID) -> None:
    """Remove a file of past cases; scorecards that learnt from it stay as they are."""
    case_files.remove_cases(current.tx(), file_id)


def _shown(model: Model) -> dict[str, Any]:
    session, everybody = current.session(), sees_all()
    version = current_version(session, model) if everybody else None
    parameters = version.parameters if version is not None else None
    return {**shown_model(session, model, everybody=everybody), "parameters": parameters}


def _answer(model: Model, status: int = 200) -> Response:
    return web.answer(_shown(model), status, version=model.version)
