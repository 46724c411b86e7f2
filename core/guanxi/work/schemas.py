"""What comments, tasks and notifications look like in JSON."""

from typing import Any, Final

from marshmallow import Schema, fields, validate

from guanxi.touchpoints.schemas.fields import CleanText, Flag, Limit
from guanxi.work.domain import comments, tasks
from guanxi.work.domain.notifications import News
from guanxi.work.models import CustomerComment, Task


class CommentDraftSchema(Schema):
    """A comment on a customer; ``@Name`` mentions a colleague."""

    customer_id = fields.UUID(required=True)
    text = CleanText(comments.MAX_TEXT, multiline=True, filled=True, required=True)


class CommentFilterSchema(Schema):
    """On whom comments are wanted."""

    customer_id = fields.UUID(required=True)


class CommentSchema(Schema):
    """A comment; ``mentions`` are the ids of colleagues who were told."""

    id = fields.UUID()
    customer_id = fields.UUID()
    author_id = fields.UUID(allow_none=True)
    author_name = fields.String()
    text = fields.String()
    mentions = fields.List(fields.UUID())
    created_at = fields.AwareDateTime()


class CommentsSchema(Schema):
    """The latest comments, the newest first."""

    items = fields.List(fields.Nested(CommentSchema))


class TaskDraftSchema(Schema):
    """A task; without an assignee it is one's own."""

    title = CleanText(tasks.MAX_TITLE, filled=True, required=True)
    note = CleanText(tasks.MAX_NOTE, multiline=True, allow_none=True, load_default=None)
    due_on = fields.Date(allow_none=True, load_default=None)
    customer_id = fields.UUID(allow_none=True, load_default=None)
    assignee_id = fields.UUID(allow_none=True, load_default=None)


class TaskFilterSchema(Schema):
    """Which tasks are wanted; ``after`` is the id of the last one seen."""

    customer_id = fields.UUID()
    assignee_id = fields.UUID()
    done = fields.String(validate=validate.OneOf(("true", "false")))
    after = fields.UUID()
    limit = Limit()


class TaskDoneSchema(Schema):
    """Whether a task is done."""

    done = Flag(required=True)


class TaskSchema(Schema):
    """A task; ``due_on`` is a day in the assignee's calendar."""

    id = fields.UUID()
    title = fields.String()
    note = fields.String(allow_none=True)
    due_on = fields.Date(allow_none=True)
    customer_id = fields.UUID(allow_none=True)
    assignee_id = fields.UUID(allow_none=True)
    creator_name = fields.String()
    done_at = fields.AwareDateTime(allow_none=True)
    done_by = fields.String(allow_none=True)
    created_at = fields.AwareDateTime()
    version = fields.Integer()


class TaskPageSchema(Schema):
    """A page of tasks; ``next`` goes into ``after``, or is null."""

    items = fields.List(fields.Nested(TaskSchema))
    next = fields.UUID(allow_none=True)


class NotificationSchema(Schema):
    """A notification and what it is about."""

    id = fields.UUID()
    kind = fields.String()
    customer_id = fields.UUID(allow_none=True)
    task_id = fields.UUID(allow_none=True)
    comment_id = fields.UUID(allow_none=True)
    actor_name = fields.String()
    text = fields.String()
    created_at = fields.AwareDateTime()
    read_at = fields.AwareDateTime(allow_none=True)


class NotificationsSchema(Schema):
    """The latest notifications, and how many are unread (100 stands for more than 99)."""

    items = fields.List(fields.Nested(NotificationSchema))
    unread = fields.Integer()


_COMMENT: Final = tuple(CommentSchema().fields)
_TASK: Final = tuple(TaskSchema().fields)
_NEWS: Final = tuple(set(NotificationSchema().fields) - {"text"})


def shown_comment(comment: CustomerComment) -> dict[str, Any]:
    """Return a comment as ``CommentSchema`` describes it."""
    return {name: getattr(comment, name) for name in _COMMENT}


def shown_task(task: Task) -> dict[str, Any]:
    """Return a task as ``TaskSchema`` describes it."""
    return {name: getattr(task, name) for name in _TASK}


def shown_news(news: News) -> dict[str, Any]:
    """Return a notification as ``NotificationSchema`` describes it."""
    return {name: getattr(news.notification, name) for name in _NEWS} | {"text": news.text}
