"""Imports every model of the core once, so that the metadata is whole for migrations and tests."""

import guanxi.access.models
import guanxi.audit.models
import guanxi.customers.models
import guanxi.delivery.models
import guanxi.events.models
import guanxi.exports.models
import guanxi.http.models
import guanxi.imports.models
import guanxi.messages.models
import guanxi.plugins.models
import guanxi.privacy.models
import guanxi.rewards.models
import guanxi.settings.models
import guanxi.touchpoints.models
import guanxi.webhooks.models
import guanxi.work.models  # noqa: F401 -- imported for what they register
from guanxi.db.base import Base

__all__ = ["Base"]
