"""Programmes: made, changed, paused, resumed and checked by an admin's program."""

from typing import Any

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import current, web
from guanxi_loyalty import checking
from guanxi_loyalty.api.asking import actor
from guanxi_loyalty.api.blueprint import MANAGE, VIEW, api
from guanxi_loyalty.models import Programme, Unit
from guanxi_loyalty.policies import read_policies
from guanxi_loyalty.programmes import (
    ProgrammeDraft,
    change_programme,
    create_programme,
    find_programme,
)
from guanxi_loyalty.schemas.programmes import (
    LoyaltyCheckSchema,
    LoyaltyProgrammeChangesSchema,
    LoyaltyProgrammeDraftSchema,
    LoyaltyProgrammeSchema,
    LoyaltyProgrammesSchema,
    LoyaltyProgrammeStateSchema,
    merged,
    shown_check,
    shown_programme,
)
from guanxi_loyalty.turning import turn


@api.get("/programmes", permission=VIEW)
@api.response(200, LoyaltyProgrammesSchema)
def list_programmes() -> Response:
    """All programmes by key."""
    session = current.session()
    found = session.scalars(select(Programme).order_by(Programme.key))
    return web.answer({"items": [_shown(session, one) for one in found]})


@api.post("/programmes", permission=MANAGE)
@api.arguments(LoyaltyProgrammeDraftSchema())
@api.response(201, LoyaltyProgrammeSchema)
def add_programme(values: dict[str, Any]) -> Response:
    """Make a programme, with points to spend and points for tiers."""
    session = current.tx()
    draft = ProgrammeDraft(**{**values, "policies": read_policies(values["policies"])})
    made = create_programme(session, draft, now=current.now(), by=actor())
    return web.answer(_shown(session, made), 201, version=made.version)


@api.get("/programmes/<key>", permission=VIEW, versioned=True)
@api.response(200, LoyaltyProgrammeSchema)
def show_programme(key: str) -> Response:
    """One programme."""
    return _answer(current.session(), find_programme(current.session(), key))


@api.patch("/programmes/<key>", permission=MANAGE, versioned=True)
@api.arguments(LoyaltyProgrammeChangesSchema())
@api.response(200, LoyaltyProgrammeSchema)
def edit_programme(values: dict[str, Any], key: str) -> Response:
    """Change titles and policies; with If-Match only if nobody was faster.

    Policies count for what is earned from now on.
    """
    session, expected = current.tx(), web.expected_version()
    programme = find_programme(session, key)
    titles = {"title_en": programme.title_en, "title_zh": programme.title_zh, **values}
    policies = merged(programme.policies, titles.pop("policies", {}))
    change_programme(
        session, programme, titles, policies,
        now=current.now(), by=actor(), expected_version=expected,
    )  # fmt: skip
    return _answer(session, programme)


@api.post("/programmes/<key>/state", permission=MANAGE, versioned=True)
@api.arguments(LoyaltyProgrammeStateSchema())
@api.response(200, LoyaltyProgrammeSchema)
def change_programme_state(values: dict[str, Any], key: str) -> Response:
    """Pause a programme, or let it take commands again if its ledger fits."""
    session, expected = current.tx(), web.expected_version()
    programme = find_programme(session, key)
    turn(session, programme, **values, now=current.now(), by=actor(), expected_version=expected)
    return _answer(session, programme)


@api.post("/programmes/<key>/check", permission=MANAGE)
@api.response(200, LoyaltyCheckSchema)
def check_programme(key: str) -> Response:
    """Recompute a programme; what does not fit makes it read-only and raises an alarm."""
    session, now = current.tx(), current.now()
    find_programme(session, key)
    found = checking.inspect(session, now=now, only=key)
    checking.follow_up(session, found, now=now, by=actor())
    return web.answer(shown_check(found))


def _answer(session: Session, programme: Programme) -> Response:
    return web.answer(_shown(session, programme), version=programme.version)


def _shown(session: Session, programme: Programme) -> dict[str, Any]:
    session.flush()
    units = select(Unit).where(Unit.programme_id == programme.id).order_by(Unit.key)
    return shown_programme(programme, session.scalars(units))
