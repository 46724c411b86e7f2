"""What the audit log says in words: actions, kinds of things, the names of the things themselves.

An action or a kind that stands nowhere here, a plugin's for example, is shown as it is written.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from guanxi.access.models import Role, Team, User
from guanxi.audit.models import AuditEntry
from guanxi.customers.models import Customer
from guanxi.i18n import lazy_
from guanxi.imports.models import Import
from guanxi.messages.models import MessageTemplate
from guanxi.webhooks.models import WebhookEndpoint
from guanxi.work.models import Task

ACTIONS: Final = {
    "backup.made": lazy_("Backup made"),
    "comment.added": lazy_("Comment written"),
    "comment.deleted": lazy_("Comment deleted"),
    "contact.cancelled": lazy_("Planned contact given up"),
    "contact.done": lazy_("Planned contact done"),
    "contact.planned": lazy_("Contact planned"),
    "custom_field.changed": lazy_("Custom field changed"),
    "custom_field.created": lazy_("Custom field made"),
    "customer.changed": lazy_("Customer changed"),
    "customer.closed": lazy_("Relation ended"),
    "customer.consent": lazy_("Consent noted"),
    "customer.created": lazy_("Customer created"),
    "customer.erased": lazy_("Data erased"),
    "customer.identity_verified": lazy_("Identity checked"),
    "customer.import_undone": lazy_("Import taken back"),
    "customer.member_added": lazy_("Joined an organisation"),
    "customer.member_removed": lazy_("Left an organisation"),
    "customer.merged": lazy_("Merged"),
    "customer.reopened": lazy_("Relation taken up again"),
    "customer.restored": lazy_("As before the import"),
    "customer.unmerged": lazy_("Merge taken back"),
    "delivery.replayed": lazy_("Events read again"),
    "delivery.retried": lazy_("Parked event tried again"),
    "delivery.skipped": lazy_("Parked event skipped"),
    "duplicate.dismissed": lazy_("Not the same as another"),
    "export.asked": lazy_("Export asked for"),
    "export.cancelled": lazy_("Export cancelled"),
    "import.done": lazy_("Import done"),
    "import.undone": lazy_("Import taken back"),
    "import.uploaded": lazy_("File uploaded"),
    "job.asked": lazy_("Job started by hand"),
    "job.run_again": lazy_("Failed job run again"),
    "message.cancelled": lazy_("Message withdrawn"),
    "message.failed": lazy_("Message failed"),
    "message.held": lazy_("Message held back"),
    "message.queued": lazy_("Message queued"),
    "message.refused": lazy_("Message refused"),
    "message.sent": lazy_("Message sent"),
    "message_template.changed": lazy_("Template changed"),
    "message_template.created": lazy_("Template made"),
    "message_template.deleted": lazy_("Template deleted"),
    "plugin.demo_filled": lazy_("Demo data of an app added"),
    "plugin.disabled": lazy_("App disabled"),
    "plugin.enabled": lazy_("App enabled"),
    "plugin.migration_failed": lazy_("App could not be migrated"),
    "plugin.quarantined": lazy_("App put in quarantine"),
    "plugin.released": lazy_("App let out of quarantine"),
    "plugin.uninstalled": lazy_("App uninstalled"),
    "preset.applied": lazy_("Preset added"),
    "privacy.erase_requested": lazy_("Erasure asked for"),
    "privacy.export_requested": lazy_("Copy of the data asked for"),
    "retention.cleared": lazy_("Old data removed"),
    "retention.run": lazy_("Old data looked for"),
    "reward.expired": lazy_("Reward expired"),
    "reward.granted": lazy_("Reward granted"),
    "reward.redeemed": lazy_("Reward redeemed"),
    "reward.refused": lazy_("Reward refused"),
    "reward.requested": lazy_("Reward asked for"),
    "reward.reversed": lazy_("Reward taken back"),
    "role.deleted": lazy_("Role deleted"),
    "role.saved": lazy_("Role saved"),
    "settings.changed": lazy_("Settings changed"),
    "tag.changed": lazy_("Tag changed"),
    "tag.deleted": lazy_("Tag deleted"),
    "tag.renamed": lazy_("Tag renamed"),
    "task.changed": lazy_("Task changed"),
    "task.created": lazy_("Task made"),
    "task.done": lazy_("Task done"),
    "task.reopened": lazy_("Task open again"),
    "team.created": lazy_("Team made"),
    "team.deleted": lazy_("Team deleted"),
    "token.created": lazy_("Token made"),
    "token.revoked": lazy_("Token ended"),
    **{
        f"touchpoint_{of}.{what}": title
        for of in ("channel", "kind", "outcome")
        for what, title in (
            ("added", lazy_("Entry of a list added")),
            ("renamed", lazy_("Entry of a list renamed")),
            ("archived", lazy_("Entry of a list archived")),
            ("restored", lazy_("Entry of a list offered again")),
        )
    },
    "touchpoint.amended": lazy_("Touchpoint amended"),
    "touchpoint.assigned": lazy_("Touchpoint assigned"),
    "touchpoint.recorded": lazy_("Touchpoint recorded"),
    "touchpoint.voided": lazy_("Touchpoint voided"),
    "user.changed": lazy_("User changed"),
    "user.created": lazy_("User made"),
    "user.link_made": lazy_("Sign-in link made"),
    "user.password_chosen": lazy_("Password chosen"),
    "user.recovery_codes_made": lazy_("Recovery codes made"),
    "user.session_ended": lazy_("Session ended"),
    "user.sessions_ended": lazy_("Sessions ended"),
    "user.signed_in": lazy_("Signed in"),
    "user.totp_off": lazy_("Second factor switched off"),
    "user.totp_on": lazy_("Second factor switched on"),
    "webhook.changed": lazy_("Webhook changed"),
    "webhook.created": lazy_("Webhook made"),
    "webhook.deleted": lazy_("Webhook deleted"),
    "webhook.secret_renewed": lazy_("Webhook's secret renewed"),
    "webhook.sent_again": lazy_("Webhook sent again"),
    "webhook.switched_off": lazy_("Webhook switched off"),
}
KINDS: Final = {
    "comment": lazy_("Comment"),
    "custom_field": lazy_("Custom field"),
    "customer": lazy_("Customer"),
    "export": lazy_("Export"),
    "import": lazy_("Import"),
    "message": lazy_("Message"),
    "message_template": lazy_("Template"),
    "planned_contact": lazy_("Planned contact"),
    "plugin": lazy_("App"),
    "preset": lazy_("Preset"),
    "reader": lazy_("Reader"),
    "retention": lazy_("Retention"),
    "reward": lazy_("Reward"),
    "role": lazy_("Role"),
    "settings": lazy_("Settings"),
    "tag": lazy_("Tag"),
    "task": lazy_("Task"),
    "team": lazy_("Team"),
    "token": lazy_("Token"),
    "touchpoint": lazy_("Touchpoint"),
    "touchpoint_channel": lazy_("Channel"),
    "touchpoint_kind": lazy_("Kind of touchpoint"),
    "touchpoint_outcome": lazy_("Outcome"),
    "user": lazy_("User"),
    "webhook": lazy_("Webhook"),
}
_NAMES: Final[Mapping[str, tuple[Any, InstrumentedAttribute[Any]]]] = {
    "customer": (Customer.id, Customer.display_name),
    "import": (Import.id, Import.file_name),
    "message_template": (MessageTemplate.id, MessageTemplate.name),
    "role": (Role.id, Role.name),
    "task": (Task.id, Task.title),
    "team": (Team.id, Team.name),
    "user": (User.id, User.name),
    "webhook": (WebhookEndpoint.id, WebhookEndpoint.title),
}
_LONGEST_KEY: Final = 32
"""Keys that people chose are short; the ids of everything else say nothing to them."""


def names_of(session: Session, entries: Iterable[AuditEntry]) -> dict[tuple[str, str], str]:
    """Return what the things are called that entries are about: by kind and id, where it is known.

    Customers out of the reader's sight stay unnamed, as the session's row rule has it.
    """
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        wanted.setdefault(entry.subject_kind, set()).add(entry.subject_id)
    found: dict[tuple[str, str], str] = {}
    for kind, ids in wanted.items():
        if kind in _NAMES:
            found |= _look_up(session, kind, ids)
        else:
            found |= {(kind, one): one for one in ids if len(one) < _LONGEST_KEY}
    return found


def _look_up(session: Session, kind: str, ids: Iterable[str]) -> dict[tuple[str, str], str]:
    key, name = _NAMES[kind]
    rows = session.execute(select(key, name).where(key.in_([UUID(one) for one in ids])))
    return {(kind, str(row[0])): row[1] for row in rows if row[1]}
