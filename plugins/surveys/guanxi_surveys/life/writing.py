"""A questionnaire as a file that people read: what it is first, then how it is called, then parts.

The database keeps no order of keys; SurveyJS needs none.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

_FIRST: Final = (
    "locale", "type", "name", "value", "inputType", "cellType", "default", "title", "description",
    "text", "measure", "scale", "good", "pair", "expression",
)  # fmt: skip
_LAST: Final = (
    "rateValues", "choices", "columns", "rows", "items", "validators", "elements", "pages",
    "triggers", "calculatedValues", "completedHtml", "completedHtmlOnCondition",
)  # fmt: skip
_PLACES: Final = {
    **{name: (0, place) for place, name in enumerate(_FIRST)},
    **{name: (2, place) for place, name in enumerate(_LAST)},
}


def in_order(value: Any) -> Any:
    """Return the same with its keys in the order in which people read them."""
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda name: (*_PLACES.get(name, (1, 0)), name))
        return {name: in_order(value[name]) for name in keys}
    if isinstance(value, list):
        return [in_order(one) for one in value]
    return value


def written(value: Any) -> str:
    """Return a questionnaire, or its measures, as the text of a file."""
    return json.dumps(in_order(value), ensure_ascii=False, indent=2) + "\n"
