"""Scorecards (评分卡): bins, weight of evidence, points, and how good and how stable they are.

``bins``, ``points`` and ``card`` are plain Python and need no library: they are all that a score
takes. ``many`` does the same for many cases at once and imports NumPy; ``cutting`` and ``fitting``
import NumPy, scikit-learn and optbinning, inside their functions.
"""
