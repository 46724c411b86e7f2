"""The REST API of working together: comments, tasks, one's notifications."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.db import json
from guanxi.http import current
from guanxi.http.etag import expected_version, set_etag
from guanxi.http.routes import Api
from guanxi.work.domain import comments, notifications, tasks
from guanxi.work.models import Task
from guanxi.work.schemas import (
    CommentDraftSchema,
    CommentFilterSchema,
    CommentSchema,
    CommentsSchema,
    NotificationsSchema,
    TaskDoneSchema,
    TaskDraftSchema,
    TaskFilterSchema,
    TaskPageSchema,
    TaskSchema,
    shown_comment,
    shown_news,
    shown_task,
)

VIEW, EDIT = "customers.view", "customers.edit"

api = Api("work", __name__, url_prefix="/api/v1", description="Comments, tasks, notifications")


@api.get("/comments", permission=VIEW)
@api.arguments(CommentFilterSchema(), location="query")
@api.response(200, CommentsSchema)
def list_comments(query: dict[str, Any]) -> Response:
    """The latest comments on one customer, the newest first."""
    found = comments.comments_of(current.session(), query["customer_id"])
    return _answer({"items": [shown_comment(one) for one in found]})


@api.post("/comments", permission=EDIT)
@api.arguments(CommentDraftSchema())
@api.response(201, CommentSchema)
def add_comment(values: dict[str, Any]) -> Response:
    """Comment on a customer; mentioned colleagues who may see the customer are told."""
    comment = comments.add_comment(current.tx(), **values, now=current.now())
    return _answer(shown_comment(comment), 201)


@api.delete("/comments/<uuid:comment_id>", permission=EDIT)
@api.response(204)
def delete_comment(comment_id: UUID) -> None:
    """Delete a comment of one's own."""
    comments.delete_comment(current.tx(), comment_id)


@api.get("/tasks", permission=VIEW)
@api.arguments(TaskFilterSchema(), location="query")
@api.response(200, TaskPageSchema)
def list_tasks(query: dict[str, Any]) -> Response:
    """Tasks in sight in the order in which they were made."""
    limit, done = query.pop("limit"), query.pop("done", None)
    found = tasks.list_tasks(
        current.session(),
        current.principal().user_id,
        **query,
        done=None if done is None else done == "true",
        limit=limit + 1,
    )
    page = found[:limit]
    following = page[-1].id if len(found) > limit else None
    return _answer({"items": [shown_task(task) for task in page], "next": following})


@api.post("/tasks", permission=EDIT)
@api.arguments(TaskDraftSchema())
@api.response(201, TaskSchema)
def create_task(values: dict[str, Any]) -> Response:
    """Make a task; an assignee other than oneself is told."""
    return _task(tasks.create_task(current.tx(), tasks.TaskDraft(**values), now=current.now()), 201)


@api.get("/tasks/<uuid:task_id>", permission=VIEW, versioned=True)
@api.response(200, TaskSchema)
def show_task(task_id: UUID) -> Response:
    """One task."""
    return _task(tasks.find_task(current.session(), task_id, current.principal().user_id))


@api.put("/tasks/<uuid:task_id>", permission=EDIT, versioned=True)
@api.arguments(TaskDraftSchema())
@api.response(200, TaskSchema)
def change_task(values: dict[str, Any], task_id: UUID) -> Response:
    """Change a task; a new assignee is told."""
    return _task(
        tasks.change_task(
            current.tx(),
            task_id,
            tasks.TaskDraft(**values),
            current.principal().user_id,
            now=current.now(),
            expected_version=expected_version(),
        )
    )


@api.put("/tasks/<uuid:task_id>/done", permission=EDIT)
@api.arguments(TaskDoneSchema())
@api.response(200, TaskSchema)
def finish_task(values: dict[str, Any], task_id: UUID) -> Response:
    """Mark a task as done, or as not done after all."""
    session, viewer = current.tx(), current.principal().user_id
    if values["done"]:
        return _task(tasks.finish(session, task_id, viewer, now=current.now()))
    return _task(tasks.reopen(session, task_id, viewer))


@api.get("/notifications", permission=VIEW)
@api.response(200, NotificationsSchema)
def list_notifications() -> Response:
    """One's latest notifications."""
    session, viewer = current.session(), current.principal().user_id
    found = notifications.latest(session, viewer) if viewer else ()
    unread = notifications.count_unread(session, viewer) if viewer else 0
    return _answer({"items": [shown_news(one) for one in found], "unread": unread})


@api.post("/notifications/read", permission=VIEW)
@api.response(204)
def read_notifications() -> None:
    """Mark all of one's notifications as read."""
    viewer = current.principal().user_id
    if viewer is not None:
        notifications.mark_all_read(current.tx(), viewer, now=current.now())


def _task(task: Task, status: int = 200) -> Response:
    return set_etag(_answer(shown_task(task), status), task.version)


def _answer(body: Any, status: int = 200) -> Response:
    return Response(json.dumps_bytes(body), status, content_type="application/json")
