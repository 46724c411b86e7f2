"""Run the benches named on the command line, or all of them, one after the other."""

import importlib
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
NOT_BENCHES = {
    "__init__",
    "__main__",
    "kept",
    "load",
    "loyalty_club",
    "population",
    "reading",
    "serving",
    "segmentation_questions",
}


def main(names: list[str]) -> None:
    """Import each bench and call its ``main``."""
    known = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in NOT_BENCHES)
    for name in names or known:
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
