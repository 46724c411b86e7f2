"""The day in a form's date field."""

from datetime import date

from guanxi.touchpoints.domain.faults import InvalidField


def planned_day(text: str) -> date | None:
    """Return the day, None if the field is empty.

    :raises InvalidField: it is no day.
    """
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidField("Enter a day such as 2026-12-31.", field="plan_on") from None
