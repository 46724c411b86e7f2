"""The programmes: members, what they hold, the state in plain words, the rules in sentences."""

from typing import Any

from flask import render_template
from sqlalchemy import select

from guanxi.sdk import current, web
from guanxi_loyalty.models import Programme
from guanxi_loyalty.overview import Outstanding, member_counts, outstanding
from guanxi_loyalty.pages.blueprint import VIEW, pages
from guanxi_loyalty.pages.states import programme_state
from guanxi_loyalty.policies import read_policies
from guanxi_loyalty.policy_sentences import policies_in_words
from guanxi_loyalty.texts import _
from guanxi_loyalty.wording import Wording, title_of


@pages.get("/", permission=VIEW)
def index() -> str:
    """List the programmes."""
    session = current.session()
    found = session.scalars(select(Programme).order_by(Programme.key)).all()
    members, held = member_counts(session), outstanding(session)
    shown = [_shown(one, members.get(one.id, 0), held.get(one.id, [])) for one in found]
    return render_template("loyalty/index.html", programmes=shown)


def _shown(programme: Programme, members: int, held: list[Outstanding]) -> dict[str, Any]:
    language = web.language()
    wording = Wording(language)
    figures: list[tuple[str, str, str | None]] = [(_("Members"), wording.number(members), None)]
    for one in held:
        notes = []
        if one.pending:
            notes.append(_("%(pending)s pending", pending=wording.number(one.pending)))
        if one.held:
            notes.append(_("%(held)s set aside", held=wording.number(one.held)))
        figure = wording.number(one.balance), " · ".join(notes) or None
        figures.append((title_of(one.unit, language), *figure))
    return {
        "one": programme,
        "title": title_of(programme, language),
        "state": programme_state(programme),
        "figures": figures,
        "policies": policies_in_words(read_policies(programme.policies), language),
    }
