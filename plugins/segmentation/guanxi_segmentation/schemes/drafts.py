"""What a person says about a scheme and its classes, checked before it is stored."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from guanxi.sdk import Invalid
from guanxi_segmentation.membership.drafts import checked_titles, key_from
from guanxi_segmentation.models import SchemeClass
from guanxi_segmentation.texts import N_

KEY: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST_KEY: Final = 40
MOST_CLASSES: Final = 20
TIERS: Final = 4
"""Core, important, potential, general: one for each corner, see ``tiers``."""


@dataclass(frozen=True, slots=True)
class ClassDraft:
    """A class; ``rule`` only in schemes by rules, and not for the last class, the default."""

    key: str
    title_en: str
    title_zh: str = ""
    rule: Mapping[str, Any] | None = None
    treatment: Mapping[str, Any] = field(default_factory=dict)
    """What ``treatments.set_treatment`` takes; what is not named stays."""


@dataclass(frozen=True, slots=True)
class SchemeDraft:
    """A scheme to be made; the best class comes first, the last one is the default.

    :param options: of tiers as in ``options.TierOptions``; of a mapped scheme ``of`` (the key of
        the scheme that it follows) and ``map`` (from its classes to the own).
    """

    key: str
    title_en: str
    kind: Literal["tiers", "rules", "mapped"]
    classes: Sequence[ClassDraft]
    title_zh: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


def free_key(title: str, taken: Collection[str], otherwise: str = "class") -> str:
    """Return a key made of a title that is not among those taken.

    :param otherwise: what it is where nothing of the title is left.
    """
    base = key_from(title, otherwise)[: LONGEST_KEY - 3].rstrip("_")
    numbered = (f"{base}_{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (base, *numbered) if key not in taken)


def checked_key(key: object, name: str = "key") -> str:
    """Return a key of a scheme or a class.

    :raises Invalid: it is none; no two underscores stand together.
    """
    if not isinstance(key, str) or len(key) > LONGEST_KEY or not KEY.fullmatch(key):
        raise Invalid(
            N_("A key has up to 40 small letters, digits and single _, and begins with a letter."),
            fields={name: [str(key)[:80]]},
        )
    return key


def checked_classes(kind: str, classes: Sequence[ClassDraft]) -> list[ClassDraft]:
    """Return the classes with both titles; their rules are looked at elsewhere.

    :raises Invalid: too few or many, a key twice, a rule missing or where none belongs.
    """
    if not 2 <= len(classes) <= MOST_CLASSES or (kind == "tiers" and len(classes) != TIERS):
        raise Invalid(
            N_("Tiers have four classes, other schemes two to twenty."), fields={"classes": [""]}
        )
    keys = [checked_key(one.key, "classes") for one in classes]
    if len(set(keys)) != len(keys):
        raise Invalid(N_("Two classes have the same key."), fields={"classes": [""]})
    for place, one in enumerate(classes):
        wanted = kind == "rules" and place < len(classes) - 1
        if wanted != (one.rule is not None):
            raise Invalid(
                N_("In a scheme by rules every class but the last has a rule: %(key)s."),
                key=one.key,
                fields={"classes": [one.key]},
            )
    return [_titled(one) for one in classes]


def drafts_of(classes: Iterable[SchemeClass]) -> list[ClassDraft]:
    """Return classes as drafts, so that a change of one names all of them."""
    return [ClassDraft(one.key, one.title_en, one.title_zh, one.rule) for one in classes]


def _titled(one: ClassDraft) -> ClassDraft:
    en, zh = checked_titles(one.title_en, one.title_zh)
    return ClassDraft(one.key, en, zh, one.rule, one.treatment)
