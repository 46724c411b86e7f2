"""Associations (关联规则) between two products, and between a trait and a product.

Support, confidence and lift as Agrawal, Imielinski & Swami (1993) and Brin et al. (1997). Of all
pairs looked at those are told of that chance alone would hardly bring: Fisher's exact test, with
the false discovery rate held at ``MOST_FALSE`` over everything that was looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from guanxi_scoring.mining import sentences
from guanxi_scoring.mining.baskets import Mined, Trait
from guanxi_scoring.mining.finding import Finding
from guanxi_scoring.mining.significance import benjamini_hochberg, more_than_chance

MOST_FALSE: Final = 0.01
LEAST_LIFT: Final = 1.5
_MOST_OF_ONE: Final = 3
"""So many findings about one product at most: else one family of products would fill the list."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs that were tested: places of the two, how many have both, p and q of each."""

    a: Any
    b: Any
    both: Any
    p: Any
    q: Any


def between_products(found: Mined, names: Mapping[str, str], least: int) -> list[Finding]:
    """Return which products go together, by lift."""
    counts = np.asarray(found.has.sum(axis=0)).ravel()
    together = (found.has.T @ found.has).toarray()
    first, second = np.triu_indices(len(found.products), k=1)
    pairs = tested((first, second), together[first, second], (counts, counts), len(found.customers))
    made = []
    for row in np.flatnonzero((pairs.q <= MOST_FALSE) & (pairs.both >= least)):
        one, other = int(pairs.a[row]), int(pairs.b[row])
        if counts[one] > counts[other]:  # the rarer one tells more of the other
            one, other = other, one
        figures = _figures(pairs, row, counts[one], counts[other], len(found.customers))
        a, b = found.products[one], found.products[other]
        statement = sentences.pair(
            sentences.ASSOCIATION,
            {"a": names.get(a, a)},
            names.get(b, b),
            figures["confidence"],
            figures["usual"],
        )
        key = "\0".join(sorted((a, b))).replace("\0", " + ")
        made.append(
            Finding(
                "association", f"association: {key}", {"a": a, "b": b}, statement, figures,
                figures["lift"],
            )
        )  # fmt: skip
    return few_of_each(made)


def of_traits(
    found: Mined, traits: Sequence[Trait], names: Mapping[str, str], least: int
) -> list[Finding]:
    """Return which products customers with a trait buy more often than others, by lift."""
    if not traits or not found.products:
        return []
    counts = np.asarray(found.has.sum(axis=0)).ravel()
    has = np.stack([one.has for one in traits])
    together = has @ found.has
    first, second = (one.ravel() for one in np.indices(together.shape))
    totals = has.sum(axis=1)
    pairs = tested((first, second), together.ravel(), (totals, counts), len(found.customers))
    made = []
    for row in np.flatnonzero((pairs.q <= MOST_FALSE) & (pairs.both >= least)):
        trait, product = traits[int(pairs.a[row])], found.products[int(pairs.b[row])]
        figures = _figures(
            pairs, row, totals[pairs.a[row]], counts[pairs.b[row]], len(found.customers)
        )
        title = trait.attribute.title
        about = {"trait": {"en": title.en, "zh": title.zh}, "value": titled(trait)}
        statement = sentences.pair(
            sentences.TRAIT, about, names.get(product, product), figures["confidence"],
            figures["usual"],
        )  # fmt: skip
        key = trait.attribute.key
        made.append(
            Finding(
                "trait",
                f"trait: {key} = {trait.value} + {product}",
                {"attribute": key, "value": trait.value, "b": product},
                statement,
                figures,
                figures["lift"],
            )
        )
    return few_of_each(made)


def tested(places: tuple[Any, Any], both: Any, totals: tuple[Any, Any], n: int) -> Pairs:
    """Return pairs with how likely each is by chance, alone and among all that were looked at.

    :param places: of the two of each pair, in the two ``totals``.
    """
    (a, b), (of_a, of_b) = places, totals
    if not len(a):
        return Pairs(a, b, both, np.empty(0), np.empty(0))
    p = more_than_chance(both, of_a[a], of_b[b], n)
    return Pairs(a, b, both, p, benjamini_hochberg(p))


def titled(trait: Trait) -> Any:
    """Return the value of a trait as a value of a sentence."""
    if trait.attribute.type == "boolean":
        yes = trait.value == "true"
        return {"sentence": sentences.YES if yes else sentences.NO, "values": {}}
    for key, title in trait.attribute.choices:
        if key == trait.value:
            return {"en": title.en, "zh": title.zh}
    return trait.value


def few_of_each(found: Sequence[Finding]) -> list[Finding]:
    """Return findings by lift, with at least ``LEAST_LIFT``, and few about the same product."""
    seen: dict[str, int] = {}
    kept = []
    for one in sorted(found, key=lambda finding: (-finding.strength, finding.key)):
        about = [str(one.subject[name]) for name in ("a", "b") if name in one.subject]
        if one.strength >= LEAST_LIFT and all(seen.get(a, 0) < _MOST_OF_ONE for a in about):
            kept.append(one)
            for name in about:
                seen[name] = seen.get(name, 0) + 1
    return kept


def _figures(pairs: Pairs, row: Any, of_a: Any, of_b: Any, n: int) -> dict[str, Any]:
    both, a, b = int(pairs.both[row]), int(of_a), int(of_b)
    return {
        "customers": n,
        "of_a": a,
        "of_b": b,
        "both": both,
        "support": both / n,
        "confidence": both / a,
        "usual": b / n,
        "lift": both * n / (a * b),
        "p": float(pairs.p[row]),
        "q": float(pairs.q[row]),
    }
