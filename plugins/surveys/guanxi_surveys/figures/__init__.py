"""Figures of answers, with their error."""
