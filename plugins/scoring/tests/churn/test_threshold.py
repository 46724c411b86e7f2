"""The threshold of least expected cost, by hand and by trying all."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from guanxi_scoring.churn.threshold import Costs, expected_cost, expected_gain, threshold

AMOUNTS = st.decimals(min_value=0, max_value=1000, places=2)
PROBABILITIES = st.integers(0, 1000).map(lambda one: Decimal(one) / 1000)
COSTS = st.builds(
    Costs,
    contact=st.decimals(min_value=Decimal("0.01"), max_value=100, places=2),
    wasted=st.decimals(min_value=0, max_value=50, places=2),
    save_rate=st.integers(1, 100).map(lambda one: Decimal(one) / 100),
)


def test_contacting_for_10_to_save_a_fifth_of_200_pays_from_a_quarter_on() -> None:
    costs = Costs(contact=Decimal(10), wasted=Decimal(0), save_rate=Decimal("0.2"))

    assert threshold(costs, Decimal(200)) == Decimal("0.25")


def test_elkans_formula_gives_the_same_threshold() -> None:
    contact, wasted, save_rate, value = Decimal(4), Decimal(6), Decimal("0.3"), Decimal(150)
    c10, c00, c01 = contact + wasted, Decimal(0), value
    c11 = contact + (1 - save_rate) * value

    assert threshold(Costs(contact, wasted, save_rate), value) == (c10 - c00) / (
        c10 - c00 + c01 - c11
    )


def test_nothing_at_stake_means_never() -> None:
    costs = Costs(contact=Decimal(10), wasted=Decimal(0), save_rate=Decimal("0.2"))

    assert threshold(costs, Decimal(0)) is None


@given(COSTS, PROBABILITIES, AMOUNTS)
def test_the_gain_is_the_difference_of_the_expected_costs(
    costs: Costs, p: Decimal, value: Decimal
) -> None:
    left = expected_cost(costs, p, value, contacted=False)
    contacted = expected_cost(costs, p, value, contacted=True)

    assert expected_gain(costs, p, value) == left - contacted


@given(COSTS, AMOUNTS, st.lists(PROBABILITIES, min_size=1, max_size=30))
def test_no_other_threshold_costs_less(
    costs: Costs, value: Decimal, probabilities: list[Decimal]
) -> None:
    def total(limit: Decimal) -> Decimal:
        return sum(
            (expected_cost(costs, p, value, contacted=p >= limit) for p in probabilities),
            Decimal(0),
        )

    ours = threshold(costs, value)

    all_limits = [*probabilities, Decimal(0), Decimal(2)]
    assert total(Decimal(2) if ours is None else ours) <= min(map(total, all_limits)) + Decimal(
        "1e-20"
    )


@given(COSTS, st.lists(st.tuples(PROBABILITIES, AMOUNTS), min_size=1, max_size=8))
def test_no_other_choice_of_customers_costs_less(
    costs: Costs, customers: list[tuple[Decimal, Decimal]]
) -> None:
    def cost(chosen: int) -> Decimal:
        return sum(
            (
                expected_cost(costs, p, value, contacted=bool(chosen >> place & 1))
                for place, (p, value) in enumerate(customers)
            ),
            Decimal(0),
        )

    ours = sum(
        1 << place
        for place, (p, value) in enumerate(customers)
        if expected_gain(costs, p, value) > 0
    )

    assert cost(ours) == min(cost(one) for one in range(1 << len(customers)))
