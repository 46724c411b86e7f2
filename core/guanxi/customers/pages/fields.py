"""The fields that the admin adds to customers."""

from collections.abc import Mapping
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.customers.domain import custom_fields
from guanxi.customers.models import CustomField
from guanxi.customers.pages.blueprint import MANAGE, pages, sentences
from guanxi.errors import GuanxiError
from guanxi.http import current
from guanxi.i18n import _, lazy_

TYPES: Final = {
    "text": lazy_("Text"),
    "number": lazy_("Number"),
    "money": lazy_("Amount of money"),
    "date": lazy_("Date"),
    "boolean": lazy_("Yes or no"),
    "choice": lazy_("One of a list"),
    "choices": lazy_("Several of a list"),
}
_APPLIES_TO: Final = {
    "both": lazy_("Persons and organisations"),
    "person": lazy_("Persons"),
    "organisation": lazy_("Organisations"),
}


@pages.get("/fields", permission=MANAGE)
def list_fields() -> str:
    """All fields in their order, archived ones last."""
    return render_template(
        "customers/fields.html",
        fields=custom_fields.all_fields(current.session()),
        types=TYPES,
        applies_to=_APPLIES_TO,
    )


@pages.get("/fields/new", permission=MANAGE)
def new_field() -> str:
    """The form of a new field."""
    return _draw(None, {"type": "text", "applies_to": "both"}, {})


@pages.post("/fields/new", permission=MANAGE)
def create_field() -> Response | tuple[str, int]:
    """Add a field."""
    form = request.form
    try:
        custom_fields.create_field(
            current.tx(), form.get("key", "").strip(), form.get("type", ""), _values(form)
        )
    except GuanxiError as error:
        return _draw(None, form, sentences(error)), error.status
    flash(_("Saved."), "success")
    return redirect(url_for("customers.list_fields"))


@pages.get("/fields/<key>", permission=MANAGE)
def edit_field(key: str) -> str:
    """The form of a field."""
    field = custom_fields.get_field(current.session(), key)
    values = {name: getattr(field, name) for name in custom_fields.CHANGEABLE}
    return _draw(field, {**values, "choices": "\n".join(field.choices)}, {})


@pages.post("/fields/<key>", permission=MANAGE)
def save_field(key: str) -> Response | tuple[str, int]:
    """Change a field; its key and type stay."""
    form = request.form
    values = {**_values(form), "archived": form.get("archived") == "1"}
    try:
        custom_fields.change_field(current.tx(), key, values)
    except GuanxiError as error:
        field = custom_fields.get_field(current.session(), key)
        return _draw(field, form, sentences(error)), error.status
    flash(_("Saved."), "success")
    return redirect(url_for("customers.list_fields"))


def _values(form: Mapping[str, str]) -> dict[str, Any]:
    position = form.get("position", "")
    return {
        "title_en": form.get("title_en", ""),
        "title_zh": form.get("title_zh", ""),
        "choices": form.get("choices", "").splitlines(),
        "applies_to": form.get("applies_to", ""),
        "sensitive": form.get("sensitive") == "1",
        "position": int(position) if position.isdecimal() and len(position) < 6 else 0,
    }


def _draw(field: CustomField | None, values: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    return render_template(
        "customers/field.html",
        field=field,
        values=values,
        errors=errors,
        types=[(key, str(title)) for key, title in TYPES.items()],
        applies_to=[(key, str(title)) for key, title in _APPLIES_TO.items()],
    )
