"""What is there when a program is set up is looked through no more."""

import subprocess
import sys

PROGRAM = """
import gc
from guanxi import garbage
kept = [[] for _ in range(1000)]
garbage.settle()
print(gc.get_freeze_count() > 1000, gc.get_threshold()[0] == garbage.YOUNG)
"""


def test_what_a_program_starts_with_is_not_looked_through_again() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )

    assert done.stdout == "True True\n"
