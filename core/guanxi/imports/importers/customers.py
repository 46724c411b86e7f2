"""Customers from a file: one row is one customer, found again by its identities.

What a column can fill stands in ``customer_fields.py``, how a row is read in
``customer_rows.py``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.customers.domain.bulk import make_ready
from guanxi.customers.domain.drafts import CustomerDraft, name_from_identity
from guanxi.customers.domain.imported_relations import Decided, Join, consent_many, join_many
from guanxi.customers.domain.lookup import key_of
from guanxi.customers.domain.rows import NewCustomer
from guanxi.customers.domain.undo import undo_import
from guanxi.customers.domain.upserting import Saved, upsert_customers
from guanxi.errors import GuanxiError, Invalid
from guanxi.i18n import Text
from guanxi.imports.cells import Places
from guanxi.imports.contract import (
    ColumnMapping,
    FileRow,
    ImportContext,
    ImporterKind,
    Item,
    Outcome,
    RowImporter,
    Undone,
)
from guanxi.imports.importers.customer_fields import FIELDS, custom_fields
from guanxi.imports.importers.customer_owners import (
    Found,
    draft_of,
    no_such_owner,
    organisations_of,
    owners_of,
)
from guanxi.imports.importers.customer_rows import CustomerRow, Organisation, RowReader

Result = Outcome | GuanxiError


class _Ready(NamedTuple):
    """What a row says, and the rows of tables that it comes to if the customer is new."""

    row: CustomerRow
    made: NewCustomer | GuanxiError | None = None


class CustomerRows:
    """The importer of one file of customers."""

    def __init__(
        self, header: Sequence[str], mapping: ColumnMapping, context: ImportContext
    ) -> None:
        at = Places.of(header, mapping)
        numbered = at.has("external_id") or at.has("organisation_id")
        if numbered and not at.has("external_source"):
            raise Invalid("Say which system the numbers come from, so that they can be told apart.")
        if at.has("social") and not at.has("social_platform"):
            raise Invalid("Say which platform the social accounts are on.")
        self._reader = RowReader(at, mapping, context)
        self._fields = context.custom_fields
        self._mostly_new = True
        self._all_new = True

    def items(self, rows: Callable[[], Iterable[FileRow]]) -> Iterator[Item]:
        """Yield what each row says."""
        reader = self._reader
        for row in rows():
            try:
                value = reader.read(row[1])
                yield Item((row,), value, called=_called(value.draft))
            except GuanxiError as error:
                yield Item((row,), error=error, field=reader.field)

    def ahead(self, values: Sequence[Any], *, now: datetime, import_id: UUID) -> Sequence[Any]:
        """Make the rows of new customers, as long as most are new; else few of them are needed."""
        if not self._mostly_new:
            return [_Ready(row) for row in values]
        fields = self._fields
        return [
            # Whose owner must be looked up first is made ready when that is known.
            _Ready(row)
            if row.owner
            else _Ready(row, make_ready(row.draft, fields, now=now, import_id=import_id))
            for row in values
        ]

    def write(
        self, session: Session, values: Sequence[Any], *, now: datetime, import_id: UUID
    ) -> list[Result]:
        """Create new customers, change those who are there, and note what goes with them."""
        results = _Batch(session, values, now, import_id).write(strangers=self._all_new)
        self._mostly_new = 2 * results.count("created") >= len(results)
        self._all_new = "changed" not in results and "unchanged" not in results
        return results

    def keys(self, values: Sequence[Any]) -> Sequence[Sequence[str]]:
        """Return the identities of each customer."""
        identities = (value.row.draft.identities for value in values)
        return [["\0".join(key_of(one)) for one in several] for several in identities]


class _Batch:
    """Some rows on their way; ``results`` has the error or outcome of each by its place."""

    def __init__(
        self, session: Session, values: Sequence[_Ready], now: datetime, import_id: UUID
    ) -> None:
        self._session = session
        self._ready = [value.made for value in values]
        self._rows = rows = [value.row for value in values]
        self._now = now
        self._import_id = import_id
        self._results: dict[int, Result] = {}
        wanted = [row.organisation for row in rows if row.organisation]
        self._organisations: dict[Organisation, Found] = (
            dict(organisations_of(session, wanted)) if wanted else {}
        )

    def write(self, *, strangers: bool) -> list[Result]:
        drafts = self._drafts()
        saved = upsert_customers(
            self._session,
            list(drafts.values()),
            now=self._now,
            import_id=self._import_id,
            ready=[self._ready[place] for place in drafts],
            strangers=strangers,
        )
        done: dict[int, Saved] = {}
        for place, result in zip(drafts, saved, strict=True):
            if isinstance(result, GuanxiError):
                self._results[place] = result
            else:
                done[place], self._results[place] = result, result.outcome
        touched = self._join(done) | self._consent(done)
        for place, result in done.items():
            if result.id in touched and result.outcome == "unchanged":
                self._results[place] = "changed"
        return [self._results[place] for place in range(len(self._rows))]

    def _drafts(self) -> Mapping[int, Any]:
        """The drafts of the rows that can be written, by their places."""
        owners = owners_of(self._session, (row.owner for row in self._rows))
        drafts = {}
        for place, row in enumerate(self._rows):
            organisation = row.organisation and self._organisations[row.organisation]
            if row.owner and row.owner not in owners:
                self._results[place] = no_such_owner(row.owner)
            elif isinstance(organisation, GuanxiError):
                self._results[place] = organisation
            elif row.decided_at and row.decided_at > self._now:
                self._results[place] = Invalid("A consent cannot be of a time yet to come.")
            else:
                owner = owners[row.owner] if row.owner else None
                drafts[place] = replace(row.draft, owner_id=owner) if owner else row.draft
        return drafts

    def _join(self, done: Mapping[int, Saved]) -> set[UUID]:
        places = [place for place in done if self._rows[place].organisation]
        if not places:
            return set()
        self._create_organisations(places)
        joins = []
        for place in places:
            organisation = self._rows[place].organisation
            found = self._organisations[organisation] if organisation else None
            if isinstance(found, UUID):
                joins.append(Join(done[place].id, found, self._rows[place].role))
        return join_many(self._session, joins, now=self._now, import_id=self._import_id)

    def _create_organisations(self, places: Iterable[int]) -> None:
        wanted = dict.fromkeys(self._rows[place].organisation for place in places)
        missing = [one for one in wanted if one and self._organisations[one] is None]
        first = {one.identity or one.name.casefold(): one for one in reversed(missing)}
        drafts = [draft_of(one, None) for one in first.values()]
        results = upsert_customers(self._session, drafts, now=self._now, import_id=self._import_id)
        made = dict(zip(first, results, strict=True))
        for one in missing:
            result = made[one.identity or one.name.casefold()]
            self._organisations[one] = result.id if isinstance(result, Saved) else result

    def _consent(self, done: Mapping[int, Saved]) -> set[UUID]:
        decided = [
            Decided(saved.id, decision, self._rows[place].decided_at)
            for place, saved in done.items()
            for decision in self._rows[place].decisions
        ]
        if not decided:
            return set()
        return consent_many(self._session, decided, now=self._now, import_id=self._import_id)


def _called(draft: CustomerDraft) -> str:
    """Return what a customer is called of whom the row tells no name; else an empty text."""
    if draft.name or draft.family_name or draft.given_name or not draft.identities:
        return ""
    return name_from_identity(draft.identities).display_name


def _start(header: Sequence[str], mapping: ColumnMapping, context: ImportContext) -> RowImporter:
    return CustomerRows(header, mapping, context)


def _undo(session: Session, import_id: UUID, now: datetime) -> Undone:
    done = undo_import(session, import_id, now=now)
    return Undone(*done, more=any(done))


CUSTOMERS = ImporterKind(
    "customers",
    Text("Customers", "客户"),
    FIELDS,
    _start,
    _undo,
    batch=4000,
    more_fields=custom_fields,
)
