"""Imports: a file becomes customers or touchpoints, checked first, resumable, and taken back at will."""
