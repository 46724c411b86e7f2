"""Recording what happened with a customer, for plugins: ``from guanxi.sdk import touchpoints``.

``source`` is the plugin's name and ``external_id`` what it calls the occasion, so that recording
the same again changes nothing.
"""

from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import Recorded, record

__all__ = ["Draft", "Recorded", "record"]
