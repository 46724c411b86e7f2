"""To-dos (待办) of colleagues, for plugins: ``from guanxi.sdk import tasks``."""

from guanxi.work.domain.sight import who_sees
from guanxi.work.domain.tasks import TaskDraft, create_task, mark_done
from guanxi.work.models import Task

__all__ = ["Task", "TaskDraft", "create_task", "mark_done", "who_sees"]
