"""Enable, disable, release from quarantine.

The functions of ``plugins.lifecycle`` open transactions of their own, so these views do not use
the request's.
"""

from flask import request

from guanxi.http import current
from guanxi.i18n import _
from guanxi.plugins import lifecycle, quarantine
from guanxi.plugins.records import read_records
from guanxi.web.apps.pages.blueprint import MANAGE, Answer, pages
from guanxi.web.apps.pages.showing import carry_out


@pages.post("/<name>/enable", permission=MANAGE)
def enable(name: str) -> Answer:
    """Migrate and switch on."""
    platform, actor = current.platform(), current.principal().actor

    def work() -> None:
        lifecycle.enable(platform.database, platform.host, name, actor=actor, now=current.now())

    return carry_out(name, work, _("It is enabled, for everybody and at once."))


@pages.post("/<name>/disable", permission=MANAGE)
def disable(name: str) -> Answer:
    """Switch off, and with it those that need it, if the person was asked about all of them."""
    platform, actor = current.platform(), current.principal().actor

    def work() -> None:
        lifecycle.disable(
            platform.database,
            platform.host,
            name,
            actor=actor,
            now=current.now(),
            cascade=_was_asked_about_all(name),
        )

    return carry_out(name, work, _("It is disabled. Its data is kept."))


@pages.post("/<name>/release", permission=MANAGE)
def release(name: str) -> Answer:
    """Take out of quarantine."""
    database, actor = current.platform().database, current.principal().actor

    def work() -> None:
        quarantine.release(database, name, now=current.now(), actor=actor)

    return carry_out(name, work, _("It is released. If it was enabled before, it works again."))


def _was_asked_about_all(name: str) -> bool:
    """Whoever was enabled since the page was drawn is not switched off unasked."""
    records = read_records(current.session())
    needing = lifecycle.dependants(current.platform().host, records, name)
    return set(needing) <= set(request.form.get("together", "").split())
