"""The pages of working together: my day, a task, comments of a customer, notifications."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from guanxi.access.models import User
from guanxi.customers.models import Customer
from guanxi.errors import Conflict, GuanxiError, Invalid, NotFound
from guanxi.http import current
from guanxi.http.language import zone
from guanxi.http.redirects import safe_path
from guanxi.http.routes import Pages
from guanxi.i18n import _
from guanxi.work.domain import comments, gap_tasks, notifications, tasks
from guanxi.work.domain.mentions import colleagues
from guanxi.work.models import Task

VIEW, EDIT = "customers.view", "customers.edit"
_FIELDS = ("title", "note", "due_on", "customer_id", "assignee_id")

pages = Pages("work", __name__)


@pages.get("/tasks", permission=VIEW)
def my_day() -> str:
    """My open tasks: overdue, today, later; and what I gave to others."""
    session, me = current.session(), _me()
    day = tasks.day_of(session, me, _today())
    given = tasks.list_tasks(session, me, done=False)
    others = [task for task in given if task.creator_id == me and task.assignee_id != me]
    shown = [*day.overdue, *day.today, *day.later, *others]
    return render_template(
        "work/tasks.html",
        parts=[
            (_("Overdue"), day.overdue, "danger"),
            (_("Today"), day.today, "accent"),
            (_("Later"), day.later, "neutral"),
            (_("With colleagues"), others, "neutral"),
        ],
        customers=_customers(shown),
        people=_people(shown),
        any=bool(shown),
    )


@pages.get("/tasks/new", permission=EDIT)
def new_task() -> str:
    """The form of a new task; ``?customer=`` says about whom."""
    return _draw(None, {"assignee_id": _me(), "customer_id": request.args.get("customer", "")})


@pages.post("/tasks/new", permission=EDIT)
def create_task() -> Response | tuple[str, int]:
    """Make a task."""
    try:
        tasks.create_task(current.tx(), _sent_draft(), now=current.now())
    except GuanxiError as error:
        return _draw(None, _sent(), error), error.status
    flash(_("Saved."), "success")
    return redirect(safe_path(request.form.get("next")) if request.form.get("next")
                    else url_for("work.my_day"))  # fmt: skip


@pages.post("/tasks/gaps/<uuid:customer_id>", permission=EDIT)
def make_gap_task(customer_id: UUID) -> Response:
    """Make a task of what is missing in a customer's record."""
    try:
        gap_tasks.make_gap_task(current.tx(), customer_id, now=current.now())
        flash(_("The task is made."), "success")
    except Conflict as error:
        flash(_(error.message, **error.params), "info")
    return redirect(url_for("customers.show", customer_id=customer_id))


@pages.get("/tasks/<uuid:task_id>", permission=VIEW)
def edit_task(task_id: UUID) -> str:
    """The form of a task."""
    task = tasks.find_task(current.session(), task_id, _me())
    return _draw(task_id, {name: getattr(task, name) for name in _FIELDS})


@pages.post("/tasks/<uuid:task_id>", permission=EDIT)
def save_task(task_id: UUID) -> Response | tuple[str, int]:
    """Change a task."""
    try:
        tasks.change_task(current.tx(), task_id, _sent_draft(), _me(), now=current.now())
    except NotFound:
        raise
    except GuanxiError as error:
        return _draw(task_id, _sent(), error), error.status
    flash(_("Saved."), "success")
    return redirect(url_for("work.my_day"))


@pages.post("/tasks/<uuid:task_id>/done", permission=EDIT)
def finish_task(task_id: UUID) -> Response:
    """Mark a task as done, or not done after all (``done=0``)."""
    if request.form.get("done") == "0":
        tasks.reopen(current.tx(), task_id, _me())
        flash(_("The task is open again."), "success")
    else:
        tasks.finish(current.tx(), task_id, _me(), now=current.now())
        flash(_("Done."), "success")
    return redirect(url_for("work.my_day"))


