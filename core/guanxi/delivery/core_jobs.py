"""The core's background jobs, gathered from the parts that do the work."""

from typing import Final

from guanxi.customers import jobs as customers
from guanxi.delivery.jobs import BackgroundJob, job
from guanxi.exports import jobs as exports
from guanxi.imports import jobs as imports
from guanxi.messages import jobs as messages
from guanxi.messages import reset_mail
from guanxi.privacy import jobs as privacy
from guanxi.rewards import jobs as rewards
from guanxi.webhooks import jobs as webhooks
from guanxi.work import jobs as work

CORE_JOBS: Final[tuple[BackgroundJob, ...]] = (
    job("customers.find_duplicates", schedule="23 2 * * *", alone=True)(customers.find_duplicates),
    job("exports.run", retries=1)(exports.run),
    job("exports.forget_old", schedule="47 3 * * *", alone=True)(exports.forget_old),
    job("imports.check")(imports.check),
    job("imports.run", retries=5)(imports.run),
    job("imports.undo", retries=5)(imports.take_back),
    job("messages.send", retries=3)(messages.send),
    job(reset_mail.JOB, retries=3)(reset_mail.send_reset),
    job("messages.sweep", schedule="*/5 * * * *", alone=True)(messages.sweep),
    job("privacy.run", retries=3)(privacy.run),
    job("privacy.sweep", schedule="12,42 * * * *", alone=True)(privacy.sweep),
    job("privacy.retain", schedule="17 4 * * *", alone=True)(privacy.retain),
    job("rewards.expire", schedule="*/5 * * * *", alone=True)(rewards.expire),
    job("work.fill_gaps", schedule="37 4 * * *", alone=True)(work.fill_gaps),
    job("webhooks.send", retries=3)(webhooks.send),
    job("webhooks.sweep", schedule="*/5 * * * *", alone=True)(webhooks.sweep),
    job("webhooks.forget_old", schedule="41 3 * * *", alone=True)(webhooks.forget_old),
)
