"""Goals: list, make, try, change, put away; the customers with the highest probabilities."""

from collections.abc import Callable
from typing import Any

from flask import Response

from guanxi.sdk import current, web
from guanxi_scoring.api.blueprint import MANAGE, VIEW, api
from guanxi_scoring.api.own_models import changed, located, made
from guanxi_scoring.life.finding import list_models
from guanxi_scoring.models import Model
from guanxi_scoring.propensity import managing, reading
from guanxi_scoring.propensity.goals import KIND
from guanxi_scoring.schemas.models import ScoringModelListSchema
from guanxi_scoring.schemas.propensity import (
    EXAMPLE,
    ScoringGoalDraftSchema,
    ScoringGoalPatchSchema,
    ScoringGoalPreviewDraftSchema,
    ScoringGoalPreviewSchema,
    ScoringGoalSchema,
    ScoringGoalsSchema,
    ScoringPropensitiesSchema,
    ScoringPropensityQuerySchema,
    shown_best,
    shown_goal,
    shown_preview,
)
from guanxi_scoring.sight import sees_all


@api.get("/goals", permission=VIEW)
@api.arguments(ScoringModelListSchema(), location="query")
@api.response(200, ScoringGoalsSchema)
def list_goals(query: dict[str, Any]) -> Response:
    """The goals, with their past cases."""
    session = current.session()
    found = list_models(session, archived=query["state"] == "archived")
    goals = [one for one in found if one.kind == KIND]
    items = [shown_goal(session, one, everybody=sees_all()) for one in goals]
    return web.answer({"items": items})


@api.post("/goals", permission=MANAGE)
@api.arguments(ScoringGoalDraftSchema(), example=EXAMPLE)
@api.response(201, ScoringGoalSchema)
def create_goal(values: dict[str, Any]) -> Response:
    """Make a goal; it is learnt in the background."""
    model = made(managing.create_goal, managing.GoalDraft(**values))
    return located(_answer(model, 201), "show_goal", model)


@api.get("/goals/<key>", permission=VIEW, versioned=True)
@api.response(200, ScoringGoalSchema)
def show_goal(key: str) -> Response:
    """One goal."""
    return _answer(managing.get_goal(current.session(), key))


@api.patch("/goals/<key>", permission=MANAGE, versioned=True)
@api.arguments(ScoringGoalPatchSchema())
@api.response(200, ScoringGoalSchema)
def change_goal(values: dict[str, Any], key: str) -> Response:
    """Change a goal; with If-Match only if nobody was faster. What changed is learnt at once."""
    return _answer(changed(managing.change_goal, key, values))


@api.post("/goals/<key>/archive", permission=MANAGE, versioned=True)
@api.response(200, ScoringGoalSchema)
def archive_goal(key: str) -> Response:
    """Put a goal away; its scores go, its versions stay."""
    return _done(managing.archive_goal, key)


@api.post("/goals/<key>/restore", permission=MANAGE, versioned=True)
@api.response(200, ScoringGoalSchema)
def restore_goal(key: str) -> Response:
    """Take a goal out of the archive."""
    return _done(managing.restore_goal, key)


@api.get("/goals/<key>/customers", permission=VIEW)
@api.arguments(ScoringPropensityQuerySchema(), location="query")
@api.response(200, ScoringPropensitiesSchema)
def list_best(query: dict[str, Any], key: str) -> Response:
    """The customers in sight with the highest probabilities, the best first."""
    session, limit = current.session(), query["limit"]
    model = managing.get_goal(session, key)
    cursor = query.get("cursor")
    after = reading.place_from(cursor) if cursor else None
    found = reading.best(session, model, limit=limit + 1, after=after)
    following = reading.cursor_of(found[limit - 1]) if len(found) > limit else None
    items = [shown_best(session, one) for one in found[:limit]]
    return web.answer({"items": items, "next": following})


@api.post("/goal-preview", permission=MANAGE)
@api.arguments(ScoringGoalPreviewDraftSchema(), example={"options": EXAMPLE["options"]})
@api.response(200, ScoringGoalPreviewSchema)
def preview_goal(values: dict[str, Any]) -> Response:
    """How many past cases a goal would have; nothing is stored."""
    found = reading.preview(current.session(), values["options"], now=current.now())
    return web.answer(shown_preview(found))


def _done(act: Callable[..., Model], key: str) -> Response:
    expected = web.expected_version()
    return _answer(act(current.tx(), key, expected_version=expected, now=current.now()))


def _answer(model: Model, status: int = 200) -> Response:
    shown = shown_goal(current.session(), model, everybody=sees_all())
    return web.answer(shown, status, version=model.version)
