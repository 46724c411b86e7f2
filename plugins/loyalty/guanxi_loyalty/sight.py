"""What whoever asks may see of sums over all customers."""

from guanxi.sdk import Forbidden, current
from guanxi_loyalty.texts import N_


def require_all() -> None:
    """Make sure that whoever asks may see every customer.

    Reports tie out to the ledger, so they are of all members or of none: somebody who sees only
    some customers gets no part of them.

    :raises Forbidden: their row rule lets them see only some.
    """
    if current.principal().scope != "all":
        raise Forbidden(N_("Reports are of all customers, whom you may not all see."))
