"""Benches: one file per claim about speed; each prints a ratio against a stated peer or limit.

``python -m bench`` runs them all, ``python -m bench api_create`` one.
"""
