"""The form of a scheme: titles, thresholds of tiers, the mapping of one that follows another."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask import render_template, request
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, web
from guanxi_segmentation.company import company
from guanxi_segmentation.models import Scheme, SchemeClass
from guanxi_segmentation.pages.builder.offers import titled
from guanxi_segmentation.pages.shares import share
from guanxi_segmentation.pages.tier_words import attribute_title, comparable, limit_in_words
from guanxi_segmentation.schemes import domain, presets
from guanxi_segmentation.schemes.drafts import ClassDraft, drafts_of, free_key
from guanxi_segmentation.schemes.foreseeing import Foreseen
from guanxi_segmentation.schemes.options import TierOptions, plain
from guanxi_segmentation.schemes.sorting import classes_of
from guanxi_segmentation.schemes.tiers import AXES
from guanxi_segmentation.schemes.treatments import at_hand
from guanxi_segmentation.texts import _, lazy_

_MOST_WORDS: Final = 3
"""In a line of the list of classes: key, English and Chinese title."""
NOBODY: Final = {"v": 1, "where": {"attribute": "customers.display_name", "is": "unknown"}}
"""The rule of a class until somebody says whom it takes: every customer has a name."""
TEXTS: Final = ("title_en", "title_zh", "key")
TIER_FIELDS: Final = tuple(TierOptions.__dataclass_fields__)
KINDS: Final = {
    "tiers": lazy_("By present value and potential: four classes, computed"),
    "rules": lazy_("By rules: the first class whose rule fits"),
    "mapped": lazy_("After another scheme, class by class"),
}


@dataclass(slots=True)
class SchemeForm:
    """What is typed, and what is wrong with it. ``scheme`` is None for a new one."""

    kind: str
    texts: dict[str, str]
    options: dict[str, Any] = field(default_factory=dict)
    classes: list[ClassDraft] = field(default_factory=list)
    lines: str = ""
    """The classes of a new scheme, one per line."""
    scheme: Scheme | None = None
    version: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def complain(self, error: Any) -> None:
        """Note what is wrong, at the field that the error names."""
        names = error.fields if isinstance(error, Invalid) else {}
        known = (*TEXTS, *TIER_FIELDS, "of", "map", "classes")
        name = next((one for one in names if one in known), "form")
        self.errors[name] = web.sentence(error)


def new_form(session: Session, kind: str) -> SchemeForm:
    """Return a form for a new scheme with what is usual."""
    form = SchemeForm(kind, dict.fromkeys(TEXTS, ""))
    if kind == "tiers":
        form.options = plain(TierOptions(**presets.options_at_hand(session)))
        form.classes = _usual_tiers(session)
    else:
        form.lines = "\n".join(f"{one.title_en} | {one.title_zh}" for one in presets.FOUR.classes)
    if kind == "mapped":
        form.options = {"of": "", "map": {}}
    return form


def form_of(session: Session, scheme: Scheme) -> SchemeForm:
    """Return a form filled with what a scheme is now."""
    return SchemeForm(
        scheme.kind,
        {"title_en": scheme.title_en, "title_zh": scheme.title_zh, "key": scheme.key},
        options=dict(scheme.options),
        classes=drafts_of(classes_of(session, scheme)),
        scheme=scheme,
        version=str(scheme.version),
    )


def sent_form(session: Session, kind: str, scheme: Scheme | None) -> SchemeForm:
    """Return the form as it was sent."""
    sent = request.form
    form = SchemeForm(
        kind,
        {name: sent.get(name, "").strip() for name in TEXTS},
        scheme=scheme,
        version=sent.get("version", ""),
        lines=sent.get("lines", ""),
    )
    if kind == "tiers":
        form.options = sent_options(sent)
    if kind == "mapped":
        form.options = _sent_mapping(sent)
    form.classes = _sent_classes(session, scheme, sent) if kind != "rules" or scheme else []
    return form


def sent_options(sent: Mapping[str, str]) -> dict[str, Any]:
    """Return the options of tiers as they were typed; days as a number where they are one."""
    found: dict[str, Any] = {name: sent.get(name, "").strip() for name in TIER_FIELDS}
    days = found["minimum_stay_days"]
    if days.isascii() and days.isdecimal() and len(days) < 9:
        found["minimum_stay_days"] = int(days)
    return found


def read_lines(text: str) -> list[ClassDraft]:
    """Return the classes of a list, one per line: ``English | 中文``, or one title alone.

    A key may stand before both titles; else it is made of the title.

    :raises Invalid: a line holds more than that.
    """
    drafts: list[ClassDraft] = []
    for line in text.splitlines():
        words = [word.strip() for word in re.split("[|｜]", line)]
        if words == [""]:
            continue
        if len(words) > _MOST_WORDS:
            raise Invalid(
                _("Write one class per line: English title | Chinese title."),
                fields={"classes": [line[:80]]},
            )
        key, title_en, title_zh = words if len(words) == _MOST_WORDS else ("", *words, "")[:3]
        key = key or free_key(title_en or title_zh, [one.key for one in drafts])
        drafts.append(ClassDraft(key, title_en, title_zh))
    return drafts


def draw_form(session: Session, form: SchemeForm) -> str:
    """Draw the page."""
    source = _source(session, form)
    return render_template(
        "segmentation/scheme_edit.html",
        form=form,
        title=titled(form.scheme, web.language()) if form.scheme else None,
        kinds=KINDS,
        attributes=_attribute_options(session, form),
        sources=_sources(session, form),
        theirs=[(one.key, titled(one, web.language())) for one in source],
        own=[(one.key, titled(one, web.language())) for one in form.classes],
        currency=company(session).currency,
        problems={f"field-{name}": text for name, text in form.errors.items()},
    )


def foreseen_values(
    session: Session, form: SchemeForm, found: Foreseen, now_counts: Sequence[int] | None
) -> dict[str, Any]:
    """Return what the preview shows: sizes by class, what they were, the thresholds of tiers."""
    if found.counts is None:
        return {"parts": None}
    total, currency = sum(found.counts), company(session).currency
    return {
        "parts": [
            {
                "label": titled(one, web.language()),
                "value": count,
                "share": share(count, total),
                "change": count - now_counts[place] if now_counts else None,
            }
            for place, (one, count) in enumerate(zip(form.classes, found.counts, strict=True))
        ],
        "limits": {
            axis: limit_in_words(session, form.options[axis], limit, currency)
            for axis, limit in found.limits.items()
        },
    }


def _sent_classes(
    session: Session, scheme: Scheme | None, sent: Mapping[str, str]
) -> list[ClassDraft]:
    known = drafts_of(classes_of(session, scheme)) if scheme else _usual_tiers(session)
    return [
        ClassDraft(
            one.key,
            sent.get(f"class-{one.key}-en", one.title_en).strip(),
            sent.get(f"class-{one.key}-zh", one.title_zh).strip(),
            one.rule,
            one.treatment,
        )
        for one in known
    ]


def _usual_tiers(session: Session) -> list[ClassDraft]:
    return at_hand(session, presets.TIERS.classes)


def _sent_mapping(sent: Mapping[str, str]) -> dict[str, Any]:
    pairs = {
        name.removeprefix("map-"): value for name, value in sent.items() if name.startswith("map-")
    }
    return {"of": sent.get("of", ""), "map": pairs}


def _source(session: Session, form: SchemeForm) -> Sequence[SchemeClass]:
    if form.kind != "mapped" or not form.scheme:
        return ()
    return classes_of(session, domain.get_scheme(session, form.scheme.options["of"]))


def _sources(session: Session, form: SchemeForm) -> list[tuple[str, str]]:
    if form.kind != "mapped":
        return []
    return [
        (one.key, titled(one, web.language()))
        for one in domain.list_schemes(session)
        if one.kind != "mapped"
    ]


def _attribute_options(session: Session, form: SchemeForm) -> list[tuple[str, str]]:
    """Return what tiers can be computed from; what a scheme has already stays in the list."""
    if form.kind != "tiers":
        return []
    stored = form.scheme.options if form.scheme else {}
    keys = {*comparable(session), *(stored[axis] for axis in AXES if axis in stored)}
    return sorted(((k, attribute_title(session, k)) for k in keys), key=lambda one: one[1])
