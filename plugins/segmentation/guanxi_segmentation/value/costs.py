"""What a contact and a reward cost the company, as SQL with bound values."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from guanxi_segmentation.company import Company
from guanxi_segmentation.setting_lines import ANY, ServiceCost, parse_reward_cost, service_costs


def cost_of_contact(company: Company) -> tuple[str, dict[str, Any]]:
    """Return the cost of one touchpoint by its channel and kind, and the values of its parameters.

    The most exact line of the settings counts; without one that fits a contact costs nothing.
    """
    costs = service_costs(company.settings["cost_to_serve"])
    if not costs:
        return "CAST(0 AS numeric)", {}
    cases = " ".join(_case(number, cost) for number, cost in enumerate(costs))
    values: dict[str, Any] = {}
    for number, cost in enumerate(costs):
        values |= {f"channel_{number}": cost.channel, f"kind_{number}": cost.kind}
        values[f"cost_{number}"] = cost.cost
    return f"CASE {cases} ELSE 0 END", _used(values)


def unit_costs(company: Company) -> Mapping[str, Decimal]:
    """Return what one of each unit of rewards costs; the company's currency costs itself."""
    lines = map(parse_reward_cost, company.settings["reward_costs"])
    return {company.currency: Decimal(1), **dict(lines)}


def margin_rate(company: Company) -> Decimal:
    """Return the part of the revenue that is margin, 0 to 1 with four decimals."""
    rate: Decimal = company.settings["margin_percent"] / 100
    return rate


def _case(number: int, cost: ServiceCost) -> str:
    conditions: Sequence[str] = [
        f"{column} = :{column}_{number}"
        for column, value in (("channel", cost.channel), ("kind", cost.kind))
        if value != ANY
    ]
    return f"WHEN {' AND '.join(conditions) or 'true'} THEN CAST(:cost_{number} AS numeric)"


def _used(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != ANY}
