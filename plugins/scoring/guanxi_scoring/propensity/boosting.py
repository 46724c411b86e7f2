"""Gradient boosting (梯度提升) of scikit-learn; its trees are stored as plain numbers.

``HistGradientBoostingClassifier`` has no form of its own for storing but a pickle, which is a
program. The nodes of its trees are read out instead, and walked by a few lines here; a test holds
the two together.
"""

import json
from typing import Any, Final, Literal

import numpy as np

TREES: Final = 100
LEAVES: Final = 15
RATE: Final = 0.06
FEW: Final = 32
"""So many rows are walked one by one; NumPy pays only for more."""
_PARTS: Final = ("feature", "threshold", "missing_left", "left", "right", "is_leaf", "value")
_NODE: Final = (
    "feature_idx", "num_threshold", "missing_go_to_left", "left", "right", "is_leaf", "value",
)  # fmt: skip

Tree = dict[str, Any]
Node = float | tuple[int, float, Any, Any, Any]
"""Feature, threshold, where smaller, larger and missing values go; a leaf is its value."""


class FittedBoosting:
    """A baseline and trees whose leaves add to the log-odds."""

    def __init__(self, baseline: float, trees: list[Tree]) -> None:
        self._baseline = baseline
        self._trees = [{name: np.asarray(tree[name]) for name in _PARTS} for tree in trees]
        self._nested = [_nested(tree, 0) for tree in trees]

    def predict_proba(self, x: Any) -> Any:
        """Return the probabilities of losing and of winning, a row each."""
        rows = np.asarray(x, dtype=float)
        scores = self._few(rows.tolist()) if len(rows) <= FEW else self._many(rows)
        won = 1 / (1 + np.exp(-np.clip(scores, -700, 700)))
        return np.column_stack([1 - won, won])

    def _many(self, rows: Any) -> Any:
        scores = np.full(len(rows), self._baseline)
        for tree in self._trees:
            scores += _walked(tree, rows)
        return scores

    def _few(self, rows: list[list[float]]) -> Any:
        return np.array([self._score(row) for row in rows])

    def _score(self, row: list[float]) -> float:
        """Add up one row's leaves, in the order in which those of many are added."""
        score = self._baseline
        for tree in self._nested:
            score += _leaf(tree, row)
        return score

    def dump(self) -> bytes:
        """Return the baseline and the nodes as JSON."""
        trees = [{name: tree[name].tolist() for name in _PARTS} for tree in self._trees]
        return json.dumps({"baseline": self._baseline, "trees": trees}).encode()


class Boosting:
    """Learns trees of numbers; a missing one goes its own way."""

    inputs: Literal["bins", "numbers"] = "numbers"

    def fit(self, x: Any, y: Any, seed: int) -> FittedBoosting:
        """Fit a hundred small trees."""
        return read_trees(fitted(x, y, seed))

    def load(self, data: bytes) -> FittedBoosting:
        """Return what was stored."""
        told = json.loads(data)
        return FittedBoosting(told["baseline"], told["trees"])


def fitted(x: Any, y: Any, seed: int) -> Any:
    """Return scikit-learn's own estimator, fitted."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 -- only to fit

    made = HistGradientBoostingClassifier(
        max_iter=TREES, max_leaf_nodes=LEAVES, learning_rate=RATE, l2_regularization=1.0,
        early_stopping=False, random_state=seed,
    )  # fmt: skip
    return made.fit(x, y)


def read_trees(estimator: Any) -> FittedBoosting:
    """Return the nodes of an estimator without categorical features."""
    trees = []
    for (predictor,) in estimator._predictors:  # noqa: SLF001 -- there is no public way to them
        nodes = predictor.nodes
        named = zip(_PARTS, _NODE, strict=True)
        trees.append({part: nodes[name].tolist() for part, name in named})
    return FittedBoosting(float(np.ravel(estimator._baseline_prediction)[0]), trees)  # noqa: SLF001


def _walked(tree: Tree, rows: Any) -> Any:
    """Return the value of the leaf that each row falls into."""
    place = np.zeros(len(rows), dtype=int)
    going = ~tree["is_leaf"].astype(bool)[place]
    while going.any():
        at = place[going]
        values = rows[np.flatnonzero(going), tree["feature"][at]]
        missing = np.isnan(values)
        left = np.where(missing, tree["missing_left"][at], values <= tree["threshold"][at])
        place[going] = np.where(left.astype(bool), tree["left"][at], tree["right"][at])
        going = ~tree["is_leaf"].astype(bool)[place]
    return tree["value"][place]


def _nested(tree: Tree, place: int) -> Node:
    """Return a tree from one of its nodes on: a leaf's value, or a question with its answers."""
    if tree["is_leaf"][place]:
        return float(tree["value"][place])
    left, right = (_nested(tree, int(tree[side][place])) for side in ("left", "right"))
    missing = left if tree["missing_left"][place] else right
    return (int(tree["feature"][place]), float(tree["threshold"][place]), left, right, missing)


def _leaf(node: Node, row: list[float]) -> float:
    """Return the value of the leaf that one row falls into."""
    while isinstance(node, tuple):
        feature, threshold, left, right, missing = node
        number = row[feature]
        if number <= threshold:
            node = left
        elif number > threshold:
            node = right
        else:  # it is not a number
            node = missing
    return node
