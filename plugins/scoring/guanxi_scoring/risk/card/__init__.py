"""Scorecards (评分卡): bins, weight of evidence, points, and how good and how stable they are.

``bins`` and ``points`` are plain Python and need no library: that is all that scoring takes.
``cutting`` and ``fitting`` import NumPy, scikit-learn and optbinning, inside their functions.
"""
