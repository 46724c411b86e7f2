"""The garbage collector of programs that live long or make many objects.

Python looks through every object that is alive again and again, and the application's own are
hundreds of thousands that never go. An import loses a third of its time to that.
"""

import gc

YOUNG = 50_000
"""New objects after which the young ones are looked through; Python's own number, some hundreds,
is meant for small programs."""


def settle() -> None:
    """Take everything that is there now as there for good. Call it once a program is set up.

    Before a fork it also keeps a collection from copying the pages that processes share.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
