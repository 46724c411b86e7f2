"""Why a pair was suggested, in words for staff.

A reason is stored as its field and kind; here both become text in the reader's language.
"""

from guanxi.i18n import lazy_

FIELDS = {
    "family": lazy_("Family name"),
    "given": lazy_("Given name"),
    "swapped_family": lazy_("Family name, written as given name"),
    "swapped_given": lazy_("Given name, written as family name"),
    "name": lazy_("Name"),
    "birthday": lazy_("Birthday"),
    "email": lazy_("E-mail"),
    "phone": lazy_("Phone"),
    "street": lazy_("Street"),
    "city": lazy_("City"),
    "postcode": lazy_("Postcode"),
    "country": lazy_("Country"),
    "household": lazy_("Household"),
    "external_id": lazy_("External id"),
}
"""What is compared, by the ``field`` of a reason."""

KINDS = {
    "same": lazy_("the same"),
    "sounds_same": lazy_("sounds the same"),
    "typo": lazy_("differs by a slip"),
    "short_form": lazy_("short form"),
    "similar": lazy_("similar"),
    "initial": lazy_("initial fits"),
    "contained": lazy_("one contains the other"),
    "short_contained": lazy_("a short one is part of the other"),
    "vague": lazy_("hardly similar"),
    "near": lazy_("differs by two slips"),
    "swapped": lazy_("day and month swapped"),
    "same_new_year": lazy_("the same, but 1 January often means unknown"),
    "same_mailbox": lazy_("the same before the @"),
    "other_number": lazy_("the same but for a number"),
    "fits_whole_name": lazy_("spells the whole name of the other"),
    "fits_name": lazy_("spells the name of the other"),
    "fits_part_of_name": lazy_("spells part of the name of the other"),
    "relatives": lazy_("may be relatives"),
    "different": lazy_("different"),
}
"""What was seen, by the ``kind`` of a reason."""


def explain(field: str, kind: str) -> str:
    """Return a reason in the current person's language: "Birthday: differs by a slip".

    Of a later version's reason that is not known here, the plain words are shown.
    """
    return f"{FIELDS.get(field, field)}: {KINDS.get(kind, kind)}"
