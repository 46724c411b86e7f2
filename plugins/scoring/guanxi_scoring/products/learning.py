"""Neighbours of products: what else the same customers buy, more often than by chance.

From the table of customers and products, a block of products at a time, so that memory holds a
block and the nearest few of each product, never all pairs. Needs NumPy and SciPy.

Sarwar, Karypis, Konstan & Riedl (2001), Item-based collaborative filtering recommendation
algorithms, WWW 10; Deshpande & Karypis (2004), Item-based top-N recommendation algorithms,
ACM TOIS 22(1), equations 2 and 3; shrinkage as Bell & Koren (2007); guard by the log-likelihood
ratio of Dunning (1993); factors as Hu, Koren & Volinsky (2008).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import numpy as np
from scipy import sparse

from guanxi_scoring.life.contract import CannotFit
from guanxi_scoring.texts import N_

_BLOCK_CELLS: Final = 4_000_000
"""A block of products has about so many pairs at most."""
_ALPHA: Final = 0.5
"""How much popular products are held down by ``conditional``; Deshpande & Karypis find 0.3..0.5."""
_FACTORS: Final = 64


@dataclass(frozen=True, slots=True)
class Baskets:
    """Who has bought what: a row per customer, a column per product, 1 where they have.

    ``matrix`` columns follow ``products``, sorted by code; rows follow ``customers``; ``recent``
    holds each row's columns, the latest first.
    """

    customers: Sequence[UUID]
    products: Sequence[str]
    matrix: Any
    recent: Sequence[Any]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of who bought what, in a fixed order."""
        digest = sha256()
        digest.update("\0".join(self.products).encode())
        for customer, columns in zip(self.customers, self.recent, strict=True):
            digest.update(customer.bytes)
            digest.update(np.sort(columns).astype("<i8").tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Nearest:
    """The neighbours that were found: ``similarity`` is sparse, a row per product."""

    similarity: Any
    together: Any


def baskets(histories: Iterable[tuple[UUID, Sequence[str]]]) -> Baskets:
    """Return who bought what as a matrix."""
    customers, bought = [], []
    seen: dict[str, int] = {}
    for customer, products in histories:
        customers.append(customer)
        bought.append([seen.setdefault(one, len(seen)) for one in products])
    order = sorted(seen)
    place = np.empty(len(seen), dtype=np.int64)
    for new, product in enumerate(order):
        place[seen[product]] = new
    recent = [place[one] for one in bought]
    lengths = np.array([len(one) for one in recent], dtype=np.int64)
    ends = np.concatenate([[0], np.cumsum(lengths)])
    columns = np.concatenate(recent) if recent else np.empty(0, dtype=np.int64)
    matrix = sparse.csr_matrix(
        (np.ones(len(columns), dtype=np.float64), columns, ends), (len(recent), len(order))
    )
    return Baskets(customers, order, matrix, recent)


def learn(found: Baskets, options: Mapping[str, Any], *, seed: int) -> Nearest:
    """Return the nearest neighbours of each product.

    :raises CannotFit: the learner's package is not installed.
    """
    matrix = found.matrix
    buyers = np.asarray(matrix.sum(axis=0)).ravel()
    factors = _factors(matrix, seed) if options["learner"] == "als" else None
    everybody = _Everybody(matrix.shape[0], buyers, factors)
    columns = matrix.tocsc()
    size = max(1, _BLOCK_CELLS // max(1, len(found.products)))
    parts = []
    for begin in range(0, len(found.products), size):
        block = slice(begin, min(begin + size, len(found.products)))
        pairs = (columns[:, block].T @ matrix).tocoo()
        parts.append(_best(pairs, begin, everybody, options))
    return _joined(parts, len(found.products))


def log_likelihood_ratio(both: Any, a: Any, b: Any, n: float) -> Any:
    """Return G² of a two-by-two table, 0 where the two come together less than by chance.

    Dunning (1993), Accurate methods for the statistics of surprise and coincidence, section 4.
    Above 10.83 chance alone would do it once in a thousand pairs.
    """
    from scipy.special import xlogy  # noqa: PLC0415 -- only here

    cells = (both, a - both, b - both, n - a - b + both)
    expected = (a * b / n, a * (n - b) / n, (n - a) * b / n, (n - a) * (n - b) / n)
    total = sum(xlogy(seen, seen) for seen in cells) - sum(
        xlogy(seen, usual) for seen, usual in zip(cells, expected, strict=True)
    )
    return np.where(both * n > a * b, 2.0 * total, 0.0)


@dataclass(frozen=True, slots=True)
class _Everybody:
    """How many customers there are, how many bought each product, its factors if there are."""

    customers: int
    buyers: Any
    factors: Any


def _best(
    pairs: Any, begin: int, everybody: _Everybody, options: Mapping[str, Any]
) -> tuple[Any, Any, Any, Any]:
    """Return rows, columns, similarities and counts of the nearest of a block's products."""
    rows, columns, both = pairs.row + begin, pairs.col, pairs.data
    enough = (rows != columns) & (both >= options["least_together"])
    rows, columns, both = rows[enough], columns[enough], both[enough]
    a, b = everybody.buyers[rows], everybody.buyers[columns]
    ratio = log_likelihood_ratio(both, a, b, float(everybody.customers))
    sure = ratio >= max(options["significance"], 1e-12)
    rows, columns, both, a, b = rows[sure], columns[sure], both[sure], a[sure], b[sure]
    factors = everybody.factors
    if factors is None:
        similarity = _similarity(both, a, b, options["measure"])
    else:
        similarity = np.einsum("ij,ij->i", factors[rows], factors[columns])
    similarity = similarity * both / (both + options["shrinkage"])
    kept = _first_of_each(rows, columns, similarity, options["neighbours"])
    return rows[kept], columns[kept], similarity[kept], both[kept]


def _similarity(both: Any, a: Any, b: Any, measure: str) -> Any:
    if measure == "cosine":
        return both / np.sqrt(a * b)
    return both / (a * b**_ALPHA)


def _first_of_each(rows: Any, columns: Any, similarity: Any, most: int) -> Any:
    """Return the places of the ``most`` most alike of each row; ties by column."""
    order = np.lexsort((columns, -similarity, rows))
    order = order[similarity[order] > 0]
    sorted_rows = rows[order]
    first = np.searchsorted(sorted_rows, sorted_rows, side="left")
    return order[np.arange(len(order)) - first < most]


def _joined(parts: Sequence[tuple[Any, Any, Any, Any]], products: int) -> Nearest:
    rows, columns, similarity, both = (
        np.concatenate([part[place] for part in parts]) if parts else np.empty(0)
        for place in range(4)
    )
    where, shape = (rows.astype(np.int64), columns.astype(np.int64)), (products, products)
    return Nearest(
        sparse.csr_matrix((similarity, where), shape), sparse.csr_matrix((both, where), shape)
    )


def _factors(matrix: Any, seed: int) -> Any:
    """Return a unit vector per product, from alternating least squares on who bought what."""
    try:
        from implicit.cpu.als import AlternatingLeastSquares  # noqa: PLC0415 -- an extra
    except ImportError:
        raise CannotFit(
            N_(
                "Factors of a matrix need the package “implicit”. Run `pip install "
                "guanxi-scoring[als]`, or set the learner to “items”."
            )
        ) from None
    factors = max(1, min(_FACTORS, min(matrix.shape) - 1))
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 -- as above

    # The same factors each time, and no threads that get into each other's way.
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(factors=factors, random_state=seed, num_threads=1)
        model.fit(matrix.astype(np.float32), show_progress=False)
    vectors = model.item_factors.astype(np.float64)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(length > 0, length, 1.0)
