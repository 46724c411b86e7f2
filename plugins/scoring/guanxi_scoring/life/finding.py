"""Models and their versions, found or listed."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, load_only

from guanxi.sdk import NotFound
from guanxi_scoring.models import Model, ScoreRound, Version
from guanxi_scoring.texts import N_


def list_models(session: Session, *, archived: bool = False) -> Sequence[Model]:
    """Return the models by age."""
    state = "archived" if archived else "active"
    query = select(Model).where(Model.state == state)
    return session.scalars(query.order_by(Model.created_at, Model.key)).all()


def get_model(session: Session, key: str, *, lock: bool = False) -> Model:
    """Return a model by its key.

    :param lock: nobody else changes it until the commit.
    :raises NotFound: there is none.
    """
    query = select(Model).where(Model.key == key)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none() if "\0" not in key else None
    if found is None:
        raise NotFound(N_("There is no model %(key)s."), key=key[:80])
    return found


def find_model(session: Session, key: str) -> Model | None:
    """Return a model that is at work, or None."""
    return session.scalars(
        select(Model).where(Model.key == key, Model.state == "active")
    ).one_or_none()


def list_versions(session: Session, model: Model, *, limit: int = 100) -> Sequence[Version]:
    """Return the versions of a model, the latest first; their pictures are read when asked for."""
    return session.scalars(
        select(Version)
        .where(Version.model_id == model.id)
        .order_by(Version.number.desc())
        .limit(limit)
        .options(defer(Version.pictures))
    ).all()


def get_version(session: Session, model: Model, number: int) -> Version:
    """Return a version by its number.

    :raises NotFound: there is none.
    """
    found = session.get(Version, (model.id, number)) if 0 < number < 2**31 else None
    if found is None:
        told = N_("The model %(key)s has no version %(number)s.")
        raise NotFound(told, key=model.key, number=number)
    return found


def current_version(session: Session, model: Model) -> Version | None:
    """Return the version in force, or None."""
    return session.scalars(
        select(Version).where(Version.model_id == model.id, Version.state == "current")
    ).one_or_none()


def in_force(session: Session, key: str) -> Version | None:
    """Return the version in force of the active model with a key.

    What scores need is read: number, engine, fit and parameters; the rest when it is asked for.
    """
    query = (
        select(Version)
        .join(Model, Model.id == Version.model_id)
        .where(Model.key == key, Model.state == "active", Version.state == "current")
        .options(load_only(Version.engine, Version.fit, Version.parameters))
    )
    return session.scalars(query).one_or_none()


def current_versions(session: Session) -> Mapping[UUID, Version]:
    """Return the versions in force by the id of their model."""
    query = select(Version).where(Version.state == "current").options(defer(Version.pictures))
    return {one.model_id: one for one in session.scalars(query)}


def last_rounds(session: Session) -> Mapping[UUID, ScoreRound]:
    """Return when everybody was last scored, by the id of the model."""
    return {one.model_id: one for one in session.scalars(select(ScoreRound))}
