"""Propensity, scorecards, next products and silence beside bare libraries, in one run.

Each side gets the same cases as plain Python values and gives the same kind of answer; what ours
does more (parts for the reasons, weeding out, standard errors) is in its figure. Seconds are the
least of some runs, of the processor; both sides compute on one core. Nothing here may take more
than twice as long as its peer. Peaks of memory are above the data, as Python and NumPy allot it.

Peers: a pipeline of scikit-learn (bins by quantiles, one column each, logistic regression);
optbinning and a logistic regression; implicit's cosine, and a bare product of scipy's sparse
matrices; a bare logistic regression on the same cells.
"""

import os
import time
import tracemalloc
import warnings
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from guanxi_scoring.churn.silence import hazard
from guanxi_scoring.churn.silence.design import STEPS
from guanxi_scoring.models.propensity import COMPANY
from guanxi_scoring.products import learning
from guanxi_scoring.products.options import usual_options
from guanxi_scoring.propensity import fitting
from guanxi_scoring.propensity.goals import goal_of
from guanxi_scoring.propensity.options import GoalOptions
from guanxi_scoring.propensity.samples import Sample
from guanxi_scoring.risk.card.card import Card
from guanxi_scoring.risk.card.cases import Cases, Column
from guanxi_scoring.risk.card.fitting import Terms, fit_card
from guanxi_scoring.risk.card.many import score_many

RUNS: Final = 3
LIMIT: Final = 2.0
CASES: Final = 100_000
CELLS: Final = 20_000
PURCHASES: Final = 1_000_000
CUSTOMERS: Final = 50_000
PRODUCTS: Final = 5_000
NUMBERS: Final = tuple(f"n{place}" for place in range(6))
WORDS: Final = tuple(f"w{place}" for place in range(2))
NOW: Final = datetime(2026, 11, 2, tzinfo=UTC)


class Took(NamedTuple):
    """Seconds of the processor, and the peak of memory in megabytes above the data."""

    seconds: float
    megabytes: float


def main() -> None:
    """Print what each side takes, and the ratio."""
    warnings.simplefilter("ignore")
    print(f"least of {RUNS} runs, seconds of the processor; limit {LIMIT} times the peer")
    with threadpool_limits(1):
        _propensity()
        _scorecards()
        _neighbours()
        _silence()


def _propensity() -> None:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- a peer

    values, won = _cases()
    rows = _rows(values)
    samples = [
        Sample(UUID(int=place + 1), NOW, NOW + timedelta(days=1), row, bool(one), COMPANY)
        for place, (row, one) in enumerate(zip(rows, won.tolist(), strict=True))
    ]
    goal = goal_of(GoalOptions().load({"question": "buy"}))

    def by_peer() -> Any:
        x, encode = _encoded(rows)
        return encode, LogisticRegression(max_iter=1000).fit(x, won)

    ours = _compare(
        f"propensity, logistic: fit to {CASES:,} cases",
        lambda: fitting.learnt(goal, "logistic", samples, 1),
        by_peer,
    )
    encode, model = by_peer()
    _compare(
        f"propensity, logistic: {CASES:,} scores",
        lambda: ours.scores(samples),
        lambda: model.predict_proba(encode(_table(rows)))[:, 1],
    )
    asked = [(one.known, one.team_id) for one in samples]
    _alone(
        "  the same with each feature's part, for the reasons", lambda: ours.predictor.many(asked)
    )
    _bayes(goal, samples, rows, won)


def _bayes(goal: Any, samples: Sequence[Sample], rows: Any, won: Any) -> None:
    from sklearn.naive_bayes import CategoricalNB  # noqa: PLC0415 -- a peer

    def by_peer() -> Any:
        x, encode = _encoded(rows, one_hot=False)
        return encode, CategoricalNB().fit(x, won)

    ours = _compare(
        f"propensity, counts: fit to {CASES:,} cases",
        lambda: fitting.learnt(goal, "bayes", samples, 1),
        by_peer,
    )
    encode, model = by_peer()
    asked = [(one.known, one.team_id) for one in samples]
    _compare(
        f"propensity, counts: {CASES:,} scores, ours with each feature's part",
        lambda: ours.predictor.many(asked),
        lambda: model.predict_proba(encode(_table(rows)))[:, 1],
    )


