"""What happened: the vocabulary of events and the log that keeps them in order."""

from guanxi.events.codec import Vocabulary
from guanxi.events.log import append, append_alike, horizon, partition_of, read
from guanxi.events.vocabulary import Event

__all__ = ["Event", "Vocabulary", "append", "append_alike", "horizon", "partition_of", "read"]
