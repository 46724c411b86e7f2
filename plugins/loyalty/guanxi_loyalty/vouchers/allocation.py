"""Share an amount among lines so that the parts are whole and sum to it (最大余额法).

Largest remainder after Hamilton (1792): each part is rounded down, and what is missing goes one
by one to those that lost most by it, the earlier first where two lost the same.
"""

from collections.abc import Sequence


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Return ``total`` shared in proportion to ``weights``.

    No part is below zero, and none above its weight where ``total`` is at most their sum.

    :raises ValueError: the total or a weight is below zero, or nothing can carry a total.
    """
    whole = sum(weights)
    if total < 0 or any(weight < 0 for weight in weights) or (total and not whole):
        raise ValueError("There is nothing to share among, or something is below zero.")
    if not total:
        return [0] * len(weights)
    shares = [divmod(total * weight, whole) for weight in weights]
    parts = [share for share, _ in shares]
    by_loss = sorted(range(len(shares)), key=lambda place: (-shares[place][1], place))
    for place in by_loss[: total - sum(parts)]:
        parts[place] += 1
    return parts
