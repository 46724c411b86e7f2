"""Delivery: readers with bookmarks, parking, replay, background jobs, and the worker."""
