"""Ratings from a file, by way of the imports of the core: mapped, tried, taken back.

One row is one rating of one customer, found by any of their numbers; the same rating again changes
nothing. An import that is taken back withdraws its ratings, which stay in the history.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Importer, Invalid, NotFound, Refused, Text, customers, imports
from guanxi_scoring.risk import standing
from guanxi_scoring.risk.days import day_of
from guanxi_scoring.risk.ratings import RatingDraft, record_rating, withdraw_import
from guanxi_scoring.texts import N_

Field = imports.ImportField
FIELDS: Final = (
    Field(
        "customer",
        Text("Customer", "客户"),
        required=True,
        aliases=("customer id", "e-mail", "email", "phone", "客户编号", "邮箱", "手机"),
        help=Text(
            "The customer's id, e-mail address, phone number, or number in another system.",
            "客户的 ID、邮箱、电话号码，或在其他系统中的编号。",
        ),
    ),
    Field(
        "agency",
        Text("Rating agency", "评级机构"),
        required=True,
        aliases=("agency", "机构"),
        help=Text(
            "The key of an agency whose scale you have added.", "已添加标度的评级机构的标识。"
        ),
    ),
    Field("grade", Text("Grade", "评级"), required=True, aliases=("rating", "等级", "信用等级")),
    Field(
        "rated_on",
        Text("Rated on", "评级日期"),
        required=True,
        aliases=("date", "day", "日期"),
    ),
    Field(
        "source",
        Text("Source", "来源"),
        help=Text("Where it comes from; else the name of the file.", "信息来源；空白则为文件名。"),
    ),
    Field(
        "valid_until",
        Text("Valid until", "有效期至"),
        aliases=("expires", "到期日"),
        help=Text(
            "Else as long as ratings of the agency usually count.",
            "空白则按该机构评级通常的有效期。",
        ),
    ),
)
AT_ONCE: Final = 500


class RatingRows:
    """The importer of one file of ratings."""

    def __init__(
        self,
        header: Sequence[str],
        mapping: imports.ColumnMapping,
        context: imports.ImportContext,
    ) -> None:
        where = {name: place for place, name in reversed(list(enumerate(header)))}
        self._places = {key: where[name] for key, name in mapping.columns.items()}
        self._constants = mapping.constants
        self._order = mapping.options.get("date_order", "")
        self._region, self._file_name = context.phone_region, context.file_name

    def items(self, rows: Callable[[], Iterable[imports.FileRow]]) -> Iterator[imports.Item]:
        """Yield whom each row names, with the rating."""
        for row in rows():
            try:
                yield imports.Item((row,), (self._text(row[1], "customer"), self._draft(row[1])))
            except Invalid as error:
                yield imports.Item((row,), error=error)

    def ahead(self, values: Sequence[Any], **_circumstances: Any) -> Sequence[Any]:
        """Return the values: what is left to do needs the customers."""
        return values

    def write(
        self,
        session: Session,
        values: Sequence[tuple[str, RatingDraft]],
        *,
        now: datetime,
        import_id: UUID,
    ) -> list[Any]:
        """Find the customers, record their ratings, work out anew where they stand."""
        words = {word for word, _ in values if word}
        known = customers.recognise(session, words, region=self._region)
        found: list[Any] = []
        touched: dict[UUID, None] = {}
        for word, draft in values:
            try:
                customer_id = _customer(known.get(word), word)
                with session.begin_nested():
                    _, outcome = record_rating(
                        session, customer_id, draft, now=now, refresh=False, import_id=import_id
                    )
            except (Invalid, Conflict, NotFound, Refused) as error:
                found.append(error)
                continue
            found.append(outcome)
            touched |= {customer_id: None} if outcome == "created" else {}
        if touched:
            standing.refresh(session, list(touched))
        return found

    def keys(self, values: Sequence[tuple[str, RatingDraft]]) -> Sequence[Sequence[str]]:
        """Return what the same rating further down would have in common."""
        return [(f"{word}\0{one.agency}\0{one.grade}\0{one.rated_on}",) for word, one in values]

    def _draft(self, cells: Sequence[str]) -> RatingDraft:
        until = self._text(cells, "valid_until")
        return RatingDraft(
            agency=self._text(cells, "agency"),
            grade=self._text(cells, "grade"),
            rated_on=day_of(self._text(cells, "rated_on"), "rated_on", self._order),
            source=self._text(cells, "source") or self._file_name,
            valid_until=day_of(until, "valid_until", self._order) if until else None,
        )

    def _text(self, cells: Sequence[str], key: str) -> str:
        place = self._places.get(key, len(cells))
        found = cells[place].strip() if place < len(cells) else ""
        return found or self._constants.get(key, "")


def undo(session: Session, import_id: UUID, now: datetime) -> imports.Undone:
    """Withdraw some ratings of an import; those that somebody has withdrawn are left."""
    gone = withdraw_import(session, import_id, most=AT_ONCE, now=now)
    return imports.Undone(removed=gone, more=gone == AT_ONCE)


IMPORTERS: Final = (
    Importer(
        "scoring.ratings",
        Text("Ratings by agencies", "机构评级"),
        FIELDS,
        RatingRows,
        undo,
        batch=AT_ONCE,
        repeated="unchanged",
        permission="scoring.assess",
    ),
)


def _customer(found: UUID | None, word: str) -> UUID:
    if found is None:
        raise NotFound(N_("Nobody is known by %(word)s."), word=word[:80])
    return found
