"""Mitigations (风险缓释): collateral, guarantees, insurance, shorter terms, with share and end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, Text, customers, new_id, write_context
from guanxi_scoring.company import company
from guanxi_scoring.models import Mitigation
from guanxi_scoring.risk.records import Records
from guanxi_scoring.texts import N_, _

KINDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "collateral": Text("Collateral", "抵押或质押"),
        "guarantee": Text("Guarantee", "保证担保"),
        "insurance": Text("Insurance", "保险"),
        "terms": Text("Shorter terms", "缩短账期"),
        "other": Text("Other", "其他"),
    }
)
LONGEST_NOTE: Final = 500
_STEP: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class MitigationDraft:
    """What lowers the risk, and by what share of it (above 0, at most 1)."""

    kind: str
    share: Decimal
    note: str
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day; None: until somebody ends it."""


def record_mitigation(
    session: Session, customer_id: UUID, draft: MitigationDraft, *, now: datetime
) -> Mitigation:
    """Record a mitigation; the coefficient is lower from its first day on.

    :raises Invalid: something does not fit, with what.
    """
    customer = customers.get(session, customer_id)
    today = company(session).day(now)
    begins = draft.valid_from or today
    _check(draft, begins)
    made = Mitigation(
        id=new_id(),
        customer_id=customer.id,
        kind=draft.kind,
        share=draft.share.quantize(_STEP),
        note=" ".join(draft.note.split()),
        valid_from=begins,
        valid_until=draft.valid_until,
        recorded_at=now,
        recorded_by=write_context(session).actor.name,
    )
    return MITIGATIONS.keep(session, made)


def end_mitigation(session: Session, mitigation_id: UUID, *, now: datetime) -> Mitigation:
    """End a mitigation; it stays in the history.

    :raises NotFound: there is none, or its customer is out of sight.
    """
    return MITIGATIONS.end(session, mitigation_id, now=now)


def mitigations_of(session: Session, customer_id: UUID) -> Sequence[Mitigation]:
    """Return all mitigations of a customer, the latest first."""
    return MITIGATIONS.of(session, customer_id, Mitigation.valid_from, Mitigation.id)


def _check(draft: MitigationDraft, begins: date) -> None:
    if draft.kind not in KINDS:
        raise _unfit("kind", _("Choose one of these: %(offered)s.", offered=", ".join(KINDS)))
    share = draft.share
    if not share.is_finite() or not _STEP <= share <= 1:
        raise _unfit("share", _("Write a share above 0 and at most 100 percent."))
    if draft.valid_until is not None and draft.valid_until < begins:
        raise _unfit("valid_until", _("It cannot end before it begins."))
    note = " ".join(draft.note.split())
    if not note or len(note) > LONGEST_NOTE or not note.isprintable():
        raise _unfit(
            "note", _("Say what it is, in at most %(most)s characters.", most=LONGEST_NOTE)
        )


def _unfit(field: str, said: str) -> Invalid:
    return Invalid(N_("The mitigation does not fit: %(said)s"), said=said, fields={field: [said]})


def _told(one: Mitigation) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "share": str(one.share),
        "note": one.note,
        "valid_from": one.valid_from.isoformat(),
        "valid_until": one.valid_until.isoformat() if one.valid_until else None,
    }


MITIGATIONS: Final = Records(
    Mitigation, "mitigation", "ended", N_("There is no such mitigation."), _told
)
