"""What the API takes and gives back about programmes: titles, units, policies, state, checks."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from guanxi.sdk import web
from guanxi_loyalty.checking import Checked
from guanxi_loyalty.models import Programme, Unit
from guanxi_loyalty.policies import Policies, read_policies
from guanxi_loyalty.turning import STATES

EXAMPLE: dict[str, Any] = asdict(Policies())


class LoyaltyUnitSchema(Schema):
    """What a programme counts; ``kind`` is spendable, qualifying or stamps."""

    key = fields.String(required=True)
    kind = fields.String(required=True)
    title_en = fields.String(required=True)
    title_zh = fields.String(required=True)


class LoyaltyProgrammeDraftSchema(Schema):
    """A programme to be made, with points to spend and points for tiers.

    ``policies`` that are left out have their defaults, which the example shows.
    """

    key = web.CleanText(40, filled=True, required=True)
    title_en = web.CleanText(200, filled=True, required=True)
    title_zh = web.CleanText(200, load_default="")
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    time_zone = web.CleanText(64, filled=True, required=True)
    policies = web.Object(load_default=dict, metadata={"example": EXAMPLE})


class LoyaltyProgrammeChangesSchema(Schema):
    """What changes of a programme. Policies that are left out stay as they are."""

    title_en = web.CleanText(200, filled=True)
    title_zh = web.CleanText(200)
    policies = web.Object(metadata={"example": {"pending_days": 14}})


class LoyaltyProgrammeStateSchema(Schema):
    """Pause a programme or resume it, and why."""

    state = fields.String(required=True, validate=validate.OneOf(STATES))
    reason = web.CleanText(500, load_default=None, allow_none=True)


class LoyaltyProgrammeSchema(Schema):
    """A programme. It is ``read_only`` while its ledger does not fit; the reason says so."""

    key = fields.String(required=True)
    title_en = fields.String(required=True)
    title_zh = fields.String(required=True)
    currency = fields.String(required=True)
    time_zone = fields.String(required=True)
    units = fields.List(fields.Nested(LoyaltyUnitSchema), required=True)
    policies = fields.Dict(required=True)
    state = fields.String(required=True)
    state_reason = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)


class LoyaltyProgrammesSchema(Schema):
    """All programmes, by key."""

    items = fields.List(fields.Nested(LoyaltyProgrammeSchema), required=True)


class LoyaltyMismatchSchema(Schema):
    """What does not fit, and the ids of the things in question."""

    what = fields.String(required=True)
    ids = fields.List(fields.String(), required=True)


class LoyaltyCheckedPartSchema(Schema):
    """A unit's ledger, the gift cards or the tiers, and what does not fit in it."""

    name = fields.String(required=True)
    mismatches = fields.List(fields.Nested(LoyaltyMismatchSchema), required=True)


class LoyaltyCheckSchema(Schema):
    """The outcome of a check."""

    fits = fields.Boolean(required=True)
    parts = fields.List(fields.Nested(LoyaltyCheckedPartSchema), required=True)


def shown_programme(programme: Programme, units: Iterable[Unit]) -> dict[str, Any]:
    """Return a programme as ``LoyaltyProgrammeSchema`` describes it."""
    own = ("key", "kind", "title_en", "title_zh")
    plain = ("key", "title_en", "title_zh", "currency", "time_zone", "state", "state_reason")
    return {
        **{name: getattr(programme, name) for name in plain},
        "version": programme.version,
        "policies": asdict(read_policies(programme.policies)),
        "units": [{name: getattr(unit, name) for name in own} for unit in units],
    }


def merged(stored: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return all policies after a change that names some, those of expiry one by one too."""
    before = asdict(read_policies(stored))
    expiry = sent.get("expiry", {})
    if isinstance(expiry, Mapping):
        expiry = {**before["expiry"], **expiry}
    return {**before, **sent, "expiry": expiry}


def shown_check(parts: Iterable[Checked]) -> dict[str, Any]:
    """Return the outcome of a check as ``LoyaltyCheckSchema`` describes it."""
    shown = [
        {
            "name": part.name,
            "mismatches": [
                {"what": one.what, "ids": [_text(id_) for id_ in one.ids]}
                for one in part.mismatches
            ],
        }
        for part in parts
    ]
    return {"fits": not any(part["mismatches"] for part in shown), "parts": shown}


def _text(id_: UUID | str) -> str:
    return str(id_)
