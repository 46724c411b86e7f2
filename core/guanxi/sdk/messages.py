"""Writing to customers, for plugins: ``from guanxi.sdk import messages``.

The core's gate decides whether a message goes out (consent, opt-out, quiet hours); ask the
message's ``state`` and ``reason`` what became of it.
"""

from guanxi.messages.domain.channels import ways
from guanxi.messages.domain.drafts import MessageDraft
from guanxi.messages.domain.preference import preferred_channel
from guanxi.messages.domain.queueing import decide, queue_message
from guanxi.messages.domain.reasons import in_words
from guanxi.messages.models import Message

__all__ = [
    "Message",
    "MessageDraft",
    "decide",
    "in_words",
    "preferred_channel",
    "queue_message",
    "ways",
]
