"""What a goal goes by, in words: how often each value went with success, and the learners."""

from typing import Any

from sqlalchemy.orm import Session

from guanxi_scoring.explaining.wording import value_in_words
from guanxi_scoring.life.finding import current_version
from guanxi_scoring.models import Model
from guanxi_scoring.models.propensity import COMPANY
from guanxi_scoring.propensity import learners, storing
from guanxi_scoring.propensity.bayes import Table
from guanxi_scoring.propensity.binning import Feature
from guanxi_scoring.propensity.predicting import features_in
from guanxi_scoring.propensity.reasons import title_of, value_told
from guanxi_scoring.propensity.scoring import attribute_titles
from guanxi_scoring.propensity.traits import named
from guanxi_scoring.sight import may
from guanxi_scoring.texts import _


def learner_title(name: str) -> str:
    """Return what a learner is called."""
    return {
        learners.AUTO: _("the best of all, by a test"),
        learners.BAYES: _("counts (naive Bayes), learns with each outcome"),
        "logistic": _("logistic regression"),
        "boosting": _("gradient boosting"),
    }.get(name, name)


def learner_choices() -> list[tuple[str, str]]:
    """Return the learners that one can choose."""
    return [(name, learner_title(name)) for name in (learners.AUTO, *learners.names())]


def weights_in_words(session: Session, model: Model) -> list[dict[str, Any]]:
    """Return the frequency table of the company as it is now, by feature.

    Without features that whoever looks may not see.
    """
    version = current_version(session, model)
    if version is None:
        return []
    table = storing.tables(session, model.id, ()).get(COMPANY, Table())
    titles = attribute_titles(session, model.options["attributes"])
    return [
        {
            "title": value_in_words(dict(title_of(one.name, titles))),
            "rows": [row for value in one.values if (row := _row(one, value, table))],
        }
        for one in features_in(version.parameters)
        if _may_see(session, one)
    ]


def _may_see(session: Session, feature: Feature) -> bool:
    found = named([feature.name], session).get(feature.name)
    return found is None or found.permission is None or may(found.permission)


def _row(feature: Feature, value: str, table: Table) -> dict[str, Any] | None:
    won, lost = table.counts.get((feature.name, value), (0, 0))
    if not won + lost:
        return None
    words = value_in_words(value_told(feature, value))
    return {"value": words, "won": won, "lost": lost, "rate": won / (won + lost)}
