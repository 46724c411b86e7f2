"""What is usual among customers who come back: what reasons compare a customer with."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guanxi_scoring.lifetime.histories import Histories


def usual(found: "Histories") -> dict[str, Any]:
    """Return the medians of those with a repeat purchase; empty where nobody has one.

    ``x`` repeat purchases, ``silence`` days since the last one, ``t`` days since the first
    purchase, ``spend`` the mean money of a repeat day (None where nothing was paid).
    """
    import numpy as np  # noqa: PLC0415 -- heavy

    back = found.x > 0
    if not back.any():
        return {}
    spend = found.spend[back & np.isfinite(found.spend)]
    return {
        "x": int(np.median(found.x[back])),
        "silence": int(np.median((found.t - found.t_x)[back])),
        "t": int(np.median(found.t[back])),
        "spend": round(float(np.median(spend)), 2) if len(spend) else None,
    }
