"""Why two customers may be the same, in words."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from guanxi.customers.domain.duplicates import Reason
from guanxi.i18n import _, lazy_

_FIELDS: Final = {
    "name": lazy_("Name"),
    "family": lazy_("Family name"),
    "given": lazy_("Given name"),
    "birthday": lazy_("Birthday"),
    "email": lazy_("E-mail"),
    "phone": lazy_("Phone"),
    "external_id": lazy_("Number elsewhere"),
    "street": lazy_("Street"),
    "city": lazy_("City"),
    "postcode": lazy_("Postcode"),
    "country": lazy_("Country"),
}
_KINDS: Final = {
    "same": lazy_("the same"),
    "same_new_year": lazy_("both on 1 January"),
    "swapped": lazy_("the same, swapped"),
    "sounds_same": lazy_("sounds the same"),
    "typo": lazy_("the same but for a slip"),
    "short_form": lazy_("a short form of the other"),
    "initial": lazy_("the same initial"),
    "similar": lazy_("similar"),
    "contained": lazy_("one contains the other"),
    "near": lazy_("close to each other"),
    "vague": lazy_("hardly similar"),
    "different": lazy_("different"),
    "same_mailbox": lazy_("the same name at another provider"),
    "other_number": lazy_("the same but for a number"),
    "fits_name": lazy_("fits the other's name"),
    "fits_part_of_name": lazy_("fits a part of the other's name"),
    "relatives": lazy_("perhaps relatives"),
}


def told_reasons(reasons: Iterable[Reason | Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return reasons as sentences, each with whether it speaks for a duplicate."""
    told = []
    for reason in reasons:
        values = reason._asdict() if isinstance(reason, Reason) else reason
        field, kind = values["field"], values["kind"]
        text = _(
            "%(field)s: %(kind)s", field=_FIELDS.get(field, field), kind=_KINDS.get(kind, kind)
        )
        told.append({"text": text, "speaks_for": values["bits"] > 0})
    return told
