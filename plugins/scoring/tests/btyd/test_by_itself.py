"""The library stands by itself, and a score from stored parameters loads no more than NumPy."""

import ast
import subprocess
import sys
from pathlib import Path

from guanxi_scoring import btyd

FOLDER = Path(btyd.__file__).parent
ALLOWED = {"guanxi_scoring.btyd", "numpy", "scipy", *sys.stdlib_module_names}
_SCORE = """
import sys
from guanxi_scoring.btyd import BetaGeo, customer_lifetime_value
model = BetaGeo.from_params({"r": 0.2, "alpha": 4.4, "a": 0.8, "b": 2.4})
model.expected_purchases(90, 2, 30, 40), customer_lifetime_value(model, 9.0, 2, 30, 40)
print(*[name for name in ("scipy", "pandas", "sklearn", "ibis") if name in sys.modules])
"""


def imported(file: Path) -> set[str]:
    """Return the names of all modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_the_library_imports_nothing_of_guanxi() -> None:
    foreign = {
        (file.name, name)
        for file in FOLDER.glob("*.py")
        for name in imported(file)
        if not any(name == one or name.startswith(f"{one}.") for one in ALLOWED)
    }

    assert foreign == set()


def test_a_score_from_stored_parameters_loads_nothing_heavy() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _SCORE], capture_output=True, text=True, check=True
    )

    assert told.stdout.split() == []
