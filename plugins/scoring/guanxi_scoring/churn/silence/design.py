"""From what is known before a period to the numbers of the regression.

The effect of duration is free (Singer and Willett's D dummies), coded as steps: a duration that
was never seen goes on like the longest that was. Time moves what depends on it: while silence
lasts, ``silent`` and ``tenure`` grow and ``lately`` fades.
"""

from typing import Any, Final

STEPS: Final = (1, 2, 3, 5, 9, 17, 33)
"""The hazard may change from these numbers of silent periods on."""
NAMES: Final = (*(f"silent_{step}" for step in STEPS), "active", "tenure", "lately", "bought")
HALF_LIFE: Final = 12
"""In periods: how long until an active period counts half in ``lately``."""
_LEAST: Final = -16.0


def matrix(state: Any, ahead: int = 0) -> Any:
    """Return the rows of the regression, ``ahead`` periods later if silence lasts.

    :param state: an array with the columns silent, active, tenure, lately, bought; the three in
        the middle as logarithms to base 2.
    """
    import numpy as np  # noqa: PLC0415 -- only who fits or scores needs it

    silent = state[:, 0] + ahead
    steps = [(silent >= step).astype(float) for step in STEPS]
    tenure = np.log2(np.exp2(state[:, 2]) + ahead)
    lately = np.maximum(state[:, 3] - ahead / HALF_LIFE, _LEAST)
    return np.column_stack([*steps, state[:, 1], tenure, lately, state[:, 4]])


def from_cells(rows: Any, parts: int) -> Any:
    """Return the array of states of rows of ``periods``, whose logarithms are in ``parts``."""
    import numpy as np  # noqa: PLC0415 -- as above

    found = np.asarray([tuple(row)[:5] for row in rows], dtype=float).reshape(-1, 5)
    found[:, 1:4] /= parts
    return found


def from_counts(rows: Any) -> Any:
    """Return the array of states of plain numbers, as ``periods.STATES`` gives them."""
    import numpy as np  # noqa: PLC0415 -- as above

    found = np.asarray(rows, dtype=float).reshape(-1, 5)
    found[:, 1:4] = np.maximum(np.log2(found[:, 1:4]), _LEAST)
    return found
