"""The life of an import: uploaded, checked, run in steps that commit, finished, taken back."""

from guanxi.imports.domain.counting import Counts
from guanxi.imports.domain.keeping import get_import, set_format, set_mapping, sha256, upload
from guanxi.imports.domain.queueing import is_left, queue, queue_check, queue_undo
from guanxi.imports.domain.refusing import reason_of, refusals
from guanxi.imports.domain.running import Progress, Run, TakenOver, note_failure
from guanxi.imports.domain.undoing import undo

__all__ = [
    "Counts",
    "Progress",
    "Run",
    "TakenOver",
    "get_import",
    "is_left",
    "note_failure",
    "queue",
    "queue_check",
    "queue_undo",
    "reason_of",
    "refusals",
    "set_format",
    "set_mapping",
    "sha256",
    "undo",
    "upload",
]