def _scorecards() -> None:
    from optbinning import BinningProcess  # noqa: PLC0415 -- a peer
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- a peer

    values, won = _cases()
    names = (*NUMBERS, *WORDS)
    plain = [values[name].tolist() for name in names]
    cases = Cases([Column(*one) for one in zip(names, plain, strict=True)], (~won).tolist())
    terms = Terms(least_iv=0.0)
    rng = np.random.default_rng(1)
    learn = rng.permutation(CASES)[: round(CASES * (1 - terms.holdout))]

    def by_peer() -> Any:
        table = np.array([np.array(one, dtype=object) for one in plain], dtype=object).T
        process = BinningProcess(
            list(names), categorical_variables=list(WORDS), max_n_bins=8, min_bin_size=0.05
        )
        woe = process.fit(table[learn], ~won[learn]).transform(table[learn], metric="woe")
        return process, LogisticRegression(C=np.inf).fit(woe, won[learn]), table

    fit = _compare(
        f"scorecard: fit to {CASES:,} cases, 8 characteristics",
        lambda: fit_card(cases, terms, 1),
        by_peer,
    )
    card = Card(fit.parameters)
    columns = dict(zip(names, plain, strict=True))
    process, model, table = by_peer()

    def scored() -> Any:
        found = score_many(card, columns)
        return found, found.reasons()

    _compare(
        f"scorecard: points of {CASES:,} cases, ours with their reasons",
        scored,
        lambda: model.decision_function(process.transform(table, metric="woe")),
    )


def _neighbours() -> None:
    from implicit.nearest_neighbours import CosineRecommender  # noqa: PLC0415 -- a peer

    found = _baskets()
    options = usual_options()

    def by_implicit() -> Any:
        made = CosineRecommender(K=options["neighbours"], num_threads=1)
        made.fit(found.matrix, show_progress=False)
        return made

    def by_product() -> Any:
        unit = sparse.diags(1 / np.sqrt(np.maximum(np.asarray(found.matrix.sum(0)).ravel(), 1)))
        x = (found.matrix @ unit).tocsc()
        return x.T @ x

    label = f"neighbours of {len(found.products):,} products, {found.matrix.nnz:,} purchases"
    _compare(
        f"{label}, beside implicit", lambda: learning.learn(found, options, seed=1), by_implicit
    )
    _alone("  a bare product of sparse matrices, all pairs, nothing chosen", by_product)


def _silence() -> None:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- a peer

    rng = np.random.default_rng(3)
    state = np.column_stack(
        [rng.integers(0, 40, CELLS), rng.uniform(0, 5, CELLS), rng.uniform(0, 7, CELLS),
         rng.uniform(-8, 3, CELLS), rng.integers(0, 2, CELLS)]
    ).astype(float)  # fmt: skip
    trials = rng.integers(1, 500, CELLS).astype(float)
    odds = -1.5 - 0.3 * np.log1p(state[:, 0]) + 0.2 * state[:, 3]
    events = rng.binomial(trials.astype(int), 1 / (1 + np.exp(-odds))).astype(float)

    def by_peer() -> Any:
        steps = [(state[:, 0] >= one).astype(float) for one in STEPS]
        x = np.column_stack([*steps, state[:, 1:]])
        both, outcome = np.vstack([x, x]), np.repeat([1, 0], len(x))
        weights = np.concatenate([events, trials - events])
        return LogisticRegression(C=100.0, max_iter=2000, tol=1e-7).fit(both, outcome, weights)

    _compare(
        f"silence: fit to {CELLS:,} cells of {int(trials.sum()):,} person-periods",
        lambda: hazard.fit(state, trials, events),
        by_peer,
    )


