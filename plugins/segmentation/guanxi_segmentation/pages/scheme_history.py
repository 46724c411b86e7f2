"""What people changed of a scheme, when, and who: the audit log of it in sentences."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import recorded, web
from guanxi_segmentation.models import Scheme
from guanxi_segmentation.pages.builder.offers import titled
from guanxi_segmentation.pages.scheme_form import NOBODY
from guanxi_segmentation.pages.tier_words import attribute_title
from guanxi_segmentation.schemes import domain
from guanxi_segmentation.schemes.options import TierOptions
from guanxi_segmentation.schemes.sorting import classes_of
from guanxi_segmentation.sentences import rule_in_words
from guanxi_segmentation.texts import _, lazy_

SHOWN: Final = 30
"""So many of the latest changes are told on the page of the scheme."""
ACTIONS: Final = {
    "segmentation.scheme_created": lazy_("Made."),
    "segmentation.scheme_archived": lazy_("Put into the archive."),
    "segmentation.scheme_restored": lazy_("Taken out of the archive."),
    "segmentation.scheme_made_primary": lazy_("Made the primary scheme."),
}
_AXES: Final = {"present": lazy_("Present value"), "potential": lazy_("Potential")}
Told = Mapping[str, Any]


def history_of(session: Session, scheme: Scheme) -> list[dict[str, Any]]:
    """Return what was changed, the latest first; what changed nothing one sees is left out."""
    words = _Words(session, scheme)
    found = [
        {
            "at": entry.at,
            "actor": entry.actor_name,
            "lines": words.of(entry.action, entry.before or {}, entry.after or {}),
        }
        for entry in recorded(session, "scheme", scheme.key, limit=SHOWN)
    ]
    return [one for one in found if one["lines"]]


class _Words:
    """Puts what differs into sentences of the reader's language."""

    def __init__(self, session: Session, scheme: Scheme) -> None:
        self._session = session
        self._scheme = scheme
        self._title = "title_zh" if web.language() == "zh" else "title_en"

    def of(self, action: str, before: Told, after: Told) -> list[str]:
        """Return the sentences of one change."""
        if action in ACTIONS:
            return [str(ACTIONS[action])]
        return [
            *self._titles(before, after),
            *self._options(before.get("options"), after.get("options"), after),
            *self._classes(before.get("classes"), after.get("classes")),
        ]

    def _titles(self, before: Told, after: Told) -> Iterator[str]:
        names = {"title_en": _("Title in English"), "title_zh": _("Title in Chinese")}
        for name, label in names.items():
            if name in after and before.get(name) != after[name]:
                yield _turned(label, before.get(name), after[name])

    def _options(self, before: Any, after: Any, whole: Told) -> Iterator[str]:
        if before is None or after is None:
            return
        if self._scheme.kind == "mapped":
            yield from self._mapping(before.get("map", {}), after.get("map", {}), whole)
            return
        for name in TierOptions.__dataclass_fields__:
            if name in before and name in after and before[name] != after[name]:
                yield self._option(name, before, after)

    def _option(self, name: str, before: Told, after: Told) -> str:
        if name in _AXES:
            titles = [attribute_title(self._session, one[name]) for one in (before, after)]
            return _turned(_("%(what)s is", what=_AXES[name]), *titles)
        axis = name.removesuffix("_at")
        if axis in _AXES:
            limits = [_limit(one[name], one["by"]) for one in (before, after)]
            return _turned(_("%(what)s, high", what=_AXES[axis]), *limits)
        label, how = {
            "by": (_("Thresholds are"), _kind_of_threshold),
            "hysteresis": (_("Falls only below the threshold by"), _percent),
            "minimum_stay_days": (_("Minimum stay"), _days),
        }[name]
        return _turned(label, how(before[name]), how(after[name]))

    def _mapping(self, before: Told, after: Told, whole: Told) -> Iterator[str]:
        source = domain.get_scheme(self._session, self._scheme.options["of"])
        theirs = {one.key: titled(one, web.language()) for one in classes_of(self._session, source)}
        own = {one.key: titled(one, web.language()) for one in self._own()}
        own |= {one["key"]: one[self._title] for one in whole.get("classes") or ()}
        for key in (*theirs, *(key for key in after if key not in theirs)):
            if before.get(key) != after.get(key):
                pair = [own.get(one, one) for one in (before.get(key), after.get(key))]
                yield _turned(_("%(what)s becomes", what=theirs.get(key, key)), *pair)

    def _own(self) -> Sequence[Any]:
        return classes_of(self._session, self._scheme)

    def _classes(self, before: Any, after: Any) -> Iterator[str]:
        if before is None or after is None:
            return
        was, became = ({one["key"]: one for one in side} for side in (before, after))
        for key in became.keys() - was.keys():
            yield _("Class %(title)s added.", title=became[key][self._title])
        for key in was.keys() - became.keys():
            yield _("Class %(title)s removed.", title=was[key][self._title])
        kept = [key for key in became if key in was]
        for key in kept:
            yield from self._class(was[key], became[key])
        if kept != [key for key in was if key in became]:
            titles = _(", ").join(one[self._title] for one in after)
            yield _("Order of the classes: %(titles)s.", titles=titles)

    def _class(self, before: Told, after: Told) -> Iterator[str]:
        for name in ("title_en", "title_zh"):
            if before[name] != after[name]:
                yield _turned(_("Class %(title)s", title=after["key"]), before[name], after[name])
        if before["rule"] != after["rule"]:
            told = [self._rule(rule) for rule in (before["rule"], after["rule"])]
            yield _turned(_("Rule of %(title)s", title=after[self._title]), *told)

    def _rule(self, rule: Any) -> str:
        if rule == NOBODY:
            return _("nobody yet")
        return rule_in_words(self._session, rule) if rule else _("everybody else")


def _turned(what: str, before: Any, after: Any) -> str:
    sides = {"before": before or "–", "after": after or "–"}
    return _("%(what)s: %(before)s → %(after)s", what=what, **sides)


def _limit(value: Any, by: str) -> str:
    if by == "share":
        return _("the %(n)s%% with the most", n=value)
    return _("from %(value)s", value=value)


def _kind_of_threshold(by: Any) -> str:
    return _("shares of all customers, in percent") if by == "share" else _("values")


def _percent(value: Any) -> str:
    return f"{value}%"


def _days(value: Any) -> str:
    return _("%(number)s days", number=value)
