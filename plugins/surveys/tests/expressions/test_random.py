"""Thousands of random expressions have the same results as in the reference."""

from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from plugins.surveys.tests.expressions import making
from plugins.surveys.tests.expressions.beside import agree
from plugins.surveys.tests.reference import Oracle

BATCH = 250
"""Expressions of one example; one question to the oracle for all of them."""

SEEDS = st.integers(min_value=0, max_value=2**32)

many = settings(
    max_examples=8,
    # A seed is not made simpler by making it smaller.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@many
@given(SEEDS)
def test_expressions_agree(oracle: Oracle, seed: int) -> None:
    draw = Random(seed)

    agree(
        oracle,
        [(making.expression(draw, draw.randrange(4)), making.values(draw)) for _ in range(BATCH)],
    )


@many
@given(SEEDS)
def test_expressions_about_dates_agree(oracle: Oracle, seed: int) -> None:
    draw = Random(seed)

    agree(oracle, [(making.dated(draw), {}) for _ in range(BATCH)])


@many
@given(SEEDS)
def test_what_anybody_types_is_read_or_refused_alike(oracle: Oracle, seed: int) -> None:
    draw = Random(seed)

    agree(oracle, [(making.jumble(draw), {"a": 5, "b": "x"}) for _ in range(BATCH)])
