"""The blueprint that all pages of customers share, and how they tell what went wrong."""

from typing import Final

from guanxi.errors import GuanxiError, Invalid
from guanxi.http.routes import Pages
from guanxi.i18n import _

VIEW: Final = "customers.view"
EDIT: Final = "customers.edit"
MERGE: Final = "customers.merge"
SENSITIVE: Final = "customers.sensitive"
MANAGE: Final = "settings.manage"

pages = Pages("customers", __name__, url_prefix="/customers")


def sentence(error: GuanxiError) -> str:
    """Return what went wrong in the reader's language."""
    return _(error.message, **error.params)


def sentences(error: GuanxiError) -> dict[str, str]:
    """Return what went wrong by the input that it is about; under no name if it is about none."""
    fields = error.fields if isinstance(error, Invalid) else {}
    return dict.fromkeys(fields, sentence(error)) or {"": sentence(error)}
