"""Kept analyses: make one with controls, run it, open the customers behind each number."""

from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from guanxi.sdk import (
    Attribute,
    Forbidden,
    Invalid,
    PreconditionFailed,
    current,
    customers,
    web,
)
from guanxi_scoring.explaining.wording import country
from guanxi_scoring.insight.analyses import definition, keeping, running
from guanxi_scoring.mining.insights import Decider
from guanxi_scoring.models import Analysis
from guanxi_scoring.pages.blueprint import VIEW, pages
from guanxi_scoring.sight import scope
from guanxi_scoring.texts import _

COUNTRY: Final = "customers.country"
CONDITIONS: Final = 3
"""Lines for conditions in the form; the API takes more."""
Answer = str | Redirect | tuple[str, int]


@pages.get("/insight/analyses", permission=VIEW)
def analysis_list() -> str:
    """All kept analyses by title."""
    return render_template("scoring/analyses.html", analyses=keeping.analyses(current.session()))


@pages.get("/insight/analyses/new", permission=VIEW)
def new_analysis() -> str:
    """An empty form."""
    return _draw(None, {}, {})


@pages.post("/insight/analyses/new", permission=VIEW)
def make_analysis() -> Answer:
    """Keep a question and show its answer."""
    try:
        found = keeping.make(
            current.tx(), request.form.get("title", ""), _sent(), who(), now=current.now()
        )
    except Invalid as error:
        web.drop_transaction()
        return _draw(None, dict(request.form), error.fields or {"form": [str(error)]}), error.status
    return redirect(url_for("scoring.analysis", analysis_id=found.id))


@pages.get("/insight/analyses/<uuid:analysis_id>", permission=VIEW)
def analysis(analysis_id: UUID) -> str:
    """The question, and its answer as of now for whoever looks."""
    session = current.session()
    found = keeping.find_analysis(session, analysis_id)
    asked, rows, problem = None, [], ""
    try:
        asked = definition.read(session, found.definition)
        rows = list(running.run(session, asked))
    except Invalid as error:
        problem = web.sentence(error)
    return render_template(
        "scoring/analysis.html",
        found=found,
        words=in_words(session, found.definition),
        rows=[_row(session, asked, row) for row in rows] if asked else [],
        counted=asked is None or asked.measure == "count",
        unit=_unit(session, asked) if asked else "",
        problem=problem,
        mine=found.owner_id in (None, current.principal().user_id),
        most=running.MOST_ROWS,
    )


@pages.get("/insight/analyses/<uuid:analysis_id>.<ending>", permission=VIEW)
def analysis_file(analysis_id: UUID, ending: str) -> Response:
    """The answer as a file, CSV or XLSX."""
    session = current.session()
    asked = definition.read(session, keeping.find_analysis(session, analysis_id).definition)
    rows = [[row.key, row.customers, row.value] for row in running.run(session, asked)]
    header = [_("Value"), _("Customers"), _("Measure")]
    return web.table_file(f"analysis.{ending}", header, rows)


@pages.post("/insight/analyses/<uuid:analysis_id>/run", permission=VIEW)
def run_analysis(analysis_id: UUID) -> Redirect:
    """Run it and keep the answer."""
    keeping.run(current.tx(), analysis_id, who(), scope=scope(), now=current.now())
    flash(_("The answer of now is kept."), "success")
    return redirect(url_for("scoring.analysis", analysis_id=analysis_id))


@pages.get("/insight/analyses/<uuid:analysis_id>/edit", permission=VIEW)
def edit_analysis(analysis_id: UUID) -> str:
    """The form filled with the question."""
    found = keeping.find_analysis(current.session(), analysis_id)
    return _draw(found, _texts(found), {})


@pages.post("/insight/analyses/<uuid:analysis_id>/edit", permission=VIEW)
def change_analysis(analysis_id: UUID) -> Answer:
    """Change one's own question."""
    try:
        keeping.change(
            current.tx(), analysis_id, request.form.get("title", ""), _sent(), who(),
            now=current.now(), expected_version=web.form_version(),
        )  # fmt: skip
    except (Invalid, PreconditionFailed, Forbidden) as error:
        web.drop_transaction()
        found = keeping.find_analysis(current.session(), analysis_id)
        faults = getattr(error, "fields", None) or {"form": [web.sentence(error)]}
        return _draw(found, dict(request.form), faults), error.status
    flash(_("Saved."), "success")
    return redirect(url_for("scoring.analysis", analysis_id=analysis_id))


@pages.post("/insight/analyses/<uuid:analysis_id>/delete", permission=VIEW)
def delete_analysis(analysis_id: UUID) -> Redirect:
    """Throw one's own question away."""
    keeping.throw_away(current.tx(), analysis_id, who(), expected_version=web.form_version())
    flash(_("The analysis is gone."), "success")
    return redirect(url_for("scoring.analysis_list"))


def who() -> Decider:
    """Return who asks."""
    person = current.principal()
    return Decider(person.name, person.user_id)


