"""How large an uploaded table may be, so that no file takes the machine's memory."""

MAX_COLUMNS = 1_000

MAX_RECORD = 1_048_576
"""Characters of one line, one row and one cell."""

MAX_UNPACKED = 200 * 1024 * 1024
"""Bytes of an unpacked workbook."""

MAX_RATIO = 100
"""Unpacked bytes for each packed byte."""

RATIO_MATTERS_ABOVE = 10 * 1024 * 1024
"""Unpacked bytes; what unpacks to less is harmless at any ratio."""

MAX_MEMBERS = 2_000
"""Files inside a workbook."""

MAX_DIRECTORY = 1024 * 1024
"""Bytes of a workbook's list of members."""

CHILD_MEMORY = 1024 * 1024 * 1024
"""Bytes of address space of the process that reads a workbook."""

CHILD_CPU_SECONDS = 120
CHILD_LOAD_SECONDS = 60
"""Seconds by the clock until the first row of a workbook must be there."""
