"""Answers: begun, saved, finished once."""
