"""What a dry run must remember: each of its batches is taken back before the next one is tried."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from guanxi.errors import GuanxiError
from guanxi.imports.contract import Outcome

MOST: Final = 1_500_000
"""Keys that are remembered, some 150 MB of them; what repeats later keys counts as new again."""


class Rehearsal:
    """Tells what repeats an earlier row of the same file, whose customer would be there by now."""

    def __init__(self, repeated: Outcome, most: int = MOST) -> None:
        self._repeated: Outcome = repeated
        self._most = most
        self._seen: set[bytes] = set()

    def corrected(
        self, outcomes: Sequence[Outcome | GuanxiError], keys: Sequence[Sequence[str]]
    ) -> list[Outcome | GuanxiError]:
        """Return what would have become of a batch with the earlier ones in place.

        :param keys: for each value what it is recognised by.
        """
        digests = [[blake2b(key.encode(), digest_size=16).digest() for key in one] for one in keys]
        seen = self._seen
        corrected = [
            self._repeated if outcome == "created" and not seen.isdisjoint(own) else outcome
            for outcome, own in zip(outcomes, digests, strict=True)
        ]
        for outcome, own in zip(outcomes, digests, strict=True):
            if not isinstance(outcome, GuanxiError) and len(seen) < self._most:
                seen.update(own)
        return corrected
