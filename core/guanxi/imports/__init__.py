"""Imports: files become customers or touchpoints; checked first, resumable, reversible."""