@pages.get("/customers/<uuid:customer_id>/comments", permission=VIEW)
def customer_comments(customer_id: UUID) -> str:
    """The comments on a customer, as a part of that customer's page."""
    return render_template(
        "messages/_comments.html", **comments.comments_context(current.session(), customer_id)
    )


@pages.post("/customers/<uuid:customer_id>/comments", permission=EDIT)
def add_comment(customer_id: UUID) -> Response:
    """Comment on a customer."""
    try:
        comments.add_comment(
            current.tx(), customer_id, request.form.get("text", ""), now=current.now()
        )
    except Invalid as error:
        flash(_(error.message, **error.params), "error")
    return _back_to(customer_id)


@pages.post("/customers/<uuid:customer_id>/comments/<uuid:comment_id>/delete", permission=EDIT)
def delete_comment(customer_id: UUID, comment_id: UUID) -> Response:
    """Delete a comment of one's own."""
    comments.delete_comment(current.tx(), comment_id)
    return _back_to(customer_id)


@pages.get("/notifications", permission=VIEW)
def list_notifications() -> str:
    """One's notifications, the newest first."""
    session, me = current.session(), _me()
    before = _uuid(request.args.get("before"))
    found = notifications.latest(session, me, before=before, limit=51)
    following = None
    if len(found) > 50:
        following = url_for("work.list_notifications", before=found[49].notification.id)
    return render_template(
        "work/notifications.html",
        news=found[:50],
        unread=notifications.count_unread(session, me),
        next_url=following,
    )


@pages.post("/notifications/read", permission=VIEW)
def read_all() -> Response:
    """Mark all as read."""
    notifications.mark_all_read(current.tx(), _me(), now=current.now())
    return redirect(url_for("work.list_notifications"))


@pages.post("/notifications/<uuid:notification_id>/read", permission=VIEW)
def read_one(notification_id: UUID) -> Response:
    """Mark one as read, and go where it leads."""
    notifications.mark_read(current.tx(), _me(), notification_id, now=current.now())
    return redirect(safe_path(request.form.get("next")))


def _me() -> UUID:
    user_id = current.principal().user_id
    if user_id is None:
        raise NotFound("Only people have tasks and notifications.")
    return user_id


def _today() -> date:
    return current.now().astimezone(zone()).date()


def _back_to(customer_id: UUID) -> Response:
    return redirect(url_for("customers.show", customer_id=customer_id, _anchor="comments"))


def _sent() -> dict[str, Any]:
    return {name: request.form.get(name, "") for name in _FIELDS}


def _sent_draft() -> tasks.TaskDraft:
    values = _sent()
    due_on = None
    if values["due_on"]:
        try:
            due_on = date.fromisoformat(values["due_on"])
        except ValueError:
            raise Invalid("Write the date like 2026-05-01.") from None
    return tasks.TaskDraft(
        title=values["title"],
        note=values["note"],
        due_on=due_on,
        customer_id=_uuid(values["customer_id"]),
        assignee_id=_uuid(values["assignee_id"]),
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _draw(task_id: UUID | None, values: dict[str, Any], error: GuanxiError | None = None) -> str:
    errors: dict[str, Any] = {}
    if error is not None:
        fields = dict(error.fields) if isinstance(error, Invalid) else {}
        errors = fields or {"": _(error.message, **error.params)}
    session, customer_id = current.session(), _uuid(str(values.get("customer_id") or ""))
    name = session.scalar(select(Customer.display_name).where(Customer.id == customer_id))
    return render_template(
        "work/task.html",
        task_id=task_id,
        values=values,
        customer_name=name,
        people=[(str(person.id), person.name) for person in colleagues(session)],
        errors=errors,
    )


def _customers(found: list[Task]) -> dict[UUID, str]:
    ids = {task.customer_id for task in found if task.customer_id}
    rows = current.session().execute(
        select(Customer.id, Customer.display_name).where(Customer.id.in_(ids))
    )
    return dict(rows.all())


def _people(found: list[Task]) -> dict[UUID, str]:
    ids = {task.assignee_id for task in found if task.assignee_id}
    rows = current.session().execute(select(User.id, User.name).where(User.id.in_(ids)))
    return dict(rows.all())
