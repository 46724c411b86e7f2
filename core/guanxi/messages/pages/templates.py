"""Templates of messages, for admins."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.customers.domain.consents import PURPOSES
from guanxi.errors import Invalid
from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.i18n import _
from guanxi.messages.domain import templates
from guanxi.messages.domain.channels import ways
from guanxi.messages.domain.merge_fields import FIELDS
from guanxi.messages.pages.blueprint import MANAGE, pages

_FIELDS = ("name", "channel", "purpose", "subject", "body")


@pages.get("/templates", permission=MANAGE)
def list_templates() -> str:
    """All templates."""
    found = templates.list_templates(current.session())
    titles = {key: title.in_language(current_language()) for key, title in PURPOSES.items()}
    return render_template("messages/templates.html", templates=found, purposes=titles)


@pages.get("/templates/new", permission=MANAGE)
def new_template() -> str:
    """The form of a new template."""
    return _draw(None, {"purpose": "service"})


@pages.post("/templates/new", permission=MANAGE)
def create_template() -> Response | tuple[str, int]:
    """Make a template."""
    return _save(None)


@pages.get("/templates/<uuid:template_id>", permission=MANAGE)
def edit_template(template_id: UUID) -> str:
    """The form of a template."""
    found = templates.find_template(current.session(), template_id)
    return _draw(template_id, {name: getattr(found, name) for name in _FIELDS})


@pages.post("/templates/<uuid:template_id>", permission=MANAGE)
def save_template(template_id: UUID) -> Response | tuple[str, int]:
    """Change a template."""
    return _save(template_id)


@pages.post("/templates/<uuid:template_id>/delete", permission=MANAGE)
def delete_template(template_id: UUID) -> Response:
    """Delete a template."""
    templates.delete_template(current.tx(), template_id)
    flash(_("Deleted."), "success")
    return redirect(url_for("messages.list_templates"))


def _save(template_id: UUID | None) -> Response | tuple[str, int]:
    values = {name: request.form.get(name, "") for name in _FIELDS}
    try:
        templates.save_template(
            current.tx(),
            templates.TemplateDraft(**values),
            now=current.now(),
            template_id=template_id,
        )
    except Invalid as error:
        errors = dict(error.fields) or {"": _(error.message, **error.params)}
        return _draw(template_id, values, errors), error.status
    flash(_("Saved."), "success")
    return redirect(url_for("messages.list_templates"))


def _draw(
    template_id: UUID | None, values: dict[str, str], errors: dict[str, Any] | None = None
) -> str:
    language = current_language()
    channels = [
        (k, w.channel.title.in_language(language)) for k, w in ways(current.session()).items()
    ]
    return render_template(
        "messages/template.html",
        template_id=template_id,
        values=values,
        channels=[("", _("Every channel")), *channels],
        purposes=[(key, title.in_language(language)) for key, title in PURPOSES.items()],
        fields=[(f"{{{{ {k} }}}}", title.in_language(language)) for k, title in FIELDS.items()],
        errors=errors or {},
    )
