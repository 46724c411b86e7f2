"""Loading the plugin, as every process does, loads none of the heavy libraries."""

import subprocess
import sys

HEAVY = ("numpy", "scipy", "jieba", "snownlp", "textblob", "nltk", "reportlab", "segno", "lark")
_LOAD = f"""
import sys
import guanxi_surveys.expressions
import guanxi_surveys.hooks
print(*[name for name in {HEAVY} if name in sys.modules])
"""


def test_no_heavy_library_is_loaded_with_it() -> None:
    done = subprocess.run([sys.executable, "-c", _LOAD], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []
