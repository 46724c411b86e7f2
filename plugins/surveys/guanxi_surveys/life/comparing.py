"""What changed between two questionnaires, for who decides on a version."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from guanxi_surveys.life.naming import questions

_ABOUT: Final = "(questionnaire)"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``kind``: added, removed, moved, changed; ``parts``: which properties."""

    kind: str
    name: str
    title: Any
    parts: tuple[str, ...] = ()


def changes_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return what is different in ``new``: the questionnaire's own, then question by question."""
    was, now = _by_name(old), _by_name(new)
    own = tuple(sorted(_differing(_own(old), _own(new))))
    found = [Change("changed", _ABOUT, None, own)] if own else []
    for name, one in now.items():
        if name not in was:
            found.append(Change("added", name, one.get("title", name)))
        elif parts := tuple(sorted(_differing(was[name], one))):
            found.append(Change("changed", name, one.get("title", name), parts))
    found += [Change("removed", name, one.get("title", name))
              for name, one in was.items() if name not in now]  # fmt: skip
    return found + list(_moved(list(was), list(now)))


def _moved(was: list[str], now: list[str]) -> Iterator[Change]:
    kept_before = [name for name in was if name in set(now)]
    kept_now = [name for name in now if name in set(was)]
    if kept_before != kept_now:
        for before, after in zip(kept_before, kept_now, strict=True):
            if before != after:
                yield Change("moved", after, None)


def _by_name(definition: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(one.get("name")): one for one in questions(definition)}


def _own(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return what belongs to the questionnaire and to its pages, questions aside."""
    own = {name: value for name, value in definition.items() if name not in ("pages", "elements")}
    pages = definition.get("pages") or []
    own["pages"] = [{name: value for name, value in page.items() if name != "elements"}
                    for page in pages if isinstance(page, Mapping)]  # fmt: skip
    return own


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
