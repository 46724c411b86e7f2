"""Cases that a card learns from: the company's own customers, or a file of past cases."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Touchpoint
from guanxi_scoring.life.contract import CannotFit, Sentence
from guanxi_scoring.models import CaseFile
from guanxi_scoring.risk.card.bins import as_category, as_number, is_missing
from guanxi_scoring.risk.card.cases import Cases, Column
from guanxi_scoring.risk.facts import attributes, facts_of
from guanxi_scoring.texts import N_

Options = Mapping[str, Any]
_COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "lt": lambda a, b: a < b, "lte": lambda a, b: a <= b,
    "gt": lambda a, b: a > b, "gte": lambda a, b: a >= b,
}  # fmt: skip
_OF_NOW: Final = N_(
    "Characteristics are those of now, not of before the outcome. Take only such as the outcome "
    "does not change."
)


def cases_of(session: Session, options: Options, as_of: datetime) -> Cases:
    """Return the cases that a card's options mean.

    :raises CannotFit: they cannot be put together, with why.
    """
    if not options["characteristics"]:
        raise CannotFit(N_("Choose the characteristics that the scorecard may look at."))
    if options["file"]:
        return _from_file(session, options)
    return _from_customers(session, options, as_of)


def _from_customers(session: Session, options: Options, as_of: datetime) -> Cases:
    keys = [one["key"] for one in options["characteristics"]]
    outcome = options["outcome"]
    asked = outcome["attribute"] if outcome["by"] == "attribute" else ""
    if asked in keys:
        raise CannotFit(
            N_("%(key)s says what the outcome is, so it cannot be a characteristic."), key=asked
        )
    wanted = attributes(session, list(dict.fromkeys([*keys, *([asked] if asked else [])])))
    is_bad = _judge(session, outcome, as_of)
    told: list[tuple[UUID, dict[str, Any], bool]] = []
    for batch in facts_of(session, wanted, as_of):
        for customer_id, values in batch:
            bad = is_bad(customer_id, values)
            if bad is not None:
                told.append((customer_id, values, bad))
    columns = [_column(one, [values[one["key"]] for _, values, _ in told]) for one in _all(options)]
    return Cases(columns, [bad for _, _, bad in told], (Sentence(_OF_NOW),))


def _judge(
    session: Session, outcome: Options, as_of: datetime
) -> Callable[[UUID, Mapping[str, Any]], bool | None]:
    """Return what says whether a customer turned out bad; None: not known."""
    if outcome["by"] == "touchpoint":
        found = _last_outcomes(session, outcome, as_of)
        return lambda customer_id, _values: found.get(customer_id)
    if not outcome["attribute"]:
        raise CannotFit(N_("Say by which attribute a case is bad."))
    key, meets = outcome["attribute"], condition(outcome["operator"], outcome["value"])
    return lambda _id, values: meets(values[key])


def condition(operator: str, value: str) -> Callable[[Any], bool | None]:
    """Return what says whether a value meets a condition; None where the value is missing.

    :raises CannotFit: a number is needed and ``value`` is none.
    """
    if operator in _COMPARE:
        limit = as_number(value)
        if limit is None:
            raise CannotFit(
                N_("The outcome compares with “%(value)s”, which is no number."), value=value
            )
        compare = _COMPARE[operator]

        def ordered(one: Any) -> bool | None:
            number = None if is_missing(one) else as_number(one)
            return None if number is None else compare(number, limit)

        return ordered
    words = {_plain(one) for one in (value.split(",") if operator == "in" else [value])}

    def equal(one: Any) -> bool | None:
        return None if is_missing(one) else (_plain(one) in words) is not (operator == "ne")

    return equal


def _plain(value: Any) -> str:
    """Return a value as the word by which it is compared; 1 and 1.0 are the same."""
    number = None if isinstance(value, bool) else as_number(value)
    return as_category(value if number is None else number).casefold()


def _last_outcomes(session: Session, outcome: Options, as_of: datetime) -> dict[UUID, bool]:
    bad, good = set(outcome["bad"]), set(outcome["good"])
    if not bad or not good or bad & good:
        raise CannotFit(N_("Say which outcomes of touchpoints are good and which are bad."))
    query = (
        select(Touchpoint.customer_id, Touchpoint.outcome)
        .where(
            Touchpoint.customer_id.is_not(None),
            Touchpoint.state == "recorded",
            Touchpoint.occurred_at < as_of,
            Touchpoint.outcome.in_(bad | good),
        )
        .order_by(Touchpoint.occurred_at, Touchpoint.id)
    )
    if outcome["kind"]:
        query = query.where(Touchpoint.kind == outcome["kind"])
    return {row[0]: row[1] in bad for row in session.execute(query) if row[0]}


def _from_file(session: Session, options: Options) -> Cases:
    file = case_file(session, options["file"])
    outcome = options["outcome"]
    where = {name: place for place, name in enumerate(file.columns, 1)}
    by = _place(where, outcome["column"])
    bad = {_plain(one) for one in outcome["bad"]}
    if not bad:
        raise CannotFit(
            N_("Say which words in the column %(column)s are bad."), column=outcome["column"]
        )
    rows = [row for row in file.rows if not is_missing(row[by])]
    numbers = [row[0] for row in rows]
    columns = []
    for one in _all(options):
        name = one["column"] or one["key"]
        if name == outcome["column"]:
            raise CannotFit(
                N_("%(key)s says what the outcome is, so it cannot be a characteristic."), key=name
            )
        place = _place(where, name)
        columns.append(_column(one, [row[place] for row in rows], numbers))
    return Cases(columns, [_plain(row[by]) in bad for row in rows])


def case_file(session: Session, file_id: str) -> CaseFile:
    """Return a file of past cases.

    :raises CannotFit: it is not there any more.
    """
    try:
        found = session.get(CaseFile, UUID(file_id))
    except ValueError:
        found = None
    if found is None:
        raise CannotFit(N_("The file of past cases is not there any more. Upload it again."))
    return found


def _place(where: Mapping[str, int], name: str) -> int:
    if name not in where:
        raise CannotFit(N_("The file has no column “%(name)s”."), name=name)
    return where[name]


def _all(options: Options) -> Iterable[Options]:
    found: Iterable[Options] = options["characteristics"]
    return found


def _column(one: Options, values: Sequence[Any], rows: Sequence[int] = ()) -> Column:
    return Column(one["key"], values, one["type"], one["trend"], tuple(one["special"]), rows)
