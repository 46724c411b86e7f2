"""Cards of the 1,000 loans of German Credit, and data of which there is no honest card."""

import sys
from collections.abc import Callable
from math import isclose, log
from typing import Any

import numpy as np
import pytest
from plugins.scoring.tests.risk.loans import NAMES, cases, table
from sklearn.linear_model import LogisticRegression

from guanxi_scoring.life.contract import CannotFit, Fit
from guanxi_scoring.risk.card.bins import Bins
from guanxi_scoring.risk.card.card import Card, Scored
from guanxi_scoring.risk.card.cases import Cases, Column
from guanxi_scoring.risk.card.cutting import cut
from guanxi_scoring.risk.card.fitting import Terms, fit_card
from guanxi_scoring.risk.card.points import Scale

SEED = 2


@pytest.fixture(scope="module")
def fit() -> Fit:
    """A card of all loans."""
    return fit_card(cases(), Terms(), SEED)


def values(place: int) -> dict[str, Any]:
    """What is known of one loan."""
    row = table()[place]
    return {name: row[position] for position, name in enumerate(NAMES)}


def sentences(fit: Fit) -> list[str]:
    return [one.message % dict(one.values) for one in fit.warnings]


def test_it_tells_good_from_bad_on_loans_it_did_not_learn_from(fit: Fit) -> None:
    assert fit.sample == 1000
    assert fit.metrics["holdout"] >= 290
    assert 0.70 < fit.metrics["auc"] < 0.82
    assert isclose(fit.metrics["gini"], 2 * fit.metrics["auc"] - 1)
    assert 0.3 < fit.metrics["ks"] < 0.6
    assert fit.metrics["psi"] < 0.25


def test_the_same_seed_gives_the_same_card_and_another_one_another(fit: Fit) -> None:
    names = ("status", "duration", "savings")
    again, other = (fit_card(cases(names), Terms(), seed) for seed in (SEED, SEED + 1))

    assert fit_card(cases(names), Terms(), SEED).parameters == again.parameters
    assert other.parameters != again.parameters
    assert other.fingerprint == again.fingerprint != fit.fingerprint


def test_the_status_of_the_account_says_most(fit: Fit) -> None:
    ranked = fit.pictures["information_value"].rows

    assert ranked[0][0] == "status"
    assert any(one.startswith("status says very much") for one in sentences(fit))
    assert "foreign is left out: its information value is only 0.0." in sentences(fit)


def test_information_values_are_those_of_brute_force() -> None:
    rows, found = table(), cases()
    bad = np.array(found.bad, dtype=int)
    expected = {"status": 0.666, "savings": 0.196, "purpose": 0.169}  # one bin per category
    for name, published in expected.items():
        words = [row[NAMES.index(name)] for row in rows]
        brute = 0.0
        for word in set(words):
            good = sum(w == word and not b for w, b in zip(words, bad, strict=True)) / 700
            lost = sum(w == word and b for w, b in zip(words, bad, strict=True)) / 300
            brute += (good - lost) * log(good / lost) if good and lost else 0.0
        assert round(brute, 3) == pytest.approx(published, abs=0.001)
    words = [row[0] for row in rows]
    card = fit_card(cases(), Terms(), SEED).parameters
    status = next(one for one in card["characteristics"] if one["key"] == "status")
    for one in status["bins"]:
        assert one["good"] + one["bad"] <= sum(word in one["values"] for word in words)
    total_good = sum(one["good"] for one in status["bins"])
    total_bad = sum(one["bad"] for one in status["bins"])
    assert (total_good, total_bad) == (490, 210)
    assert isclose(
        status["iv"],
        sum(
            (b["good"] / 490 - b["bad"] / 210) * log((b["good"] / 490) / (b["bad"] / 210))
            for b in status["bins"]
        ),
    )


def test_points_are_the_regression_on_the_evidence(fit: Fit) -> None:
    parameters = fit.parameters
    card, scale = Card(parameters), Scale()
    for place in range(0, 1000, 41):
        scored = card.score(values(place))
        if isinstance(scored, Scored):
            log_odds = parameters["intercept"] + sum(
                one["coefficient"] * part.woe
                for one, part in zip(parameters["characteristics"], scored.parts, strict=True)
            )
            assert isclose(scale.log_odds(scored.points), log_odds, abs_tol=1e-9)


