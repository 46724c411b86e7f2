"""The core's background jobs, gathered from the parts that do the work."""

from typing import Final

from guanxi.delivery.jobs import BackgroundJob, job
from guanxi.messages import jobs as messages
from guanxi.webhooks import jobs as webhooks

CORE_JOBS: Final[tuple[BackgroundJob, ...]] = (
    job("messages.send", retries=3)(messages.send),
    job("messages.sweep", schedule="*/5 * * * *", alone=True)(messages.sweep),
    job("webhooks.send", retries=3)(webhooks.send),
    job("webhooks.sweep", schedule="*/5 * * * *", alone=True)(webhooks.sweep),
    job("webhooks.forget_old", schedule="41 3 * * *", alone=True)(webhooks.forget_old),
)
