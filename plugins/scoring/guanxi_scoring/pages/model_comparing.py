"""Two versions of a model side by side: what they learnt from, how good they are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from guanxi_scoring.company import company
from guanxi_scoring.models import Model, Version
from guanxi_scoring.pages.measures import measured
from guanxi_scoring.pages.model_views import in_full, version_of
from guanxi_scoring.pages.model_words import parameter_rows, states, title_of
from guanxi_scoring.texts import _


def compared(
    session: Session,
    model: Model,
    versions: Sequence[Version],
    one: int | None,
    other: int | None,
) -> dict[str, Any]:
    """Return what the page of two versions draws; without numbers the two latest that were fitted.

    :raises NotFound: there is no version of one of the numbers.
    """
    fitted = [version for version in versions if version.state != "failed"]
    pair = _pair(versions, fitted, one, other)
    currency = company(session).currency
    return {
        "model": model,
        "title": title_of(model),
        "options": [(str(each.number), _option(each)) for each in fitted],
        "pair": [in_full(each, model, currency) for each in pair],
        "measures": _measures(model.kind, pair, currency),
        "parameters": _parameters(pair),
    }


def _pair(
    versions: Sequence[Version], fitted: Sequence[Version], one: int | None, other: int | None
) -> list[Version]:
    latest = [each.number for each in fitted[:2]]
    if one is None and other is None:
        wanted = latest[::-1]
    else:
        wanted = [number for number in (one, other) if number is not None]
    return [version_of(versions, number) for number in wanted]


def _option(version: Version) -> str:
    return _("Version %(n)s, %(state)s", n=version.number, state=states()[version.state][0])


def _measures(kind: str, pair: Sequence[Version], currency: str) -> list[dict[str, Any]]:
    """Return a line per measure, with the value of each version."""
    told = [{row["key"]: row for row in measured(kind, each.metrics, currency)} for each in pair]
    keys = dict.fromkeys(key for rows in told for key in rows)
    return [
        {
            "key": key,
            "label": next(rows[key]["label"] for rows in told if key in rows),
            "values": [rows[key]["value"] if key in rows else "–" for rows in told],
        }
        for key in keys
    ]


def _parameters(pair: Sequence[Version]) -> list[dict[str, Any]]:
    """Return a line per parameter, with the value of each version."""
    told = [{row["key"]: row for row in parameter_rows(each)} for each in pair]
    keys = dict.fromkeys(key for rows in told for key in rows)
    return [
        {
            "key": key,
            "means": next(rows[key]["means"] for rows in told if key in rows),
            "values": [rows[key]["value"] or "–" if key in rows else "–" for rows in told],
        }
        for key in keys
    ]
