"""Benches: one file per claim about speed; each prints a ratio against a stated peer or limit.

``python -m bench`` runs them all, ``python -m bench api_create`` one. Together they take about a
quarter of an hour on two quiet cores, and some ten minutes more the first time, in which the
databases of ``lists`` and ``million`` are filled (7 GB); ``kept.py`` says where they lie.
``search_tokens`` and ``duplicates`` need collections that are not part of the project, and say so.
What was measured stands in ``docs/explanation/speed.md``.
"""
