"""What conditions can be about and compared with: the catalogue, lists of words, segments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import (
    Attribute,
    Channel,
    Outcome,
    TouchpointKind,
    attributes_of,
    current,
    customers,
    web,
)
from guanxi_segmentation.company import company
from guanxi_segmentation.membership import segments
from guanxi_segmentation.pages.builder import words
from guanxi_segmentation.pages.builder.words import Option
from guanxi_segmentation.sight import visible_attributes
from guanxi_segmentation.texts import _

HIDDEN = frozenset({"customers.name", "segmentation.segments"})
"""Attributes for other purposes: how lists are sorted, and what has conditions of its own."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Options under a heading."""

    title: str
    options: list[Option]


class Offers:
    """What whoever edits may use, read once per request."""

    def __init__(self, session: Session, own_key: str = "") -> None:
        self._session = session
        self._own_key = own_key
        self.language = web.language()

    @cached_property
    def attributes(self) -> Mapping[str, Attribute]:
        """The attributes that the person may see."""
        return visible_attributes(self._session)

    @cached_property
    def hidden(self) -> Mapping[str, str]:
        """Titles, by key, of the attributes that are there and that the person may not see."""
        known = attributes_of(self._session).items()
        return {
            key: one.title.in_language(self.language)
            for key, one in known
            if key not in self.attributes
        }

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which days begin."""
        return ZoneInfo(company(self._session).zone)

    @cached_property
    def currency(self) -> str:
        """The company's currency."""
        return company(self._session).currency

    @cached_property
    def subjects(self) -> Sequence[Choices]:
        """What a condition may be about, by where it comes from."""
        groups: dict[str, list[Option]] = {}
        for key, attribute in self.attributes.items():
            if key not in HIDDEN:
                source = key.partition(".")[0]
                title = attribute.title.in_language(self.language)
                groups.setdefault(source, []).append((f"attribute:{key}", title))
        core, own = groups.pop("customers", []), groups.pop("custom", [])
        touchpoints = [(f"touchpoints:{key}", str(one)) for key, one in words.MEASURES.items()]
        others = [
            ("segment", _("Member of a segment")),
            ("consent", _("Consent")),
            ("bucket", _("Random part of all customers")),
        ]
        found = [
            Choices(_("Customer"), core),
            Choices(_("Fields of your own"), own),
            Choices(_("Touchpoints"), touchpoints),
            *(Choices(self._source_title(name), one) for name, one in groups.items()),
            Choices(_("Segments, consent, chance"), others),
        ]
        return [one for one in found if one.options]

    @cached_property
    def kinds(self) -> list[Option]:
        """Kinds of touchpoint."""
        return self._words(TouchpointKind)

    @cached_property
    def channels(self) -> list[Option]:
        """Channels of touchpoints."""
        return self._words(Channel)

    @cached_property
    def outcomes(self) -> list[Option]:
        """What came of touchpoints."""
        return self._words(Outcome)

    @cached_property
    def segments(self) -> list[Option]:
        """The other segments."""
        found = segments.listed(self._session)
        return [(s.key, titled(s, self.language)) for s in found if s.key != self._own_key]

    @cached_property
    def consent_channels(self) -> list[Option]:
        """Channels of consent."""
        found = customers.CONSENT_CHANNELS.items()
        return [(key, title.in_language(self.language)) for key, title in found]

    @cached_property
    def purposes(self) -> list[Option]:
        """Purposes of consent."""
        found = customers.CONSENT_PURPOSES.items()
        return [(key, title.in_language(self.language)) for key, title in found]

    def values(self, attribute: Attribute) -> list[Option]:
        """Return the values that an attribute can have, where they are known."""
        if attribute.choices:
            return [(key, title.in_language(self.language)) for key, title in attribute.choices]
        if attribute.key == "customers.tags":
            return [(name, name) for name in customers.tags(self._session)]
        return []

    def suggestions(self, attribute: Attribute) -> list[Option]:
        """Return values that are often meant, while others can be typed."""
        locale = Locale.parse("zh_Hans_CN" if self.language == "zh" else "en")
        if attribute.key == "customers.country":
            known = locale.territories.items()
            return sorted(((k, v) for k, v in known if len(k) == 2 and k.isalpha()), key=_title)
        if attribute.key == "customers.language":
            return [(code, locale.languages.get(code, code)) for code in ("zh", "en")]
        return []

    def _words(self, model: Any) -> list[Option]:
        order = model.archived, model.position, model.key
        found = self._session.scalars(select(model).order_by(*order))
        return [(one.key, titled(one, self.language)) for one in found]

    def _source_title(self, name: str) -> str:
        plugin = current.platform().host.plugin(name)
        found = plugin.manifest if plugin else None
        return found.title.in_language(self.language) if found else name


def titled(one: Any, language: str) -> str:
    """Return the title of a segment, kind, channel or outcome in a language."""
    title: str = one.title_zh if language == "zh" else one.title_en
    return title


def _title(option: Option) -> str:
    return option[1]
