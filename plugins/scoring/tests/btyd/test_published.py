"""Estimates and log-likelihoods that are in print, and those of a peer."""

import numpy as np
import pytest
from plugins.scoring.tests.btyd.published import cdnow, donations, peer
from plugins.scoring.tests.btyd.stories import log_likelihood

from guanxi_scoring.btyd import (
    BetaGeo,
    BetaGeoBetaBinom,
    GammaGamma,
    ModifiedBetaGeo,
    ParetoNBD,
)


def test_bg_nbd_finds_what_fader_hardie_and_lee_published_of_cdnow() -> None:
    x, recency, T, _ = cdnow()

    found = BetaGeo().fit(x, recency, T)

    assert found.converged
    assert {name: round(value, 3) for name, value in found.params.items()} == {
        "r": 0.243,
        "alpha": 4.414,
        "a": 0.793,
        "b": 2.426,
    }
    assert found.log_likelihood == pytest.approx(-9582.42556057, abs=1e-7)
    assert found.n == 2357


def test_pareto_nbd_finds_the_published_maximum_of_cdnow() -> None:
    x, recency, T, _ = cdnow()

    found = ParetoNBD().fit(x, recency, T)

    assert found.converged
    assert {name: round(value, 3) for name, value in found.params.items()} == {
        "r": 0.553,
        "alpha": 10.578,
        "s": 0.606,
        "beta": 11.668,
    }
    assert found.log_likelihood == pytest.approx(-9594.97393, abs=1e-5)


def test_gamma_gamma_finds_what_fader_and_hardie_published_of_cdnow() -> None:
    x, _, _, spend = cdnow()

    found = GammaGamma().fit(x, spend)

    assert {name: round(value, 2) for name, value in found.params.items()} == {
        "p": 6.25,
        "q": 3.74,
        "v": 15.45,
    }
    assert (found.n, round(found.correlation, 3), found.correlated) == (946, 0.114, False)


def test_bg_bb_finds_what_fader_hardie_and_shang_published_of_donors() -> None:
    x, recency, periods, weights = donations()

    found = BetaGeoBetaBinom().fit(x, recency, periods, weights)

    assert {name: round(value, 3) for name, value in found.params.items()} == {
        "alpha": 1.204,
        "beta": 0.750,
        "gamma": 0.657,
        "delta": 2.783,
    }
    assert found.log_likelihood == pytest.approx(-33225.6, abs=0.05)


PEERS = [
    (BetaGeo, "BetaGeoFitter"),
    (ModifiedBetaGeo, "ModifiedBetaGeoFitter"),
    (ParetoNBD, "ParetoNBDFitter"),
]


@pytest.mark.parametrize(("model", "fitter"), PEERS)
@pytest.mark.filterwarnings("ignore")
def test_no_peer_finds_a_higher_likelihood(model: type[BetaGeo | ParetoNBD], fitter: str) -> None:
    x, recency, T, _ = cdnow()
    other = getattr(peer(), fitter)().fit(x, recency, T)

    found = model().fit(x, recency, T)

    theirs = log_likelihood(model, other.params_.to_dict(), x, recency, T)
    assert found.log_likelihood >= theirs - 1e-9
    assert found.log_likelihood == pytest.approx(theirs, abs=1e-4)


@pytest.mark.parametrize(("model", "fitter"), PEERS)
@pytest.mark.filterwarnings("ignore")
def test_with_the_same_parameters_a_peer_gives_the_same_scores(
    model: type[BetaGeo | ParetoNBD], fitter: str
) -> None:
    x, recency, T, _ = cdnow()
    other = getattr(peer(), fitter)().fit(x, recency, T)

    same = model.from_params(other.params_.to_dict())

    alive = np.asarray(other.conditional_probability_alive(x, recency, T))
    bought = other.conditional_expected_number_of_purchases_up_to_time(39.0, x, recency, T)
    new = np.asarray(other.expected_number_of_purchases_up_to_time(np.array([1.0, 52.0])))
    assert same.probability_alive(x, recency, T) == pytest.approx(alive, rel=1e-10)
    assert same.expected_purchases(39.0, x, recency, T) == pytest.approx(bought, rel=1e-10)
    assert same.expected_purchases_new([1.0, 52.0]) == pytest.approx(new, rel=1e-10)


@pytest.mark.parametrize(("model", "fitter"), PEERS[:2])
@pytest.mark.filterwarnings("ignore")
def test_standard_errors_are_those_of_the_peer(model: type[BetaGeo], fitter: str) -> None:
    x, recency, T, _ = cdnow()
    other = getattr(peer(), fitter)().fit(x, recency, T)

    found = model().fit(x, recency, T)

    theirs = other.standard_errors_.to_dict()
    assert found.standard_errors == pytest.approx(theirs, rel=1e-4)


@pytest.mark.filterwarnings("ignore")
def test_donors_get_the_same_scores_from_a_peer() -> None:
    x, recency, periods, weights = (part.astype(int) for part in donations())
    other = peer().BetaGeoBetaBinomFitter().fit(x, recency, periods, weights)

    same = BetaGeoBetaBinom.from_params(other.params_.to_dict())

    bought = other.conditional_expected_number_of_purchases_up_to_time(5, x, recency, periods)
    alive = other.conditional_probability_alive(0, x, recency, periods)
    assert same.expected_purchases(5, x, recency, periods) == pytest.approx(bought, rel=1e-10)
    assert same.probability_alive(x, recency, periods) == pytest.approx(alive, rel=1e-10)
