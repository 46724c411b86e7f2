"""Schemes, found by their key or listed."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import NotFound
from guanxi_segmentation.models import Scheme
from guanxi_segmentation.schemes.drafts import KEY
from guanxi_segmentation.texts import N_


def list_schemes(session: Session, *, archived: bool = False) -> Sequence[Scheme]:
    """Return the schemes, the primary one first, then by age."""
    state = "archived" if archived else "active"
    query = select(Scheme).where(Scheme.state == state)
    return session.scalars(
        query.order_by(Scheme.is_primary.desc(), Scheme.created_at, Scheme.key)
    ).all()


def get_scheme(session: Session, key: str, *, lock: bool = False) -> Scheme:
    """Return a scheme by its key.

    :raises NotFound: there is none.
    """
    query = select(Scheme).where(Scheme.key == key)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none() if KEY.fullmatch(key) else None
    if found is None:
        raise NotFound(N_("There is no scheme %(key)s."), key=key[:80])
    return found
