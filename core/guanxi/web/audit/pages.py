"""The audit log: who changed what, before and after."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import render_template, request, url_for

from guanxi.audit.query import AuditFilter, entries
from guanxi.http import current
from guanxi.http.language import zone
from guanxi.http.routes import Pages
from guanxi.web.audit.field_words import FieldWords
from guanxi.web.audit.words import ACTIONS, KINDS, names_of

pages = Pages("audit", __name__, url_prefix="/audit")
_TEXT = ("subject_kind", "subject_id", "actor_name", "action")


@pages.get("/", permission="audit.view")
def list_entries() -> str:
    """A page of entries, newest first."""
    values = {name: request.args.get(name, "").strip()[:200] for name in _TEXT}
    wanted = AuditFilter(**values, since=_instant("since", 0), until=_instant("until", 1))
    before = request.args.get("before", "")
    before_id = int(before) if before.isdecimal() and len(before) < 19 else None
    found, following = entries(current.session(), wanted, before_id=before_id)
    args = {k: v for k, v in request.args.items() if v and k != "before"}
    return render_template(
        "audit/list.html",
        entries=found,
        actions=ACTIONS,
        kinds=KINDS,
        names=names_of(current.session(), found),
        changes_of=FieldWords(current.session(), current.platform().settings).changes,
        values=values,
        next_url=_next_url(args, following) if following else None,
    )


def _next_url(args: dict[str, str], before: int) -> str:
    values: dict[str, Any] = {**args, "before": before}
    return url_for("audit.list_entries", **values)


def _instant(name: str, days: int) -> datetime | None:
    try:
        day = date.fromisoformat(request.args.get(name, "")) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time.min, zone()).astimezone(UTC)
