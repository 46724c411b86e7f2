"""What the fields of "before and after" are called in the audit log.

Customers' fields and settings have titles of their own; what the core notes of everything else
stands here. A field that stands nowhere, a plugin's for example, is shown as it is written.
"""

from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from guanxi.audit.models import AuditEntry
from guanxi.customers.domain.custom_fields import all_fields
from guanxi.customers.domain.history import flat_changes
from guanxi.customers.pages.field_titles import field_title
from guanxi.customers.pages.history_words import CONSENT, consent_title
from guanxi.http.language import current_language
from guanxi.i18n import lazy_
from guanxi.settings.form import form_fields
from guanxi.settings.store import SettingsStore

_FIELDS: Final = {
    "active": lazy_("Active"),
    "amount": lazy_("Amount"),
    "archived": lazy_("Archived"),
    "assignee_id": lazy_("Assigned to"),
    "attributes": lazy_("Attributes"),
    "body": lazy_("Text"),
    "changed": lazy_("Changed"),
    "channel": lazy_("Channel"),
    "choices": lazy_("Choices"),
    "codes": lazy_("Recovery codes"),
    "colour": lazy_("Colour"),
    "created": lazy_("New"),
    "currency": lazy_("Currency"),
    "customer": lazy_("Customer"),
    "customer_id": lazy_("Customer"),
    "customers": lazy_("Customers"),
    "direction": lazy_("Direction"),
    "done_at": lazy_("Done"),
    "done_by": lazy_("Done by"),
    "due_on": lazy_("Due"),
    "email": lazy_("E-mail"),
    "error": lazy_("Error"),
    "events": lazy_("Events"),
    "expires_at": lazy_("Expires"),
    "external_id": lazy_("Number elsewhere"),
    "file": lazy_("File"),
    "format": lazy_("Format"),
    "fulfilled_by": lazy_("Given by"),
    "group": lazy_("Group"),
    "how": lazy_("How"),
    "kept": lazy_("Kept"),
    "key": lazy_("Key"),
    "kind": lazy_("Kind"),
    "language": lazy_("Language"),
    "lines": lazy_("Lines"),
    "mentions": lazy_("Mentioned"),
    "name": lazy_("Name"),
    "note": lazy_("Note"),
    "occurred_at": lazy_("When"),
    "outcome": lazy_("Outcome"),
    "permissions": lazy_("Permissions"),
    "position": lazy_("Position"),
    "purpose": lazy_("Purpose"),
    "reason": lazy_("Reason"),
    "redeemed_amount": lazy_("Redeemed"),
    "reference": lazy_("Reference"),
    "refused": lazy_("Refused"),
    "removed": lazy_("Removed"),
    "restored": lazy_("As before"),
    "role": lazy_("Role"),
    "roles": lazy_("Roles"),
    "rows": lazy_("Rows"),
    "run": lazy_("Run"),
    "scope": lazy_("Which customers"),
    "scopes": lazy_("Permissions"),
    "sensitive": lazy_("Sensitive"),
    "sessions": lazy_("Sessions"),
    "since": lazy_("Since"),
    "source": lazy_("Source"),
    "staff_id": lazy_("Staff"),
    "state": lazy_("State"),
    "state_reason": lazy_("Reason"),
    "subject": lazy_("Subject"),
    "teams": lazy_("Teams"),
    "text": lazy_("Text"),
    "time_zone": lazy_("Time zone"),
    "title": lazy_("Title"),
    "title_en": lazy_("English title"),
    "title_zh": lazy_("Chinese title"),
    "touchpoint_id": lazy_("Touchpoint"),
    "tries": lazy_("Tries"),
    "type": lazy_("Type"),
    "unchanged": lazy_("Stays as it is"),
    "unit": lazy_("Unit"),
    "url": lazy_("Address"),
    "user_id": lazy_("User"),
    "version": lazy_("Version"),
    "what": lazy_("What"),
}


class Change(NamedTuple):
    """A field of an entry, before and after; None where it was or is not there."""

    name: str
    title: str
    before: Any
    after: Any


class FieldWords:
    """Titles of fields, in the reader's language; what they hang on is read once."""

    def __init__(self, session: Session, settings: SettingsStore) -> None:
        self._custom = all_fields(session)
        self._settings = settings
        self._of_scopes: dict[str, dict[str, str]] = {}

    def changes(self, entry: AuditEntry) -> list[Change]:
        """Return what an entry changed, field by field."""
        before, after = flat_changes(entry.before), flat_changes(entry.after)
        return [
            Change(name, self.title(entry, name), before.get(name), after.get(name))
            for name in dict.fromkeys([*before, *after])
        ]

    def title(self, entry: AuditEntry, name: str) -> str:
        """Return what a field of an entry is called."""
        if entry.subject_kind == "settings":
            return self._of_scope(entry.subject_id).get(name, name)
        if entry.subject_kind == "customer":
            if name.startswith(CONSENT):
                return consent_title(name)
            return field_title(name, self._custom)
        return str(_FIELDS.get(name, name))

    def _of_scope(self, scope: str) -> dict[str, str]:
        if scope not in self._of_scopes:
            known = scope in self._settings.scopes()
            fields = form_fields(self._settings.schema(scope), {}) if known else []
            language = current_language()
            self._of_scopes[scope] = {one.name: one.title.in_language(language) for one in fields}
        return self._of_scopes[scope]
