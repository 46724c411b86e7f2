"""What contacting costs and saves: read, checked, changed; the threshold that follows from it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, PreconditionFailed, record, write_context
from guanxi_scoring.churn.threshold import Costs
from guanxi_scoring.company import company
from guanxi_scoring.models import LapsePolicy
from guanxi_scoring.texts import N_

ONE: Final = 1
_MOST: Final = Decimal(1_000_000_000)
RISKS_FROM: Final = ("lifetime", "silence")
_RATES: Final = ("save_rate", "medium_share")
_PLACES: Final = 4
VALUES_FROM: Final = ("clv", "kept", "fixed")


@dataclass(frozen=True, slots=True)
class Policy:
    """The costs in force; ``version`` 0 where nobody has set them, see ``models.LapsePolicy``."""

    contact_cost: Decimal
    wasted_cost: Decimal
    save_rate: Decimal
    value_from: str
    fixed_value: Decimal | None
    risk_from: str
    medium_share: Decimal
    currency: str
    as_of: datetime | None = None
    version: int = 0

    @property
    def costs(self) -> Costs:
        """What the formulas need."""
        return Costs(self.contact_cost, self.wasted_cost, self.save_rate)


USUAL: Final = Policy(
    contact_cost=Decimal(10),
    wasted_cost=Decimal(0),
    save_rate=Decimal("0.1"),
    value_from="clv",
    fixed_value=None,
    risk_from="lifetime",
    medium_share=Decimal("0.5"),
    currency="",
)
"""Assumed, and said to be assumed, until somebody sets the company's own."""
FIELDS: Final = (
    "contact_cost", "wasted_cost", "save_rate", "value_from", "fixed_value", "risk_from",
    "medium_share",
)  # fmt: skip
_STORED: Final = (*FIELDS, "as_of")


def policy_of(session: Session) -> Policy:
    """Return the costs in force, in the company's currency of now."""
    row = _row(session)
    if row is None:
        return replace(USUAL, currency=company(session).currency)
    values = {name: getattr(row, name) for name in (*_STORED, "currency", "version")}
    return Policy(**values)


def draft(session: Session, changes: Mapping[str, Any]) -> Policy:
    """Return the costs as they would be with ``changes``; nothing is stored.

    :raises Invalid: they make no sense, with what is wrong by field.
    """
    known = {name: value for name, value in changes.items() if name in _STORED}
    wanted = replace(policy_of(session), currency=company(session).currency, **known)
    faults = {name: [text] for name, text in _faults(wanted)}
    if faults:
        raise Invalid(next(iter(faults.values()))[0], fields=faults)
    return wanted


def change(
    session: Session,
    changes: Mapping[str, Any],
    *,
    now: datetime,
    expected_version: int | None = None,
) -> Policy:
    """Set the costs; who comes after somebody else is told.

    :raises Invalid: they make no sense.
    :raises PreconditionFailed: somebody changed them meanwhile.
    """
    row = _row(session, locked=True)
    before = policy_of(session)
    if expected_version is not None and expected_version != before.version:
        raise PreconditionFailed(N_("Somebody changed the costs meanwhile. Look at them again."))
    wanted = draft(session, changes)
    values = {name: getattr(wanted, name) for name in (*_STORED, "currency")}
    if row is None:
        row = LapsePolicy(id=ONE, version=0)
        session.add(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.changed_at, row.changed_by = now, write_context(session).actor.name
    _note(session, before, wanted)
    session.flush()
    return policy_of(session)


def _row(session: Session, *, locked: bool = False) -> LapsePolicy | None:
    return session.get(LapsePolicy, ONE, populate_existing=True, with_for_update=locked or None)


def _note(session: Session, before: Policy, after: Policy) -> None:
    old, new = asdict(before), asdict(after)
    changed = [name for name in _STORED if old[name] != new[name]]
    record(
        session,
        "scoring.lapse_policy_changed",
        ("scoring_lapse_policy", str(ONE)),
        before={name: _plain(old[name]) for name in changed},
        after={name: _plain(new[name]) for name in changed},
    )


def _plain(value: Any) -> Any:
    return value if value is None else str(value)


def _faults(wanted: Policy) -> list[tuple[str, str]]:
    found = []
    for name in ("contact_cost", "wasted_cost", "fixed_value"):
        value = getattr(wanted, name)
        if value is None and name == "fixed_value":
            continue
        if not _fits(value, Decimal(0), _MOST):
            found.append((name, N_("Write an amount from 0 with at most four decimals.")))
    for name in _RATES:
        value = getattr(wanted, name)
        if not _fits(value, Decimal(0), Decimal(1)) or not value:
            found.append((name, N_("Write a share above 0 % and up to 100 %.")))
    if wanted.value_from not in VALUES_FROM:
        found.append(("value_from", N_("Choose the expected value or one amount.")))
    elif wanted.value_from == "fixed" and wanted.fixed_value is None:
        found.append(("fixed_value", N_("Write what is at stake with each customer.")))
    if wanted.risk_from not in RISKS_FROM:
        found.append(("risk_from", N_("Choose the model whose probability goes first.")))
    return found


def _fits(value: Any, least: Decimal, most: Decimal) -> bool:
    if not isinstance(value, Decimal) or not value.is_finite() or not least <= value <= most:
        return False
    return value == round(value, _PLACES)