def measure_words() -> dict[str, str]:
    """Return what measures are called."""
    return {
        "count": _("Number of customers"),
        "sum": _("Sum"),
        "avg": _("Mean"),
        "median": _("Median"),
        "min": _("Least"),
        "max": _("Greatest"),
    }


def operator_words() -> dict[str, str]:
    """Return what operators are called."""
    return {
        "eq": _("is"),
        "ne": _("is not"),
        "lt": _("is less than"),
        "lte": _("is at most"),
        "gt": _("is more than"),
        "gte": _("is at least"),
        "contains": _("contains"),
        "starts": _("begins with"),
        "in": _("is one of"),
        "has": _("has"),
        "missing": _("is unknown (true or false)"),
    }


def in_words(session: Session, asked: dict[str, Any]) -> str:
    """Return a question as one sentence."""
    known, language = customers.attributes_in_sight(session), web.language()

    def title(key: str | None) -> str:
        return known[key].title.in_language(language) if key and key in known else str(key)

    what = measure_words()[asked["measure"]]
    if asked["of"]:
        what = _("%(measure)s of “%(attribute)s”", measure=what, attribute=title(asked["of"]))
    if asked["by"]:
        what = _("%(what)s by “%(attribute)s”", what=what, attribute=title(asked["by"]))
    where = [
        f"“{title(key)}” {operator_words().get(operator, operator)} {value}"
        for key, operator, value in asked["where"]
    ]
    if not where:
        return what
    return _("%(what)s, where %(conditions)s", what=what, conditions=_(" and ").join(where))


def _row(session: Session, asked: definition.Definition, row: running.Row) -> dict[str, Any]:
    attribute = customers.attributes_in_sight(session)[asked.by] if asked.by else None
    return {
        "title": _title(attribute, row.key),
        "customers": row.customers,
        "value": row.value,
        "url": _url(asked, attribute, row.key),
    }


def _url(asked: definition.Definition, attribute: Attribute | None, key: Any) -> str:
    arguments: dict[str, Any] = _where(asked, attribute, key)
    return url_for("customers.list_customers", **arguments)


def _title(attribute: Attribute | None, key: Any) -> str:
    if attribute is None:
        return _("All")
    if key is None:
        return _("unknown")
    titles = {value: title.in_language(web.language()) for value, title in attribute.choices}
    if isinstance(key, bool):
        return _("yes") if key else _("no")
    if attribute.key == COUNTRY:
        return country(str(key))
    return titles.get(key, str(key))


def _where(
    asked: definition.Definition, attribute: Attribute | None, key: Any
) -> dict[str, list[str]]:
    """Return the arguments of the list of customers that shows who is behind a number."""
    found: dict[str, list[str]] = {}
    for name, operator, value in asked.where:
        found.setdefault(f"{name}__{operator}", []).append(value)
    if attribute is not None:
        if key is None:
            found.setdefault(f"{attribute.key}__missing", []).append("true")
        else:
            operator = "has" if attribute.type == "choices" else "eq"
            value = str(key).lower() if isinstance(key, bool) else str(key)
            found.setdefault(f"{attribute.key}__{operator}", []).append(value)
    return found


def _unit(session: Session, asked: definition.Definition) -> str:
    if asked.of is None:
        return ""
    return customers.attributes_in_sight(session)[asked.of].unit or ""


def _sent() -> dict[str, Any]:
    form = request.form
    rows = zip(
        form.getlist("attribute"), form.getlist("operator"), form.getlist("value"), strict=False
    )
    return {
        "measure": form.get("measure", ""),
        "of": form.get("of") or None,
        "by": form.get("by") or None,
        "where": [[key, operator, value.strip()] for key, operator, value in rows if key],
    }


def _texts(found: Analysis) -> dict[str, Any]:
    asked = found.definition
    return {
        "title": found.title, "measure": asked["measure"], "of": asked["of"] or "",
        "by": asked["by"] or "", "where": asked["where"], "version": str(found.version),
    }  # fmt: skip


def _draw(found: Analysis | None, typed: dict[str, Any], faults: Any) -> str:
    if request.method == "POST":
        typed = {**typed, "where": _sent()["where"]}
    known, language = customers.attributes_in_sight(current.session()), web.language()

    def options(types: tuple[str, ...]) -> list[tuple[str, str]]:
        titled = [(key, a.title.in_language(language)) for key, a in known.items()
                  if a.type in types]  # fmt: skip
        return sorted(titled, key=lambda one: one[1])

    where = [*typed.get("where", []), *([["", "eq", ""]] * CONDITIONS)]
    return render_template(
        "scoring/analysis_edit.html",
        found=found,
        typed={"measure": "count", **typed},
        errors={name: _(str(said[0])) if said else _("This does not fit.")
                for name, said in faults.items()},
        measures=list(measure_words().items()),
        numbers=options(definition.NUMBERS),
        groups=options(definition.GROUPS),
        attributes=options(tuple(customers.OPERATORS)),
        operators=list(operator_words().items()),
        where=where[: max(CONDITIONS, len(typed.get("where", [])))],
    )  # fmt: skip
