"""From which probability of lapsing on contacting pays: the threshold of least expected cost.

Elkan (2001), "The foundations of cost-sensitive learning", equation 2: with costs ``C[i, j]`` of
deciding ``i`` where ``j`` is true, act if ``p >= p*``, where
``p* = (C[1,0] - C[0,0]) / (C[1,0] - C[0,0] + C[0,1] - C[1,1])``. Here, with V at stake:

=============== ================================== ============
decision        the customer would lapse           would stay
=============== ================================== ============
contact         contact cost + (1 - save rate) V   contact cost + wasted cost
leave alone     V                                  0
=============== ================================== ============

V differs from customer to customer, and so does the threshold: example-dependent costs, Correa
Bahnsen, Aouada and Ottersten (2015), "Example-dependent cost-sensitive decision trees". All
amounts are in one currency.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

NOUGHT: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Costs:
    """What acting costs and what it saves; see ``models.LapsePolicy``."""

    contact: Decimal
    wasted: Decimal
    save_rate: Decimal

    @property
    def for_nothing(self) -> Decimal:
        """Cost of contacting one who would have stayed (误判成本), C[1,0]."""
        return self.contact + self.wasted


def threshold(costs: Costs, value: Decimal) -> Decimal | None:
    """Return the least probability at which contacting costs no more than leaving alone.

    More than 1 where it never pays; None where it can never cost or save anything.

    :param value: at stake, not negative.
    """
    saved = costs.save_rate * value + costs.wasted
    return costs.for_nothing / saved if saved else None


def expected_cost(costs: Costs, p: Decimal, value: Decimal, *, contacted: bool) -> Decimal:
    """Return what is lost on average, with the costs of the table above."""
    if not contacted:
        return p * value
    lapse = costs.contact + (1 - costs.save_rate) * value
    return p * lapse + (1 - p) * costs.for_nothing


def expected_gain(costs: Costs, p: Decimal, value: Decimal) -> Decimal:
    """Return by how much contacting costs less than leaving alone: p x save rate x V - cost.

    What is wasted on one who would have stayed counts by the probability of staying.
    """
    return p * costs.save_rate * value - costs.contact - (1 - p) * costs.wasted
