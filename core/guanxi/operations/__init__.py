"""Keeping an installation running: figures, self-check, backup and restore, logs, metrics."""
