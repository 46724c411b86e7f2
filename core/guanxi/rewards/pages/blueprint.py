"""The blueprint that all pages of rewards share, and how they name states and kinds."""

from collections.abc import Mapping
from typing import Any, Final

from guanxi.errors import GuanxiError, Invalid
from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.http.routes import Pages
from guanxi.i18n import _, lazy_
from guanxi.rewards.domain.fulfilling import Fulfillers, fulfillers

VIEW: Final = "rewards.view"
REQUEST: Final = "rewards.request"
MANAGE: Final = "rewards.manage"

STATES: Final[Mapping[str, tuple[Any, str]]] = {
    "requested": (lazy_("Waiting"), "warning"),
    "granted": (lazy_("Granted"), "success"),
    "redeemed": (lazy_("Redeemed"), "accent"),
    "reversed": (lazy_("Taken back"), "danger"),
    "expired": (lazy_("Expired"), "neutral"),
    "refused": (lazy_("Refused"), "danger"),
}
"""State -> its name and tone."""
_USUAL: Final = {
    "points": lazy_("Points"),
    "gift": lazy_("Gift"),
    "gift card": lazy_("Gift card"),
    "voucher": lazy_("Voucher"),
    "coupon": lazy_("Coupon"),
    "discount": lazy_("Discount"),
    "cashback": lazy_("Cashback"),
    "free shipping": lazy_("Free shipping"),
}
"""Kinds that programs ask for by these keys, where no plugin names them."""

pages = Pages("rewards", __name__, url_prefix="/rewards")


def current_fulfillers() -> Fulfillers:
    """Return which enabled plugin fulfils which kind of reward."""
    registered = current.platform().host.reward_kinds()
    return fulfillers([(plugin, kind.kind) for plugin, kind in registered])


def kind_titles() -> dict[str, str]:
    """Return the titles of the kinds that enabled plugins fulfil."""
    registered = current.platform().host.reward_kinds()
    return {kind.kind: kind.title.in_language(current_language()) for _plugin, kind in registered}


def kind_title(kind: str) -> str:
    """Return what a kind is called: by a plugin, enabled or not, else by usage, else its key."""
    for loaded in current.platform().host.loaded:
        for one in loaded.contribution.reward_kinds if loaded.contribution else ():
            if one.kind == kind:
                return one.title.in_language(current_language())
    words = kind.rpartition(".")[2].replace("_", " ").replace("-", " ").strip()
    return str(_USUAL.get(words) or words[:1].upper() + words[1:] or kind)


def form_errors(error: GuanxiError) -> dict[str, str]:
    """Return the sentence of an error under the fields that it names."""
    sentence = _(error.message, **error.params)
    fields = tuple(error.fields) if isinstance(error, Invalid) else ()
    return dict.fromkeys(fields or ("form",), sentence)
