"""Won and lost cases by feature and value, counted all at once. Who imports it imports NumPy."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np

from guanxi_scoring.models.propensity import COMPANY
from guanxi_scoring.propensity.bayes import TOTAL, Table
from guanxi_scoring.propensity.binning import Feature
from guanxi_scoring.propensity.encoding import places


def tallied(cases: Sequence[Any], features: Sequence[Feature]) -> dict[UUID, Table]:
    """Return the tables of the company and of all teams; see ``bayes.tables_of``."""
    rows, won = [one.known for one in cases], np.array([bool(one.won) for one in cases])
    teams = list(dict.fromkeys((COMPANY, *(one.team_id for one in cases))))
    number = {team: place for place, team in enumerate(teams)}
    of = np.array([number[one.team_id] for one in cases])
    found = {team: Table() for team in teams}
    _add(found, of, won, np.zeros(len(rows), dtype=np.intp), [TOTAL])
    for one in features:
        _add(found, of, won, places(one, rows), [(one.name, value) for value in one.values])
    return found


def _add(
    found: dict[UUID, Table], of: Any, won: Any, where: Any, keys: Sequence[tuple[str, str]]
) -> None:
    """Add counts of one feature; of the company are all cases, whosever they are."""
    shape, known = (len(found), len(keys)), where >= 0
    cell = of * len(keys) + where
    sides = [
        np.bincount(cell[known & side], minlength=shape[0] * shape[1]).reshape(shape)
        for side in (won, ~won)
    ]
    for side in sides:
        side[0] = side.sum(axis=0)
    for place, table in enumerate(found.values()):
        pairs = zip(keys, sides[0][place].tolist(), sides[1][place].tolist(), strict=True)
        table.counts.update({key: (w, l) for key, w, l in pairs if w or l})  # noqa: E741 -- lost
