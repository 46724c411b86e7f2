"""Rating agencies (评级机构): what their grades mean as levels, 1 (best) to 10, and as risk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid, NotFound, PreconditionFailed, record, write_context
from guanxi_scoring.models import Agency
from guanxi_scoring.texts import N_, _

LEVELS: Final = 10
MASTER: Final = (0.0003, 0.001, 0.003, 0.007, 0.015, 0.03, 0.06, 0.12, 0.25, 1.0)
"""Probability of default within a year by level, where a scale names none (主标尺).

A starting point of our own to be replaced by what agencies publish: it doubles or so from level to
level, from the floor of 0.03 % (Basel II, paragraph 285) to default.
"""
LONGEST: Final = 60
MOST_GRADES: Final = 60
_TOLD: Final = ("title_en", "title_zh", "grades", "valid_days", "archived")


def list_agencies(session: Session, *, archived: bool = False) -> Sequence[Agency]:
    """Return the agencies by key."""
    return session.scalars(
        select(Agency).where(Agency.archived == archived).order_by(Agency.key)
    ).all()


def get_agency(session: Session, key: str, *, lock: bool = False) -> Agency:
    """Return an agency.

    :raises NotFound: there is none of that key.
    """
    query = select(Agency).where(Agency.key == key)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none() if "\0" not in key else None
    if found is None:
        raise NotFound(N_("There is no rating agency %(key)s. Add it first."), key=key[:LONGEST])
    return found


def grade_of(agency: Agency, grade: str) -> Mapping[str, Any] | None:
    """Return what a grade of an agency means, or None if it has none of that name."""
    wanted = grade.strip().casefold()
    return next((one for one in agency.grades if one["grade"].casefold() == wanted), None)


def save_agency(
    session: Session,
    key: str,
    values: Mapping[str, Any],
    *,
    expected_version: int | None = None,
    is_new: bool = False,
    now: datetime,
) -> Agency:
    """Make an agency, or change its titles, its scale, how long its ratings count.

    Ratings are read by the scale of now; who has one is worked out anew.

    :raises Invalid: something does not fit.
    :raises Conflict: a new one whose key is taken.
    :raises PreconditionFailed: somebody was faster.
    """
    found = session.scalars(
        select(Agency)
        .where(Agency.key == _key(key))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is not None and is_new:
        raise Conflict(N_("There is a rating agency %(key)s already."), key=key)
    if expected_version is not None and (found is None or found.version != expected_version):
        raise PreconditionFailed(
            N_("Somebody changed this agency since you read it. Read it again and repeat it.")
        )
    before = _told(found) if found is not None else {}
    if found is None:
        found = Agency(key=key, version=0, archived=False)
    _fill(found, values)
    found.version += 1
    found.changed_at, found.changed_by = now, write_context(session).actor.name
    session.add(found)
    session.flush()
    record(
        session, "scoring_agency.saved", ("scoring_agency", key), before=before, after=_told(found)
    )
    return found


def parse_grades(text: str) -> list[dict[str, Any]]:
    """Return a scale written one grade per line, best first: ``AAA | 1 | 0.03`` (percent).

    :raises Invalid: a line does not fit; it says which.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return checked_grades([_grade(line) for line in lines])


def written_grades(grades: Sequence[Mapping[str, Any]]) -> str:
    """Return a scale as :func:`parse_grades` reads it."""
    return "\n".join(
        f"{one['grade']} | {one['level']} | {Decimal(str(one['pd'])) * 100:f}" for one in grades
    )


def checked_grades(grades: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a scale whose levels and probabilities rise from the best grade to the worst.

    :raises Invalid: they do not, a grade stands twice, or there are none or too many.
    """
    if not 0 < len(grades) <= MOST_GRADES:
        raise _unfit(_("Write from 1 to %(most)s grades.", most=MOST_GRADES))
    found = [_checked(one) for one in grades]
    names = [one["grade"].casefold() for one in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise _unfit(_("The grade %(grade)s stands there twice.", grade=twice))
    for better, worse in pairwise(found):
        if worse["level"] < better["level"] or worse["pd"] < better["pd"]:
            raise _unfit(
                _(
                    "%(worse)s comes after %(better)s, so its level and probability cannot be "
                    "lower. Write the best grade first.",
                    worse=worse["grade"],
                    better=better["grade"],
                )
            )
    return found


def _checked(one: Mapping[str, Any]) -> dict[str, Any]:
    grade = " ".join(str(one["grade"]).split())
    level, chance = one["level"], one.get("pd")
    if not grade or len(grade) > LONGEST or not grade.isprintable():
        raise _unfit(_("A grade has from 1 to %(most)s characters.", most=LONGEST))
    if not isinstance(level, int) or not 1 <= level <= LEVELS:
        raise _unfit(_("The level of %(grade)s is from 1 (best) to 10.", grade=grade))
    chance = MASTER[level - 1] if chance is None else float(chance)
    if not 0 <= chance <= 1:
        raise _unfit(_("The probability of %(grade)s is from 0 to 100 percent.", grade=grade))
    return {"grade": grade, "level": level, "pd": chance}


def _grade(line: str) -> dict[str, Any]:
    grade, level, percent, *more = [*(part.strip() for part in line.split("|")), "", ""]
    chance = _share(percent)
    if any(more) or not level.isdecimal() or (percent and chance is None):
        raise _unfit(
            _("“%(line)s” is not written as grade | level | percent.", line=line[:LONGEST])
        )
    return {"grade": grade, "level": int(level[:4]), "pd": chance}


def _share(percent: str) -> float | None:
    try:
        found = Decimal(percent.rstrip("%"))
    except InvalidOperation:
        return None
    return float(found / 100) if found.is_finite() else None


def _fill(agency: Agency, values: Mapping[str, Any]) -> None:
    for name in ("title_en", "title_zh"):
        if name in values:
            title = " ".join(str(values[name]).split())
            if not title or len(title) > LONGEST or not title.isprintable():
                said = _("Write a title of at most %(most)s characters.", most=LONGEST)
                raise Invalid(N_("The title does not fit."), fields={name: [said]})
            setattr(agency, name, title)
    if "grades" in values:
        agency.grades = checked_grades(values["grades"])
    days = values.get("valid_days", agency.valid_days or 365)
    if not 1 <= days <= 3660:
        said = _("Write from 1 to 3660 days.")
        raise Invalid(N_("The number of days does not fit."), fields={"valid_days": [said]})
    agency.valid_days = days
    agency.archived = bool(values.get("archived", agency.archived))


def _key(key: str) -> str:
    if not (
        0 < len(key) <= 40
        and key.isascii()
        and key.replace("_", "a").isalnum()
        and key == key.lower()
    ):
        said = _("A key has small letters, digits and _, at most 40.")
        raise Invalid(N_("The key does not fit."), fields={"key": [said]})
    return key


def _unfit(said: str) -> Invalid:
    return Invalid(N_("The scale does not fit: %(said)s"), said=said, fields={"grades": [said]})


def _told(agency: Agency) -> dict[str, Any]:
    return {name: getattr(agency, name) for name in _TOLD}
