"""The factors of a customer's risk: only those of which something is known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Customer, attributes_of
from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.models import CardScore
from guanxi_scoring.risk.card.bins import as_number, is_missing
from guanxi_scoring.risk.coefficient import DEFAULT, Factor
from guanxi_scoring.risk.counting import CountingRating
from guanxi_scoring.risk.setting_lines import parse_factor
from guanxi_scoring.texts import N_

REVENUE: Final = "customers.revenue"
PURCHASES: Final = "customers.purchases"
RETURNS: Final = "customers.returns"
TRADE: Final = (REVENUE, PURCHASES, RETURNS)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each factor counts, by the settings, and the company's whole revenue."""

    concentration: float
    returns: float
    others: Mapping[str, float]
    titles: Mapping[str, Mapping[str, str]]
    revenue: float


def factor_keys(session: Session, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the attributes that are looked at; of those that are not there now, none."""
    return tuple(dict.fromkeys((*TRADE, *_others_of(session, settings))))


def weights_of(session: Session, settings: Mapping[str, Any]) -> Weights:
    """Return the weights in force; of factors whose attribute is not there now, none."""
    known, others = attributes_of(session), _others_of(session, settings)
    return Weights(
        concentration=float(settings["risk_weight_concentration"]),
        returns=float(settings["risk_weight_returns"]),
        others=others,
        titles={key: {"en": known[key].title.en, "zh": known[key].title.zh} for key in others},
        revenue=_whole(session, known[REVENUE]),
    )


def factors_of(
    facts: Mapping[str, Any],
    weights: Weights,
    score: CardScore | None,
    rating: CountingRating | None,
) -> list[Factor]:
    """Return the factors of one customer."""
    found = _default(score, rating)
    return [*([found] if found else []), *_trade(facts, weights), *_others(facts, weights)]


def _default(score: CardScore | None, rating: CountingRating | None) -> Factor | None:
    """The probability of default; of score and rating the worse one counts (谨慎性原则)."""
    told: list[tuple[float, Sentence]] = []
    if score is not None and score.probability is not None and score.points is not None:
        said = Sentence(
            N_("The scorecard gives %(points)s points: a probability of default of %(p)s."),
            {"points": round(score.points), "p": {"share": round(score.probability, 6)}},
        )
        told.append((score.probability, said))
    if rating is not None:
        said = Sentence(
            N_(
                "%(agency)s rates %(grade)s, level %(level)s of 10: a probability of default "
                "of %(p)s."
            ),
            {
                "agency": {"en": rating.agency.title_en, "zh": rating.agency.title_zh},
                "grade": rating.rating.grade,
                "level": rating.level,
                "p": {"share": rating.probability},
            },
        )
        told.append((rating.probability, said))
    if not told:
        return None
    worst = max(told, key=lambda one: one[0])
    return Factor(DEFAULT, worst[0], 1.0, worst[1])


def _trade(facts: Mapping[str, Any], weights: Weights) -> Iterator[Factor]:
    revenue = as_number(facts[REVENUE] or 0) or 0.0
    if revenue > 0 and weights.revenue > 0 and weights.concentration > 0:
        share = min(revenue / weights.revenue, 1.0)
        said = Sentence(
            N_("The company earned %(share)s of its revenue from this customer."),
            {"share": {"share": round(share, 6)}},
        )
        yield Factor("concentration", share, weights.concentration, said)
    bought, returned = (as_number(facts[key] or 0) or 0.0 for key in (PURCHASES, RETURNS))
    if bought > 0 and weights.returns > 0:
        share = min(returned / bought, 1.0)
        said = Sentence(
            N_("%(share)s as many returns as purchases."), {"share": {"share": round(share, 6)}}
        )
        yield Factor("returns", share, weights.returns, said)


def _others(facts: Mapping[str, Any], weights: Weights) -> Iterator[Factor]:
    for key, weight in weights.others.items():
        value = facts[key]
        number = None if is_missing(value) else as_number(value)
        if number is not None and 0 <= number <= 1:
            said = Sentence(
                N_("%(title)s: %(value)s."),
                {"title": weights.titles[key], "value": {"share": round(number, 6)}},
            )
            yield Factor(key, number, weight, said)


def _others_of(session: Session, settings: Mapping[str, Any]) -> Mapping[str, float]:
    known = attributes_of(session)
    lines = dict(parse_factor(line) for line in settings["risk_factors"])
    return {key: weight for key, weight in lines.items() if key in known}


def _whole(session: Session, revenue: Attribute) -> float:
    """The revenue of all customers, whoever asks: a share is of the whole company.

    Sent past the session, whose selects carry the row rule of whoever acts.
    """
    query: Any = select(func.coalesce(func.sum(func.greatest(revenue.sql(), 0)), 0))
    query = query.select_from(Customer)
    if revenue.join is not None:
        query = query.join(revenue.join, revenue.on)
    return float(session.connection().scalar(query) or 0)


def earliest(*days: Any) -> Any:
    """Return the first of the days that there are, or None."""
    known = [one for one in days if one is not None]
    return min(known) if known else None