def test_weights_are_those_of_a_plain_regression() -> None:
    names = ("status", "duration")
    fit = fit_card(cases(names), Terms(), SEED)
    learnt = fit.fit["learnt_from"]
    bins = {one["key"]: one for one in fit.parameters["characteristics"]}
    woe, good = [], []
    for one in bins["status"]["bins"]:
        woe += [[one["woe"]]] * (one["good"] + one["bad"])
        good += [1] * one["good"] + [0] * one["bad"]
    alone = LogisticRegression(C=np.inf, tol=1e-10).fit(woe, good)

    assert (learnt, len(good)) == (700, 700)
    assert isclose(alone.coef_[0][0], 1, abs_tol=1e-4)  # on its own evidence a weight is one
    assert all(0 < one["coefficient"] < 1.5 for one in bins.values())


def test_numbers_are_cut_monotonously_where_asked() -> None:
    rows, bad = table(), np.array(cases().bad, dtype=int)
    for name in ("duration", "age", "amount"):
        numbers = [float(row[NAMES.index(name)]) for row in rows]
        bins = cut(numbers, bad, "number", "monotone", ())
        assert bins is not None
        rates = bad_rates(bins, numbers, bad)
        assert rates in (sorted(rates), sorted(rates, reverse=True))
    rising = cut([float(row[1]) for row in rows], bad, "number", "rising", ())
    assert rising is not None
    rates = bad_rates(rising, [float(row[1]) for row in rows], bad)
    assert rates == sorted(rates)


def bad_rates(bins: Bins, numbers: list[float], bad: Any) -> list[float]:
    places = np.array([bins.finder()(one) for one in numbers])
    return [float(bad[places == place].mean()) for place in range(len(bins.bins))]


def test_missing_and_special_values_have_bins_of_their_own() -> None:
    rows, found = table(), cases(("status",))
    ages: list[Any] = [float(row[12]) for row in rows]
    ages[::10] = [None] * 100
    ages[1::10] = [-1] * 100
    column = Column("age", ages, special=(-1,))

    fit = fit_card(Cases([*found.columns, column], found.bad), Terms(least_iv=0), SEED)

    age = next(one for one in fit.parameters["characteristics"] if one["key"] == "age")
    assert [one["kind"] for one in age["bins"]][-2:] == ["special", "missing"]
    assert age["low"] == 19  # -1 is not an age
    assert isinstance(Card(fit.parameters).score({"status": "A11", "age": None}), Scored)


def pairs(n: int, bad: Callable[[int], bool], value: Callable[[int], Any]) -> Cases:
    return Cases([Column("x", [value(i) for i in range(n)])], [bad(i) for i in range(n)])


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (pairs(300, lambda _: False, float), "turned out the same way"),
        (pairs(100, lambda i: i % 2 == 0, float), "50 good and 50 bad cases"),
        (pairs(1000, lambda i: i < 39, float), "961 good and 39 bad cases"),
        (pairs(300, lambda i: i % 3 == 0, lambda _: 5.0), "Nothing of what was chosen"),
        (pairs(300, lambda i: i % 3 == 0, lambda _: None), "Nothing of what was chosen"),
        (pairs(300, lambda i: i % 3 == 0, lambda i: "many" if i == 7 else i), "“many” among"),
        (Cases([], []), "0 good and 0 bad cases"),
    ],
    ids=["one_class", "few", "few_bad", "constant", "missing", "text_in_numbers", "nothing"],
)
def test_there_is_no_card_of(given: Cases, sentence: str) -> None:
    with pytest.raises(CannotFit) as caught:
        fit_card(given, Terms(), SEED)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [lambda i: "lost" if i % 2 == 0 else "paid", lambda i: i if i % 2 == 0 else i + 1000],
    ids=["words", "numbers"],
)
def test_what_is_known_only_afterwards_is_refused(value: Callable[[int], Any]) -> None:
    with pytest.raises(CannotFit, match="x tells good from bad without a fault"):
        fit_card(pairs(400, lambda i: i % 2 == 0, value), Terms(), SEED)


def test_a_file_says_in_which_row_the_text_stands() -> None:
    given = Cases(
        [Column("x", ["1", "2", "n/a"] * 100, rows=range(2, 302))], [i % 3 == 0 for i in range(300)]
    )

    with pytest.raises(CannotFit, match=r"Row 4 holds “n/a” under x.*99 more"):
        fit_card(given, Terms(), SEED)


def test_without_optbinning_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optbinning", None)

    with pytest.raises(CannotFit, match=r"pip install guanxi-scoring\[risk\]"):
        fit_card(cases(("status",)), Terms(), SEED)