def _cases() -> tuple[dict[str, Any], Any]:
    """Return columns of plain values, and who won: six numbers and two words tell."""
    rng = np.random.default_rng(7)
    values: dict[str, Any] = {name: np.round(rng.gamma(2, 20, CASES), 2) for name in NUMBERS}
    letters = np.array(list("abcdefgh"), dtype=object)
    values |= {name: letters[rng.integers(0, 8, CASES)] for name in WORDS}
    odds = sum((values[name] - 40) / 60 for name in NUMBERS) - 1.5 + (values["w0"] == "a")
    return values, rng.random(CASES) < 1 / (1 + np.exp(-odds.astype(float)))


def _rows(values: dict[str, Any]) -> list[dict[str, Any]]:
    columns = [one.tolist() for one in values.values()]
    return [dict(zip(values, row, strict=True)) for row in zip(*columns, strict=True)]


def _table(rows: Sequence[dict[str, Any]]) -> tuple[Any, Any]:
    numbers = np.array([[row[name] for name in NUMBERS] for row in rows])
    return numbers, np.array([[row[name] for name in WORDS] for row in rows], dtype=object)


def _encoded(rows: Sequence[dict[str, Any]], *, one_hot: bool = True) -> tuple[Any, Any]:
    """Return the matrix of cases as scikit-learn makes it, and what makes it of others."""
    from sklearn.preprocessing import (  # noqa: PLC0415 -- a peer
        KBinsDiscretizer,
        OneHotEncoder,
        OrdinalEncoder,
    )

    how = "onehot-dense" if one_hot else "ordinal"
    bins = KBinsDiscretizer(8, encode=how, strategy="quantile", subsample=None)
    words = OneHotEncoder(sparse_output=False) if one_hot else OrdinalEncoder()
    numbers, texts = _table(rows)
    x = np.hstack([bins.fit_transform(numbers), words.fit_transform(texts)])
    return x, lambda found: np.hstack([bins.transform(found[0]), words.transform(found[1])])


def _baskets() -> learning.Baskets:
    """Return who bought what: few products are bought by many, as in trade."""
    rng = np.random.default_rng(5)
    draws = round(PURCHASES * 1.2)
    product = np.minimum(rng.pareto(0.9, draws) * 30, PRODUCTS - 1).astype(int)
    pairs = np.unique(rng.integers(0, CUSTOMERS, draws) * PRODUCTS + product)
    pairs = pairs[np.sort(rng.permutation(len(pairs))[:PURCHASES])]
    customers, bought = np.divmod(pairs, PRODUCTS)
    starts = np.searchsorted(customers, np.arange(1, CUSTOMERS))
    histories = [list(map(str, one)) for one in np.split(bought, starts)]
    return learning.baskets((UUID(int=place + 1), one) for place, one in enumerate(histories))


def _compare(label: str, ours: Callable[[], Any], peer: Callable[[], Any]) -> Any:
    """Print both sides and their ratio, by turns; return what ours gave last."""
    turns = [(_timed(ours), _timed(peer)) for _ in range(RUNS)]
    first, second = (min(seconds) for seconds in zip(*turns, strict=True))
    a, b = Took(first, _peak(ours)), Took(second, _peak(peer))
    print(
        f"{label}: {a.seconds:.3f} s, peer {b.seconds:.3f} s, ratio {a.seconds / b.seconds:.2f}; "
        f"{a.megabytes:.0f} MB, peer {b.megabytes:.0f} MB{_load()}",
        flush=True,
    )
    return ours()


def _alone(label: str, work: Callable[[], Any]) -> None:
    took = Took(min(_timed(work) for _ in range(RUNS)), _peak(work))
    print(f"{label}: {took.seconds:.3f} s; {took.megabytes:.0f} MB{_load()}", flush=True)


def _timed(work: Callable[[], Any]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _peak(work: Callable[[], Any]) -> float:
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return peak


def _load() -> str:
    return f" [load {os.getloadavg()[0]:.1f}]"


if __name__ == "__main__":
    main()
