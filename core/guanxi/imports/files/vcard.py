"""Turns address cards (vCard 2.1, 3.0 and 4.0; RFC 6350) into a table that is imported like others.

Only what a customer has is read: names, organisation, addresses, numbers, birthday, categories,
note. A card with several addresses or numbers becomes several rows, which the import joins again
by what they share.
"""

import csv
import quopri
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from guanxi.imports.files.errors import EmptyFile
from guanxi.imports.files.limits import MAX_RECORD

HEADER: Final = (
    "Kind", "Full name", "Family name", "Given name", "E-mail", "Phone", "Organisation's name",
    "Role in the organisation", "Birthday", "Street", "City", "Region", "Postcode", "Country",
    "Tags", "Note", "UID",
)  # fmt: skip
"""The titles of the import's fields, so that the columns are recognised; UID is free to be used."""

_START: Final = re.compile(rb"(\xef\xbb\xbf)?\s*BEGIN:VCARD\s", re.IGNORECASE)
_DAY: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_UNESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


class Property(NamedTuple):
    """One line of a card, unfolded: its name in capitals, parameters, and the value undecoded."""

    name: str
    parameters: dict[str, str]
    value: bytes

    def text(self) -> str:
        """Return the value as text; what no encoding explains is shown as such."""
        value = self.value
        if "QUOTED-PRINTABLE" in self.parameters.get("ENCODING", "").upper():
            value = quopri.decodestring(value)
        for encoding in (self.parameters.get("CHARSET") or "utf-8", "utf-8", "gb18030"):
            try:
                return value.decode(encoding)
            except (ValueError, LookupError):  # not of this encoding; no encoding at all
                continue
        return value.decode("utf-8", "replace")

    def parts(self) -> list[str]:
        """Return the parts of a structured value, between semicolons."""
        return [_plain(part) for part in re.split(r"(?<!\\);", self.text())]

    @property
    def is_preferred(self) -> bool:
        """Say whether the card names this one first."""
        types = self.parameters.get("TYPE", "").upper().split(",")
        return "PREF" in types or self.parameters.get("PREF", "") not in ("", "0")


@contextmanager
def as_table(path: Path) -> Iterator[Path]:
    """Yield a table with the contents of ``path``: itself, or made of the cards that it holds.

    :raises EmptyFile: there is no complete card.
    """
    with path.open("rb") as file:
        is_cards = _START.match(file.read(64)) is not None
    if not is_cards:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "cards.csv"
        with path.open("rb") as cards, table.open("w", encoding="utf-8", newline="") as rows:
            writer = csv.writer(rows)
            writer.writerow(HEADER)
            written = 0
            for card in _cards(_properties(cards)):
                for row in _rows(card):
                    writer.writerow(row)
                    written += 1
        if not written:
            raise EmptyFile("This file has no rows. Check that you chose the right file.")
        yield table


def _properties(file: BinaryIO) -> Iterator[Property]:
    """Yield the lines of all cards, each with the lines that continue it."""
    pending = b""
    for raw in iter(lambda: file.readline(MAX_RECORD), b""):
        line = raw.rstrip(b"\r\n")
        soft = pending.endswith(b"=") and b"QUOTED-PRINTABLE" in pending[:200].upper()
        if soft:
            pending = pending[:-1] + line
        elif line[:1] in (b" ", b"\t"):
            pending += line[1:]
        else:
            yield from _property(pending)
            pending = line
        if len(pending) > MAX_RECORD:
            pending = pending[:200]  # a picture; nobody needs it here
    yield from _property(pending)


def _property(line: bytes) -> Iterator[Property]:
    head, colon, value = line.partition(b":")
    if not colon:
        return
    name, *parameters = head.decode("ascii", "replace").split(";")
    found: dict[str, str] = {}
    for one in parameters:
        key, equals, content = one.partition("=")
        # In 2.1 a type or an encoding stands alone: TEL;CELL:..., NOTE;QUOTED-PRINTABLE:...
        bare = "ENCODING" if one.upper() in ("QUOTED-PRINTABLE", "BASE64") else "TYPE"
        key, content = (key.upper(), content.strip('"')) if equals else (bare, key)
        found[key] = f"{found[key]},{content}" if key in found else content
    yield Property(name.rpartition(".")[2].strip().upper(), found, value)


def _cards(properties: Iterable[Property]) -> Iterator[dict[str, list[Property]]]:
    card: dict[str, list[Property]] | None = None
    for one in properties:
        if one.name == "BEGIN":
            card = {}
        elif one.name == "END" and card is not None:
            yield card
            card = None
        elif card is not None:
            card.setdefault(one.name, []).append(one)


def _rows(card: dict[str, list[Property]]) -> Iterator[list[str]]:
    family, given, more, *_ = [*_parts(card, "N"), "", "", ""]
    organisation, *_units = [*_parts(card, "ORG"), ""]
    full = _first(card, "FN")
    is_organisation = (
        _first(card, "KIND").lower() == "org"
        or not (family or given or full)
        or (full == organisation and not (family or given))
    )
    _box, extra, street, city, region, postcode, country, *_ = [*_parts(card, "ADR"), *[""] * 7]
    emails, phones = _all(card, "EMAIL"), _all(card, "TEL")
    common = {
        "Kind": "organisation" if is_organisation else "person",
        "Full name": (full or organisation) if is_organisation or not (family or given) else "",
        "Family name": "" if is_organisation else family,
        "Given name": "" if is_organisation else " ".join(filter(None, (given, more))),
        "Organisation's name": "" if is_organisation else organisation,
        "Role in the organisation": "" if is_organisation else _first(card, "TITLE"),
        "Birthday": _day(_first(card, "BDAY")),
        "Street": " ".join(filter(None, (street, extra))),
        "City": city,
        "Region": region,
        "Postcode": postcode,
        "Country": country,
        "Tags": _first(card, "CATEGORIES"),
        "Note": _first(card, "NOTE"),
        "UID": _first(card, "UID"),
    }
    for email, phone in _pairs(emails, phones):
        row = {**common, "E-mail": email, "Phone": phone}
        if any(row[name] for name in ("Full name", "Family name", "Given name", "E-mail", "Phone")):
            yield [row[name] for name in HEADER]


def _pairs(emails: list[str], phones: list[str]) -> Iterator[tuple[str, str]]:
    """Every address and number in a row, each row sharing one with the first."""
    email, phone = (emails or [""])[0], (phones or [""])[0]
    yield email, phone
    for further in emails[1:]:
        yield further, phone
    for further in phones[1:]:
        yield email, further


def _all(card: dict[str, list[Property]], name: str) -> list[str]:
    found = sorted(card.get(name, ()), key=lambda one: not one.is_preferred)
    values = (_plain(one.text()).removeprefix("tel:").removeprefix("mailto:") for one in found)
    return list(dict.fromkeys(value for value in values if value))


def _first(card: dict[str, list[Property]], name: str) -> str:
    return _plain(card[name][0].text()) if name in card else ""


def _parts(card: dict[str, list[Property]], name: str) -> list[str]:
    return card[name][0].parts() if name in card else []


def _plain(text: str) -> str:
    """Undo the escapes of the format; NUL, which no text has, goes."""
    undone = _UNESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], text)
    return undone.replace("\0", "").strip()


def _day(text: str) -> str:
    """Return a day with its year; one without a year is no date to store."""
    found = _DAY.match(text)
    return "-".join(found.groups()) if found else ""
