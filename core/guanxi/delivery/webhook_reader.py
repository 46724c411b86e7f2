"""The reader ``core.webhooks``: tells other systems of events, see ``guanxi.webhooks``."""

from guanxi.delivery.reader import EVENT_HOOKS, Reader
from guanxi.events import Vocabulary
from guanxi.webhooks.domain.enqueueing import READER, enqueue


class _EveryKind(frozenset[str]):
    """All kinds of reward: other systems hear of every request."""

    def __contains__(self, _kind: object) -> bool:
        return True


def webhook_reader(vocabulary: Vocabulary) -> Reader:
    """Return the reader that turns every event into deliveries for those who want it."""
    return Reader(
        name=READER,
        handlers=dict.fromkeys(EVENT_HOOKS, enqueue),
        kinds=tuple(vocabulary.classes),
        reward_kinds=_EveryKind(),
        plugin=False,
    )
