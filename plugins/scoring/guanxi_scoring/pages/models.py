"""The list of models, one model in full, one of its versions, and two of them side by side."""

from typing import Any

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from guanxi.sdk import current, web
from guanxi_scoring.life.finding import get_model, list_models
from guanxi_scoring.models import Model
from guanxi_scoring.pages.blueprint import VIEW, pages
from guanxi_scoring.pages.model_comparing import compared
from guanxi_scoring.pages.model_views import card, in_force, version_of, versions_of, whole
from guanxi_scoring.pages.pictures import file_of
from guanxi_scoring.sight import require_all, require_sight, seen, sees_all


@pages.get("/", permission=VIEW)
def index() -> str:
    """All models, each in plain words."""
    session = current.session()
    archived = request.args.get("state") == "archived"
    shown = seen(list_models(session, archived=archived))
    away = shown if archived else seen(list_models(session, archived=True))
    return render_template(
        "scoring/models.html",
        models=[card(session, one) for one in shown],
        archived=archived,
        any_archived=bool(away),
        sees_all=sees_all(),
    )


@pages.get("/models/<key>", permission=VIEW)
def show_model(key: str) -> str:
    """A model with the version in force, or with its latest one."""
    session, model = current.session(), asked_model(key)
    versions = versions_of(session, model)
    version = in_force(versions) or next(iter(versions), None)
    return _draw(session, model, version)


@pages.get("/models/<key>/versions/<int:number>", permission=VIEW)
def show_version(key: str, number: int) -> str:
    """A model with any of its versions."""
    session, model = current.session(), asked_model(key)
    return _draw(session, model, version_of(versions_of(session, model), number))


@pages.get("/models/<key>/compare", permission=VIEW)
def compare_versions(key: str) -> str:
    """Two versions side by side: ``one`` and ``other``, the two latest unless told."""
    session, model = current.session(), asked_model(key)
    versions = versions_of(session, model)
    pair = [_number(name) for name in ("one", "other")]
    values = compared(session, model, versions, pair[0], pair[1])
    return render_template("scoring/compare.html", **values)


@pages.get("/models/<key>/versions/<int:number>/<name>.<ending>", permission=VIEW)
def picture_file(key: str, number: int, name: str, ending: str) -> Response:
    """The numbers of a picture as a file, CSV or XLSX."""
    session, model = current.session(), asked_model(key)
    version = version_of(versions_of(session, model), number)
    titles, rows = file_of(version, name)
    return web.table_file(f"{key}-{number}-{name}.{ending}", titles, rows)


def asked_model(key: str) -> Model:
    """Return the model that an address names, for who may see all that it learnt from.

    :raises NotFound: there is none.
    :raises Forbidden: whoever asks may not see all customers.
    """
    model = require_sight(get_model(current.session(), key))
    require_all()
    return model


def _draw(session: Session, model: Model, version: Any) -> str:
    values = whole(session, model, version)
    return render_template("scoring/model.html", file_url=_file_url(model, version), **values)


def _file_url(model: Model, version: Any) -> Any:
    def url(name: str, ending: str) -> str:
        values = {"key": model.key, "number": version.number, "name": name, "ending": ending}
        return url_for("scoring.picture_file", **values)

    return url


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None
