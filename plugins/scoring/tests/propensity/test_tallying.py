"""Cases are counted at once as one by one, of the company and of each team."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from plugins.scoring.tests.propensity.test_encoding import FEATURES, ROWS

from guanxi_scoring.models.propensity import COMPANY
from guanxi_scoring.propensity.bayes import Table, keys_of
from guanxi_scoring.propensity.tallying import tallied

TEAMS = (COMPANY, UUID(int=1), UUID(int=2))


@given(ROWS, st.data())
def test_counts_of_many_are_those_of_each(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    cases = [
        SimpleNamespace(
            known=row, won=data.draw(st.booleans()), team_id=data.draw(st.sampled_from(TEAMS))
        )
        for row in rows
    ]
    one_by_one: dict[UUID, Table] = {COMPANY: Table()}
    for one in cases:
        for team in {COMPANY, one.team_id}:
            one_by_one.setdefault(team, Table()).add(keys_of(FEATURES, one.known), won=one.won)

    found = tallied(cases, FEATURES)

    assert {team: table.counts for team, table in found.items()} == {
        team: table.counts for team, table in one_by_one.items()
    }
